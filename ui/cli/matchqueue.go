package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

// queueMost is how many pairs are asked for, of which pages are shown: which pairs a queue has depends on its length.
const queueMost = 200

func newMatchQueue(a *app) *cobra.Command {
	var object string
	var p paging
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "List the pairs of which a decision teaches most",
		Long: "Lists pairs of four kinds in turn: those in review that the model is least sure of, of many kinds rather than\n" +
			"many of one; any others in review; links that it made by itself; and the best candidates of records without a\n" +
			"match. Judging these few makes the scores of all others better than judging the first in the list: from doubtful\n" +
			"pairs alone nobody learns whether the sure ones are right.\n" +
			"In the console: t on Matches, then j and k to move, c confirm, o override, r reject.",
		Example: "  crmsync match queue\n  crmsync match show RECORD\n  crmsync match accept RECORD --member MEMBER",
		Args:    noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			rows, err := s.engine.ReviewQueue(ctx, object, max(queueMost, int(p.limit)))
			if err != nil {
				return err
			}
			if len(rows) == 0 && !a.json {
				fmt.Fprintln(a.stderr, "there is nothing to judge; match first: crmsync match run")
				return nil
			}
			return printMapped(a, p, rows, queueLineOf, queueHeader, queueLine.cells)
		}),
	}
	objectFlag(cmd.Flags(), &object)
	p.flags(cmd)
	p.limit = crmsync.QueueLength
	cmd.Flags().Lookup("limit").DefValue = p.limit.String()
	return cmd
}

// queueLine is a pair of the queue as it is printed.
type queueLine struct {
	matchLine
	Asked string `json:"asked"` // why
}

var queueHeader = []string{"RECORD", "CRM", "CRM COMPANY", "NETWORK", "NETWORK COMPANY", "SCORE", "ASKED", "MEMBER"}

func queueLineOf(p crmsync.QueuedPair) queueLine {
	return queueLine{matchLineOf(p.MatchRow), p.Kind.String()}
}

func (q queueLine) cells() []string {
	return []string{q.Record, q.RecordName, q.RecordCompany, q.MemberName, q.MemberCompany, percent(q.Probability), q.Asked, q.Member}
}
