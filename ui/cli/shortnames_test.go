package cli

import (
	"slices"
	"strings"
	"testing"
)

// A short name does what its command does, with the flags before and after it.
func TestShortNames(t *testing.T) {
	root := newRoot(&app{})
	for line, want := range map[string]string{
		"opps --json":                   "opportunities --json",
		"--dir outbox outbox --limit 3": "--dir outbox writeback outbox --limit 3",
		"--json --dir=d rematch R M":    "--json --dir=d match rematch R M",
		"purge --dry-run":               "disconnect --purge --dry-run",
		"ssh 127.0.0.1:2222":            "serve --ssh 127.0.0.1:2222",
		"help ssh":                      "help ssh",
		"help outbox":                   "help writeback outbox",
		"writeback outbox":              "writeback outbox",
		"search outbox":                 "search outbox",
		"-- outbox":                     "-- outbox",
		"match accept opps":             "match accept opps",
		"":                              "",
		"--dir":                         "--dir",
		"help":                          "help",
	} {
		if got := inFull(root, strings.Fields(line)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
	for name := range shortNames {
		if cmd, _, err := root.Find([]string{name}); err == nil && cmd != root {
			t.Errorf("%s is a command as well: %s", name, cmd.CommandPath())
		}
		cmd, rest, err := root.Find(shortNames[name])
		if err != nil || len(rest) > 0 && cmd.Flags().Lookup(strings.TrimPrefix(rest[0], "--")) == nil {
			t.Errorf("%s stands for no command, %v of %s: %v", name, rest, cmd.CommandPath(), err)
		}
	}
}

func TestShortNamesByTheCommandLine(t *testing.T) {
	home := t.TempDir()
	if code, _, errs := call(t, home, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	for _, c := range []struct {
		line, says string
		code       int
	}{
		{"outbox --json", "", ExitOK},
		{"outbox --help", "crmsync writeback outbox", ExitOK},
		{"help rematch", "crmsync match rematch RECORD MEMBER", ExitOK},
		{"rematch", "crmsync match rematch", ExitUsage},
		{"ssh", "flag needs an argument: --ssh", ExitUsage},
	} {
		code, out, errs := call(t, home, strings.Fields(c.line)...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("crmsync %s: exit %d, %q %q", c.line, code, out, errs)
		}
	}
}
