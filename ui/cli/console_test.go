package cli

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

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

// Who interrupts a command is told so, unless the command goes on until then.
func TestInterruptedSaysSo(t *testing.T) {
	home := t.TempDir()
	ok(t, home, home+"/store", "init")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var errs bytes.Buffer
	if code := run(ctx, []string{"--dir", home + "/store", "match", "run"}, strings.NewReader(""), io.Discard, &errs); code != ExitInterrupted || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	errs.Reset()
	if code := run(ctx, []string{"org", "serve", "--listen", "127.0.0.1:0", "--size", "5"}, strings.NewReader(""), io.Discard, &errs); strings.Contains(errs.String(), "interrupted\n") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
