package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

const runColumns = "id, kind, state, actor, started_at, ended_at, api_calls, summary, error_code, error_text"

func scanRun(row scanner) (x Run, err error) {
	return x, row.Scan(&x.ID, &x.Kind, &x.State, &x.Actor, timeDest{&x.StartedAt}, timeDest{&x.EndedAt}, &x.APICalls, &x.Summary, &x.ErrorCode, &x.ErrorText)
}

// PutRun adds or changes a run.
func (t *Tx) PutRun(x Run) error {
	_, err := t.exec("INSERT INTO run ("+runColumns+") VALUES ("+marks(10)+") ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at, "+
		"api_calls = excluded.api_calls, summary = excluded.summary, error_code = excluded.error_code, error_text = excluded.error_text",
		x.ID, x.Kind, string(x.State), x.Actor, x.StartedAt.UnixMilli(), millis(x.EndedAt), x.APICalls, x.Summary, x.ErrorCode, x.ErrorText)
	return err
}

// Run returns a run, or ErrNotFound.
func (s *Store) Run(ctx context.Context, id string) (Run, error) {
	return one(s.reader(ctx), scanRun, "SELECT "+runColumns+" FROM run WHERE id = ?", id)
}

// Runs returns a page of runs of a kind, or of all kinds for "", the newest first. Text is looked for in the kind, the
// state, the error's code, and the id.
func (s *Store) Runs(ctx context.Context, kind string, q PageQuery) (Page[Run], error) {
	return page(s.reader(ctx), runList(kind, s.dialect), q, scanRun, func(x Run) []any { return []any{x.ID} })
}

func runList(kind string, d dialect) keyset {
	k := keyset{table: "run", columns: runColumns, order: []orderColumn{{"id", true}}, texts: runTexts(d), byKey: "run" + d.indexed("sqlite_autoindex_run_1")}
	if kind != "" {
		k.table += d.indexed("run_kind")
		k.where, k.args = "kind = ?", []any{kind}
	}
	return k
}

// runTexts are what a run is found by: the kind, the state, the error's code, and the id.
func runTexts(d dialect) []textPlace {
	states, kinds := []string{"running", "done", "partial", "failed", "cancelled"}, valuesOf(d, "run", "run_kind", "kind", "")
	each := "SELECT r.id FROM (" + allValuesOf(d, "run", "run_kind", "kind", "") + ") AS k CROSS JOIN run r" + d.indexed("run_state") + " WHERE r.kind = k.v AND r.state IN (" + quoted(states) + ") AND r.state" + like
	return []textPlace{
		{holds: "state" + like, search: each, may: among(states...)},
		{holds: "lower(kind)" + like, search: "SELECT id FROM run" + d.indexed("run_kind") + " WHERE kind IN (" + kinds + ")"},
		{
			holds:  "lower(error_code)" + like,
			search: "SELECT id FROM run" + d.indexed("run_error") + " WHERE error_code <> '' AND error_code IN (" + valuesOf(d, "run", "run_error", "error_code", "error_code <> ''") + ")",
		},
		{holds: "lower(id)" + like, search: "SELECT id FROM run" + d.indexed("sqlite_autoindex_run_1") + " WHERE id" + like, may: inID},
	}
}

// inID reports whether a word can stand in an id of ours, a UUID.
func inID(word string) bool { return strings.Trim(word, "0123456789abcdef-") == "" }

// runsADay is more than the runs of one kind that begin in a day: writeback begins one in two minutes at the most.
const runsADay = 1500

// SumAPICalls returns how many calls the runs of a kind cost that began since then, which is at most a day ago.
func (s *Store) SumAPICalls(ctx context.Context, kind string, since time.Time) (int64, error) {
	newest := "SELECT api_calls, started_at FROM run" + s.dialect.indexed("run_kind") + " WHERE kind = ? ORDER BY id DESC LIMIT " + fmt.Sprint(runsADay)
	return one(s.reader(ctx), scanInt, "SELECT coalesce(sum(api_calls), 0) FROM ("+newest+") AS newest WHERE started_at >= ?", kind, since.UnixMilli())
}

// LastRun returns the newest run of a kind, in one of the states if any are given, or ErrNotFound.
func (s *Store) LastRun(ctx context.Context, kind string, states ...RunState) (Run, error) {
	k := runList(kind, s.dialect)
	if len(states) > 0 {
		k.table = "run" + s.dialect.indexed("run_state")
		for _, state := range distinct(states) {
			k.arms = append(k.arms, arm{"state = ?", []any{string(state)}})
		}
	}
	p, err := page(s.reader(ctx), k, PageQuery{Limit: 1}, scanRun, func(x Run) []any { return []any{x.ID} })
	if err == nil && len(p.Rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Run{}, err
	}
	return p.Rows[0], nil
}

const runObjectColumns = "run_id, object, state, fetched, inserted, updated, deleted, unchanged, pages, api_calls, took_ms, error_code, error_text"

