package sync

import (
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// replayOf does a run again.
func replayOf(t *testing.T, h *harness, run string) ReplayReport {
	t.Helper()
	report, err := h.engine.Replay(t.Context(), run)
	if err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	return report
}

func TestReplaySaysSameBytesOrWhatChanged(t *testing.T) {
	h, _ := peopled(t, orgsim.Config{Contacts: 120})
	h.clock.Advance(time.Minute)
	first, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	before := matchesOf(t, h, "Contact")
	report := replayOf(t, h, "")
	if !report.Same || report.Run != first.Run || len(report.Kinds) != 2 {
		t.Fatalf("nothing changed: %+v", report)
	}
	for _, kind := range report.Kinds {
		if kind.Differences != 0 || len(kind.Causes) != 0 || kind.Inputs != "same" || kind.Then == "" || kind.RowsChanged != 0 {
			t.Errorf("nothing changed: %+v", kind)
		}
	}
	if !slices.EqualFunc(before, matchesOf(t, h, "Contact"), func(a, b store.Match) bool { return sameMatch(a, b) && a.Version == b.Version }) {
		t.Error("a replay wrote something")
	}

	auto := oneMatch(t, h, "Contact", store.MatchAuto)
	if _, err := h.engine.Reject(t.Context(), h.admin, auto.RecordID, "", ""); err != nil {
		t.Fatal(err)
	}
	other := oneMatch(t, h, "Contact", store.MatchAuto)
	h.happens(orgsim.Change{Kind: "update", ID: other.RecordID, Fields: fieldsOf("LastName", "Quux", "FirstName", "Zed", "Email", "")})
	h.imports(ImportOptions{})
	report = replayOf(t, h, first.Run)
	people := report.Kinds[1]
	if report.Same || !report.Kinds[0].Same || people.Same || people.Inputs != "changed" || people.Decisions != 1 || people.RecordsChanged == 0 || people.RowsChanged == 0 {
		t.Errorf("a decision and a change: %+v", report)
	}
	if len(people.Causes) != 2 || !strings.Contains(people.Causes[0], "records") || !strings.Contains(people.Causes[1], "1 decisions") {
		t.Errorf("causes %q", people.Causes)
	}
	why := ""
	for _, example := range people.Examples {
		if example.RecordID == other.RecordID {
			why = example.Why
		}
	}
	if people.Differences == 0 || !strings.Contains(why, "no run has looked at it since") {
		t.Errorf("the changed record is not named: %+v", people.Examples)
	}

	h.clock.Advance(time.Minute)
	second, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	if report = replayOf(t, h, second.Run); !report.Same || !second.People.Incremental || report.Kinds[1].Inputs != "not_kept" {
		t.Errorf("an incremental run: %+v", report)
	}
}

func TestReplayRefusesWhatIsNoMatchRun(t *testing.T) {
	h := connected(t, orgsim.Config{})
	_, err := h.engine.Replay(t.Context(), "")
	h.code(err, "replay.not_found")
	imported := h.imports(ImportOptions{})
	_, err = h.engine.Replay(t.Context(), imported.RunID)
	h.code(err, "replay.no_match_run")
	h.clock.Advance(13 * time.Hour)
	outcome, err := h.engine.Request(t.Context(), h.admin, JobImport, ImportOptions{}, true)
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	if report := replayOf(t, h, outcome.RunID); !report.Same {
		t.Errorf("by the import that it is part of: %+v", report)
	}
}
