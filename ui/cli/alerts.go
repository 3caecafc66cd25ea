package cli

import (
	"context"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newAlerts(a *app) *cobra.Command {
	var seat string
	var q store.AlertQuery
	p := paging{}
	cmd := &cobra.Command{
		Use:   "alerts",
		Short: "List what seats were told about their saved records, the newest first",
		Long: "Lists the alert feeds of seats: an entry for each record that was saved for one, and one for each change of\n" +
			"stage, amount, close date or owner on a saved account. Your own seat's are in crmsync me alerts.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if seat != "" {
				found, err := s.seat(ctx, seat)
				if err != nil {
					return err
				}
				q.SeatID = found.ID
			}
			q.PageQuery = p.query()
			return a.printAlerts(ctx, s, q)
		}),
	}
	cmd.Flags().StringVar(&seat, "seat", "", "only the seat with this `email`")
	cmd.Flags().BoolVar(&q.Unread, "unread", false, "only what was not read")
	p.flags(cmd)
	return cmd
}

func newMeAlerts(a *app) *cobra.Command {
	var q store.AlertQuery
	p := paging{}
	list := &cobra.Command{
		Use:   "list",
		Short: "List your alerts, the newest first",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if s.actor.Seat == "" {
				return errNoSeat()
			}
			q.SeatID, q.PageQuery = s.actor.Seat, p.query()
			return a.printAlerts(ctx, s, q)
		}),
	}
	listing := listing("alerts", "What happened to the records saved for you", list,
		markAlerts(a, "read [ALERT…]", "Mark your alerts as read; with no id, all of them", cobra.ArbitraryArgs, true),
		markAlerts(a, "unread ALERT…", "Mark your alerts as not read", someArgs("alert"), false))
	for _, cmd := range []*cobra.Command{list, listing} {
		cmd.Flags().BoolVar(&q.Unread, "unread", false, "only what you have not read")
		p.flags(cmd)
	}
	return listing
}

func markAlerts(a *app, use, short string, args cobra.PositionalArgs, read bool) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  args,
		RunE: a.do(func(ctx context.Context, s *session, ids []string) error {
			return a.acted(s.engine.MarkAlerts(ctx, s.actor, ids, read))
		}),
	}
}

func (a *app) printAlerts(ctx context.Context, s *session, q store.AlertQuery) error {
	page, err := s.engine.Alerts(ctx, s.actor, q)
	if err != nil {
		return err
	}
	return printPage(a, page, []string{"AT", "", "ABOUT", "WHAT", "ALERT"}, alertCells)
}

func alertCells(x crmsync.AlertView) []string {
	mark := "new"
	if !x.Read.IsZero() {
		mark = ""
	}
	return []string{when(x.At), mark, shorten(x.About, 40), shorten(x.Text, 70), x.ID}
}
