package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"crmsync/store"
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
	return &cobra.Command{
		Use:   "suggest EMAIL",
		Short: "List CRM users that look like a seat's holder",
		Args:  exactArgs("a seat's e-mail address"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			users, err := s.engine.SuggestUsers(ctx, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(users)
			}
			var rows [][]string
			for _, u := range users {
				rows = append(rows, []string{u.Name, u.Email, u.Why, u.UserID})
			}
			return a.table([]string{"NAME", "EMAIL", "WHY", "USER-ID"}, rows)
		}),
	}
}
