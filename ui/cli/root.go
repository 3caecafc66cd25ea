package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"crmsync/store"
	"crmsync/ui"
	"crmsync/ui/cli/logbook"
	"crmsync/ui/cli/machine"
	_ "crmsync/ui/early" // before anything that imports bubbletea
)

// Main runs the command line args (without the program's name) and returns the process's exit code,
// one of the Exit constants.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return run(ctx, args, stdin, stdout, stderr)
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := newRoot(app)
	root.SetArgs(inFull(root, args))
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	var cmd *cobra.Command
	err := app.guarded(func() (err error) { cmd, err = root.ExecuteContextC(ctx); return err })
	if err == nil {
		return ExitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		if !endless(cmd) {
			app.report(&failure{code: "interrupted", message: "interrupted", hint: "What was finished is kept, and nothing else."})
		}
		return ExitInterrupted
	}
	app.report(err)
	return exitCode(err)
}

// endless reports whether a command is one that somebody ends by interrupting it.
func endless(cmd *cobra.Command) bool {
	return cmd == nil || !cmd.HasParent() || slices.Contains([]string{"serve", "watch", "demo"}, cmd.Name())
}

// app is what the commands of one invocation share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	doing func(event string) (store.AuditEvent, string, error) // finds an audit event and puts it into words, while a command has the store open

	visitor *session // who came in over SSH, with the server's store; nil otherwise

	dir  string // --dir
	json bool   // --json
	dry  bool   // --dry-run of the commands that are rehearsed
	as   string // --as, for stores made by the demo

	theme string // --theme, of the console
	ascii bool   // --ascii, of the console

	plain     bool // --plain, of the console
	noDiff    bool // --no-diff, of the console
	mouse     bool // --mouse, of the console
	readCache int  // of store.Options; 0 = as usual

	log     *slog.Logger     // of serve; nil = silent
	book    *logbook.Book    // the log of the data directory, once the store is open
	machine machine.Settings // what crmsync.toml says
}

// themes are the colours that --theme takes, the default first.
var themes = []string{string(ui.ModeAuto), string(ui.ModeDark), string(ui.ModeLight), string(ui.ModeMono)}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "crmsync",
		Short: "The console and engine of a sales team's CRM sync",
		Long: "crmsync imports a Salesforce org, works out which leads, contacts and accounts are which people and\n" +
			"companies of your team's network, shows why, and writes messages, calls and notes back, once each.\n\n" +
			"Without a command it opens the console. `crmsync demo` shows all of it with no account.",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !a.terminal() && !a.plainly() {
				return &failure{code: "console.no_terminal", message: "the console needs a terminal", hint: "as lines of text: crmsync --plain; by script: crmsync status --json; all commands: crmsync --help"}
			}
			return a.console(cmd.Context())
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(cmd, "%s", err)
	})
	flags := root.PersistentFlags()
	flags.StringVar(&a.dir, "dir", "", "data `directory` (default $CRMSYNC_DIR, else $XDG_DATA_HOME/crmsync)")
	flags.BoolVar(&a.json, "json", false, "print the result, or the error, as JSON")
	flags.StringVar(&a.as, "as", "", "act as the person with this `email`; only in a store made by the demo")
	a.theme = themes[0]
	flags.Var(choiceFlag{&a.theme, themes}, "theme", "`colours` of the console: "+anyOf(themes))
	flags.BoolVar(&a.ascii, "ascii", false, "draw the console with ASCII marks only")
	flags.BoolVar(&a.plain, "plain", false, "the console as lines of text and one question at a time (also: ACCESSIBLE=1)")
	flags.BoolVar(&a.mouse, "mouse", false, "the console with the mouse on: wheel, and clicks on rows, tabs and keys (M turns it on and off)")
	flags.BoolVar(&a.noDiff, "no-diff", false, "send the console's frames whole, not as differences (also: CRMSYNC_NO_DIFF=1)")
	root.AddCommand(
		newDemo(a), newOrg(a), newConnect(a), newDisconnect(a), newDoctor(a), newStatus(a), newImport(a), newNetwork(a), newMatch(a),
		newUsers(a), newLicences(a), newUser(a), newKey(a), newSearch(a), newSaves(a), newOpportunities(a), newAlerts(a), newROI(a), newSettings(a), newSchedule(a), newExport(a), newAudit(a), newUndo(a), newApprovals(a), newRuns(a), newReplay(a), newReceipt(a), newWriteback(a), newMe(a), newActivity(a),
		newServe(a), newBench(a), newKeys(a), newVersion(a),
	)
	root.AddCommand(administration(a)...)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.settle(cmd) }
	a.rehearsing(root)
	root.AddCommand(newMan(a, root))
	root.SetHelpCommand(newHelp(a, root))
	completing(root)
	root.SetHelpFunc(a.showHelp)
	root.SetUsageFunc(a.showUsage)
	return root
}
