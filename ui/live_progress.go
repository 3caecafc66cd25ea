package ui

import (
	"context"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// runsEvery is how often the store is asked how far the work of other processes is.
const runsEvery = time.Second

// far tells of the runs of other processes, as the engine that does them would.
type far struct {
	underWay func(ctx context.Context) ([]crmsync.Progress, error)
	ended    func(ctx context.Context, run string) error // how a run ended
	known    map[string]crmsync.Progress                 // by run
}

// news are the events since the last look. A store that cannot be read now is read the next time.
func (f *far) news(ctx context.Context) []crmsync.Event {
	under, err := f.underWay(ctx)
	if err != nil {
		return nil
	}
	now := map[string]crmsync.Progress{}
	for _, p := range under {
		if !p.Here && p.Run != "" {
			now[p.Run] = p
		}
	}
	var events []crmsync.Event
	for run, p := range f.known {
		if _, runs := now[run]; !runs {
			events = append(events, crmsync.Event{At: p.At, Kind: crmsync.EventRunEnded, Job: p.Work, Run: run, Err: f.ended(ctx, run)})
		}
	}
	for _, p := range now {
		before, known := f.known[p.Run]
		if !known {
			events = append(events, crmsync.Event{At: p.Since, Kind: crmsync.EventRunStarted, Job: p.Work, Run: p.Run})
		}
		if !known || before != p {
			events = append(events, crmsync.Event{At: p.At, Kind: crmsync.EventProgress, Job: p.Work, Run: p.Run, Object: p.Object, Step: p.Step, Done: p.Done, Total: p.Total,
				Since: p.Since, Silent: p.Silent, Paused: p.Paused})
		}
	}
	f.known = now
	return events
}

// runFailure is how a run of another process failed.
type runFailure struct{ code, text string }

func (r runFailure) Error() string { return r.text }

// Code is the stable name of the failure.
func (r runFailure) Code() string { return r.code }

// endOf tells how a run of another process ended: nil when it went well, when a person stopped it, or when its process
// has gone without a word, which the overview says.
func endOf(st *store.Store) func(ctx context.Context, run string) error {
	return func(ctx context.Context, id string) error {
		run, err := st.Run(ctx, id)
		if err != nil || run.State != store.RunFailed && run.State != store.RunPartial || run.ErrorCode == "" {
			return nil
		}
		return runFailure{run.ErrorCode, run.ErrorText}
	}
}
