package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func newServe(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the schedule: imports every 12 hours, writeback every few minutes",
		Long:  "Runs the engine of this store until interrupted. One process at a time is a store's engine; others hand it their work.",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if err := s.engine.Run(ctx); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		}),
	}
}
