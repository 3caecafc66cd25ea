package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// paging are the flags of every list.
type paging struct {
	limit  countFlag
	cursor string
}

func (p *paging) flags(cmd *cobra.Command) {
	p.limit = 50
	cmd.Flags().Var(&p.limit, "limit", "`number` of rows at the most")
	cmd.Flags().StringVar(&p.cursor, "cursor", "", "go on after this `place`, as the list before printed it")
}

func (p *paging) query() store.PageQuery {
	return store.PageQuery{Limit: int(p.limit), After: store.Cursor(p.cursor)}
}

// printPage prints a page of a list: with --json one object a line, else a table. How to go on, if there is more, stands
// on standard error.
func printPage[T any](a *app, page store.Page[T], header []string, cells func(T) []string) error {
	if a.json {
		for _, row := range page.Rows {
			if err := a.printJSON(row); err != nil {
				return err
			}
		}
		a.printMore(page.More, page.Next)
		return nil
	}
	var rows [][]string
	for _, row := range page.Rows {
		rows = append(rows, cells(row))
	}
	if err := a.table(header, rows); err != nil {
		return err
	}
	a.printMore(page.More, page.Next)
	return nil
}

// printMore says on standard error how a list goes on, if it does.
func (a *app) printMore(more bool, next store.Cursor) {
	switch {
	case more && a.json:
		fmt.Fprintf(a.stderr, "{\"more\":{\"cursor\":%q}}\n", next)
	case more:
		fmt.Fprintf(a.stderr, "more: --cursor %s\n", next)
	}
}

var matchStates = []store.MatchState{store.MatchAuto, store.MatchReview, store.MatchAccepted, store.MatchOverridden, store.MatchRejected, store.MatchNone}

func newMatchList(a *app) *cobra.Command {
	var (
		object, text string
		states       []string
		from, to     scoreFlag
		p            paging
		u            unmatchedFlags
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List matches, the best score first",
		Example: "  crmsync match list --state review --object Contact --min 85\n" +
			"  crmsync match list --unmatched --reason tie,below_threshold --csv > unmatched.csv",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			q := store.MatchQuery{Object: object, Text: text, MinScore: from.unit(), MaxScore: to.unit(), PageQuery: p.query()}
			for _, name := range states {
				if !slices.Contains(matchStates, store.MatchState(name)) {
					return &failure{code: "cli.usage", message: fmt.Sprintf("--state %q is no state of a match", name), hint: "states: " + stateNames(matchStates)}
				}
				q.States = append(q.States, store.MatchState(name))
			}
			if err := u.narrow(&q); err != nil {
				return err
			}
			if u.csv || u.all && a.json {
				return a.exportMatches(ctx, s, q, u.csv)
			}
			page, err := s.allMatches(ctx, q, u.all)
			if err != nil {
				return err
			}
			return printPage(a, mapRows(page, matchLineOf), matchHeader, matchLine.cells)
		}),
	}
	flags := cmd.Flags()
	objectFlag(flags, &object)
	flags.StringSliceVar(&states, "state", nil, "auto, review, accepted, overridden, rejected or none")
	flags.Var(&from, "min", "lowest `score`, 0 to 100")
	flags.Var(&to, "max", "highest `score`, 0 to 100")
	flags.StringVar(&text, "text", "", "`text` in a name or company")
	p.flags(cmd)
	u.flags(cmd)
	return cmd
}

var matchHeader = []string{"RECORD", "CRM", "CRM COMPANY", "NETWORK", "NETWORK COMPANY", "SCORE", "STATE", "REASON", "DUPLICATE OF"}

// allMatches reads a page of matches, or with all the whole list.
func (s *session) allMatches(ctx context.Context, q store.MatchQuery, all bool) (store.Page[store.MatchRow], error) {
	if all {
		q.Limit = exportPage
	}
	list, err := s.store.Matches(ctx, q)
	for all && err == nil && list.More {
		var page store.Page[store.MatchRow]
		q.After = list.Next
		page, err = s.store.Matches(ctx, q)
		list.Rows, list.Next, list.More = append(list.Rows, page.Rows...), page.Next, page.More
	}
	return list, err
}

// matchLine is a match as lists print it.
type matchLine struct {
	Record        string  `json:"record"`
	Object        string  `json:"object"`
	RecordName    string  `json:"record_name"`
	RecordCompany string  `json:"record_company,omitempty"`
	Member        string  `json:"member,omitempty"`
	MemberName    string  `json:"member_name,omitempty"`
	MemberCompany string  `json:"member_company,omitempty"`
	Probability   float64 `json:"probability"`
	State         string  `json:"state"`
	Reason        string  `json:"reason,omitempty"`
	DuplicateOf   string  `json:"duplicate_of,omitempty"`
}

func matchLineOf(row store.MatchRow) matchLine {
	return matchLine{
		Record: row.RecordID, Object: row.Object, RecordName: row.RecordName, RecordCompany: row.RecordCompany,
		Member: row.MemberID, MemberName: row.MemberName, MemberCompany: row.MemberCompany,
		Probability: float64(row.Score) / store.ScoreUnit, State: string(row.State), Reason: crmsync.ReasonOf(row.Match), DuplicateOf: row.DuplicateOf,
	}
}

func (m matchLine) cells() []string {
	return []string{m.Record, m.RecordName, m.RecordCompany, m.MemberName, m.MemberCompany, percent(m.Probability), m.State, m.Reason, m.DuplicateOf}
}

func mapRows[T, U any](page store.Page[T], f func(T) U) store.Page[U] {
	mapped := store.Page[U]{First: page.First, Next: page.Next, More: page.More}
	for _, row := range page.Rows {
		mapped.Rows = append(mapped.Rows, f(row))
	}
	return mapped
}

func newMatchStats(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "stats",
		Short: "Count records by state",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			counts, err := s.store.CountMatches(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(counts)
			}
			header := []string{"OBJECT"}
			for _, state := range matchStates {
				header = append(header, string(state))
			}
			var rows [][]string
			for _, object := range []string{"Contact", "Lead", "Account"} {
				row := []string{object}
				for _, state := range matchStates {
					row = append(row, fmt.Sprint(counts[object][state]))
				}
				rows = append(rows, row)
			}
			return a.table(header, rows)
		}),
	}
}

func newMatchShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show RECORD",
		Short: "Show why a record has its member, or has none",
		Args:  exactArgs("the id or address of a record"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			explanation, err := s.engine.Explain(ctx, s.actor, recordID(args[0]))
			if errors.Is(err, store.ErrNotFound) {
				return &failure{code: "match.not_found", message: fmt.Sprintf("%s is not a record that was matched", args[0]), hint: "see: crmsync match list"}
			}
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(explanation)
			}
			return a.printExplanation(explanation)
		}),
	}
}
