package ui

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// While an import runs, writeback and the match run that is part of it come and go without taking its progress away,
// and an import's end takes what was part of it along.
func TestProgressFollowsSeveralRuns(t *testing.T) {
	var p progress
	at := testNow
	follow := func(kind crmsync.EventKind, job crmsync.JobKind, run, object string, done int64) {
		at = at.Add(time.Second)
		p.follow(crmsync.Event{Kind: kind, Job: job, Run: run, Object: object, Step: "s", Done: done, Total: 10, At: at})
	}
	sees := func(job crmsync.JobKind, object string, done int64) {
		t.Helper()
		if p.job != job || p.object != object || p.done != done || p.running != (job != "") {
			t.Errorf("shown is %+v", p.followed)
		}
	}
	follow(crmsync.EventRunStarted, crmsync.JobWriteback, "w", "", 0)
	follow(crmsync.EventProgress, crmsync.JobWriteback, "w", "", 3)
	sees(crmsync.JobWriteback, "", 3)
	follow(crmsync.EventRunStarted, crmsync.JobImport, "i", "", 0)
	follow(crmsync.EventProgress, crmsync.JobImport, "i", "Lead", 4)
	follow(crmsync.EventProgress, crmsync.JobWriteback, "w", "", 5)
	sees(crmsync.JobImport, "Lead", 4)
	follow(crmsync.EventRunEnded, crmsync.JobWriteback, "w", "", 0)
	sees(crmsync.JobImport, "Lead", 4)
	follow(crmsync.EventRunStarted, crmsync.JobMatch, "m", "", 0)
	follow(crmsync.EventProgress, crmsync.JobMatch, "m", "person", 6)
	sees(crmsync.JobMatch, "person", 6)
	follow(crmsync.EventRunEnded, crmsync.JobMatch, "m", "", 0)
	sees(crmsync.JobImport, "Lead", 4)
	follow(crmsync.EventRunStarted, crmsync.JobMatch, "m2", "", 0)
	follow(crmsync.EventRunEnded, crmsync.JobImport, "", "", 0) // taken away before its run had begun
	sees("", "", 0)
}

// Who begins to look in the middle of a run sees its rate, not that of having read all of it just now.
func TestProgressSeenFromTheMiddle(t *testing.T) {
	var p progress
	p.follow(crmsync.Event{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Run: "i", Object: "Lead", Step: "pages", Done: 5000, Total: 10000, At: testNow, Since: testNow.Add(-10 * time.Second)})
	if rate, left, ok := p.rate(); !ok || rate != 500 || left != 10*time.Second {
		t.Errorf("%v a second, %v left, %v", rate, left, ok)
	}
}

// The runs of other processes are told as their engine would: begun, on the way when something changed, ended with what
// went wrong. This process tells its own itself.
func TestRunsOfOtherProcesses(t *testing.T) {
	var under []crmsync.Progress
	var broken error
	failure := runFailure{"salesforce.revoked", "the org has taken the authorisation back"}
	looks := far{underWay: func(context.Context) ([]crmsync.Progress, error) { return under, broken },
		ended: func(_ context.Context, run string) error {
			if run == "m" {
				return failure
			}
			return nil
		}}
	tells := func(want ...string) {
		t.Helper()
		var got []string
		for _, e := range looks.news(t.Context()) {
			line := string(e.Kind) + " " + e.Run
			if e.Err != nil {
				line += " " + crmsync.CodeOf(e.Err)
			}
			got = append(got, line)
		}
		if !slices.Equal(got, want) {
			t.Errorf("told %q, wanted %q", got, want)
		}
	}
	tells()
	under = []crmsync.Progress{{Job: crmsync.JobImport, Work: crmsync.JobImport}, {Job: crmsync.JobWriteback, Work: crmsync.JobWriteback, Run: "w", Here: true}}
	tells() // its run has not begun, and the other is done here
	under[0].Run, under[0].Object = "i", "Lead"
	tells("run.started i", "progress i")
	tells()
	under[0].Done = 7
	tells("progress i")
	broken = errors.New("busy")
	tells()
	broken = nil
	under[0].Work, under[0].Run, under[0].Object = crmsync.JobMatch, "m", "person"
	tells("run.ended i", "run.started m", "progress m")
	under = nil
	tells("run.ended m salesforce.revoked")
	tells()
}

// What ended well, was stopped by a person or is not known is no failure.
func TestEndOfARun(t *testing.T) {
	_, st := openedEngine(t)
	for state, wants := range map[store.RunState]string{store.RunDone: "", store.RunRunning: "", store.RunCancelled: "", store.RunFailed: "x.y", store.RunPartial: "x.y"} {
		run := store.Run{ID: string(state), Kind: "import", State: state, Actor: "ana", StartedAt: testNow, EndedAt: testNow, ErrorCode: "x.y", ErrorText: "it broke"}
		if err := st.Write(t.Context(), func(tx *store.Tx) error { return tx.PutRun(run) }); err != nil {
			t.Fatal(err)
		}
		err := endOf(st)(t.Context(), run.ID)
		if wants == "" && err != nil || wants != "" && (err == nil || crmsync.CodeOf(err) != wants || err.Error() != run.ErrorText) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if err := endOf(st)(t.Context(), "nothing"); err != nil {
		t.Errorf("a run that is not there: %v", err)
	}
}

// p on Home pauses the imports, and where they are paused resumes them; undo is offered; a role that may not is told who can.
func TestHomePausesTheSchedule(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("p")
	c.sees("Paused imports")
	c.sees("undo")
	w.overview.ImportsPaused, w.overview.WritebackPaused = true, true
	c.send(eventMsg{Kind: crmsync.EventAudit})
	c.sees("imports are paused")
	c.sees("p resumes")
	c.press("p")
	c.press("P")
	if want := []string{"pause import", "resume import", "resume writeback"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, wanted %q", w.did, want)
	}
	w.overview.WritebackPaused, w.overview.WritebackOn = false, false
	c.send(eventMsg{Kind: crmsync.EventAudit})
	c.press("P")
	c.sees("writeback is off")
	sam := start(t, setup{services: w.services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport, Via: "console"}})
	sam.press("p")
	sam.sees("read only: ask an admin")
	if len(w.did) != 3 {
		t.Errorf("did %q", w.did)
	}
}
