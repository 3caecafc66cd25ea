package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/muesli/termenv"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crmsync/ui"
	"crmsync/ui/sshd"
)

// hostKeyFile is the SSH server's own key, in the data directory.
const hostKeyFile = "ssh_host_ed25519_key"

// serveSSH serves the console of an open store over SSH until ctx ends.
func (a *app) serveSSH(ctx context.Context, s *session, address string, idle time.Duration) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return &failure{code: "serve.listen", message: fmt.Sprintf("cannot listen on %s: %s", address, err), hint: "take another address: crmsync serve --ssh 127.0.0.1:2222"}
	}
	dir, err := a.dataDir()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	host := filepath.Join(dir, hostKeyFile)
	options := sshd.Options{
		HostKey: host, Idle: idle, Log: a.log,
		Knows: func(ctx context.Context, fingerprint string) bool {
			_, err := s.engine.WhoseKey(ctx, fingerprint)
			return err == nil
		},
		Visit: func(ctx context.Context, visit sshd.Session) int { return a.visit(ctx, s, visit) },
	}
	if err := sshd.PrepareHostKey(host); err != nil {
		return errors.Join(err, listener.Close())
	}
	fingerprint, err := sshd.HostFingerprint(host)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(a.stderr, "SSH on %s, host key %s\n", listener.Addr(), fingerprint)
	return sshd.Serve(ctx, listener, options)
}

// visit serves one session: the console on a terminal, else a command. The key says who is acting.
func (a *app) visit(ctx context.Context, s *session, visit sshd.Session) int {
	shell := &app{stdin: visit.In, stdout: visit.Out, stderr: visit.Err, dir: a.dir}
	actor, err := s.engine.WhoseKey(ctx, visit.Fingerprint)
	if err != nil {
		shell.report(err)
		return exitCode(err)
	}
	shell.book = s.book
	shell.visitor = &session{store: s.store, engine: s.engine, actor: actor, demo: s.demo, book: s.book}
	if len(visit.Command) > 0 {
		return shell.runFor(ctx, visit.Command)
	}
	if visit.Terminal == nil {
		shell.report(&failure{code: "console.no_terminal", message: "the console needs a terminal", hint: "use ssh -t, or name a command: ssh HOST status --json"})
		return ExitFailed
	}
	err = ui.Run(ctx, s.traced(ui.Options{
		Services: ui.Live(s.engine, s.store, actor), Actor: actor, Mode: ui.Mode(a.theme), ASCII: a.ascii,
		ColorFGBG: visit.Environment("COLORFGBG"), Profile: profileOf(visit), Input: visit.In, Output: visit.Out,
		Width: visit.Terminal.First.Width, Height: visit.Terminal.First.Height, Sizes: visit.Terminal.Sizes, Term: visit.Terminal.Name,
		NoDiff: a.noDiff,
	}))
	if err != nil && !errors.Is(err, context.Canceled) {
		shell.report(err)
		return ExitFailed
	}
	return ExitOK
}

// profileOf is what the visitor's terminal can show. The terminal is not asked: a client that does not answer would
// hold the session up (and the answer of the server's own terminal is another's).
func profileOf(visit sshd.Session) *termenv.Profile {
	profile := profileFor(visit.Terminal.Name, visit.Environment)
	return &profile
}

// profileFor is what a terminal of this name can show, by the variables that tell more: NO_COLOR goes before
// CLICOLOR_FORCE, which gives a terminal that is said to have no colour the first 16, and before CLICOLOR=0. A
// local console has the same from termenv.
func profileFor(term string, environment func(name string) string) termenv.Profile {
	profile := termenv.ANSI256
	forced := environment("CLICOLOR_FORCE") != "" && environment("CLICOLOR_FORCE") != "0"
	switch {
	case environment("NO_COLOR") != "", !forced && environment("CLICOLOR") == "0":
		profile = termenv.Ascii
	case term == "dumb" || term == "":
		profile = termenv.Ascii
		if forced {
			profile = termenv.ANSI
		}
	case slices.Contains([]string{"truecolor", "24bit"}, environment("COLORTERM")), strings.HasSuffix(term, "-direct"):
		profile = termenv.TrueColor
	case term == "linux" || term == "vt100" || term == "ansi":
		profile = termenv.ANSI
	}
	return profile
}

// remoteCommands are what a visitor may run over SSH, with all commands below them: what works on the store and on
// nothing else of this machine. What is not named here is refused.
var remoteCommands = []string{"status", "doctor", "import", "match", "users", "licences", "saves", "alerts", "opportunities", "roi", "settings",
	"audit", "undo", "export", "schedule", "search", "writeback", "me", "activity", "user", "key", "approvals", "replay", "runs", "network sources", "person show", "version", "help"}

// localCommands are exceptions from them: they read or write files of this machine.
var localCommands = []string{"settings machine", "match eval", "me import", "key add", "licences apply"}

// runFor runs a command line for a visitor.
func (a *app) runFor(ctx context.Context, args []string) int {
	root := newRoot(a)
	root.SetArgs(inFull(root, args))
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return remotely(cmd) }
	err := a.guarded(func() error { return root.ExecuteContext(ctx) })
	if err == nil {
		return ExitOK
	}
	a.report(err)
	return exitCode(err)
}

// remotely refuses what reaches beyond the store: commands of other kinds, and flags that name a file.
func remotely(cmd *cobra.Command) (err error) {
	path := strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
	below := func(of string) bool { return path == of || strings.HasPrefix(path, of+" ") }
	if !slices.ContainsFunc(remoteCommands, below) || slices.ContainsFunc(localCommands, below) {
		return &failure{code: "act.not_remote", message: fmt.Sprintf("crmsync %s is not for SSH: it works on the server itself or on its files", path), hint: "run it on the machine of the data directory"}
	}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		name, _ := pflag.UnquoteUsage(flag)
		if flag.Name == "as" || slices.Contains([]string{"file", "folder", "directory"}, name) {
			err = &failure{code: "act.not_remote", message: fmt.Sprintf("--%s is not for SSH: it names something of the server", flag.Name), hint: "leave it out; output goes to standard output"}
		}
	})
	return err
}

// visitorOf is the session of a visitor over SSH, which shares the server's store; nil for a command of this machine.
func (a *app) visitorOf() *session {
	if a.visitor == nil {
		return nil
	}
	return &session{store: a.visitor.store, engine: a.visitor.engine, actor: a.visitor.actor, demo: a.visitor.demo, book: a.visitor.book}
}
