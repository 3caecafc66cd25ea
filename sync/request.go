package sync

import (
	"context"
	"encoding/json"
	"errors"

	"crmsync/store"
)

// Outcome is how a piece of work that was asked for ended.
type Outcome struct {
	RunID  string
	Report any // SyncReport, MatchReport or WritebackReport; nil when another engine did it
	Run    store.Run
	Handed bool // a running engine has it; it may not have ended yet
}

// actOf is the act of asking for a kind of work.
func actOf(kind JobKind) ActID {
	switch kind {
	case JobMatch:
		return ActMatchRun
	case JobWriteback:
		return ActWritebackRun
	}
	return ActImportRun
}

// Request asks for work now. With no engine running this process does it and
// returns its report. A running engine is handed it instead; with wait the call
// returns when it has ended there, without at once (the outcome says Handed).
// Should that engine end before it did the work, this process does it after
// all. So never do two processes import or match in one store at once.
func (e *Engine) Request(ctx context.Context, actor Actor, kind JobKind, options any, wait bool) (Outcome, error) {
	if err := Allowed(actor, actOf(kind)); err != nil {
		return Outcome{}, err
	}
	request, err := json.Marshal(options)
	if err != nil {
		return Outcome{}, err
	}
	if options == nil {
		request = nil
	}
	release, err := e.takeLock()
	if err == nil {
		defer release()
		return e.doHere(ctx, actor, kind, string(request), wait)
	}
	if CodeOf(err) != "engine.locked" {
		return Outcome{}, err
	}
	return e.handOver(ctx, actor, kind, string(request), wait)
}

// doHere is the engine for one job.
func (e *Engine) doHere(ctx context.Context, actor Actor, kind JobKind, request string, wait bool) (Outcome, error) {
	if err := e.settleInterrupted(ctx); err != nil {
		return Outcome{}, err
	}
	if err := e.ensureJobs(ctx); err != nil {
		return Outcome{}, err
	}
	job, err := e.store.ClaimJobKind(ctx, string(kind), ownerName(), e.now().UTC(), leaseTime)
	if errors.Is(err, store.ErrConflict) {
		return e.handOver(ctx, actor, kind, request, wait)
	}
	if err != nil {
		return Outcome{}, err
	}
	if job.Request != "" && job.Request != request {
		// Somebody handed other work to an engine that has gone since: that comes first.
		e.workScheduled(ctx, job)
		if ctx.Err() != nil {
			return Outcome{}, ctx.Err()
		}
		if job, err = e.store.ClaimJobKind(ctx, string(kind), ownerName(), e.now().UTC(), leaseTime); err != nil {
			return Outcome{}, err
		}
	}
	job.Request = request
	runID, report, err := e.work(ctx, actor, job)
	return Outcome{RunID: runID, Report: report}, err
}

func (e *Engine) handOver(ctx context.Context, actor Actor, kind JobKind, request string, wait bool) (Outcome, error) {
	if err := e.ensureJobs(ctx); err != nil {
		return Outcome{}, err
	}
	before, err := e.store.Job(ctx, string(kind))
	if err != nil {
		return Outcome{}, err
	}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return e.dueNow(tx, kind, request, actor.Name) }); err != nil {
		return Outcome{}, err
	}
	e.nudge()
	if !wait {
		return Outcome{Handed: true}, nil
	}
	return e.await(ctx, actor, before, request)
}

// await waits until a job that was handed over has been done, here if nobody else is there to do it.
func (e *Engine) await(ctx context.Context, actor Actor, before store.Job, request string) (Outcome, error) {
	for {
		select {
		case <-ctx.Done():
			return Outcome{Handed: true}, ctx.Err()
		case <-e.after(pollEvery):
		}
		outcome, isDone, err := e.doneSince(ctx, before)
		if isDone || err != nil {
			return outcome, err
		}
		release, err := e.takeLock()
		if CodeOf(err) == "engine.locked" {
			continue
		}
		if err != nil {
			return Outcome{}, err
		}
		defer release()
		// The engine has gone; it may have done the work between the two looks.
		if outcome, isDone, err = e.doneSince(ctx, before); isDone || err != nil {
			return outcome, err
		}
		return e.doHere(ctx, actor, JobKind(before.Kind), request, true)
	}
}

// doneSince tells whether a job was begun and ended since it was as before, and how.
func (e *Engine) doneSince(ctx context.Context, before store.Job) (outcome Outcome, isDone bool, err error) {
	job, err := e.store.Job(ctx, before.Kind)
	if err != nil || job.Fence == before.Fence || job.Owner != "" {
		return Outcome{}, false, err
	}
	outcome, err = e.outcomeOf(ctx, job)
	return outcome, true, err
}

func (e *Engine) outcomeOf(ctx context.Context, job store.Job) (Outcome, error) {
	outcome := Outcome{RunID: job.LastRun, Handed: true}
	if job.LastRun == "" {
		return outcome, nil
	}
	run, err := e.store.Run(ctx, job.LastRun)
	if err != nil {
		return outcome, err
	}
	outcome.Run = run
	if run.State == store.RunFailed || run.ErrorCode == codeStopped {
		return outcome, fault(run.ErrorCode, "", "%s", run.ErrorText)
	}
	return outcome, nil
}
