package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newMatchQueue(a *app) *cobra.Command {
	var object string
	length := countFlag(crmsync.QueueLength)
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "List the pairs of which a decision teaches most",
		Long: "Lists the pairs in review that the model is least sure of, of many kinds rather than many of one, the most\n" +
			"telling first. Judging these few makes the scores of all others better than judging the first in the list.\n" +
			"In the console: t on Matches, then j and k to move, c confirm, o override, r reject.",
		Example: "  crmsync match queue\n  crmsync match show RECORD\n  crmsync match accept RECORD",
		Args:    noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			rows, err := s.engine.ReviewQueue(ctx, object, int(length))
			if err != nil {
				return err
			}
			if len(rows) == 0 && !a.json {
				fmt.Fprintln(a.stderr, "nothing waits for review")
				return nil
			}
			return printPage(a, mapRows(store.Page[store.MatchRow]{Rows: rows}, matchLineOf), matchHeader, matchLine.cells)
		}),
	}
	objectFlag(cmd.Flags(), &object)
	cmd.Flags().Var(&length, "limit", "`number` of pairs at the most")
	return cmd
}
