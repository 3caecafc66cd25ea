package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newReplay(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "replay [RUN]",
		Short: "Do a match run again, and say whether it comes out the same",
		Long: "Does a kept match run again with its model and thresholds, over the records, members and decisions of now, and\n" +
			"compares byte for byte. If it comes out otherwise, tells what changed since. Nothing is written. RUN is the id of\n" +
			"a match run, or of an import whose match run is meant (crmsync runs lists them); without it the last match run.\n" +
			"Exit code 1 if it differs.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%s takes one run at most", cmd.CommandPath())
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			report, err := s.engine.Replay(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(report)
			} else {
				err = a.printReplay(report)
			}
			if err != nil || report.Same {
				return err
			}
			return &failure{code: "replay.differs", message: "the run does not come out as it did", hint: "what changed since is listed above"}
		}),
	}
}

func (a *app) printReplay(report crmsync.ReplayReport) error {
	a.printf("match run %s of %s\n", report.Run, when(report.StartedAt))
	for _, kind := range report.Kinds {
		verdict := "same bytes"
		if !kind.Same {
			verdict = "comes out otherwise"
		}
		a.printf("%-9s %s  model %s, then %s, now %s\n", kind.Kind, verdict, kind.Model, kind.Then, kind.Now)
		for _, cause := range kind.Causes {
			a.printf("          %s\n", printable(cause))
		}
		if kind.Differences == 0 {
			continue
		}
		a.printf("          %d records stand otherwise in the store than the run says now:\n", kind.Differences)
		var rows [][]string
		for _, one := range kind.Examples {
			rows = append(rows, []string{one.RecordID, replaySide(one.Kept), replaySide(one.Replayed), one.Why})
		}
		if err := a.table([]string{"RECORD", "STORE", "REPLAY", "WHY"}, rows); err != nil {
			return err
		}
	}
	return nil
}

func replaySide(side crmsync.ReplaySide) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", side.State, percent(side.Score), side.Reason))
}
