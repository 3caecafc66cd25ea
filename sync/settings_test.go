package sync

import (
	"testing"

	"pgregory.net/rapid"
)

func TestSettingSpecs_defaultsAreValid(t *testing.T) {
	seen := map[string]bool{}
	for _, spec := range SettingSpecs() {
		if seen[spec.Key] {
			t.Errorf("%s stands twice", spec.Key)
		}
		seen[spec.Key] = true
		got, err := spec.Parse(spec.Default)
		if err != nil || got != spec.Default {
			t.Errorf("%s: its default %q parses to %q, %v", spec.Key, spec.Default, got, err)
		}
		if _, ok := LookAct(spec.Act); !ok || spec.Text == "" {
			t.Errorf("%s: no act or no help text", spec.Key)
		}
	}
}

func TestSettingSpec_Parse(t *testing.T) {
	cases := []struct{ key, value, want, code string }{
		{SettingImportHours, " 6 ", "6", ""},
		{SettingImportHours, "6 hours", "6", ""},
		{SettingImportHours, "0", "", "settings.invalid"},  // never under one hour
		{SettingWriteMinutes, "1", "", "settings.invalid"}, // S83
		{SettingWriteMinutes, "6", "", "settings.invalid"},
		{SettingWriteMinutes, "2", "2", ""},
		{SettingAutoSave, "On", "true", ""},
		{SettingAutoSave, "perhaps", "", "settings.invalid"},
		{SettingEdition, "enterprise", "Enterprise", ""},
		{SettingEdition, "Professional", "", "settings.invalid"},
		{SettingWriteTimezone, "Europe/Madrid", "Europe/Madrid", ""},
		{SettingWriteTimezone, "", "", ""},
		{SettingWriteTimezone, "Moon/Base", "", "settings.invalid"},
		{SettingWriteTimezone, "Local", "", "settings.invalid"},
		{SettingFromStage, "Proposal\nX", "", "settings.invalid"},
		{"no.such", "1", "", "settings.not_found"},
	}
	for _, c := range cases {
		spec, err := lookSetting(c.key)
		var got string
		if err == nil {
			got, err = spec.Parse(c.value)
		}
		if c.code == "" && (err != nil || got != c.want) {
			t.Errorf("%s %q: got %q, %v", c.key, c.value, got, err)
		}
		if c.code != "" && (err == nil || CodeOf(err) != c.code) {
			t.Errorf("%s %q: got %v, want %s", c.key, c.value, err, c.code)
		}
	}
}

// What Parse keeps, it keeps again.
func TestSettingSpec_ParseIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec := rapid.SampledFrom(SettingSpecs()).Draw(t, "spec")
		value := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"on", "12", "team", "UTC", "80 %"})).Draw(t, "value")
		kept, err := spec.Parse(value)
		if err != nil {
			return
		}
		if again, err := spec.Parse(kept); err != nil || again != kept {
			t.Fatalf("%q is kept as %q, then %q, %v", value, kept, again, err)
		}
	})
}

func TestSettings_typedValues(t *testing.T) {
	s := Settings{values: map[string]string{SettingImportHours: "99999", SettingAutoSave: "false"}}
	if got := s.Int(SettingImportHours); got != 12 {
		t.Errorf("a value out of bounds counts as the default, got %d", got)
	}
	if s.Bool(SettingAutoSave) || s.Int(SettingWriteMinutes) != 3 {
		t.Error("stored values and defaults are mixed up")
	}
}
