package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"crmsync/store"
)

// beginRun writes the row of a run that starts now and tells about it.
func (e *Engine) beginRun(ctx context.Context, kind JobKind, actor Actor) (store.Run, error) {
	run := store.Run{ID: store.NewID(), Kind: string(kind), State: store.RunRunning, Actor: actor.Name, StartedAt: e.now().UTC()}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(run) }); err != nil {
		return store.Run{}, fmt.Errorf("begin the %s run: %w", kind, err)
	}
	e.publish(Event{Kind: EventRunStarted, Job: kind, Run: run.ID})
	return run, nil
}

// endRun writes how a run ended. It is done even when the caller's context has
// ended, since a run without an end would stand as running for ever.
func (e *Engine) endRun(ctx context.Context, run store.Run, state store.RunState, report any, cause error) error {
	ctx = context.WithoutCancel(ctx)
	run.State, run.EndedAt = state, e.now().UTC()
	if cause != nil {
		run.ErrorCode, run.ErrorText = CodeOf(cause), told(cause)
	}
	summary, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("keep the report of run %s: %w", run.ID, err)
	}
	run.Summary = string(summary)
	err = e.keepEnd(ctx, run, func(tx *store.Tx) error {
		if run.APICalls > 0 {
			if err := tx.AddDaily(run.EndedAt, "api.calls", run.APICalls); err != nil {
				return err
			}
		}
		return tx.PutRun(run)
	})
	if err != nil {
		return fmt.Errorf("end the %s run: %w", run.Kind, err)
	}
	e.publish(Event{Kind: EventRunEnded, Job: JobKind(run.Kind), Run: run.ID, APICalls: run.APICalls, Err: cause, Text: string(state)})
	return nil
}

// keepEnd writes how a run ended. Of a run whose work was taken away nothing is
// kept but that it ended.
func (e *Engine) keepEnd(ctx context.Context, run store.Run, change func(tx *store.Tx) error) error {
	err := e.store.Write(ctx, change)
	if !errors.Is(err, store.ErrLost) {
		return err
	}
	return errors.Join(err, e.store.Write(store.WithoutLease(ctx), func(tx *store.Tx) error { return tx.EndLostRun(run.ID, e.now().UTC()) }))
}

// stateOf tells how a run ended by its error.
func stateOf(err error) store.RunState {
	switch {
	case err == nil:
		return store.RunDone
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return store.RunCancelled
	}
	return store.RunFailed
}

// settleInterrupted ends the runs and leases that a process left behind when it
// died. The caller holds the engine's lock, so that none of them still runs.
// Without a lock file several engines may share the store: then leases run out
// by themselves, and a run that stands as running may be another's.
func (e *Engine) settleInterrupted(ctx context.Context) error {
	if e.dir == "" {
		return nil
	}
	jobs, err := e.store.Jobs(ctx)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if job.Owner == "" {
			continue
		}
		if err := e.store.RenewJob(ctx, job, e.now().UTC()); err != nil && !errors.Is(err, store.ErrLost) {
			return err
		}
	}
	for {
		run, err := e.lastRunning(ctx)
		if err != nil || run.ID == "" {
			return err
		}
		run.State, run.EndedAt = store.RunFailed, e.now().UTC()
		run.ErrorCode, run.ErrorText = "run.interrupted", "the engine ended in the middle of it; the next run goes on where it stopped"
		if err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(run) }); err != nil {
			return err
		}
	}
}

func (e *Engine) lastRunning(ctx context.Context) (store.Run, error) {
	for _, kind := range []JobKind{JobImport, JobMatch, JobWriteback} {
		run, err := e.store.LastRun(ctx, string(kind), store.RunRunning)
		if err == nil {
			return run, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return store.Run{}, err
		}
	}
	return store.Run{}, nil
}
