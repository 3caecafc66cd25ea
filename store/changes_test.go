package store

import (
	"slices"
	"testing"
	"time"
)

func TestCandidatesLeadBackToTheirRecords(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error {
		if err := tx.PutCandidates("003A", []string{"m1", "m2", "m1"}); err != nil {
			return err
		}
		return tx.PutCandidates("003B", []string{"m2"})
	})
	competing := func(members ...string) []string {
		t.Helper()
		ids, err := s.RecordsCompeting(t.Context(), members)
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	if got := competing("m1", "m2", "nobody"); !slices.Equal(got, []string{"003A", "003B"}) {
		t.Errorf("both compete: %v", got)
	}
	write(t, s, func(tx *Tx) error { return tx.PutCandidates("003A", []string{"m3"}) })
	if got := competing("m1", "m2"); !slices.Equal(got, []string{"003B"}) {
		t.Errorf("what was replaced is gone: %v", got)
	}
	write(t, s, func(tx *Tx) error {
		if err := tx.PutMatches([]Match{{RecordID: "003A", Object: "Contact", State: MatchNone}}); err != nil {
			return err
		}
		return tx.DeleteMatch("003A")
	})
	if got := competing("m3"); len(got) != 0 {
		t.Errorf("a forgotten record competes: %v", got)
	}
}

func TestUnjudgedDecisionsAreThoseThatChanged(t *testing.T) {
	s := openTest(t)
	unjudged := func() []string {
		t.Helper()
		rows, err := s.UnjudgedDecisions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		return ids
	}
	write(t, s, func(tx *Tx) error {
		return tx.PutDecision(Decision{ID: "d1", RecordID: "003A", MemberID: "m1", Verdict: VerdictAccept, DecidedAt: s.Now()})
	})
	judge := func(tx *Tx) error { return tx.JudgeDecision("d1") }
	for _, step := range []struct {
		name string
		do   func(tx *Tx) error
	}{
		{"ended", func(tx *Tx) error { return tx.EndDecision("d1", "undo") }},
		{"reopened", func(tx *Tx) error { return tx.ReopenDecision("d1") }},
	} {
		if got := unjudged(); !slices.Equal(got, []string{"d1"}) {
			t.Fatalf("before it is %s: %v", step.name, got)
		}
		write(t, s, judge)
		if got := unjudged(); len(got) != 0 {
			t.Fatalf("judged, and still %v", got)
		}
		write(t, s, step.do)
	}
	about, err := s.DecisionsAbout(t.Context(), []string{"003A"}, []string{"m1"})
	if err != nil || len(about) != 1 {
		t.Errorf("one decision, named by both sides, comes %d times: %v", len(about), err)
	}
}

func TestNewPositionIsAChangeOfThePerson(t *testing.T) {
	s := openTest(t)
	person := addPerson(t, s, "in/ann", "Ann")
	kept, err := s.Person(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	later := kept.ChangedAt.Add(time.Hour)
	s.now = func() time.Time { return later }
	put := func() { // twice the same
		write(t, s, func(tx *Tx) error {
			return tx.PutPosition(Position{PersonID: person, Company: "Acme", Title: "Engineer", Current: true})
		})
	}
	put()
	changed, err := s.PeopleChangedSince(t.Context(), later, 10)
	if err != nil || !slices.Equal(changed, []string{person}) {
		t.Errorf("a new position changes nobody: %v %v", changed, err)
	}
	later = later.Add(time.Hour)
	put()
	if changed, err = s.PeopleChangedSince(t.Context(), later, 10); err != nil || len(changed) != 0 {
		t.Errorf("a position that says nothing new changed %v %v", changed, err)
	}
}
