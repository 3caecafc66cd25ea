package store

import (
	"context"
	"time"
)

// Progress is how far a claimed job is, as its owner last wrote it down.
type Progress struct {
	Job    Job       // the claimed job
	RunID  string    // of the run under way, "" before it has one
	Work   string    // what is being done: the job's own kind, or the match run that is part of an import
	Object string    // what it is done with, or ""
	Step   string    // the step of the run, or ""
	Done   int64     // rows, or whatever the step counts
	Total  int64     // 0 when not known
	Since  time.Time // when this object and step began
	At     time.Time // when it was written; zero when its owner has not written anything yet
}

// PutProgress writes down how far a claimed job is. Like every write under the lease of a job it fails with ErrLost
// when the lease is another's.
func (t *Tx) PutProgress(x Progress) error {
	_, err := t.exec("INSERT INTO progress (kind, fence, run_id, work, object, step, done, total, since_at, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind) DO UPDATE SET "+
		"fence = excluded.fence, run_id = excluded.run_id, work = excluded.work, object = excluded.object, step = excluded.step, done = excluded.done, total = excluded.total, "+
		"since_at = excluded.since_at, at = excluded.at",
		x.Job.Kind, x.Job.Fence, x.RunID, x.Work, x.Object, x.Step, x.Done, x.Total, x.Since.UnixMilli(), x.At.UnixMilli())
	return err
}

// Claimed returns the jobs that are somebody's, with how far each is; the lease may have run out. What an earlier owner
// wrote down is not told.
func (s *Store) Claimed(ctx context.Context) ([]Progress, error) {
	scan := func(row scanner) (x Progress, err error) {
		j := &x.Job
		return x, row.Scan(&j.Kind, durationDest{&j.Every}, timeDest{&j.RunAt}, &j.Paused, &j.Request, &j.AskedBy, &j.Attempt, &j.Owner, timeDest{&j.LeaseUntil}, &j.Fence, &j.LastRun,
			textDest{&x.RunID}, textDest{&x.Work}, textDest{&x.Object}, textDest{&x.Step}, &x.Done, &x.Total, timeDest{&x.Since}, timeDest{&x.At})
	}
	return list(s.reader(ctx), scan, "SELECT j.kind, j.every_ms, j.run_at, j.is_paused, j.request, j.asked_by, j.attempt, j.owner, j.lease_until, j.fence, j.last_run, "+
		"p.run_id, p.work, p.object, p.step, COALESCE(p.done, 0), COALESCE(p.total, 0), p.since_at, p.at "+
		"FROM job AS j LEFT JOIN progress AS p ON p.kind = j.kind AND p.fence = j.fence WHERE j.owner <> '' ORDER BY j.kind")
}
