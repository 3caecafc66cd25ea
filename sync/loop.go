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
	release, err := e.begin(ctx)
	if err != nil {
		return err
	}
	defer release()
	owner := ownerName()
	var running gosync.WaitGroup
	defer running.Wait()
	for {
		job, err := e.store.ClaimJob(ctx, owner, e.now().UTC(), leaseTime)
		switch {
		case err == nil:
			running.Go(func() { e.workScheduled(ctx, job) })
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

// begin takes the engine's lock, settles what an engine that died left, and
// makes the schedule's jobs. The lock is let go by what it returns.
func (e *Engine) begin(ctx context.Context) (release func(), err error) {
	release, err = e.takeLock()
	if err != nil {
		return nil, err
	}
	if err = e.settleInterrupted(ctx); err == nil {
		err = e.ensureJobs(ctx)
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// RunDue does what is due now, one piece after the other, and returns: the loop
// for one turn, for commands and for the demo.
func (e *Engine) RunDue(ctx context.Context) error {
	release, err := e.begin(ctx)
	if err != nil {
		return err
	}
	defer release()
	for {
		job, err := e.store.ClaimJob(ctx, ownerName(), e.now().UTC(), leaseTime)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		e.workScheduled(ctx, job)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// workScheduled does a claimed job for whoever asked for it, the schedule or a
// person.
func (e *Engine) workScheduled(ctx context.Context, job store.Job) {
	actor := EngineActor
	if job.AskedBy != "" {
		actor.Name = job.AskedBy
	}
	if _, _, err := e.work(ctx, actor, job); err != nil {
		e.log.Warn("scheduled work ended with an error", "kind", job.Kind, "code", CodeOf(err))
	}
}

// work does a claimed job while renewing its lease, and puts down when it is
// due again. Losing the lease stops the work: another engine has taken it, or a
// purge has ended it. What it still writes then is refused.
func (e *Engine) work(ctx context.Context, actor Actor, job store.Job) (runID string, report any, err error) {
	began := e.now().UTC()
	jobCtx, cancel := context.WithCancelCause(store.WithLease(ctx, job))
	defer cancel(nil)
	defer e.working(job, cancel)()
	var renewing gosync.WaitGroup
	renewing.Go(func() { e.renew(jobCtx, job, cancel) })
	renewing.Go(func() { e.tell(jobCtx, job, cancel) })
	runID, report, err = e.perform(jobCtx, actor, JobKind(job.Kind), job.Request)
	lost := errors.Is(context.Cause(jobCtx), store.ErrLost) || errors.Is(err, store.ErrLost)
	cancel(nil)
	renewing.Wait()
	if lost {
		e.takenAway(ctx, JobKind(job.Kind), runID)
		return runID, report, errors.Join(store.ErrLost, err)
	}
	cause := err
	if sync, ok := report.(SyncReport); ok && cause == nil {
		cause = firstError(sync.Import, nil) // an object that failed is tried again soon
	}
	return runID, report, errors.Join(err, e.finishJob(context.WithoutCancel(ctx), job, runID, began, cause))
}

// finishJob gives a job back and says when it is due next. What was asked for
// while it ran is due at once.
func (e *Engine) finishJob(ctx context.Context, job store.Job, runID string, began time.Time, cause error) error {
	kind := JobKind(job.Kind)
	next, err := e.nextRun(ctx, kind, began, e.countFailure(kind, cause), cause)
	if err != nil {
		return err
	}
	return e.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Job(job.Kind)
		if err != nil {
			return err
		}
		if err := tx.FinishJob(job, next, runID); err != nil {
			return err
		}
		if now.RunAt.Equal(job.RunAt) {
			return nil
		}
		return tx.PutJob(now)
	})
}

// working keeps how a piece of work is stopped until done is called.
func (e *Engine) working(job store.Job, stop context.CancelCauseFunc) (done func()) {
	kind := JobKind(job.Kind)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stops[kind] = stop
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.stops, kind)
	}
}

// stopWork ends the work under way of these kinds in this process, whose leases were taken away.
func (e *Engine) stopWork(kinds ...JobKind) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, kind := range kinds {
		if stop, runs := e.stops[kind]; runs {
			stop(store.ErrLost)
		}
	}
}

// countFailure counts failures in a row of a kind of work.
func (e *Engine) countFailure(kind JobKind, cause error) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if cause == nil {
		delete(e.failures, kind)
		return 0
	}
	e.failures[kind]++
	return e.failures[kind]
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
