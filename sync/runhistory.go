package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// RunSummary is a run as the history shows it: what it was, how it ended, and what it did in counts.
type RunSummary struct {
	ID        string           `json:"id"` // what replay and the run's page take
	Kind      JobKind          `json:"kind"`
	State     string           `json:"state"` // running, done, partial, failed or cancelled
	By        string           `json:"by"`
	StartedAt time.Time        `json:"started_at"`
	EndedAt   time.Time        `json:"ended_at,omitzero"`
	Seconds   float64          `json:"seconds"` // up to now, for one that runs
	APICalls  int64            `json:"api_calls"`
	Counts    map[string]int64 `json:"counts"`          // by the words of CountWords
	Match     string           `json:"match,omitempty"` // of an import: the id of its match run
	Replays   bool             `json:"replays"`         // replay can do it again
	ErrorCode string           `json:"error_code,omitempty"`
	Error     string           `json:"error,omitempty"`
}

// RunDetails is a run with what it did to each object, and the whole of its report.
type RunDetails struct {
	RunSummary
	Objects []ObjectReport  `json:"objects"` // of an import, in the order it reads them; those not reached are not there
	Report  json.RawMessage `json:"report,omitempty"`
}

// CountWords returns what the counts of a kind of run are, in the order to show them.
func CountWords(kind JobKind) []string {
	switch kind {
	case JobImport:
		return []string{"fetched", "new", "changed", "removed", "unchanged", "objects_failed"}
	case JobMatch:
		return []string{"records", "judged", "changed", "auto", "review", "none"}
	case JobWriteback:
		return []string{"written", "unassigned", "failed", "doubtful", "retried", "held", "queued"}
	case JobTrial:
		return []string{"sent", "written"}
	}
	return nil
}

// Runs returns a page of the history of runs, of one kind or of all for "", the newest first.
func (e *Engine) Runs(ctx context.Context, kind JobKind, q store.PageQuery) (store.Page[RunSummary], error) {
	found, err := e.store.Runs(ctx, string(kind), q)
	if err != nil {
		return store.Page[RunSummary]{}, fmt.Errorf("read the runs: %w", err)
	}
	page := store.Page[RunSummary]{First: found.First, Next: found.Next, More: found.More}
	for _, run := range found.Rows {
		details, err := e.runDetails(ctx, run)
		if err != nil {
			return store.Page[RunSummary]{}, err
		}
		page.Rows = append(page.Rows, details.RunSummary)
	}
	return page, nil
}

// RunDetails returns everything that is kept about one run. The error's code is "run.not_found" when there is none.
func (e *Engine) RunDetails(ctx context.Context, id string) (RunDetails, error) {
	run, err := e.store.Run(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return RunDetails{}, fault("run.not_found", "All runs with their ids: crmsync runs.", "there is no run %s", id)
	}
	if err != nil {
		return RunDetails{}, fmt.Errorf("read the run: %w", err)
	}
	return e.runDetails(ctx, run)
}

func (e *Engine) runDetails(ctx context.Context, run store.Run) (RunDetails, error) {
	ended := run.EndedAt
	if ended.IsZero() {
		ended = e.now().UTC()
	}
	d := RunDetails{RunSummary: RunSummary{ID: run.ID, Kind: JobKind(run.Kind), State: string(run.State), By: run.Actor, StartedAt: run.StartedAt, EndedAt: run.EndedAt,
		Seconds: max(0, ended.Sub(run.StartedAt).Seconds()), APICalls: run.APICalls, Counts: map[string]int64{}, ErrorCode: run.ErrorCode, Error: run.ErrorText}}
	if json.Valid([]byte(run.Summary)) {
		d.Report = json.RawMessage(run.Summary)
	}
	if d.Kind == JobImport {
		// What an import read so far stands in its objects, also when it has no report because it was cut off.
		if err := e.importDetails(ctx, run.ID, &d); err != nil {
			return d, err
		}
	}
	d.count()
	return d, nil
}

// importDetails reads what an import did with each object.
func (e *Engine) importDetails(ctx context.Context, id string, d *RunDetails) error {
	objects, err := e.store.RunObjects(ctx, id)
	if err != nil {
		return fmt.Errorf("read the objects of run %s: %w", id, err)
	}
	for _, o := range objects {
		report := ObjectReport{Object: o.Object, Fetched: o.Fetched, Inserted: o.Inserted, Updated: o.Updated, Deleted: o.Deleted, Unchanged: o.Unchanged,
			Pages: o.Pages, APICalls: o.APICalls, Seconds: o.Took.Seconds()}
		if o.ErrorCode != "" {
			report.Error = &ReportError{Code: o.ErrorCode, Message: o.ErrorText}
			d.Counts["objects_failed"]++
		}
		d.Objects = append(d.Objects, report)
		d.Counts["fetched"] += o.Fetched
		d.Counts["new"] += o.Inserted
		d.Counts["changed"] += o.Updated
		d.Counts["removed"] += o.Deleted
		d.Counts["unchanged"] += o.Unchanged
	}
	return nil
}

// count takes the counts out of the report. A report that is not there, or is an older program's, has none.
func (d *RunDetails) count() {
	if d.Report == nil {
		return
	}
	switch d.Kind {
	case JobImport:
		var r SyncReport
		if json.Unmarshal(d.Report, &r) == nil && r.Match != nil {
			d.Match, d.Replays = r.Match.Run, r.Match.Run != ""
		}
	case JobMatch:
		var r MatchReport
		if json.Unmarshal(d.Report, &r) != nil {
			return
		}
		for _, c := range []MatchCounts{r.People, r.Companies} {
			d.add(map[string]int{"records": c.Records, "judged": c.Judged, "changed": c.Changed, "auto": c.Auto, "review": c.Review, "none": c.None})
		}
		d.Replays = d.State == string(store.RunDone) && r.Companies.Outcomes != ""
	case JobWriteback:
		var r WritebackReport
		if json.Unmarshal(d.Report, &r) == nil {
			d.add(map[string]int{"written": r.Written, "unassigned": r.Unassigned, "failed": r.Failed, "doubtful": r.Doubtful, "retried": r.Retried, "held": r.Held, "queued": r.Queued})
		}
	case JobTrial:
		var r TrialReport
		if json.Unmarshal(d.Report, &r) == nil {
			for _, sent := range r.Sent {
				d.Counts["sent"]++
				if sent.ID != "" {
					d.Counts["written"]++
				}
			}
		}
	}
}

func (d *RunDetails) add(counts map[string]int) {
	for word, n := range counts {
		d.Counts[word] += int64(n)
	}
}
