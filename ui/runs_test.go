package ui

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	crmsync "crmsync/sync"
)

type runFake struct{ *world }

func (f runFake) Page(_ context.Context, seek Seek) (Page[crmsync.RunSummary], error) {
	if f.err != nil {
		return Page[crmsync.RunSummary]{}, f.err
	}
	var rows []crmsync.RunSummary
	for _, run := range f.runs {
		rows = append(rows, run.RunSummary)
	}
	return paged(rows, seek)
}

func (f runFake) Run(_ context.Context, id string) (crmsync.RunDetails, error) {
	at := slices.IndexFunc(f.runs, func(r crmsync.RunDetails) bool { return r.ID == id })
	if f.err != nil || at < 0 {
		return crmsync.RunDetails{}, errors.Join(f.err, errors.New("there is no run "+id))
	}
	return f.runs[at], nil
}

// sampleRuns are runs of every kind that ended in every way.
func sampleRuns() []crmsync.RunDetails {
	at := testNow.Add(-20 * time.Minute)
	run := func(id string, kind crmsync.JobKind, state string, seconds float64, counts map[string]int64) crmsync.RunDetails {
		at = at.Add(-3 * time.Minute)
		return crmsync.RunDetails{RunSummary: crmsync.RunSummary{ID: "01a2-" + id, Kind: kind, State: state, By: "engine", StartedAt: at, EndedAt: at, Seconds: seconds, APICalls: 62, Counts: counts}}
	}
	begun := run("1", crmsync.JobWriteback, "running", 0.4, nil)
	partial := run("2", crmsync.JobImport, "partial", 192, map[string]int64{"fetched": 612480, "new": 310, "changed": 1922, "removed": 44, "unchanged": 610204, "objects_failed": 1})
	partial.ErrorCode, partial.Error = "salesforce.locked", hostile[1]+" could not be read: the org answers that the object is locked by another job, and says nothing more about it"
	partial.Match, partial.Replays = "01a2-3", true
	partial.Objects = []crmsync.ObjectReport{{Object: "User", Fetched: 1204, Unchanged: 1204}, {Object: "OpportunityContactRole", Fetched: 7, Inserted: 3, Unchanged: 4, Error: &crmsync.ReportError{Code: "salesforce.locked", Message: hostile[0]}}}
	matched := run("3", crmsync.JobMatch, "done", 41, map[string]int64{"records": 865591, "judged": 2214, "changed": 12, "auto": 638019, "review": 1204, "none": 226368})
	matched.Replays = true
	written := run("4", crmsync.JobWriteback, "done", 3, map[string]int64{"written": 214, "held": 3})
	failed := run("5", crmsync.JobImport, "failed", 2, nil)
	failed.ErrorCode, failed.Error, failed.By = "run.interrupted", "the engine ended in the middle of it; the next run goes on where it stopped", hostile[2]
	return []crmsync.RunDetails{begun, partial, matched, written, failed, run("6", crmsync.JobImport, "cancelled", 4000, map[string]int64{"fetched": 10000, "unchanged": 10000}), run("7", crmsync.JobTrial, "done", 6, map[string]int64{"sent": 4, "written": 4})}
}

// Home leads to what the engine did; a run is told object by object, with the id that the command line takes.
func TestRuns(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("r")
	c.sees("Home › runs", "writeback", "running", "612,480 fetched", "run.interrupted")
	c.press("j", "enter")
	c.sees("run 01a2-2", "crmsync replay", "Contact role", "salesforce.locked: ", "object failed")
	c.press("esc", "y")
	c.sees("01a2-2")
	c.press("j", "j", "enter")
	c.sees("214 written, 3 held", "run 01a2-4")
	c.press("esc")
	w.runs = slices.Insert(w.runs, 0, crmsync.RunDetails{RunSummary: crmsync.RunSummary{ID: "01a2-0", Kind: crmsync.JobImport, State: "running", StartedAt: testNow, Counts: map[string]int64{"fetched": 77}}})
	c.send(eventMsg{Kind: crmsync.EventRunStarted, Job: crmsync.JobImport})
	c.send(expireMsg(c.app.toastID))
	c.sees("1 new; R loads them")
	c.press("R")
	c.sees("77 fetched")
	c.press("esc")
	c.sees("Last sync")
}
