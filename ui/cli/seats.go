package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// seat finds a seat by its e-mail address or id.
func (s *session) seat(ctx context.Context, who string) (store.Seat, error) {
	seat, err := s.store.SeatByEmail(ctx, who)
	if errors.Is(err, store.ErrNotFound) {
		seat, err = s.store.Seat(ctx, who)
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.Seat{}, &failure{code: "seat.not_found", message: fmt.Sprintf("there is no seat %q", who), hint: "see: crmsync users list"}
	}
	return seat, err
}

func newUsersRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "remove EMAIL",
		Short: "Remove a seat that has neither activities nor saves",
		Args:  exactArgs("a seat's e-mail address"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(s.engine.RemoveSeat(ctx, s.actor, args[0]))
		}),
	}
}

func newUsersSuggest(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "suggest EMAIL",
		Short: "List CRM users that look like a seat's holder",
		Args:  exactArgs("a seat's e-mail address"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			users, err := s.engine.SuggestUsers(ctx, args[0])
			if err != nil {
				return err
			}
			users = crmsync.SuggestionsSeenBy(s.actor, users)
			return printRows(a, p, users, []string{"NAME", "EMAIL", "WHY", "USER-ID"}, func(u crmsync.UserSuggestion) []string {
				return []string{u.Name, u.Email, u.Why, u.UserID}
			})
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}

func newUsersFind(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "find [TEXT]",
		Short: "Find CRM users by a part of their name or e-mail address, with their ids",
		Args:  cobra.MaximumNArgs(1),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			users, err := s.engine.FindUsers(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			line := func(u crmsync.FoundUser) foundLine {
				u.Email = s.actor.Address(u.Email)
				return foundLine(u)
			}
			return printMapped(a, p, users, line, []string{"NAME", "EMAIL", "ACTIVE", "SEAT", "USER-ID"}, foundLine.cells)
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}

// foundLine is a CRM user in a list.
type foundLine crmsync.FoundUser

func (u foundLine) cells() []string {
	return []string{u.Name, u.Email, yes(u.Active), yes(u.Seat != ""), u.UserID}
}

func newUsersAutomap(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "automap",
		Short: "Show which seats would be mapped by e-mail; with --yes map them",
		Long: "Finds the CRM user of each seat that has none by the seat's e-mail address. What somebody mapped by hand stays.\n" +
			"Every import does the same for the users it has read; this does it now, and one undo takes all of it back.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if yes {
				report, err := s.engine.AutoMap(ctx, s.actor)
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(report)
				}
				a.printf("%s mapped, %d left over; %s\n", plural(len(report.Found), "seat"), report.Left, a.undoWith(report.Event))
				return nil
			}
			plan, err := s.engine.PlanAutoMap(ctx, s.actor)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(plan)
			}
			var rows [][]string
			for _, m := range plan.Found {
				rows = append(rows, []string{m.Name, m.Email, m.UserName, m.UserID})
			}
			if err := a.table([]string{"SEAT", "EMAIL", "CRM USER", "USER-ID"}, rows); err != nil {
				return err
			}
			fmt.Fprintf(a.stderr, "nothing has changed; %d would be mapped with --yes, %d are left over: crmsync users suggest EMAIL\n", len(plan.Found), plan.Left)
			return nil
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "map them")
	return cmd
}