// PutRunObject adds or changes what a run did with an object.
func (t *Tx) PutRunObject(x RunObject) error {
	_, err := t.exec("INSERT INTO run_object ("+runObjectColumns+") VALUES ("+marks(13)+") ON CONFLICT (run_id, object) DO UPDATE SET state = excluded.state, fetched = excluded.fetched, "+
		"inserted = excluded.inserted, updated = excluded.updated, deleted = excluded.deleted, unchanged = excluded.unchanged, pages = excluded.pages, api_calls = excluded.api_calls, "+
		"took_ms = excluded.took_ms, error_code = excluded.error_code, error_text = excluded.error_text",
		x.RunID, x.Object, string(x.State), x.Fetched, x.Inserted, x.Updated, x.Deleted, x.Unchanged, x.Pages, x.APICalls, x.Took.Milliseconds(), x.ErrorCode, x.ErrorText)
	return err
}

// RunObjects returns what a run did with each object, in the order of Objects.
func (s *Store) RunObjects(ctx context.Context, runID string) ([]RunObject, error) {
	rows, err := list(s.reader(ctx), func(row scanner) (x RunObject, err error) {
		return x, row.Scan(&x.RunID, &x.Object, &x.State, &x.Fetched, &x.Inserted, &x.Updated, &x.Deleted, &x.Unchanged, &x.Pages, &x.APICalls, durationDest{&x.Took}, &x.ErrorCode, &x.ErrorText)
	}, "SELECT "+runObjectColumns+" FROM run_object WHERE run_id = ?", runID)
	if err != nil {
		return nil, err
	}
	var ordered []RunObject
	for _, o := range objects {
		for _, x := range rows {
			if x.Object == o.Name {
				ordered = append(ordered, x)
			}
		}
	}
	return ordered, nil
}

// ImportState returns how far an object has been imported; its zero value, but for Object, before any import.
func (s *Store) ImportState(ctx context.Context, object string) (ImportState, error) {
	return s.reader(ctx).ImportState(object)
}

// ImportState returns how far an object has been imported; its zero value, but for Object, before any import.
func (r reader) ImportState(object string) (ImportState, error) {
	x, err := one(r, func(row scanner) (x ImportState, err error) {
		var fields string
		if err := row.Scan(&x.Object, timeDest{&x.Watermark}, timeDest{&x.FullAt}, timeDest{&x.After}, timeDest{&x.Until}, &x.Full, &x.Cursor, &fields, &x.RunID); err != nil {
			return x, err
		}
		return x, json.Unmarshal([]byte(fields), &x.Fields)
	}, "SELECT object, watermark, full_at, after_at, until_at, is_full, cursor, fields, run_id FROM import_state WHERE object = ?", object)
	if errors.Is(err, ErrNotFound) {
		return ImportState{Object: object}, nil
	}
	return x, err
}

// PutImportState keeps how far an object has been imported.
func (t *Tx) PutImportState(x ImportState) error {
	fields, err := json.Marshal(x.Fields)
	if err != nil {
		return fmt.Errorf("import state of %s: %w", x.Object, err)
	}
	_, err = t.exec("INSERT INTO import_state (object, watermark, full_at, after_at, until_at, is_full, cursor, fields, run_id) VALUES ("+marks(9)+") ON CONFLICT (object) DO UPDATE SET "+
		"watermark = excluded.watermark, full_at = excluded.full_at, after_at = excluded.after_at, until_at = excluded.until_at, is_full = excluded.is_full, cursor = excluded.cursor, "+
		"fields = excluded.fields, run_id = excluded.run_id",
		x.Object, millis(x.Watermark), millis(x.FullAt), millis(x.After), millis(x.Until), flagOf(x.Full), x.Cursor, string(fields), x.RunID)
	return err
}

// AddDaily adds n to the count called name of a day (UTC).
func (t *Tx) AddDaily(day time.Time, name string, n int64) error {
	_, err := t.exec("INSERT INTO daily (day, name, n) VALUES (?, ?, ?) ON CONFLICT (name, day) DO UPDATE SET n = daily.n + excluded.n", day.UTC().Format(time.DateOnly), name, n)
	return err
}

// Daily returns the count called name of each of the days that end with the last one, the oldest first.
func (s *Store) Daily(ctx context.Context, name string, last time.Time, days int) ([]int64, error) {
	type count struct {
		day string
		n   int64
	}
	first := last.UTC().AddDate(0, 0, 1-days)
	rows, err := list(s.reader(ctx), func(row scanner) (c count, err error) { return c, row.Scan(&c.day, &c.n) },
		"SELECT day, n FROM daily WHERE name = ? AND day >= ? AND day <= ?", name, first.Format(time.DateOnly), last.UTC().Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	counts := make([]int64, days)
	for _, c := range rows {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			return nil, err
		}
		counts[int(day.Sub(first.Truncate(24*time.Hour)).Hours()/24)] = c.n
	}
	return counts, nil
}
