package cli

import (
	"context"
	"encoding/csv"
	"fmt"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

func newMatchReasons(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "reasons",
		Short: "Count the records without a member by reason",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			counts, err := s.engine.CountReasons(ctx)
			if err != nil {
				return err
			}
			return printRows(a, p, counts, []string{"REASON", "OBJECT", "RECORDS", "MEANS"}, func(one crmsync.ReasonCount) []string {
				return []string{one.Code, one.Object, fmt.Sprint(one.Count), one.Text}
			})
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}

// unmatchedFlags narrow a list of matches to records without a member.
type unmatchedFlags struct {
	unmatched bool
	reasons   []string
	sort      string
	all, csv  bool
}

func (u *unmatchedFlags) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&u.unmatched, "unmatched", false, "only records without a member: to review, rejected, none")
	flags.StringSliceVar(&u.reasons, "reason", nil, "only these `reasons` of having no member (all: crmsync match reasons); comes by reason")
	flags.StringVar(&u.sort, "sort", "score", "score or reason")
	flags.BoolVar(&u.all, "all", false, "the whole list, not a page of it")
	flags.BoolVar(&u.csv, "csv", false, "the whole list as comma-separated values, safe for spreadsheets")
}

// narrow applies the flags to a query.
func (u *unmatchedFlags) narrow(q *store.MatchQuery) (err error) {
	if u.sort != "score" && u.sort != "reason" {
		return &failure{code: "cli.usage", message: fmt.Sprintf("--sort %q is no order", u.sort), hint: "orders: score, reason"}
	}
	q.ByReason = u.sort == "reason"
	if q.Reasons, err = crmsync.KeptReasons(u.reasons); err != nil {
		return err
	}
	if (u.unmatched || len(u.reasons) > 0) && len(q.States) == 0 {
		q.States = crmsync.UnmatchedStates
	}
	return nil
}

// exportPage is how many rows a whole list is read by.
const exportPage = 1000

// exportMatches prints a whole list, page by page.
func (a *app) exportMatches(ctx context.Context, s *session, q store.MatchQuery, asCSV bool) error {
	q.Limit = exportPage
	w := csv.NewWriter(a.stdout)
	if asCSV {
		if err := w.Write(matchHeader); err != nil {
			return err
		}
	}
	for {
		page, err := s.store.Matches(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			line := matchLineOf(row)
			if !asCSV {
				err = a.printJSON(line)
			} else {
				cells := line.cells()
				for i := range cells {
					cells[i] = report.Harmless(cells[i])
				}
				err = w.Write(cells)
			}
			if err != nil {
				return err
			}
		}
		if !page.More {
			w.Flush()
			return w.Error()
		}
		q.After = page.Next
	}
}
