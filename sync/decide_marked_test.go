package sync

import (
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// marksOf are the matches that wait for review, as they are seen.
func (s second) marksOf(n int) (pairs []MarkedPair) {
	s.t.Helper()
	page, err := s.store.Matches(s.t.Context(), store.MatchQuery{States: []store.MatchState{store.MatchReview}, PageQuery: store.PageQuery{Limit: n}})
	if err != nil || len(page.Rows) != n {
		s.t.Fatalf("%d wait for review: %v", len(page.Rows), err)
	}
	for _, row := range page.Rows {
		pairs = append(pairs, MarkedPair{Record: row.RecordID, Seen: &Seen{MemberID: row.MemberID, State: row.State}})
	}
	return pairs
}

func (s second) stateOf(record string) store.MatchState {
	s.t.Helper()
	row, err := s.store.Match(s.t.Context(), record)
	if err != nil {
		s.t.Fatal(err)
	}
	return row.State
}

// Marks are no way around the second admin: several are proposed together, done as one act, and taken back as one. One
// match alone is a single act as before.
func TestMarkedMatchesNeedTheSecondAdmin(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	s.reviewed(4)
	for reject, want := range map[bool]store.MatchState{false: store.MatchAccepted, true: store.MatchRejected} {
		marks := s.marksOf(3)
		decide := func(actor Actor, marks []MarkedPair) error {
			_, err := s.engine.DecideMarked(t.Context(), actor, marks, reject, "seen")
			return err
		}
		row := s.waits(decide(s.admin, marks))
		for _, one := range marks {
			if s.stateOf(one.Record) != store.MatchReview {
				t.Fatalf("%s was decided by one admin", one.Record)
			}
		}
		if again := s.waits(decide(s.admin, marks)); again.ID != row.ID || len(row.Preview) != 3 {
			t.Errorf("proposed twice, or without its pairs: %+v", row)
		}
		s.code(decide(Actor{Name: "mia", Role: RoleMember}, marks), "act.not_allowed")
		report, err := s.engine.Approve(t.Context(), s.bea, row.ID)
		if err != nil {
			t.Fatalf("%v (%s)", err, CodeOf(err))
		}
		for _, one := range marks {
			if got := s.stateOf(one.Record); got != want {
				t.Errorf("%s is %s, want %s", one.Record, got, want)
			}
		}
		if _, err := s.engine.Undo(t.Context(), s.admin, report.Approval.EventID); err != nil {
			t.Fatal(err)
		}
		for _, one := range marks {
			if got := s.stateOf(one.Record); got != store.MatchReview {
				t.Errorf("after one undo %s is %s", one.Record, got)
			}
		}
		if err := decide(s.admin, marks[:1]); err != nil || s.stateOf(marks[0].Record) != want {
			t.Errorf("one alone: %v", err)
		}
		if err := s.engineUndo(); err != nil {
			t.Fatal(err)
		}
	}
}

func (s second) engineUndo() error {
	_, err := s.engine.UndoLast(s.t.Context(), s.admin)
	return err
}

// What was approved is not done when a match is another by then, and without the setting marks are acts of their own.
func TestMarkedMatchesAsTheyWereSeen(t *testing.T) {
	s := fourEyes(writers(t, orgsim.Config{}))
	s.reviewed(3)
	marks := s.marksOf(3)
	_, err := s.engine.DecideMarked(t.Context(), s.admin, marks, false, "")
	row := s.waits(err)
	if _, err := s.engine.Reject(t.Context(), s.bea, marks[1].Record, "", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.engine.Approve(t.Context(), s.bea, row.ID); err == nil {
		t.Error("approved although one of them is another")
	}
	if got := s.stateOf(marks[0].Record); got != store.MatchReview {
		t.Errorf("half of it was done: %s", got)
	}
	plain := writers(t, orgsim.Config{})
	s2 := second{writer: plain}
	s2.reviewed(2)
	marks = s2.marksOf(2)
	report, err := s2.engine.DecideMarked(t.Context(), s2.admin, marks, false, "")
	if err != nil || len(report.Events) != 2 || len(report.Records) != 2 {
		t.Errorf("%+v %v", report, err)
	}
	report, err = s2.engine.DecideMarked(t.Context(), s2.admin, marks, true, "")
	s2.code(err, "match.changed")
	if len(report.Records) != 0 {
		t.Errorf("%+v", report)
	}
}
