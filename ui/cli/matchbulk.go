package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newMatchBulk(a *app) *cobra.Command {
	var (
		filter   crmsync.BulkFilter
		from     scoreFlag
		yes, dry bool
	)
	cmd := &cobra.Command{
		Use:   "bulk",
		Short: "Accept every suggestion from a score on",
		Long:  "Shows what would be accepted; with --yes accepts it. One undo takes all of it back.",
		Example: "  crmsync match bulk --from 95 --object Contact\n" +
			"  crmsync match bulk --from 95 --object Contact --yes",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			filter.MinScore = float64(from) / 100
			if yes && !dry {
				return a.acceptBulk(ctx, s, filter)
			}
			return a.previewBulk(ctx, s, filter, float64(from))
		}),
	}
	flags := cmd.Flags()
	flags.Var(&from, "from", "lowest `score` to accept, 1 to 100")
	objectFlag(flags, &filter.Object)
	flags.BoolVar(&yes, "yes", false, "accept them")
	flags.BoolVar(&dry, "dry-run", false, "only show what would be accepted, which is what happens without --yes")
	return cmd
}

func (a *app) acceptBulk(ctx context.Context, s *session, filter crmsync.BulkFilter) error {
	report, err := s.engine.AcceptBulk(ctx, s.actor, filter)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	a.printf("accepted %d, left out %d whose member a better record got\n%s\n", report.Accepted, report.Skipped, a.undoWith(report.Event))
	return nil
}

func (a *app) previewBulk(ctx context.Context, s *session, filter crmsync.BulkFilter, from float64) error {
	preview, err := s.engine.PreviewBulk(ctx, s.actor, filter)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(preview)
	}
	a.printf("%d would be accepted; of these about %.0f are right by the model\n", preview.Count, preview.Expected)
	if preview.Judged > 0 {
		a.printf("people decided on %d such pairs before and accepted %d\n", preview.Judged, preview.Agreed)
	}
	for _, band := range preview.Bands {
		a.printf("  %3.0f to %3.0f  %9d wait\n", 100*band.From, 100*band.To, band.Count)
	}
	for _, row := range preview.Sample {
		a.printf("  %-30s = %-30s %3s\n", printable(row.RecordName), printable(row.MemberName), percent(row.Score))
	}
	fmt.Fprintf(a.stderr, "nothing has changed; accept them with: crmsync match bulk --from %g --yes\n", from)
	return nil
}
