package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	crmsync "crmsync/sync"
)

func newServe(a *app) *cobra.Command {
	watch := crmsync.WatchOptions{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the schedule: imports every 12 hours, writeback every few minutes",
		Long:  "Runs the engine of this store until interrupted. One process at a time is a store's engine; others hand it their work.",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			group, ctx := errgroup.WithContext(ctx)
			group.Go(func() error { return s.engine.Run(ctx) })
			if watch.Dir != "" {
				group.Go(func() error { return s.engine.Watch(ctx, s.actor, watch, nil) })
			}
			if err := group.Wait(); !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		}),
	}
	cmd.Flags().StringVar(&watch.Dir, "watch", "", "`folder` to import network files from as well; see crmsync network watch")
	return cmd
}
