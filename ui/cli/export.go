package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

// exported is one row on its way to a file.
type exported struct {
	line  any // for NDJSON
	cells []string
}

// exportable is a list that can be written whole to a file.
type exportable struct {
	header []string
	pages  func(ctx context.Context, s *session, at store.PageQuery) (store.Page[exported], error)
}

// exportables are the lists, by what they are asked for.
var exportables = map[string]exportable{
	"matches": {matchHeader, func(ctx context.Context, s *session, at store.PageQuery) (store.Page[exported], error) {
		page, err := s.store.Matches(ctx, store.MatchQuery{PageQuery: at})
		return exportPageOf(page, matchLineOf, matchLine.cells), err
	}},
	"decisions": {[]string{"AT", "RECORD", "MEMBER", "VERDICT", "WHO", "NOTE", "SCORE", "ENDED", "MOVED FROM", "DECISION"}, decisionPages},
	"saves": {[]string{"SAVED", "SAVE", "OBJECT", "RECORD", "OPPORTUNITY", "SEAT", "REMOVED"}, func(ctx context.Context, s *session, at store.PageQuery) (store.Page[exported], error) {
		q := store.SaveQuery{PageQuery: at}
		if s.actor.Role != crmsync.RoleAdmin && s.actor.Role != crmsync.RoleTester { // as the lists of saves are
			if q.SeatID = s.actor.Seat; q.SeatID == "" {
				return store.Page[exported]{}, errNoSeat()
			}
		}
		page, err := s.store.Saves(ctx, q)
		return exportPageOf(page, saveLineOf, saveLine.cells), err
	}},
	"outbox": {outboxHeader, func(ctx context.Context, s *session, at store.PageQuery) (store.Page[exported], error) {
		q := store.OutboxQuery{PageQuery: at}
		if err := s.ownOutbox(&q); err != nil {
			return store.Page[exported]{}, err
		}
		page, err := s.store.Outbox(ctx, q)
		return exportPageOf(page, s.outboxLineOf, outboxLine.cells), err
	}},
	"audit": {auditHeader, func(ctx context.Context, s *session, at store.PageQuery) (store.Page[exported], error) {
		q := store.AuditQuery{PageQuery: at}
		if err := s.ownAudit(&q); err != nil {
			return store.Page[exported]{}, err
		}
		page, err := s.store.Audit(ctx, q)
		return exportPageOf(page, s.auditLineOf, auditLine.cells), err
	}},
}

func exportPageOf[T, L any](page store.Page[T], lineOf func(T) L, cells func(L) []string) store.Page[exported] {
	return mapRows(page, func(row T) exported {
		line := lineOf(row)
		return exported{line, cells(line)}
	})
}

// decisionLine is what a person decided about a record.
type decisionLine struct {
	ID      string    `json:"decision"`
	At      time.Time `json:"at"`
	Record  string    `json:"record"`
	Member  string    `json:"member,omitempty"`
	Verdict string    `json:"verdict"`
	Who     string    `json:"who"`
	Note    string    `json:"note,omitempty"`
	Score   float64   `json:"probability"`
	Ended   time.Time `json:"ended,omitzero"`
	Moved   string    `json:"moved_from,omitempty"`
}

func (x decisionLine) cells() []string {
	ended := ""
	if !x.Ended.IsZero() {
		ended = when(x.Ended)
	}
	return []string{when(x.At), x.Record, x.Member, x.Verdict, x.Who, x.Note, percent(x.Score), ended, x.Moved, x.ID}
}

// decisionPages gives all decisions at once: they are as few as people make them.
func decisionPages(ctx context.Context, s *session, _ store.PageQuery) (store.Page[exported], error) {
	decisions, err := s.store.Decisions(ctx, store.DecisionQuery{})
	return exportPageOf(store.Page[store.Decision]{Rows: decisions}, func(d store.Decision) decisionLine {
		line := decisionLine{d.ID, d.DecidedAt, d.RecordID, d.MemberID, string(d.Verdict), d.Actor, d.Note, float64(d.Score) / store.ScoreUnit, d.EndedAt, d.MovedFrom}
		if s.actor.NamesOnly() {
			line.Note = ""
		}
		return line
	}, decisionLine.cells), err
}

func newExport(a *app) *cobra.Command {
	var asCSV bool
	var out string
	names := sortedKeys(exportables)
	cmd := &cobra.Command{
		Use:   "export LIST",
		Short: "Write a whole list to a file: matches, decisions, saves, outbox or the audit trail",
		Long: "Writes all rows of a list, one JSON object a line, or as comma-separated values that are safe for spreadsheets.\n" +
			"Lists: " + anyOf(names) + ". Everybody is given what they may see: members their own saves, items and acts.\n\n" +
			"Decisions are what people said about matches, and what a purge deletes and nobody can derive again.",
		Example: "  crmsync export decisions --out decisions.ndjson\n  crmsync export matches --csv > matches.csv",
		Args: func(cmd *cobra.Command, args []string) error {
			if err := exactArgs("a list: "+anyOf(names))(cmd, args); err != nil {
				return err
			}
			if _, ok := exportables[args[0]]; !ok {
				return usage(cmd, "there is no list %q to export; there are %s", args[0], anyOf(names))
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			list := exportables[args[0]]
			if out == "" {
				_, err := writeList(ctx, s, list, a.stdout, asCSV)
				return err
			}
			rows, err := toNewFile(out, func(w io.Writer) (int, error) { return writeList(ctx, s, list, w, asCSV) })
			if err != nil || a.json {
				return a.jsonOr(map[string]any{"file": out, "rows": rows}, err)
			}
			a.printf("%s: %s\n", out, plural(rows, "row"))
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "as comma-separated values")
	cmd.Flags().StringVar(&out, "out", "", "`file` to write, for its owner alone; one that exists is not written over")
	return cmd
}

// toNewFile lets write fill a file that did not exist, for its owner alone. A file that could not be finished is removed.
func toNewFile(name string, write func(io.Writer) (int, error)) (rows int, err error) {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, &failure{code: "export.file", message: "the list cannot be written: " + err.Error(), hint: "name another file with --out; one that exists is not written over"}
	}
	rows, err = write(file)
	if closed := file.Close(); err == nil && closed != nil {
		err = fmt.Errorf("writing %s: %w", name, closed)
	}
	if err != nil {
		_ = os.Remove(name) // the error before says more
	}
	return rows, err
}

// writeList writes all rows of a list, page by page.
func writeList(ctx context.Context, s *session, list exportable, to io.Writer, asCSV bool) (rows int, err error) {
	buffered := bufio.NewWriter(to)
	put, w := json.NewEncoder(buffered), csv.NewWriter(buffered)
	put.SetEscapeHTML(false)
	if asCSV {
		if err := w.Write(list.header); err != nil {
			return 0, err
		}
	}
	for at := (store.PageQuery{Limit: exportPage}); ; {
		page, err := list.pages(ctx, s, at)
		if err != nil {
			return rows, err
		}
		for _, row := range page.Rows {
			if asCSV {
				for i := range row.cells {
					row.cells[i] = report.Harmless(row.cells[i])
				}
				err = w.Write(row.cells)
			} else {
				err = put.Encode(row.line)
			}
			if err != nil {
				return rows, err
			}
			rows++
		}
		if w.Flush(); w.Error() != nil {
			return rows, w.Error()
		}
		if !page.More {
			return rows, buffered.Flush()
		}
		at.After = page.Next
	}
}
