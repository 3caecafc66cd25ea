package sync

import (
	"context"
	"errors"
	"fmt"
	"os"
	gosync "sync"
	"time"

	"crmsync/store"
)

const (
	// leaseTime is how long a job belongs to the engine that claimed it without
	// a sign of life.
	leaseTime = time.Minute
	// pollEvery is how often the schedule is looked at; another process may have
	// made work due.
	pollEvery = time.Second
)

// Run is the engine's loop: it does what is due until ctx ends, and then waits
// for what runs to stop. It fails at once with "engine.locked" when another
// engine works on the same SQLite store.
func (e *Engine) Run(ctx context.Context) error {
	release, err := e.takeLock()
	if err != nil {
		return err
	}
	defer release()
	if err := e.settleInterrupted(ctx); err != nil {
		return err
	}
	if err := e.ensureJobs(ctx); err != nil {
		return err
	}
	owner := ownerName()
	var running gosync.WaitGroup
	defer running.Wait()
	for {
		job, err := e.store.ClaimJob(ctx, owner, e.now().UTC(), leaseTime)
		switch {
		case err == nil:
			running.Go(func() { e.work(ctx, job) })
			continue
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, store.ErrNotFound):
		case errors.Is(err, store.ErrBusy):
			e.log.Warn("the store is busy; the schedule is looked at again", "error", err)
		default:
			return fmt.Errorf("look at the schedule: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.wake:
		case <-e.after(pollEvery):
		}
	}
}

// RunDue does what is due now, one piece after the other, and returns: the loop
// for one turn, for commands and for the demo.
func (e *Engine) RunDue(ctx context.Context) error {
	release, err := e.takeLock()
	if err != nil {
		return err
	}
	defer release()
	if err := e.ensureJobs(ctx); err != nil {
		return err
	}
	for {
		job, err := e.store.ClaimJob(ctx, ownerName(), e.now().UTC(), leaseTime)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		e.work(ctx, job)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// work does a claimed job while renewing its lease, and puts down when it is
// due again. Losing the lease stops the work: another engine has taken it.
func (e *Engine) work(ctx context.Context, job store.Job) {
	began := e.now().UTC()
	jobCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var renewing gosync.WaitGroup
	renewing.Go(func() { e.renew(jobCtx, job, cancel) })

	actor := EngineActor
	if job.AskedBy != "" {
		actor.Name = job.AskedBy
	}
	kind := JobKind(job.Kind)
	runID, _, err := e.perform(jobCtx, actor, kind, job.Request)
	if err != nil {
		e.log.Warn("scheduled work ended with an error", "kind", kind, "code", CodeOf(err))
	}
	cancel(nil)
	renewing.Wait()
	if errors.Is(context.Cause(jobCtx), store.ErrLost) {
		return
	}
	e.finishJob(context.WithoutCancel(ctx), job, kind, runID, began, err)
}

func (e *Engine) finishJob(ctx context.Context, job store.Job, kind JobKind, runID string, began time.Time, cause error) {
	failures := 0
	if cause != nil {
		failures = max(1, int(job.Attempt))
	}
	next, err := e.nextRun(ctx, kind, began, failures, cause)
	if err == nil {
		err = e.store.Write(ctx, func(tx *store.Tx) error { return tx.FinishJob(job, next, runID) })
	}
	if err != nil && !errors.Is(err, store.ErrLost) {
		e.log.Error("the end of scheduled work could not be recorded", "kind", kind, "error", err)
	}
}

// renew keeps the lease of a job until ctx ends.
func (e *Engine) renew(ctx context.Context, job store.Job, lost context.CancelCauseFunc) {
	ticker := time.NewTicker(leaseTime / 3)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := e.store.RenewJob(ctx, job, e.now().UTC().Add(leaseTime))
		if errors.Is(err, store.ErrLost) {
			lost(store.ErrLost)
			return
		}
	}
}

// ownerName names this process in a lease.
func ownerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}
