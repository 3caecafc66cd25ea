package ui

import (
	"math"
	"strings"
	"testing"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// What is shown is cut: a probability just below a threshold is never shown as the threshold, nor are odds.
func TestScoresAreCut(t *testing.T) {
	for probability, want := range map[float64]int{0.949: 94, 0.9499999: 94, 0.95: 95, 0.999999: 99, 1: 100, 0: 0} {
		if got := percent(probability); got != want {
			t.Errorf("percent(%v) = %d, want %d", probability, got, want)
		}
	}
	if got := band(percent(0.949)); got != "B" {
		t.Errorf("94.9 is in band %s", got)
	}
	for times, want := range map[float64]string{9.96: "9.9 to 1 for", 99.7: "99 to 1 for", 16384: "16,384 to 1 for"} {
		if got := odds(math.Log2(times)); got != want {
			t.Errorf("odds of %v: %q, want %q", times, got, want)
		}
	}
	if got := oneIn(-14); got != "1 in 16,384" {
		t.Errorf("oneIn(-14) = %q", got)
	}
}

// The comparison has a row where a side knows something; the evidence has every row.
func TestComparisonHidesWhatNobodyKnows(t *testing.T) {
	theme := start(t, setup{services: sampleWorld().services()}).app.Theme
	x := Explanation{Rows: []Evidence{{Field: "name order", Level: "missing"}, {Field: "company", Record: "Acme", Agree: AgreeUnknown}}}
	sides, fall := strings.Join(theme.comparison(x, 80, true), "\n"), strings.Join(theme.waterfall(x, 80), "\n")
	if strings.Contains(sides, "name order") || !strings.Contains(sides, "company") {
		t.Errorf("comparison:\n%s", sides)
	}
	if !strings.Contains(fall, "name order") || !strings.Contains(fall, "company") {
		t.Errorf("evidence:\n%s", fall)
	}
}

// The trail says switches, settings and undos in words, not in keys and ids.
func TestAuditInWords(t *testing.T) {
	engine, st := openedEngine(t)
	l := live{engine: engine, store: st, actor: admin()}
	if _, err := engine.SetSetting(t.Context(), admin(), crmsync.SettingImportHours, "6"); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.UndoLast(t.Context(), admin()); err != nil {
		t.Fatal(err)
	}
	if _, err := engine.RedoLast(t.Context(), admin()); err != nil {
		t.Fatal(err)
	}
	page, err := l.store.Audit(t.Context(), store.AuditQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range page.Rows {
		got = append(got, l.describer().event(t.Context(), e))
	}
	set := "set " + crmsync.SettingImportHours + " to 6"
	if want := "did again: " + set + "|took back: " + set + "|" + set; strings.Join(got, "|") != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, c := range []struct {
		event store.AuditEvent
		want  string
	}{
		{store.AuditEvent{Act: string(crmsync.ActWritebackKind), Subject: crmsync.SettingKindKey("message"), After: `{"value":"true"}`}, "turned Message writeback on"},
		{store.AuditEvent{Act: string(crmsync.ActWritebackSwitch), Subject: crmsync.SettingWriteEnabled, After: `{"value":"false"}`}, "turned writeback off"},
		{store.AuditEvent{Act: string(crmsync.ActOptIn), Subject: "seat s1 note"}, "turned own Note writeback off"},
		{store.AuditEvent{Act: string(crmsync.ActActivityRelease), Subject: "activity a1"}, "released an activity that is gone"},
	} {
		if got := l.describer().event(t.Context(), c.event); got != c.want {
			t.Errorf("%+v is %q, want %q", c.event, got, c.want)
		}
	}
}

// The badge's link is shown with its address: as a link where the terminal knows links.
func TestLinkShowsTheAddress_S7(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("4", "o")
	c.sees("open https://")
}

// Moments in the trail are read in one's own zone; other values stay as they are.
func TestAuditValuesAreReadable(t *testing.T) {
	a := newAudit(start(t, setup{services: sampleWorld().services()}).app.Session)
	for in, want := range map[string]string{"true": "true", "2026": "2026", "0001-01-01T00:00:00Z": ""} {
		if got := a.readable(in); got != want {
			t.Errorf("readable(%q) = %q, want %q", in, got, want)
		}
	}
	if got, want := a.readable(testNow.UTC().Format("2006-01-02T15:04:05.999999999Z07:00")), testNow.Format("2 Jan 2006 15:04:05"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
