package sync

import (
	"context"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// underWay waits until an engine that does none of the work sees some that is as wanted.
func underWay(t *testing.T, looker *Engine, wanted func(Progress) bool) Progress {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for {
		under, err := looker.UnderWay(ctx)
		if err != nil {
			t.Error(err)
			return Progress{}
		}
		for _, p := range under {
			if wanted(p) {
				return p
			}
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Errorf("not seen; under way is %+v", under)
			return Progress{}
		}
	}
}

// Whoever does not do the work sees how far it is: the object, rows, whether the schedule is paused; and nothing of it
// once it has ended.
func TestProgressIsSeenElsewhere(t *testing.T) {
	h := newHarness(t, orgsim.Config{Contacts: 300})
	h.page = 40
	h.engine = h.another()
	h.engine.telling = time.Millisecond
	h.connect()
	looker := h.another()
	h.atContacts("/results", func() {
		p := underWay(t, looker, func(p Progress) bool { return p.Object == "Contact" })
		if p.Job != JobImport || p.Work != JobImport || p.Owner != ownerName() || p.Here || p.Silent || p.Paused || p.Run == "" || p.At.IsZero() || p.Since.IsZero() {
			t.Errorf("elsewhere it looks so: %+v", p)
		}
		if _, err := looker.Pause(t.Context(), h.admin, JobImport); err != nil {
			t.Error(err)
		}
		underWay(t, looker, func(p Progress) bool { return p.Object == "Contact" && p.Paused })
		if here, err := h.engine.UnderWay(t.Context()); err != nil || len(here) != 1 || !here[0].Here {
			t.Errorf("where it is done: %+v, %v", here, err)
		}
		status, err := looker.Status(t.Context())
		if err != nil || len(status.Running) != 1 || status.Running[0].Object != "Contact" || status.LastImport.State != string(store.RunRunning) {
			t.Errorf("status %+v, %v", status, err)
		}
	})
	if _, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true); err != nil {
		t.Fatal(err)
	}
	if under, err := looker.UnderWay(t.Context()); err != nil || len(under) != 0 {
		t.Errorf("it has ended, and still: %+v, %v", under, err)
	}
}

// The rate is that of the present object and step, and there is none without enough to tell or without a sign of life.
func TestProgressHasARate(t *testing.T) {
	since := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		p    Progress
		want float64
	}{
		"two seconds":     {Progress{Done: 900, Since: since, At: since.Add(2 * time.Second)}, 450},
		"too short":       {Progress{Done: 900, Since: since, At: since.Add(400 * time.Millisecond)}, 0},
		"nothing yet":     {Progress{Since: since, At: since.Add(time.Minute)}, 0},
		"no sign of life": {Progress{Done: 900, Since: since, At: since.Add(2 * time.Second), Silent: true}, 0},
	} {
		if got := rateOf(row.p); got != row.want {
			t.Errorf("%s: %v a second, not %v", name, got, row.want)
		}
	}
}

// An import that has come to its match run is told as such, and the time since which a step runs is its own.
func TestTallyFollowsTheStep(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	tally := tally{newest: map[JobKind]Event{}}
	note := func(e Event) {
		at = at.Add(time.Second)
		e.At = at
		tally.note(&e)
	}
	sees := func(object, step string, sinceBefore time.Duration) {
		t.Helper()
		e, known := tally.of(JobImport)
		if !known || e.Object != object || e.Step != step || at.Sub(e.Since) != sinceBefore {
			t.Errorf("told %+v since %v", e, at.Sub(e.Since))
		}
	}
	note(Event{Kind: EventRunStarted, Job: JobImport, Run: "i"})
	note(Event{Kind: EventProgress, Job: JobImport, Run: "i", Object: "Lead", Step: "pages", Done: 1})
	note(Event{Kind: EventProgress, Job: JobImport, Run: "i", Object: "Lead", Step: "pages", Done: 2})
	sees("Lead", "pages", time.Second)
	note(Event{Kind: EventProgress, Job: JobWriteback, Run: "w", Step: "send"})
	sees("Lead", "pages", 2*time.Second)
	note(Event{Kind: EventRunStarted, Job: JobMatch, Run: "m"})
	note(Event{Kind: EventProgress, Job: JobMatch, Run: "m", Object: "person", Step: "match"})
	sees("person", "match", 0)
	note(Event{Kind: EventRunEnded, Job: JobMatch, Run: "m"})
	note(Event{Kind: EventProgress, Job: JobImport, Run: "i", Step: "badges"})
	sees("", "badges", 0)
	note(Event{Kind: EventRunEnded, Job: JobImport, Run: "i"})
	if e, known := tally.of(JobImport); known {
		t.Errorf("it has ended: %+v", e)
	}
}
