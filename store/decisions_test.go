package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecisionsStandOncePerPair(t *testing.T) {
	s := openTest(t)
	put := func(d Decision) error {
		return s.Write(t.Context(), func(tx *Tx) error { return tx.PutDecision(d) })
	}
	first := Decision{ID: "d1", RecordID: "003A", MemberID: "m1", Verdict: VerdictReject, Actor: "ana", Note: "another Ann", Score: 910_000, ModelID: "model",
		RecordModstamp: clock.Add(-time.Hour), DecidedAt: clock}
	if err := put(first); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Decision(t.Context(), "d1"); err != nil || !cmp.Equal(got, first) {
		t.Errorf("%s %v", cmp.Diff(first, got), err)
	}
	for name, test := range map[string]struct {
		d    Decision
		want error
	}{
		"the same pair again":     {Decision{ID: "d2", RecordID: "003A", MemberID: "m1", Verdict: VerdictAccept, DecidedAt: clock}, ErrConflict},
		"another member":          {Decision{ID: "d3", RecordID: "003A", MemberID: "m2", Verdict: VerdictReject, DecidedAt: clock.Add(time.Second)}, nil},
		"another record":          {Decision{ID: "d4", RecordID: "003B", MemberID: "m1", Verdict: VerdictAccept, DecidedAt: clock.Add(2 * time.Second)}, nil},
		"an unknown verdict":      {Decision{ID: "d5", RecordID: "003C", MemberID: "m1", Verdict: "perhaps", DecidedAt: clock}, ErrConflict},
		"a link without a member": {Decision{ID: "d6", RecordID: "003C", Verdict: VerdictAccept, DecidedAt: clock}, ErrConflict},
		"no match at all":         {Decision{ID: "d7", RecordID: "003C", Verdict: VerdictNoMatch, DecidedAt: clock.Add(3 * time.Second)}, nil},
	} {
		if err := put(test.d); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	for name, test := range map[string]struct {
		q    DecisionQuery
		want []string
	}{
		"all":           {DecisionQuery{}, []string{"d1", "d3", "d4", "d7"}},
		"of a record":   {DecisionQuery{RecordID: "003A"}, []string{"d1", "d3"}},
		"of a member":   {DecisionQuery{MemberID: "m1", Standing: true}, []string{"d1", "d4"}},
		"of a pair":     {DecisionQuery{RecordID: "003A", MemberID: "m2"}, []string{"d3"}},
		"of nobody":     {DecisionQuery{RecordID: "003Z"}, nil},
		"that all hold": {DecisionQuery{Standing: true}, []string{"d1", "d3", "d4", "d7"}},
	} {
		if got := decisionIDs(t, s, test.q); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func decisionIDs(t *testing.T, s *Store, q DecisionQuery) (ids []string) {
	t.Helper()
	all, err := s.Decisions(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids
}

// TestDecisionsEndReopenAndMove follows one pair: decided, ended by a later decision, undone, moved to the
// record that its record was merged into.
func TestDecisionsEndReopenAndMove(t *testing.T) {
	s := openTest(t)
	standing := DecisionQuery{RecordID: "003A", Standing: true}
	write(t, s, func(tx *Tx) error {
		return errors.Join(tx.PutDecision(Decision{ID: "d1", RecordID: "003A", MemberID: "m1", Verdict: VerdictAccept, DecidedAt: clock}), tx.EndDecision("d1", "ana"),
			tx.PutDecision(Decision{ID: "d2", RecordID: "003A", MemberID: "m1", Verdict: VerdictReject, DecidedAt: clock}))
	})
	if got := decisionIDs(t, s, standing); !slices.Equal(got, []string{"d2"}) {
		t.Errorf("standing: %v", got)
	}
	if d, err := s.Decision(t.Context(), "d1"); err != nil || d.EndedBy != "ana" || !d.EndedAt.Equal(clock) {
		t.Errorf("the ended one: %+v %v", d, err)
	}
	for name, change := range map[string]func(tx *Tx) error{
		"ending what is ended":      func(tx *Tx) error { return tx.EndDecision("d1", "bo") },
		"reopening what stands":     func(tx *Tx) error { return tx.ReopenDecision("d2") },
		"ending what is not there":  func(tx *Tx) error { return tx.EndDecision("none", "bo") },
		"moving what is not there":  func(tx *Tx) error { return tx.MoveDecision("none", "003B") },
		"reopening beside another":  func(tx *Tx) error { return tx.ReopenDecision("d1") },
		"moving to where one stays": func(tx *Tx) error { return moveBeside(tx) },
	} {
		if err := s.Write(t.Context(), change); !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	write(t, s, func(tx *Tx) error { return errors.Join(tx.EndDecision("d2", "ana"), tx.ReopenDecision("d1")) })
	if got := decisionIDs(t, s, standing); !slices.Equal(got, []string{"d1"}) {
		t.Errorf("after the undo: %v", got)
	}
	write(t, s, func(tx *Tx) error { return tx.MoveDecision("d1", "003B") })
	if d, err := s.Decision(t.Context(), "d1"); err != nil || d.RecordID != "003B" || d.MovedFrom != "003A" || !d.EndedAt.IsZero() {
		t.Errorf("moved: %+v %v", d, err)
	}
}

func moveBeside(tx *Tx) error {
	err := tx.PutDecision(Decision{ID: "d9", RecordID: "003C", MemberID: "m1", Verdict: VerdictReject, DecidedAt: clock})
	return errors.Join(err, tx.MoveDecision("d2", "003C"))
}

func TestModels(t *testing.T) {
	s := openTest(t)
	old, newer := Model{ID: "a", Kind: "person", MadeAt: clock, RunID: "r", Bytes: []byte{1}}, Model{ID: "b", Kind: "person", MadeAt: clock.Add(time.Hour), Bytes: []byte{2}}
	again := old
	again.Bytes = []byte{9}
	write(t, s, func(tx *Tx) error { return errors.Join(tx.PutModel(newer), tx.PutModel(old), tx.PutModel(again)) })
	if got, err := s.NewestModel(t.Context(), "person"); err != nil || !cmp.Equal(got, newer) {
		t.Errorf("newest: %+v %v", got, err)
	}
	if got, err := s.Model(t.Context(), "a"); err != nil || !cmp.Equal(got, old) {
		t.Errorf("by id, which names its content: %+v %v", got, err)
	}
	if _, err := s.NewestModel(t.Context(), "company"); err != ErrNotFound {
		t.Errorf("none: %v", err)
	}
}
