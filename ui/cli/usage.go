package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// widestHelp is how long a line of the help may be: longer ones are hard to read.
const widestHelp = 100

// consoleFlags are the flags of those commands alone that open the console.
var consoleFlags = []string{"theme", "ascii", "plain", "mouse", "no-diff"}

// opensConsole are the commands that do, by their path.
var opensConsole = map[string]bool{"crmsync": true, "crmsync demo": true}

// helpWidth is how wide the help is made.
func (a *app) helpWidth() int { return min(widestHelp, max(40, a.columns())) }

// showHelp prints what a command is for, then how it is called. Errors of writing show nowhere else either.
func (a *app) showHelp(cmd *cobra.Command, _ []string) {
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	if about != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "%s\n\n", reflow(about, a.helpWidth()))
	}
	_ = a.showUsage(cmd)
}

// showUsage prints how a command is called: its form, aliases, examples, commands and flags, no line longer than the
// terminal.
func (a *app) showUsage(cmd *cobra.Command) error {
	out, width := cmd.OutOrStdout(), a.helpWidth()
	var forms []string
	if cmd.Runnable() {
		forms = append(forms, cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		forms = append(forms, cmd.CommandPath()+" COMMAND")
	}
	section(out, "Usage", "  "+strings.Join(forms, "\n  "))
	if cmd.HasExample() {
		section(out, "Examples", cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		commandSections(out, cmd, width)
	}
	if own := cmd.LocalFlags(); own.HasAvailableFlags() && cmd.HasParent() {
		section(out, "Flags", own.FlagUsagesWrapped(width))
	}
	if every := a.everywhere(cmd); every.HasAvailableFlags() {
		section(out, "Flags of every command", every.FlagUsagesWrapped(width))
	}
	if cmd.HasAvailableSubCommands() {
		_, err := fmt.Fprintf(out, "More about one: %s COMMAND --help\n", cmd.CommandPath())
		return err
	}
	return nil
}

func section(out io.Writer, title, text string) {
	fmt.Fprintf(out, "%s:\n%s\n\n", title, strings.TrimRight(text, "\n"))
}

// everywhere are the flags that every command takes, without those of the console where none is opened.
func (a *app) everywhere(cmd *cobra.Command) *pflag.FlagSet {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if opensConsole[cmd.CommandPath()] || !slices.Contains(consoleFlags, f.Name) {
			flags.AddFlag(f)
		}
	})
	return flags
}

// chapters put the commands of the program in an order to learn them in.
var chapters = []struct {
	title string
	names []string
}{
	{"Begin", []string{"demo", "init", "connect", "doctor", "import", "serve", "status", "help"}},
	{"Matching", []string{"network", "match", "search", "replay"}},
	{"Writing back, and what comes of it", []string{"writeback", "activity", "saves", "alerts", "opportunities", "roi"}},
	{"People", []string{"me", "users", "licences", "user", "key", "person"}},
	{"Looking after it", []string{"settings", "schedule", "runs", "config", "audit", "undo", "approvals", "export", "backup", "restore", "verify", "migrate", "support-bundle", "disconnect"}},
	{"Beside it", []string{"org", "bench", "keys", "man", "completion", "version"}},
}

// commandSections prints the commands below one: those of the program by chapter.
func commandSections(out io.Writer, cmd *cobra.Command, width int) {
	if cmd.HasParent() {
		section(out, "Commands", commandList(cmd.Commands(), width))
		return
	}
	left := slices.Clone(cmd.Commands())
	for i, chapter := range chapters {
		var commands []*cobra.Command
		for _, name := range chapter.names {
			if at := slices.IndexFunc(left, func(c *cobra.Command) bool { return c.Name() == name }); at >= 0 {
				commands = append(commands, left[at])
				left = slices.Delete(left, at, at+1)
			}
		}
		if i == len(chapters)-1 {
			commands = append(commands, left...)
		}
		section(out, chapter.title, commandList(commands, width))
	}
}

// commandList says what each command does, indented under itself where a line is too short.
func commandList(commands []*cobra.Command, width int) string {
	longest := 0
	for _, c := range commands {
		longest = max(longest, len(c.Name()))
	}
	var list strings.Builder
	for _, c := range commands {
		if !c.IsAvailableCommand() && c.Name() != "help" {
			continue
		}
		lines := wordwrap(c.Short, max(20, width-longest-4))
		fmt.Fprintf(&list, "  %-*s  %s\n", longest, c.Name(), lines[0])
		for _, line := range lines[1:] {
			fmt.Fprintf(&list, "  %*s  %s\n", longest, "", line)
		}
	}
	return list.String()
}

// reflow breaks text into lines of at most width columns. Blank lines and indented lines stay as they are.
func reflow(text string, width int) string {
	var out []string
	for _, paragraph := range strings.Split(text, "\n\n") {
		if strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ") {
			out = append(out, paragraph)
			continue
		}
		out = append(out, strings.Join(wordwrap(paragraph, width), "\n"))
	}
	return strings.Join(out, "\n\n")
}

// wordwrap breaks text between words alone: a flag in it stays whole.
func wordwrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case ansi.StringWidth(*last)+1+ansi.StringWidth(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
