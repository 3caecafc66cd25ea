package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newMe(a *app) *cobra.Command {
	return group("me", "What you do for your own seat", newMeWriteback(a), newMeImport(a), newMePortability(a), newMeHold(a), newMeRelease(a), newMeSaves(a), newMeAlerts(a))
}

func newMeWriteback(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "writeback on|off KIND",
		Short: "Write one kind of your activities back, or no more",
		Long: "Opts your own seat in to writeback of one kind, from your next activity on, or out again. Nobody can do it\n" +
			"for you, and it lasts until you change it. Kinds: " + kindNames() + ".",
		Args: exactArgs("on or off", "a kind"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if args[0] != "on" && args[0] != "off" {
				return &failure{code: "cli.usage", message: fmt.Sprintf("%q is neither on nor off", args[0]), hint: "for instance: crmsync me writeback on note"}
			}
			kind, err := parseKind(args[1])
			if err != nil {
				return err
			}
			return a.acted(s.engine.OptIn(ctx, s.actor, kind, args[0] == "on"))
		}),
	}
}

func newMeImport(a *app) *cobra.Command {
	request := crmsync.NetworkRequest{}
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Read files of your own data archive",
		Args:  someArgs("file"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if s.actor.Seat == "" {
				return errNoSeat()
			}
			request.Files, request.Seat = args, s.actor.Seat
			return a.networkImport(ctx, s, request)
		}),
	}
	a.networkFlags(cmd, &request)
	return cmd
}

func errNoSeat() error {
	return &failure{code: "seat.none", message: "you have no seat", hint: "an admin gives you one: crmsync user add NAME --seat EMAIL"}
}

func newMeHold(a *app) *cobra.Command {
	return outboxAct(a, "hold ACTIVITY", "Keep one of your activities from being written", func(ctx context.Context, s *session, id string) (string, error) {
		return s.engine.HoldActivity(ctx, s.actor, id, "")
	})
}

func newMeRelease(a *app) *cobra.Command {
	return outboxAct(a, "release ACTIVITY", "Let one of your activities go that is held, or is older than your opt-in", func(ctx context.Context, s *session, id string) (string, error) {
		return s.engine.ReleaseActivity(ctx, s.actor, id)
	})
}

func (a *app) printSaves(ctx context.Context, s *session, q store.SaveQuery) error {
	page, err := s.store.Saves(ctx, q)
	if err != nil {
		return err
	}
	return printPage(a, mapRows(page, saveLineOf), []string{"SAVED", "SAVE", "OBJECT", "RECORD", "OPPORTUNITY", "SEAT", "REMOVED"}, saveLine.cells)
}

func newActivity(a *app) *cobra.Command {
	return group("activity", "Notes, calls and messages of your seat", newActivityAdd(a), newActivityList(a))
}

func newActivityAdd(a *app) *cobra.Command {
	var (
		added    crmsync.NewActivity
		kind, at string
	)
	cmd := &cobra.Command{
		Use:     "add",
		Short:   "Add a note or a call of yours",
		Example: "  crmsync activity add --kind note --with https://www.linkedin.com/in/… --subject 'Met at the fair' --body 'Wants a quote'",
		Args:    noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			var err error
			if added.Kind, err = parseKind(kind); err != nil {
				return err
			}
			if added.With == "" {
				return &failure{code: "cli.usage", message: "--with is needed: whom was it with?", hint: "an id, a profile address or a Salesforce record; see: crmsync search NAME"}
			}
			added.At = s.store.Now()
			if at != "" {
				if added.At, err = time.Parse(time.RFC3339, at); err != nil {
					return &failure{code: "cli.usage", message: fmt.Sprintf("--at %q is no time", at), hint: "for instance: --at 2026-11-24T15:04:05Z"}
				}
			}
			id, err := s.engine.AddActivity(ctx, s.actor, added)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]string{"activity": id})
			}
			a.printf("added %s\n", id)
			return nil
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "kind", "note", "`kind`: "+kindNames())
	flags.StringVar(&added.With, "with", "", "`whom` it is with: an id, a profile address or a Salesforce record")
	flags.StringVar(&added.Subject, "subject", "", "`text` of one line")
	flags.StringVar(&added.Body, "body", "", "`text`")
	flags.StringVar(&at, "at", "", "`time`, RFC 3339 (default now)")
	flags.DurationVar(&added.Duration, "duration", 0, "how long a call took, for instance 12m")
	return cmd
}

func newActivityList(a *app) *cobra.Command {
	p := paging{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List your activities, the newest first",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if s.actor.Seat == "" {
				return errNoSeat()
			}
			page, err := s.store.Activities(ctx, store.ActivityQuery{SeatID: s.actor.Seat, PageQuery: p.query()})
			if err != nil {
				return err
			}
			return printPage(a, mapRows(page, activityLineOf), []string{"AT", "ACTIVITY", "KIND", "SUBJECT", "HELD BY"}, activityLine.cells)
		}),
	}
	p.flags(cmd)
	return cmd
}

// shorten returns at most n characters of s.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}
