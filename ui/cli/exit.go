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

	// What was asked for cannot be, whatever the state of the store or the org.
	"activity.empty":     ExitUsage,
	"activity.future":    ExitUsage,
	"activity.kind":      ExitUsage,
	"match.bulk_score":   ExitUsage,
	"match.object":       ExitUsage,
	"match.pairing":      ExitUsage,
	"network.kind":       ExitUsage,
	"network.no_file":    ExitUsage,
	"network.seat":       ExitUsage,
	"org.plain_http":     ExitUsage,
	"run.unstoppable":    ExitUsage,
	"salesforce.address": ExitUsage,
	"salesforce.config":  ExitUsage,
	"store.cursor":       ExitUsage,
	"trial.no_seat":      ExitUsage,
	"written.items":      ExitUsage,

	"act":       ExitForbidden,
	"usage":     ExitUsage,
	"invalid":   ExitUsage,
	"ambiguous": ExitUsage,
	"insecure":  ExitUsage,
	"revoked":   ExitForbidden,
	"not_found": ExitNotFound,
	"partial":   ExitPartial,
}

// inPart is the error of an act on several things that did some of them: its code stays that of the one that failed.
type inPart struct{ error }

func (p *inPart) Unwrap() error { return p.error }

// exitCode returns the exit code that err stands for.
func exitCode(err error) int {
	if part := (*inPart)(nil); errors.As(err, &part) {
		return ExitPartial
	}
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
	code, hint, trace := "failed", "", ""
	var c coded
	if errors.As(err, &c) {
		code = c.Code()
	} else if a.book != nil {
		trace = a.book.Trace("a command", err)
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
			Trace   string `json:"trace,omitempty"` // of what nobody expected, in the log
		}
		line, _ := json.Marshal(struct { // strings always marshal
			Error body `json:"error"`
		}{body{code, err.Error(), hint, trace}})
		fmt.Fprintf(a.stderr, "%s\n", line)
		return
	}
	a.complain("crmsync: ", err.Error())
	if hint != "" {
		a.complain("  ", hint)
	}
	if trace != "" {
		fmt.Fprintf(a.stderr, "  trace %s, in the log: %s\n", trace, printable(a.book.Path()))
	}
}

// complain writes a sentence to standard error, on a terminal broken between words.
func (a *app) complain(lead, text string) {
	lines := []string{printable(text)}
	if isTerminal(a.stderr) {
		lines = wordwrap(lead+lines[0], columnsOf(a.stderr)-2)
		lines[0] = strings.TrimPrefix(lines[0], strings.TrimSpace(lead)+" ")
	}
	fmt.Fprintf(a.stderr, "%s%s\n", lead, strings.Join(lines, "\n  "))
}
