package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// everyCommand walks all commands.
func everyCommand(yield func(*cobra.Command)) {
	root := newRoot(&app{})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		yield(cmd)
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(root)
}

// The help of every command fits a terminal of 80 columns, but for examples and what is indented by hand, and of 60.
func TestHelpFits(t *testing.T) {
	for _, width := range []string{"80", "60"} {
		t.Setenv("COLUMNS", width)
		most := map[string]int{"80": 80, "60": 60}[width]
		everyCommand(func(cmd *cobra.Command) {
			code, out, errs := call(t, t.TempDir(), append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
			if code != ExitOK || errs != "" {
				t.Fatalf("%s: exit %d %s", cmd.CommandPath(), code, errs)
			}
			for line := range strings.Lines(out) {
				line = strings.TrimRight(line, "\n")
				if utf8.RuneCountInString(line) <= most || strings.Contains(cmd.Example, line) || strings.HasPrefix(line, "  crmsync ") || strings.Contains(cmd.Long, line) {
					continue
				}
				if first, _, _ := strings.Cut(strings.TrimSpace(line), " "); len(strings.Fields(line)) > 4 || first == "" {
					t.Errorf("%s at %s: %d columns: %q", cmd.CommandPath(), width, utf8.RuneCountInString(line), line)
				}
			}
		})
	}
}

// The flags of the console are told of where a console is opened, and nowhere else.
func TestHelpTellsOfConsoleFlagsWhereTheyHelp(t *testing.T) {
	for args, told := range map[string]bool{"--help": true, "demo --help": true, "match list --help": false, "status --help": false} {
		_, out, _ := call(t, t.TempDir(), strings.Fields(args)...)
		for _, flag := range consoleFlags {
			if strings.Contains(out, "--"+flag) != told {
				t.Errorf("%s tells of --%s: %v", args, flag, !told)
			}
		}
		if !strings.Contains(out, "--json") {
			t.Errorf("%s does not tell of --json", args)
		}
	}
}

// Every command stands in one chapter of the help, once; one that is in none is told of with the last.
func TestChaptersHoldEveryCommand(t *testing.T) {
	_, out, _ := call(t, t.TempDir(), "--help")
	everyCommand(func(cmd *cobra.Command) {
		if !cmd.HasParent() || cmd.Parent().HasParent() || cmd.Hidden {
			return
		}
		if n := strings.Count(out, "\n  "+cmd.Name()+" "); n != 1 {
			t.Errorf("%s is told of %d times", cmd.Name(), n)
		}
	})
}

func TestReflow(t *testing.T) {
	text := "One line\nand its rest.\n\n  kept  as\n  it is\n\nThe end"
	if got := reflow(text, 40); got != "One line and its rest.\n\n  kept  as\n  it is\n\nThe end" {
		t.Errorf("%q", got)
	}
	for line := range strings.Lines(reflow(strings.Repeat("word ", 60), 30)) {
		if len(strings.TrimSpace(line)) > 30 {
			t.Errorf("%q", line)
		}
	}
}
