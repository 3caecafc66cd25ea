package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui"
)

// rehearsed are the commands whose --dry-run does all that they do, with all that is checked, and takes it back
// before it is kept: what changes the store and nothing outside it. Commands that have a preview of their own, with
// counts and a sample, have it behind their --dry-run, or without their --yes or --apply. Those that read files or
// talk to the org have none: an import changes nothing there, and what writeback would send is crmsync writeback
// shadow.
var rehearsed = []string{
	"match accept", "match reject", "match none", "match rematch",
	"users add", "users edit", "users map", "users remove", "user add", "user remove", "key add", "key remove",
	"saves remove", "roi consent", "schedule pause", "schedule resume",
	"writeback enable", "writeback disable", "writeback hold", "writeback drop",
	"me writeback", "me hold", "me release", "me alerts read", "me alerts unread", "activity add",
	"approvals refuse", "approvals withdraw",
}

// rehearsing gives the commands of rehearsed their --dry-run.
func (a *app) rehearsing(root *cobra.Command) {
	for _, name := range rehearsed {
		if cmd, rest, err := root.Find(strings.Fields(name)); err == nil && len(rest) == 0 {
			cmd.Flags().BoolVar(&a.dry, "dry-run", false, "say what it would do, and change nothing")
		}
	}
}

// dryOr is do for a command with a --dry-run of its own, some of whose forms are rehearsed.
func (a *app) dryOr(dry func() bool, act func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	run := a.do(act)
	return func(cmd *cobra.Command, args []string) error {
		a.dry = dry()
		return run(cmd, args)
	}
}

// rehearse runs an act as it is, keeps nothing of it, and says what it would have done.
func (a *app) rehearse(ctx context.Context, s *session, act func(ctx context.Context) error) error {
	trying, rehearsal := store.Rehearse(ctx)
	err := a.silently(func() error { return act(trying) })
	var waiting *crmsync.Waiting
	switch {
	case errors.As(err, &waiting):
		return a.printRehearsal(ctx, s, nil, "it would be proposed to a second admin: "+waiting.Approval.Summary)
	case err != nil:
		return err
	}
	return a.printRehearsal(ctx, s, rehearsal.Events, "")
}

// rehearsedAct is what an act would have done, for scripts.
type rehearsedAct struct {
	DryRun  bool   `json:"dry_run"` // always true: nothing was changed
	Act     string `json:"act,omitempty"`
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`
}

func (a *app) printRehearsal(ctx context.Context, s *session, events []store.AuditEvent, note string) error {
	var acts []rehearsedAct
	for _, event := range events {
		acts = append(acts, rehearsedAct{true, event.Act, event.Subject, s.inWords(ctx, event)})
	}
	if note != "" {
		acts = append(acts, rehearsedAct{DryRun: true, Text: note})
	}
	if len(acts) == 0 {
		acts = append(acts, rehearsedAct{DryRun: true, Text: "nothing would change"})
	}
	for _, act := range acts {
		if a.json {
			if err := a.printJSON(act); err != nil {
				return err
			}
			continue
		}
		a.printf("would be: %s\n", printable(act.Text))
	}
	if !a.json {
		a.printf("nothing has changed\n")
	}
	return nil
}

// inWords says what an event of a rehearsal would have done. What it would have been done to is read as it is, so the
// member of a correction comes from the event.
func (s *session) inWords(ctx context.Context, event store.AuditEvent) string {
	words := ui.Describe(ctx, s.store, event)
	if crmsync.ActID(event.Act) != crmsync.ActMatchRematch {
		return words
	}
	var after struct{ Rows []store.Match }
	if json.Unmarshal([]byte(event.After), &after) != nil || len(after.Rows) == 0 {
		return words
	}
	row := after.Rows[0]
	name := row.MemberID
	if row.Object == "Account" {
		if company, err := s.store.Company(ctx, row.MemberID); err == nil {
			name = company.Name
		}
	} else if person, err := s.store.Person(ctx, row.MemberID); err == nil {
		name = person.Name
	}
	if record, err := s.store.MatchRow(ctx, row.RecordID); err == nil {
		act, _ := crmsync.LookAct(crmsync.ActMatchRematch)
		words = act.Verb + " " + record.RecordName
	}
	return words + " = " + name
}

// silently runs do without what it prints to standard output: that it was done, which it was not.
func (a *app) silently(do func() error) error {
	out, doing := a.stdout, a.doing
	defer func() { a.stdout, a.doing = out, doing }()
	a.stdout = io.Discard
	a.doing = func(string) (store.AuditEvent, string, error) { return store.AuditEvent{}, "", nil }
	return do()
}
