package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// staleReasons are the words of --reason.
var staleReasons = map[string]store.StaleReason{
	"gone": store.StaleGone, "closed": store.StaleClosed, "owner": store.StaleOwner, "role": store.StaleRole, "match": store.StaleMatch,
}

// ledgerFlags choose saves of the ledger.
type ledgerFlags struct {
	seat, reason string
	stale        bool
}

func (f *ledgerFlags) add(cmd *cobra.Command, own bool) {
	if !own {
		cmd.Flags().StringVar(&f.seat, "seat", "", "only of the seat with this `email`")
	}
	cmd.Flags().StringVar(&f.reason, "reason", "", "only what is stale for this `reason`: gone, closed, owner, role or match")
}

func (f *ledgerFlags) query(ctx context.Context, s *session) (store.LedgerQuery, error) {
	q := store.LedgerQuery{Stale: f.stale}
	if f.reason != "" {
		reason, ok := staleReasons[f.reason]
		if !ok {
			return q, &failure{code: "cli.usage", message: "there is no reason " + f.reason, hint: "reasons: gone, closed, owner, role, match"}
		}
		q.Reason = reason
	}
	if f.seat != "" {
		seat, err := s.seat(ctx, f.seat)
		if err != nil {
			return q, err
		}
		q.SeatID = seat.ID
	}
	return q, nil
}

func newSaves(a *app) *cobra.Command {
	list := newSavesList(a)
	listed := listing("saves", "What was saved for owners of open opportunities", list, actOnOne(a, "remove SAVE", "Remove a save; it is not made again for the same opportunity",
		"the id of a save; see: crmsync saves list", func(ctx context.Context, s *session, id string) (string, error) {
			return s.engine.RemoveSave(ctx, s.actor, id)
		}), newSavesClean(a))
	return listed
}

func newSavesList(a *app) *cobra.Command {
	var chosen ledgerFlags
	removed := false
	p := paging{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List who has what saved, for which opportunity, and what is stale now",
		Long: "Lists the saves that stand, the newest first: for whom, what, because of which opportunity, and why it would not\n" +
			"be made today. A stale save stays until a person removes it.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if removed {
				yes := true
				return a.printSaves(ctx, s, store.SaveQuery{Removed: &yes, PageQuery: p.query()})
			}
			q, err := chosen.query(ctx, s)
			if err != nil {
				return err
			}
			q.PageQuery = p.query()
			return a.printLedger(ctx, s, q)
		}),
	}
	cmd.Flags().BoolVar(&chosen.stale, "stale", false, "only saves that would not be made today")
	cmd.Flags().BoolVar(&removed, "removed", false, "those that were removed instead")
	chosen.add(cmd, false)
	p.flags(cmd)
	return cmd
}

func newMeSaves(a *app) *cobra.Command {
	var chosen ledgerFlags
	p := paging{}
	cmd := &cobra.Command{
		Use:   "saves",
		Short: "List what is saved for you",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if s.actor.Seat == "" {
				return errNoSeat()
			}
			q, err := chosen.query(ctx, s)
			if err != nil {
				return err
			}
			q.SeatID, q.PageQuery = s.actor.Seat, p.query()
			return a.printLedger(ctx, s, q)
		}),
	}
	cmd.Flags().BoolVar(&chosen.stale, "stale", false, "only saves that would not be made today")
	chosen.add(cmd, true)
	p.flags(cmd)
	return cmd
}

func (a *app) printLedger(ctx context.Context, s *session, q store.LedgerQuery) error {
	page, err := s.engine.SaveLedger(ctx, s.actor, q)
	if err != nil {
		return err
	}
	return printPage(a, page, []string{"SAVED", "FOR", "RECORD", "BECAUSE OF", "STALE", "SAVE"}, ledgerCells)
}

func ledgerCells(x crmsync.LedgerLine) []string {
	stale := string(x.Stale)
	if x.Stale == store.StaleOwner {
		stale += ": now " + x.OwnerName
	}
	return []string{when(x.SavedAt), shorten(x.SeatName, 24), x.Object + " " + shorten(x.RecordName, 30), shorten(x.For, 36), stale, x.Save}
}

func newSavesClean(a *app) *cobra.Command {
	var chosen ledgerFlags
	apply := false
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "See what is stale, and with --apply remove it",
		Long: "Counts the stale saves by reason. With --apply they are removed, the newest 1,000 at most: by an admin, or each\n" +
			"member their own. What is removed is not saved again for the same opportunity; crmsync undo brings it back.",
		Example: "  crmsync saves clean\n  crmsync saves clean --seat hugo@acme.com --reason closed --apply",
		Args:    noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			q, err := chosen.query(ctx, s)
			if err != nil {
				return err
			}
			if s.actor.Role == crmsync.RoleMember {
				q.SeatID = s.actor.Seat
			}
			if apply {
				_, event, err := s.engine.CleanSaves(ctx, s.actor, q.SeatID, q.Reason)
				return a.acted(event, err)
			}
			return a.printStale(ctx, s, q)
		}),
	}
	chosen.add(cmd, false)
	cmd.Flags().BoolVar(&apply, "apply", false, "remove them")
	return cmd
}

func (a *app) printStale(ctx context.Context, s *session, q store.LedgerQuery) error {
	counts, err := s.store.CountStaleSaves(ctx, q.SeatID)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(counts)
	}
	var rows [][]string
	for word, reason := range staleReasons {
		if n := counts[reason]; n > 0 && (q.Reason == "" || q.Reason == reason) {
			rows = append(rows, []string{word, crmsync.Thousands(n), string(reason)})
		}
	}
	if len(rows) == 0 {
		a.printf("no save is stale\n")
		return nil
	}
	slices.SortFunc(rows, func(x, y []string) int { return strings.Compare(x[0], y[0]) })
	return a.table([]string{"REASON", "SAVES", ""}, rows)
}
