package sync

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// looping runs the engine's loop, whose waits end when the test says so.
type looping struct {
	*harness
	tick chan time.Time
	done chan error
	stop context.CancelFunc
}

func (h *harness) loop() *looping {
	h.t.Helper()
	l := &looping{harness: h, tick: make(chan time.Time), done: make(chan error, 1)}
	h.engine.after = func(time.Duration) <-chan time.Time { return l.tick }
	ctx, cancel := context.WithCancel(h.t.Context())
	l.stop = cancel
	go func() { l.done <- h.engine.Run(ctx) }()
	h.t.Cleanup(cancel)
	return l
}

// ended waits for the end of a run of a kind.
func (l *looping) ended(events <-chan Event, kind JobKind) Event {
	l.t.Helper()
	for {
		select {
		case event := <-events:
			if event.Kind == EventRunEnded && event.Job == kind {
				return event
			}
		case l.tick <- l.clock.Now():
		case err := <-l.done:
			l.t.Fatalf("the loop ended: %v", err)
		}
	}
}

// idle lets the loop look at the schedule once more and waits until no job is
// owned.
func (l *looping) idle() {
	l.t.Helper()
	for {
		l.tick <- l.clock.Now()
		jobs, err := l.store.Jobs(l.t.Context())
		if err != nil {
			l.t.Fatal(err)
		}
		busy := false
		for _, job := range jobs {
			busy = busy || job.Owner != ""
		}
		if !busy {
			return
		}
	}
}

// S65, S66: connecting makes the first import due; the next is due 12 hours
// after it began. The loop ends cleanly.
func TestRun_S65_S66_importsOnSchedule(t *testing.T) {
	h := connected(t, orgsim.Config{})
	events := h.engine.Events().Subscribe(t.Context())
	l := h.loop()
	began := h.clock.Now()
	if event := l.ended(events, JobImport); event.Err != nil {
		t.Fatal(event.Err)
	}
	l.idle()
	job, err := h.store.Job(t.Context(), string(JobImport))
	if err != nil || !job.RunAt.Equal(began.Add(12*time.Hour)) {
		t.Errorf("next import %v after the start, %v", job.RunAt.Sub(began), err)
	}
	h.clock.Advance(12*time.Hour - time.Minute)
	l.idle()
	if runs := h.runs(JobImport); runs != 1 {
		t.Errorf("%d imports before the hour", runs)
	}
	h.clock.Advance(time.Minute)
	l.ended(events, JobImport)
	l.idle()
	if runs := h.runs(JobImport); runs != 2 {
		t.Errorf("%d imports after twelve hours", runs)
	}
	l.stop()
	if err := <-l.done; err != nil {
		t.Errorf("the loop ended with %v", err)
	}
	if _, running := h.engine.EngineRunning(); running {
		t.Error("the lock is still held")
	}
}

func (h *harness) runs(kind JobKind) int {
	h.t.Helper()
	page, err := h.store.Runs(h.t.Context(), string(kind), store.PageQuery{Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(page.Rows)
}

// One engine per store: the second refuses and names the first; work it is
// asked for is handed over, and a waiting caller gets its end.
func TestRequest_handsOverToTheRunningEngine(t *testing.T) {
	h := connected(t, orgsim.Config{})
	events := h.engine.Events().Subscribe(t.Context())
	l := h.loop()
	l.ended(events, JobImport)
	l.idle()
	second := h.another()
	h.code(second.Run(t.Context()), "engine.locked")
	if holder, running := second.EngineRunning(); !running || holder == "" {
		t.Error("the second engine does not see the first")
	}
	h.code(MayMigrate(second.dir), "store.older_engine")
	if err := MayMigrate(t.TempDir()); err != nil {
		t.Errorf("no engine works there: %v", err)
	}
	outcome, err := second.Request(t.Context(), h.admin, JobImport, ImportOptions{}, false)
	if err != nil || !outcome.Handed || outcome.RunID != "" {
		t.Fatalf("outcome %+v, %v", outcome, err)
	}
	l.ended(events, JobImport)
	l.idle()
	waits := make(chan time.Time)
	second.after = func(time.Duration) <-chan time.Time { return waits }
	result := make(chan error, 1)
	go func() {
		outcome, err := second.Request(t.Context(), h.admin, JobImport, ImportOptions{Objects: []string{"Lead"}}, true)
		if err == nil && (outcome.RunID == "" || outcome.Run.State != store.RunDone) {
			err = errors.New("the outcome has no run")
		}
		result <- err
	}()
	for {
		select {
		case l.tick <- h.clock.Now():
		case waits <- h.clock.Now():
		case err := <-result:
			if err != nil {
				t.Fatal(err)
			}
			l.stop()
			if err := <-l.done; err != nil {
				t.Error(err)
			}
			return
		}
	}
}

// With no engine running the caller is the engine for that one job.
func TestRequest_doesItHere(t *testing.T) {
	h := connected(t, orgsim.Config{})
	began := h.clock.Now()
	outcome, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true)
	if err != nil || outcome.Handed {
		t.Fatalf("outcome %+v, %v", outcome, err)
	}
	report, ok := outcome.Report.(SyncReport)
	if !ok || !report.Import.OK || report.Steps == nil || report.Match == nil {
		t.Errorf("report %+v", outcome.Report)
	}
	job, err := h.store.Job(t.Context(), string(JobImport))
	if err != nil || job.Owner != "" || job.Request != "" || !job.RunAt.Equal(began.Add(12*time.Hour)) {
		t.Errorf("job %+v, %v", job, err)
	}
	_, err = h.engine.Request(t.Context(), Actor{Name: "sam", Role: RoleSupport}, JobImport, nil, true)
	h.code(err, "act.not_allowed")
}

// A failure is tried again soon, then later and later; connecting again makes
// it due at once.
func TestRun_backsOffAfterFailures(t *testing.T) {
	h := connected(t, orgsim.Config{})
	if err := h.org.SetScenarios("api-disabled"); err != nil {
		t.Fatal(err)
	}
	for _, wait := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour} {
		if err := h.engine.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		job, err := h.store.Job(t.Context(), string(JobImport))
		if err != nil || job.RunAt.Sub(h.clock.Now()) != wait {
			t.Errorf("next try in %v, want %v, %v", job.RunAt.Sub(h.clock.Now()), wait, err)
		}
		h.clock.Advance(wait)
	}
}

