package store

import (
	"context"
	"errors"
	"time"
)

const jobColumns = "kind, every_ms, run_at, is_paused, request, asked_by, attempt, owner, lease_until, fence, last_run"

func scanJob(row scanner) (x Job, err error) {
	return x, row.Scan(&x.Kind, durationDest{&x.Every}, timeDest{&x.RunAt}, &x.Paused, &x.Request, &x.AskedBy, &x.Attempt, &x.Owner, timeDest{&x.LeaseUntil}, &x.Fence, &x.LastRun)
}

// Jobs returns all kinds of work and when they are due.
func (s *Store) Jobs(ctx context.Context) ([]Job, error) {
	return list(s.reader(ctx), scanJob, "SELECT "+jobColumns+" FROM job ORDER BY kind")
}

// Job returns one kind of work, or ErrNotFound.
func (s *Store) Job(ctx context.Context, kind string) (Job, error) { return s.reader(ctx).Job(kind) }

// Job returns one kind of work, or ErrNotFound.
func (r reader) Job(kind string) (Job, error) {
	return one(r, scanJob, "SELECT "+jobColumns+" FROM job WHERE kind = ?", kind)
}

// PutJob schedules a kind of work: how often, when next, whether paused and what was asked for. Who runs it
// now, and its fence, stay.
func (t *Tx) PutJob(x Job) error {
	_, err := t.exec("INSERT INTO job ("+jobColumns+") VALUES (?, ?, ?, ?, ?, ?, 0, '', 0, 0, '') ON CONFLICT (kind) DO UPDATE SET every_ms = excluded.every_ms, run_at = excluded.run_at, "+
		"is_paused = excluded.is_paused, request = excluded.request, asked_by = excluded.asked_by",
		x.Kind, x.Every.Milliseconds(), x.RunAt.UnixMilli(), flagOf(x.Paused), x.Request, x.AskedBy)
	return err
}

// ClaimJob takes the job that is due longest, if any, for owner until the lease ends. A job whose owner let
// its lease run out is due again; the fence then keeps the earlier owner from finishing it. It returns
// ErrNotFound when nothing is due.
func (s *Store) ClaimJob(ctx context.Context, owner string, now time.Time, lease time.Duration) (Job, error) {
	return s.claim(ctx, owner, now, lease, "is_paused = 0 AND run_at <= ? AND (owner = '' OR lease_until <= ?)", now.UnixMilli(), now.UnixMilli())
}

// ClaimJobKind takes one kind of work now, due or not, unless somebody runs it (ErrConflict).
func (s *Store) ClaimJobKind(ctx context.Context, kind, owner string, now time.Time, lease time.Duration) (Job, error) {
	job, err := s.claim(ctx, owner, now, lease, "kind = ? AND (owner = '' OR lease_until <= ?)", kind, now.UnixMilli())
	if errors.Is(err, ErrNotFound) {
		if _, exists := s.Job(ctx, kind); exists == nil {
			return job, ErrConflict
		}
	}
	return job, err
}

// claim compares and swaps: the job is taken only if its fence is still the one that was read.
func (s *Store) claim(ctx context.Context, owner string, now time.Time, lease time.Duration, due string, args ...any) (Job, error) {
	candidates, err := list(s.reader(ctx), scanJob, "SELECT "+jobColumns+" FROM job WHERE "+due+" ORDER BY run_at, kind", args...)
	if err != nil {
		return Job{}, err
	}
	for _, job := range candidates {
		err := s.Write(ctx, func(tx *Tx) error {
			return tx.execOne(ErrLost, "UPDATE job SET owner = ?, lease_until = ?, fence = fence + 1, attempt = attempt + 1 WHERE kind = ? AND fence = ? AND (owner = '' OR lease_until <= ?)",
				owner, now.Add(lease).UnixMilli(), job.Kind, job.Fence, now.UnixMilli())
		})
		if errors.Is(err, ErrLost) {
			continue
		}
		job.Owner, job.LeaseUntil, job.Fence, job.Attempt = owner, now.Add(lease), job.Fence+1, job.Attempt+1
		return job, err
	}
	return Job{}, ErrNotFound
}

// RenewJob makes the lease of a claimed job last until then, or returns ErrLost when it is another's.
func (s *Store) RenewJob(ctx context.Context, job Job, until time.Time) error {
	return s.Write(ctx, func(tx *Tx) error {
		return tx.execOne(ErrLost, "UPDATE job SET lease_until = ? WHERE kind = ? AND fence = ? AND owner = ?", until.UnixMilli(), job.Kind, job.Fence, job.Owner)
	})
}

// FinishJob ends a claimed job in the transaction that keeps its results, and says when it is due next. It
// returns ErrLost, so that the results are rolled back, when the lease is another's.
func (t *Tx) FinishJob(job Job, next time.Time, runID string) error {
	return t.execOne(ErrLost, "UPDATE job SET owner = '', lease_until = 0, attempt = 0, request = '', asked_by = '', run_at = ?, last_run = ? WHERE kind = ? AND fence = ? AND owner = ?",
		next.UnixMilli(), runID, job.Kind, job.Fence, job.Owner)
}
