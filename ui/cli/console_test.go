package cli

import "testing"

// The marks of the console are of ASCII where the locale has no others.
func TestSpeaksUnicode(t *testing.T) {
	for _, c := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", true},
		{"", "", "C.UTF-8", true},
		{"", "", "de_DE.utf8", true},
		{"", "", "C", false},
		{"", "", "en_US.ISO-8859-1", false},
		{"C", "", "en_US.UTF-8", false},
		{"", "C.UTF-8", "C", true},
		{"POSIX", "C.UTF-8", "C.UTF-8", false},
	} {
		set := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang}
		if got := speaksUnicode(func(name string) string { return set[name] }); got != c.want {
			t.Errorf("%+v: %v", set, got)
		}
	}
}