// Paused work is not started; undo resumes it.
func TestPause_andUndo(t *testing.T) {
	h := connected(t, orgsim.Config{})
	paused := h.must(h.engine.Pause(t.Context(), h.admin, JobImport))
	if err := h.engine.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h.runs(JobImport) != 0 {
		t.Error("a paused import ran")
	}
	h.must(h.engine.Undo(t.Context(), h.admin, paused))
	if err := h.engine.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h.runs(JobImport) != 1 {
		t.Error("a resumed import did not run")
	}
	_, err := h.engine.Pause(t.Context(), h.admin, "dance")
	h.code(err, "schedule.not_found")
}

// What a dead process left as running is ended by the next engine.
func TestRun_settlesInterruptedRuns(t *testing.T) {
	h := connected(t, orgsim.Config{})
	run, err := h.engine.beginRun(t.Context(), JobImport, h.admin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.another().Request(t.Context(), h.admin, JobImport, nil, true); err != nil {
		t.Fatal(err)
	}
	if run, err = h.store.Run(t.Context(), run.ID); err != nil || run.State != store.RunFailed || run.ErrorCode != "run.interrupted" {
		t.Errorf("run %+v, %v", run, err)
	}
}

// S68: the end of the last whole import stands in the status; a failed one is
// a problem.
func TestStatus_S68(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	s, err := h.engine.Status(t.Context())
	if err != nil || s.Healthy || s.Connection != "none" {
		t.Errorf("status %+v, %v", s, err)
	}
	h.connect()
	if _, err := h.engine.Sync(t.Context(), h.admin, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	s, err = h.engine.Status(t.Context())
	if err != nil || !s.Healthy || !s.LastSync.Equal(h.clock.Now()) || s.APIUsed == 0 {
		t.Errorf("status %+v, %v", s, err)
	}
	h.clock.Advance(time.Hour)
	if err := h.org.SetScenarios("job-aborted"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.engine.Sync(t.Context(), h.admin, ImportOptions{Full: true}); err != nil {
		t.Fatal(err)
	}
	if s, err = h.engine.Status(t.Context()); err != nil || s.Healthy || s.LastSync.Equal(h.clock.Now()) || len(s.Problems) == 0 {
		t.Errorf("status %+v, %v", s, err)
	}
}

// An import that was stopped in the middle, as by closing the console, is due
// at once for whoever is the engine next, and goes on where it stopped.
func TestRun_stoppedWorkIsDueAtOnce(t *testing.T) {
	h := newHarness(t, orgsim.Config{Contacts: 400})
	h.page = 40
	h.engine = h.another()
	h.connect()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := h.engine.Events().Subscribe(t.Context())
	go func() {
		for event := range events {
			if event.Object == "Contact" && event.Step == "pages" {
				cancel()
				return
			}
		}
	}()
	outcome, err := h.engine.Request(ctx, h.admin, JobImport, ImportOptions{}, true)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("outcome %+v, %v", outcome, err)
	}
	job, err := h.store.Job(t.Context(), string(JobImport))
	if err != nil || job.Owner != "" || job.RunAt.After(h.clock.Now()) {
		t.Errorf("job %+v, %v", job, err)
	}
	if run, err := h.store.LastRun(t.Context(), string(JobImport)); err != nil || run.State != store.RunCancelled {
		t.Errorf("run %+v, %v", run, err)
	}
	h.engine = h.another()
	if err := h.engine.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.equalToOrg()
}

// What was handed to an engine that then ended is done by whoever asks next, as it was asked for, and before their own.
func TestRequest_doesWhatAnotherWasAskedFor(t *testing.T) {
	h := connected(t, orgsim.Config{})
	if _, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error { return h.engine.dueNow(tx, JobMatch, `{"Full":true}`, "eva") }); err != nil {
		t.Fatal(err)
	}
	outcome, err := h.engine.Request(t.Context(), h.admin, JobMatch, MatchOptions{}, true)
	if err != nil {
		t.Fatal(err)
	}
	if report := outcome.Report.(MatchReport); !report.People.Incremental {
		t.Errorf("what was asked for here: %+v", report)
	}
	page, err := h.store.Runs(t.Context(), string(JobMatch), store.PageQuery{Limit: 2})
	if err != nil || len(page.Rows) != 2 || page.Rows[1].Actor != "eva" || strings.Contains(page.Rows[1].Summary, `"incremental":true`) {
		t.Errorf("what eva asked for: %+v %v", page.Rows, err)
	}
}
