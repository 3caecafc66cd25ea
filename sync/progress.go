package sync

import (
	"context"
	"errors"
	gosync "sync"
	"time"

	"crmsync/store"
)

const (
	// tellEvery is how often the progress of work is written down for other processes.
	tellEvery = time.Second
	// signEvery is how often it is written though it has not changed, as a sign of life.
	signEvery = 5 * time.Second
	// silentAfter is how long a process may be silent before its work is taken for stuck. It is more than a few
	// missed signs, since a page of an import may hold the store's one writer for a while.
	silentAfter = 20 * time.Second
)

// Progress is how far a piece of work is that is under way, in this process or another.
type Progress struct {
	Job    JobKind   `json:"kind"`          // what was claimed: import, match or writeback
	Work   JobKind   `json:"work"`          // what is done now: an import ends with a match run
	Run    string    `json:"run,omitempty"` // "" before the run has begun
	Owner  string    `json:"owner"`         // the process that does it
	Object string    `json:"object,omitempty"`
	Step   string    `json:"step,omitempty"` // "describe", "pages", "match", "badges" …
	Done   int64     `json:"done"`           // rows, or whatever the step counts
	Total  int64     `json:"total"`          // 0 when not known
	Rate   float64   `json:"per_second"`     // of Done; 0 when not known
	Since  time.Time `json:"since,omitzero"` // when this object and step began
	At     time.Time `json:"at,omitzero"`    // the last sign of life
	Silent bool      `json:"silent"`         // there was no sign of life for too long: it may be stuck
	Paused bool      `json:"paused"`         // it is the last: the schedule starts no more
	Here   bool      `json:"-"`              // this process does it
}

// tally keeps the newest progress of each kind of work of this process.
type tally struct {
	mu     gosync.Mutex
	newest map[JobKind]Event
}

// note takes an event in, and stamps progress with when its object and step began.
func (t *tally) note(event *Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, known := t.newest[event.Job]
	if event.Job == JobImport && event.Kind != EventProgress {
		delete(t.newest, JobMatch) // the match run that was its part
	}
	switch event.Kind {
	case EventRunStarted:
		event.Since = event.At
		t.newest[event.Job] = *event
	case EventProgress:
		event.Since = event.At
		if known && before.Run == event.Run && before.Object == event.Object && before.Step == event.Step {
			event.Since = before.Since
		}
		t.newest[event.Job] = *event
	case EventRunEnded:
		delete(t.newest, event.Job)
	default:
	}
}

// of is the newest progress of a claimed job: an import's own, or that of the match run that is part of it.
func (t *tally) of(kind JobKind) (newest Event, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	newest, known = t.newest[kind]
	if kind == JobImport {
		if part, runs := t.newest[JobMatch]; runs {
			return part, true
		}
	}
	return newest, known
}

// tell writes down how far a claimed job is, for other processes, until ctx ends. Taken away in the meantime, the work
// is stopped: a second later, not when the next page is kept.
func (e *Engine) tell(ctx context.Context, job store.Job, lost context.CancelCauseFunc) {
	ticker := time.NewTicker(e.telling)
	defer ticker.Stop()
	var told store.Progress
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		event, known := e.tally.of(JobKind(job.Kind))
		if !known {
			continue
		}
		row := progressRow(job, event, told.At)
		now := e.now().UTC()
		if row == told && now.Sub(told.At) < signEvery {
			continue
		}
		row.At = now
		err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.PutProgress(row) })
		if errors.Is(err, store.ErrLost) {
			lost(store.ErrLost)
			return
		}
		if err == nil { // a store that is busy or full is told the next time
			told = row
		}
	}
}

func progressRow(job store.Job, event Event, at time.Time) store.Progress {
	return store.Progress{Job: job, RunID: event.Run, Work: string(event.Job), Object: event.Object, Step: event.Step, Done: event.Done, Total: event.Total, Since: event.Since, At: at}
}

// UnderWay tells what work is under way on this store, whoever does it. What a process left behind that has died is not
// told: its lock is gone with it, or without a lock file its lease runs out.
func (e *Engine) UnderWay(ctx context.Context) ([]Progress, error) {
	rows, err := e.store.Claimed(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	holder, locked := e.EngineRunning()
	if !locked && e.dir != "" {
		return nil, nil
	}
	now := e.now().UTC()
	var under []Progress
	for _, row := range rows {
		overdue := !row.Job.LeaseUntil.After(now)
		if overdue && row.Job.Owner != holder {
			continue
		}
		p := e.progressOf(row)
		p.Silent = overdue || !p.At.IsZero() && now.Sub(p.At) > silentAfter
		p.Rate = rateOf(p)
		under = append(under, p)
	}
	return under, nil
}

func (e *Engine) progressOf(row store.Progress) Progress {
	p := Progress{Job: JobKind(row.Job.Kind), Work: JobKind(row.Work), Run: row.RunID, Owner: row.Job.Owner, Object: row.Object, Step: row.Step, Done: row.Done, Total: row.Total,
		Since: row.Since, At: row.At, Paused: row.Job.Paused, Here: e.isDoing(JobKind(row.Job.Kind))}
	if p.Work == "" {
		p.Work = p.Job
	}
	return p
}

// rateOf is how many are done in a second, 0 when there is not enough to tell.
func rateOf(p Progress) float64 {
	passed := p.At.Sub(p.Since).Seconds()
	if passed < 0.5 || p.Done <= 0 || p.Silent {
		return 0
	}
	return float64(p.Done) / passed
}

// isDoing reports whether this process does the claimed job of a kind.
func (e *Engine) isDoing(kind JobKind) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, doing := e.stops[kind]
	return doing
}
