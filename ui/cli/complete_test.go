package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// The shell is offered what a place takes, names of files where a file is meant, and nothing elsewhere.
func TestCompletion(t *testing.T) {
	const files, none, folders = "0", "4", "16"
	for line, want := range map[string]struct{ has, directive string }{
		"match list --state |":         {"review", none},
		"match list --state re|":       {"rejected", none},
		"match list --object |":        {"Account", none},
		"import --object |":            {"OpportunityContactRole", none},
		"writeback outbox --state |":   {"doubtful", none},
		"writeback enable |":           {"message", none},
		"me writeback |":               {"off", none},
		"me writeback on |":            {"note", none},
		"user add ana --role |":        {"tester", none},
		"key add ana |":                {"", files},
		"settings set match.|":         {"match.accept", none},
		"export |":                     {"decisions", none},
		"schedule pause |":             {"writeback", none},
		"org serve --scenario |":       {"lost-reply", none},
		"match accept |":               {"", none},
		"network import |":             {"", files},
		"restore |":                    {"", files},
		"backup x --passphrase-file |": {"", files},
		"status --dir |":               {"", folders},
		"status --theme |":             {"light", none},
		"help |":                       {"writeback", none},
		"audit --who |":                {"", none},
	} {
		args := strings.Fields(strings.TrimSuffix(line, "|"))
		begun := ""
		if !strings.HasSuffix(line, " |") {
			begun, args = args[len(args)-1], args[:len(args)-1]
		}
		code, out, errs := call(t, t.TempDir(), append(append([]string{cobra.ShellCompNoDescRequestCmd}, args...), begun)...)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if code != ExitOK || lines[len(lines)-1] != ":"+want.directive {
			t.Errorf("%s: exit %d, %q, want directive %s: %s", line, code, lines, want.directive, errs)
		}
		if want.has != "" && !strings.Contains("\n"+out, "\n"+want.has) || want.has == "" && len(lines) > 1 {
			t.Errorf("%s offers %q, want %q", line, lines, want.has)
		}
		for _, offered := range lines[:len(lines)-1] {
			if !strings.HasPrefix(offered, begun) {
				t.Errorf("%s offers %q", line, offered)
			}
		}
	}
}
