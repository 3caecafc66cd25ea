package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// Scheduled is one line of the schedule.
type Scheduled struct {
	Kind    JobKind
	Every   time.Duration // zero = only when asked for
	Next    time.Time     // zero = never by itself
	Paused  bool
	Running bool
	LastRun string
}

// MarshalJSON says times in seconds, and leaves out what is not known.
func (s Scheduled) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kind    JobKind   `json:"kind"`
		Every   float64   `json:"every_seconds"` // 0 = only when asked for
		Next    time.Time `json:"next,omitzero"`
		Paused  bool      `json:"paused"`
		Running bool      `json:"running"`
		LastRun string    `json:"last_run,omitempty"`
	}{s.Kind, s.Every.Seconds(), s.Next, s.Paused, s.Running, s.LastRun})
}

// cadenceOf is how often a kind of work is due by the contract's settings. A
// match run has none of its own: it follows each import.
func cadenceOf(kind JobKind, settings Settings) (cadence, bool) {
	switch kind {
	case JobImport:
		return importCadence(settings.Int(SettingImportHours)), true
	case JobWriteback:
		return writebackCadence(settings.Int(SettingWriteMinutes)), true
	}
	return cadence{}, false
}

// never is the due time of work that is only done when asked for.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// jobKinds are the kinds of work in the schedule.
var jobKinds = []JobKind{JobImport, JobMatch, JobWriteback}

// Schedule lists what is due when.
func (e *Engine) Schedule(ctx context.Context) ([]Scheduled, error) {
	jobs, err := e.store.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	under, err := e.UnderWay(ctx)
	if err != nil {
		return nil, err
	}
	var list []Scheduled
	for _, job := range jobs {
		line := Scheduled{Kind: JobKind(job.Kind), Every: job.Every, Next: job.RunAt, Paused: job.Paused, LastRun: job.LastRun,
			Running: slices.ContainsFunc(under, func(p Progress) bool { return string(p.Job) == job.Kind })}
		if !line.Next.Before(never) {
			line.Next = time.Time{}
		}
		list = append(list, line)
	}
	return list, nil
}

// ensureJobs makes the rows of the schedule, and pulls back due times that lie
// further ahead than one period: the clock was set back or the period was made
// shorter.
func (e *Engine) ensureJobs(ctx context.Context) error {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return err
	}
	return e.store.Write(ctx, func(tx *store.Tx) error {
		for _, kind := range jobKinds {
			job, there, err := jobOf(tx, kind)
			if err != nil {
				return err
			}
			want := job
			want.Kind = string(kind)
			c, periodic := cadenceOf(kind, settings)
			want.Every = c.every
			switch {
			case !there && periodic:
				want.RunAt = e.now().UTC()
			case !there:
				want.RunAt = never
			case periodic:
				want.RunAt = c.sane(job.RunAt, e.now().UTC())
			}
			if there && want == job {
				continue
			}
			if err := tx.PutJob(want); err != nil {
				return err
			}
		}
		return nil
	})
}

// reschedule applies changed periods at once.
func (e *Engine) reschedule(ctx context.Context) error {
	err := e.ensureJobs(ctx)
	e.nudge()
	return err
}

// jobOf reads a kind of work in a transaction; there is false when it is not in
// the schedule yet.
func jobOf(tx *store.Tx, kind JobKind) (job store.Job, there bool, err error) {
	job, err = tx.Job(string(kind))
	if errors.Is(err, store.ErrNotFound) {
		return store.Job{Kind: string(kind)}, false, nil
	}
	return job, err == nil, err
}

// dueNow makes a kind of work due at once, with what was asked for.
func (e *Engine) dueNow(tx *store.Tx, kind JobKind, request, askedBy string) error {
	job, _, err := jobOf(tx, kind)
	if err != nil {
		return err
	}
	job.RunAt, job.Request, job.AskedBy = e.now().UTC(), request, askedBy
	return tx.PutJob(job)
}

