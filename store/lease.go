package store

import (
	"context"
	"errors"
	"time"
)

// leaseKey is the key of the claimed job in a context.
type leaseKey struct{}

// WithLease returns a context under which nothing is written unless the claimed job is still its owner's: [Store.Write]
// then returns ErrLost and keeps nothing. So a process that was stopped past the end of its lease, and did not notice,
// changes nothing when it goes on.
func WithLease(ctx context.Context, job Job) context.Context {
	return context.WithValue(ctx, leaseKey{}, job)
}

// WithoutLease returns a context under which writes need no lease: for what is true whoever has the job, such as a
// refresh token that the org has replaced.
func WithoutLease(ctx context.Context) context.Context {
	return context.WithValue(ctx, leaseKey{}, nil)
}

// checkLease returns ErrLost when the transaction's context asks for a lease that is another's by now.
func (t *Tx) checkLease() error {
	job, ok := t.ctx.Value(leaseKey{}).(Job)
	if !ok {
		return nil
	}
	_, err := one(t.reader, scanInt, "SELECT fence FROM job WHERE kind = ? AND fence = ? AND owner = ?", job.Kind, job.Fence, job.Owner)
	if errors.Is(err, ErrNotFound) {
		return ErrLost
	}
	return err
}

// SeizeJobs takes all work that is under way from whoever does it, and what was asked for besides, and returns the
// kinds: nothing that was begun before is written afterwards. Runs that stand as running end with the code and text,
// also those of a process that has died.
func (t *Tx) SeizeJobs(code, text string) (kinds []string, err error) {
	kinds, err = list(t.reader, scanText, "SELECT kind FROM job WHERE owner <> '' ORDER BY kind")
	if err != nil {
		return nil, err
	}
	const lastRunning = "(SELECT id FROM run WHERE run.kind = job.kind AND state = 'running' ORDER BY id DESC LIMIT 1)"
	if _, err := t.exec("UPDATE job SET owner = '', lease_until = 0, fence = fence + 1, attempt = 0, request = '', asked_by = '', last_run = COALESCE(" + lastRunning + ", last_run)"); err != nil {
		return nil, err
	}
	_, err = t.exec("UPDATE run SET state = 'failed', ended_at = ?, error_code = ?, error_text = ? WHERE state = 'running'", t.Now().UnixMilli(), code, text)
	return kinds, err
}

// SeizeJob takes the work of one kind that is under way from whoever does it, and what was asked for besides: nothing of
// it is written afterwards, what was written before stays. Its run ends as cancelled with the code and text, and the
// work is due again at next. It returns the run's id, or ErrNotFound when no work of the kind is under way.
func (t *Tx) SeizeJob(kind string, next time.Time, code, text string) (runID string, err error) {
	runID, err = one(t.reader, scanText, "SELECT id FROM run WHERE kind = ? AND state = 'running' ORDER BY id DESC LIMIT 1", kind)
	if err != nil {
		return "", err
	}
	err = t.execOne(ErrNotFound, "UPDATE job SET owner = '', lease_until = 0, fence = fence + 1, attempt = 0, request = '', asked_by = '', run_at = ?, last_run = ? WHERE kind = ? AND owner <> ''",
		next.UnixMilli(), runID, kind)
	if err != nil {
		return "", err
	}
	_, err = t.exec("UPDATE run SET state = 'cancelled', ended_at = ?, error_code = ?, error_text = ? WHERE id = ?", t.Now().UnixMilli(), code, text, runID)
	return runID, err
}

// EndLostRun ends a run whose work was taken away, unless it was ended by whoever took it.
func (t *Tx) EndLostRun(id string, at time.Time) error {
	_, err := t.exec("UPDATE run SET state = 'failed', ended_at = ?, error_code = ?, error_text = ? WHERE id = ? AND state = 'running'",
		at.UnixMilli(), ErrLost.(*Error).code, ErrLost.Error(), id)
	return err
}
