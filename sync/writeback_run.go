package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// note counts a row's new state.
func (r *WritebackReport) note(state store.OutboxState, why consequence) {
	switch state {
	case store.OutboxWritten:
		r.Written++
	case store.OutboxUnassigned:
		r.Unassigned++
	case store.OutboxFailed:
		r.Failed++
	case store.OutboxQueued:
		if why.Event == EventRetry {
			r.Retried++
		}
	case store.OutboxHeld, store.OutboxSending, store.OutboxDoubtful, store.OutboxDropped:
	}
}

func (r *WritebackReport) add(other WritebackReport) {
	r.Written += other.Written
	r.Unassigned += other.Unassigned
	r.Failed += other.Failed
	r.Retried += other.Retried
}

// daily adds to the figures that the home screen draws.
func (r *WritebackReport) daily(tx *store.Tx, now time.Time) error {
	if n := r.Written + r.Unassigned; n > 0 {
		if err := tx.AddDaily(now, "items.written", int64(n)); err != nil {
			return err
		}
	}
	if r.Failed > 0 {
		return tx.AddDaily(now, "writes.failed", int64(r.Failed))
	}
	return nil
}

// begin opens the run row.
func (c *cycle) begin(ctx context.Context, actor Actor) (string, error) {
	run := store.Run{ID: store.NewID(), Kind: string(JobWriteback), State: store.RunRunning, Actor: actor.Name, StartedAt: c.now()}
	err := c.engine.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(run) })
	if err != nil {
		return "", fmt.Errorf("begin a writeback run: %w", err)
	}
	c.started = run
	c.engine.publish(Event{Kind: EventRunStarted, Job: JobWriteback, Run: run.ID})
	return run.ID, nil
}

// end closes the run row and tells who listens.
func (c *cycle) end(ctx context.Context, report WritebackReport, failure error) error {
	ctx = context.WithoutCancel(ctx)
	summary, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("encode the writeback report: %w", err)
	}
	run := c.started
	run.EndedAt, run.APICalls, run.Summary, run.State = c.now(), report.APICalls, string(summary), store.RunDone
	switch {
	case errors.Is(failure, context.Canceled):
		run.State = store.RunCancelled
	case failure != nil && report.Written+report.Unassigned > 0:
		run.State = store.RunPartial
	case failure != nil:
		run.State = store.RunFailed
	}
	if failure != nil {
		run.ErrorCode, run.ErrorText = CodeOf(failure), failure.Error()
	}
	err = c.engine.keepEnd(ctx, run, func(tx *store.Tx) error {
		if err := tx.AddDaily(run.EndedAt, "api.calls", report.APICalls); err != nil {
			return err
		}
		if err := c.noteCalls(tx); err != nil {
			return err
		}
		return tx.PutRun(run)
	})
	c.engine.publish(Event{Kind: EventOutbox, Job: JobWriteback, Run: run.ID, Done: int64(report.Written + report.Unassigned)})
	c.engine.publish(Event{Kind: EventRunEnded, Job: JobWriteback, Run: run.ID, APICalls: report.APICalls, Err: failure})
	return err
}

// noteCalls puts down the org's API meter and what we have spent.
func (c *cycle) noteCalls(tx *store.Tx) error {
	if c.client == nil {
		return nil
	}
	connection, err := tx.Connection()
	if errors.Is(err, store.ErrNotFound) {
		return nil // purged meanwhile
	}
	if err != nil {
		return err
	}
	noteUsage(&connection, c.client)
	if err := tx.PutConnection(connection); err != nil {
		return err
	}
	return c.engine.keepBudget(tx)
}

// count fills in what waits after the cycle.
func (c *cycle) count(ctx context.Context, failure error) (WritebackReport, error) {
	counts, err := c.engine.store.CountOutbox(context.WithoutCancel(ctx))
	if err != nil {
		return c.report, errors.Join(failure, fmt.Errorf("count the outbox: %w", err))
	}
	c.report.Held = int(counts[store.OutboxHeld])
	c.report.Queued = int(counts[store.OutboxQueued])
	c.report.Doubtful = int(counts[store.OutboxDoubtful])
	return c.report, failure
}

func (c *cycle) progress() {
	c.engine.publish(Event{Kind: EventProgress, Job: JobWriteback, Run: c.run, Step: "send",
		Done: int64(c.report.Written + c.report.Unassigned)})
}
