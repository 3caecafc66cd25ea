package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"crmsync/assets/help"
	"crmsync/ui"
)

// Every topic that the console and the errors name is there, in lines that fit any terminal, and names only
// commands that exist.
func TestHelpTopics(t *testing.T) {
	for _, name := range []string{"approvals", "connect", "console", "differences", "install-classic", "install-lightning", "matching", "network", "operations", "roi", "saves", "scripts", "settings", "ssh", "writeback"} {
		topic, ok := help.Find(name)
		if !ok {
			t.Errorf("there is no topic %s", name)
			continue
		}
		for line := range strings.Lines(topic.Text) {
			line = strings.TrimRight(line, "\n")
			if utf8.RuneCountInString(line) > 80 || strings.ContainsAny(line, "\t\r") || strings.HasSuffix(line, " ") {
				t.Errorf("%s: not a plain line of at most 80 columns: %q", name, line)
			}
		}
		for _, part := range strings.Split(topic.Text, "crmsync ")[1:] {
			if words := strings.FieldsFunc(part, func(r rune) bool { return (r < 'a' || r > 'z') && r != '-' }); len(words) > 0 && words[0][0] != '-' && strings.HasPrefix(part, words[0]) && !helpProse[words[0]] {
				if err := begins(words[:1]); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		code, out, errs := call(t, t.TempDir(), "help", name)
		if code != ExitOK || !strings.HasPrefix(out, topic.Text) {
			t.Errorf("help %s: exit %d: %s%s", name, code, out, errs)
		}
	}
}

// helpProse are words that follow the product's name in a sentence.
var helpProse = map[string]bool{"signs": true, "never": true, "does": true, "imports": true, "refuses": true, "has": true, "knows": true, "shows": true,
	"without": true, "asks": true, "which": true, "then": true, "differs": true}

func TestHelpOfCommandsAndOfNothing(t *testing.T) {
	for _, c := range []struct {
		args, says string
		exit       int
	}{
		{"help", "install-lightning", ExitOK},
		{"help match bulk", "--dry-run", ExitOK},
		{"help connect", "crmsync connect --help", ExitOK},
		{"help network", `{"kind":"note"`, ExitOK},
		{"help console", "Matches", ExitOK},
		{"help frob", "neither a topic nor a command", ExitUsage},
	} {
		code, out, errs := call(t, t.TempDir(), strings.Fields(c.args)...)
		if code != c.exit || !strings.Contains(out+errs, c.says) {
			t.Errorf("%s: exit %d, want %d and %q: %s%s", c.args, code, c.exit, c.says, out, errs)
		}
	}
}

func TestKeyLinesFit(t *testing.T) {
	lines := ui.KeyLines()
	if len(lines) < 40 {
		t.Errorf("only %d lines", len(lines))
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > 80 {
			t.Errorf("too long: %q", line)
		}
	}
}
