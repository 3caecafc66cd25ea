package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func newWritebackRetry(a *app) *cobra.Command {
	var all, yes, dry bool
	cmd := &cobra.Command{
		Use:   "retry [ITEM]",
		Short: "Queue an item again that failed or is in doubt, or with --all everything that failed",
		Long: "Queues an item again that failed, or that is in doubt and that you looked for in Salesforce in vain. With --all it\n" +
			"shows what failed, by code; with --yes besides, everything that failed is queued again.",
		Example: "  crmsync writeback retry 0192…\n  crmsync writeback retry --all\n  crmsync writeback retry --all --yes",
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case all && len(args) > 0:
				return usage(cmd, "--all takes no item")
			case !all && len(args) != 1:
				return usage(cmd, "%s takes the id of an item, or --all; see: crmsync writeback outbox", cmd.CommandPath())
			}
			return nil
		},
		RunE: a.dryOr(func() bool { return dry && !all }, func(ctx context.Context, s *session, args []string) error {
			switch {
			case !all:
				return a.acted(s.engine.RetryOutbox(ctx, s.actor, args[0]))
			case yes && !dry:
				return a.retryAll(ctx, s)
			}
			return a.previewRetry(ctx, s)
		}),
	}
	cmd.Flags().BoolVar(&all, "all", false, "everything that failed")
	cmd.Flags().BoolVar(&yes, "yes", false, "with --all: queue it again")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only show it, which is what happens with --all and without --yes")
	return cmd
}

func (a *app) previewRetry(ctx context.Context, s *session) error {
	preview, err := s.engine.PreviewRetry(ctx, s.actor)
	if err != nil || a.json {
		return a.jsonOr(preview, err)
	}
	for _, group := range preview.Groups {
		a.printf("%9d  %s  %s\n", group.N, printable(group.Code), printable(group.Text))
	}
	a.printf("%s failed; --yes queues them again\n", plural(int(preview.Items), "item"))
	return nil
}

func (a *app) retryAll(ctx context.Context, s *session) error {
	report, err := s.engine.RetryFailed(ctx, s.actor)
	if err != nil || a.json {
		return a.jsonOr(report, err)
	}
	a.printf("%s queued again\n", plural(report.Queued, "item"))
	if report.Left {
		fmt.Fprintln(a.stderr, "more failed: repeat this command")
	}
	return nil
}

// jsonOr prints what came as JSON unless it failed.
func (a *app) jsonOr(what any, err error) error {
	if err != nil {
		return err
	}
	return a.printJSON(what)
}