// nudge wakes the loop of this process.
func (e *Engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// Pause stops a kind of work from being started; what runs goes on to its end.
func (e *Engine) Pause(ctx context.Context, actor Actor, kind JobKind) (auditID string, err error) {
	return e.setPaused(ctx, actor, ActSchedulePause, kind, true)
}

// Resume lets a kind of work start again.
func (e *Engine) Resume(ctx context.Context, actor Actor, kind JobKind) (auditID string, err error) {
	auditID, err = e.setPaused(ctx, actor, ActScheduleResume, kind, false)
	e.nudge()
	return auditID, err
}

// pauseState is what the audit trail keeps of a pause.
type pauseState struct {
	Paused bool `json:"paused"`
}

func (e *Engine) setPaused(ctx context.Context, actor Actor, act ActID, kind JobKind, paused bool) (string, error) {
	if err := Allowed(actor, act); err != nil {
		return "", err
	}
	if err := e.ensureJobs(ctx); err != nil {
		return "", err
	}
	return e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		before, err := switchPause(tx, kind, paused)
		return changed{Subject: string(kind), Before: before, After: pauseState{paused}}, err
	})
}

func switchPause(tx *store.Tx, kind JobKind, paused bool) (pauseState, error) {
	job, there, err := jobOf(tx, kind)
	if err != nil {
		return pauseState{}, err
	}
	if !there {
		return pauseState{}, fault("schedule.not_found", "The kinds are import, match and writeback.", "there is no scheduled work %q", kind)
	}
	before := pauseState{job.Paused}
	job.Paused = paused
	return before, tx.PutJob(job)
}

// restorePause is the way back of pausing and resuming.
func restorePause(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	expected, _, err := decodeState[pauseState](now)
	if err != nil {
		return err
	}
	wanted, _, err := decodeState[pauseState](want)
	if err != nil {
		return err
	}
	before, err := switchPause(tx, JobKind(subject), wanted.Paused)
	if err == nil && before != expected {
		return fmt.Errorf("schedule of %s: %w", subject, errStale)
	}
	return err
}

// perform does one piece of work and returns the id of its run and its report.
// An import and a match run change the same rows and wait for each other.
func (e *Engine) perform(ctx context.Context, actor Actor, kind JobKind, request string) (runID string, report any, err error) {
	if err := e.room(); err != nil {
		return "", nil, err
	}
	if kind != JobWriteback {
		select {
		case e.heavy <- struct{}{}:
			defer func() { <-e.heavy }()
		case <-ctx.Done():
			return "", nil, ctx.Err()
		}
	}
	switch kind {
	case JobImport:
		var options ImportOptions
		if request != "" {
			if err := json.Unmarshal([]byte(request), &options); err != nil {
				return "", nil, fmt.Errorf("read what was asked for: %w", err)
			}
		}
		done, err := e.Sync(ctx, actor, options)
		if done.Import.RunID == "" {
			return "", nil, err // it did not begin
		}
		return done.Import.RunID, done, err
	case JobMatch:
		var options MatchOptions
		if request != "" {
			if err := json.Unmarshal([]byte(request), &options); err != nil {
				return "", nil, fmt.Errorf("read what was asked for: %w", err)
			}
		}
		done, err := e.Match(ctx, actor, options)
		return done.Run, done, err
	case JobWriteback:
		done, err := e.WritebackCycle(ctx, actor)
		return done.Run, done, err
	}
	return "", nil, fault("schedule.not_found", "", "there is no work %q", kind)
}

// nextRun is when a kind of work is due after it ran.
func (e *Engine) nextRun(ctx context.Context, kind JobKind, began time.Time, failures int, cause error) (time.Time, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return time.Time{}, err
	}
	c, periodic := cadenceOf(kind, settings)
	if !periodic {
		return never, nil
	}
	if errors.Is(cause, context.Canceled) && kind != JobWriteback {
		return e.now().UTC(), nil // stopped in the middle: whoever is the engine next goes on
	}
	if cause == nil || errors.Is(cause, context.Canceled) {
		next := c.next(began, e.random())
		if kind != JobWriteback {
			return next, nil
		}
		look, err := e.nextLook(ctx)
		if err == nil && !look.IsZero() && look.Before(next) {
			next = look
		}
		return next, err
	}
	wait := c.retryWait(failures)
	if after := salesforce.RetryAfter(cause); after > wait {
		wait = min(after, c.every)
	}
	return e.now().UTC().Add(wait), nil
}
