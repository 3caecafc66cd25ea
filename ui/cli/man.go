package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newMan returns the command man. It writes one page of all commands: a page for each would be 130 files to install.
func newMan(a *app, root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Write the manual page",
		Long:  "Writes the manual page of all commands, their flags, the exit codes, the environment and the files, for man.",
		Example: "  crmsync man | man -l -\n" +
			"  crmsync man > ~/.local/share/man/man1/crmsync.1",
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(a.stdout, manPage(root))
			return err
		},
	}
}

// exits says what the exit codes mean, for the manual and the help.
var exits = []struct {
	code int
	text string
}{
	{ExitOK, "done"},
	{ExitFailed, "failed; of status: not healthy"},
	{ExitUsage, "the command line is wrong"},
	{ExitPartial, "done in part"},
	{ExitForbidden, "not allowed, or the sign-in ended"},
	{ExitNotFound, "no such thing"},
	{ExitRunning, "handed to the running engine, or to a second admin, and not ended"},
	{ExitNotConnected, "no org is connected, or there is no store"},
	{ExitLocked, "another engine holds the store"},
	{ExitInterrupted, "interrupted"},
}

// surroundings are the variables and files that crmsync looks at.
var surroundings = [][2]string{
	{"CRMSYNC_DIR", "The data directory; --dir goes before it."},
	{"CRMSYNC_KEY_FILE", "The key file that the keyring is wrapped with; without it ~/.config/crmsync/key, made on first use."},
	{"CRMSYNC_BALLAST", "How much of the disk the engine keeps in reserve: 64MiB, or 0 for none."},
	{"NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "Colours off, off with 0, and on where the terminal says it has none; NO_COLOR goes first."},
	{"TERM, COLORTERM, COLUMNS", "What the terminal can, and how wide it is."},
	{"ACCESSIBLE", "The console as lines of text, as --plain."},
	{"VISUAL, EDITOR", "The editor for the settings as text."},
	{"~/.local/share/crmsync", "The data directory where none is named: crmsync.db, keyring.json, crmsync.toml."},
}

// manPage is the manual page in the man macros of roff.
func manPage(root *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH CRMSYNC 1 \"\" \"crmsync\" \"User Commands\"\n.nh\n.ad l\n")
	fmt.Fprintf(&b, ".SH NAME\ncrmsync \\- %s\n", roff(lowerFirst(root.Short)))
	b.WriteString(".SH SYNOPSIS\n.B crmsync\n.RI [ flags ]\n.br\n.B crmsync\n.I command\n.RI [ arguments ]\n")
	b.WriteString(".SH DESCRIPTION\n" + roffText(root.Long))
	b.WriteString(".SH OPTIONS\nOf every command:\n" + roffFlags(root.PersistentFlags()))
	b.WriteString(".SH COMMANDS\n")
	manCommands(&b, root)
	b.WriteString(".SH EXIT STATUS\n")
	for _, exit := range exits {
		fmt.Fprintf(&b, ".TP\n.B %d\n%s\n", exit.code, roff(exit.text))
	}
	b.WriteString(".SH ENVIRONMENT AND FILES\n")
	for _, s := range surroundings {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(s[0]), roff(s[1]))
	}
	b.WriteString(".SH SEE ALSO\nThe topics of\n.B crmsync help\nexplain connecting, matching, writing back, looking after a store, and more.\n")
	return b.String()
}

func manCommands(b *strings.Builder, parent *cobra.Command) {
	for _, cmd := range parent.Commands() {
		if !cmd.IsAvailableCommand() && cmd.Name() != "help" {
			continue
		}
		if cmd.Runnable() && !cmd.HasAvailableSubCommands() || cmd.Long != "" {
			fmt.Fprintf(b, ".SS %s\n%s", roff(strings.TrimSuffix(cmd.UseLine(), " [flags]")), roffText(cmp.Or(cmd.Long, cmd.Short)))
			b.WriteString(roffFlags(cmd.LocalNonPersistentFlags()))
			if cmd.Example != "" {
				fmt.Fprintf(b, ".PP\n.nf\n%s\n.fi\n", roff(cmd.Example))
			}
		}
		manCommands(b, cmd)
	}
}

// roffFlags lists flags, each with what it is.
func roffFlags(flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if value != "" {
			name += " " + value
		}
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(name), roff(text))
	})
	return b.String()
}

// roffText is text in paragraphs; what is indented in it stays in its lines.
func roffText(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(paragraph, " ") {
			fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", roff(strings.TrimRight(paragraph, "\n")))
			continue
		}
		fmt.Fprintf(&b, ".PP\n%s\n", roff(strings.TrimSpace(paragraph)))
	}
	return b.String()
}

// roff makes text safe for roff: no line of it is a request.
func roff(text string) string {
	text = strings.NewReplacer("\\", "\\e", "-", "\\-", "…", "...").Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = "\\&" + line
		}
	}
	return strings.Join(lines, "\n")
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
