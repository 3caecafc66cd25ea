package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

// Exit codes of every command. Scripts may depend on them.
const (
	ExitOK           = 0   // done
	ExitFailed       = 1   // failed
	ExitUsage        = 2   // the command line is wrong
	ExitPartial      = 3   // done in part
	ExitForbidden    = 4   // not allowed, or not signed in
	ExitNotFound     = 5   // no such thing
	ExitRunning      = 8   // handed to the running engine, or to a second admin, and not ended
	ExitNotConnected = 10  // no org is connected
	ExitLocked       = 11  // another engine holds the store
	ExitInterrupted  = 130 // interrupted
)

// coded is an error for people and scripts: a stable code such as "store.busy" beside the message.
type coded interface {
	error
	Code() string
}

// hinted is an error that knows what its reader can do about it.
type hinted interface {
	error
	Hint() string
}

// exitsBy maps an error code, its first or its last part to an exit code; whole codes are looked up first.
var exitsBy = map[string]int{
	"connect.none":     ExitNotConnected,
	"store.none":       ExitNotConnected,
	"seat.none":        ExitForbidden,
	"engine.locked":    ExitLocked,
	"engine.running":   ExitRunning,
	"approval.waiting": ExitRunning,
	"act.unknown":      ExitUsage,

	"act":       ExitForbidden,
	"usage":     ExitUsage,
	"invalid":   ExitUsage,
	"revoked":   ExitForbidden,
	"not_found": ExitNotFound,
	"partial":   ExitPartial,
}

// exitCode returns the exit code that err stands for.
func exitCode(err error) int {
	var c coded
	if !errors.As(err, &c) {
		return ExitFailed
	}
	code := c.Code()
	first, _, _ := strings.Cut(code, ".")
	for _, part := range []string{code, first, code[strings.LastIndexByte(code, '.')+1:]} {
		if exit, ok := exitsBy[part]; ok {
			return exit
		}
	}
	return ExitFailed
}

// failure is an error made by the command line itself.
type failure struct {
	code, message, hint string
}

func (f *failure) Error() string { return f.message }

// Code returns the stable code, for instance "cli.usage".
func (f *failure) Code() string { return f.code }

// Hint returns what to do about it.
func (f *failure) Hint() string { return f.hint }

// usage returns an error about the way cmd was called.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &failure{
		code:    "cli.usage",
		message: fmt.Sprintf(format, args...),
		hint:    fmt.Sprintf("see: %s --help", cmd.CommandPath()),
	}
}

// report writes err to standard error: for people as sentences, with --json as one object.
func (a *app) report(err error) {
	var waiting *crmsync.Waiting
	if errors.As(err, &waiting) {
		a.printWaiting(waiting)
		return
	}
	code, hint := "failed", ""
	var c coded
	if errors.As(err, &c) {
		code = c.Code()
	}
	var h hinted
	if errors.As(err, &h) {
		hint = h.Hint()
	}
	if a.json {
		type body struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			Hint    string `json:"hint,omitempty"`
		}
		line, _ := json.Marshal(struct { // strings always marshal
			Error body `json:"error"`
		}{body{code, err.Error(), hint}})
		fmt.Fprintf(a.stderr, "%s\n", line)
		return
	}
	fmt.Fprintf(a.stderr, "crmsync: %s\n", printable(err.Error()))
	if hint != "" {
		fmt.Fprintf(a.stderr, "  %s\n", printable(hint))
	}
}

// noArgs refuses arguments with a usage error.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return unknownCommand(cmd, args[0])
	}
	return usage(cmd, "%s takes no argument, but got %q", cmd.CommandPath(), args[0])
}

// exactArgs refuses any number of arguments but that of names, which are what they stand for.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usage(cmd, "%s needs %s", cmd.CommandPath(), strings.Join(names[len(args):], " and "))
		case len(args) > len(names):
			return usage(cmd, "%s takes %s and nothing more, but got %q", cmd.CommandPath(), strings.Join(names, " and "), args[len(names)])
		}
		return nil
	}
}

// someArgs refuses an empty list of arguments; name is what one stands for.
func someArgs(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage(cmd, "%s needs at least one %s", cmd.CommandPath(), name)
		}
		return nil
	}
}

// group returns a command that only holds others. Alone it shows its help; an unknown name under it is
// an error, not the help and success that cobra would make of it.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	g.AddCommand(commands...)
	return g
}

// listing returns a group that shows its list when it is called alone.
func listing(use, short string, list *cobra.Command, others ...*cobra.Command) *cobra.Command {
	g := group(use, short, append([]*cobra.Command{list}, others...)...)
	g.RunE = list.RunE
	g.Flags().AddFlagSet(list.Flags())
	return g
}

func unknownCommand(cmd *cobra.Command, name string) error {
	f := &failure{
		code:    "cli.usage",
		message: fmt.Sprintf("there is no command %q under %q", name, cmd.CommandPath()),
		hint:    fmt.Sprintf("see: %s --help", cmd.CommandPath()),
	}
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		f.hint = "did you mean: " + cmd.CommandPath() + " " + strings.Join(near, ", ")
	}
	return f
}
