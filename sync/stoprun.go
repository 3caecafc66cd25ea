package sync

import (
	"context"
	"errors"

	"crmsync/store"
)

// codeStopped is the code of a run that a person stopped.
const codeStopped = "run.stopped"

// StopRun ends an import or a match run that is under way, in this process or another, and returns the id of the audit
// event. What was imported so far stays, and the next run goes on from there. Writeback is not stopped in the middle of
// what it sends: it is paused ([Engine.Pause]). It fails with "run.idle" when no such run is under way.
func (e *Engine) StopRun(ctx context.Context, actor Actor, kind JobKind) (auditID string, err error) {
	if kind != JobImport && kind != JobMatch {
		return "", fault("run.unstoppable", "Pause it: crmsync schedule pause "+string(kind)+"; what is being sent is finished first.", "only an import or a match run can be stopped")
	}
	auditID, err = e.change(ctx, actor, ActRunStop, func(tx *store.Tx) (changed, error) {
		job, _, err := jobOf(tx, kind)
		if err != nil {
			return changed{}, err
		}
		next := never
		if job.Every > 0 {
			next = e.now().UTC().Add(job.Every)
		}
		run, err := tx.SeizeJob(string(kind), next, codeStopped, nameOr(actor.Name, "somebody")+" stopped it; the next run goes on from there")
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, fault("run.idle", "See what was done: crmsync status.", "no %s is running", workName(kind))
		}
		return changed{Subject: string(kind) + " run " + run}, err
	})
	if err != nil {
		return "", err
	}
	e.stopWork(kind)
	return auditID, nil
}

// workName is a kind of work in words.
func workName(kind JobKind) string {
	if kind == JobMatch {
		return "match run"
	}
	return string(kind)
}

// takenAway tells the console that work of this process has ended because its lease was taken. Where a person stopped
// it, that is no failure.
func (e *Engine) takenAway(ctx context.Context, kind JobKind, runID string) {
	event := Event{Kind: EventRunEnded, Job: kind, Run: runID, Err: store.ErrLost}
	if run, err := e.store.Run(context.WithoutCancel(ctx), runID); err == nil && run.State == store.RunCancelled {
		event.Text, event.Err = string(run.State), nil
	}
	e.publish(event)
}
