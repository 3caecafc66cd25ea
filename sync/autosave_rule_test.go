package sync

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ledger is a saveWorld in memory.
type ledger struct {
	seats   map[string]saveSeat
	matches map[string]string
	saves   map[saveKey]bool // value: removed by its owner
}

func newLedger() *ledger {
	return &ledger{
		seats:   map[string]saveSeat{"ana": {"seat-ana", true}, "bo": {"seat-bo", true}, "cy": {"seat-cy", false}},
		matches: map[string]string{"acme": "company-acme", "eva": "person-eva", "jan": "person-jan"},
		saves:   map[saveKey]bool{},
	}
}

func (l *ledger) world() saveWorld {
	return saveWorld{
		seat:  func(owner string) (saveSeat, bool) { seat, ok := l.seats[owner]; return seat, ok },
		match: func(record string) (string, bool) { member, ok := l.matches[record]; return member, ok },
		made:  func(key saveKey) (bool, bool) { removed, made := l.saves[key]; return made, removed },
	}
}

// run applies the rule and makes the saves; it returns what was made and what
// was skipped.
func (l *ledger) run(candidates ...saveCandidate) (made []saveKey, skipped map[string]int) {
	rule, _ := newStageRule(fiveStages, "Qualification")
	skipped = map[string]int{}
	for _, c := range candidates {
		for _, plan := range planSaves(c, rule, l.world(), func(reason string) { skipped[reason]++ }) {
			l.saves[plan.Key] = false
			made = append(made, plan.Key)
		}
	}
	return made, skipped
}

func deal(owner string, contacts ...string) saveCandidate {
	return saveCandidate{Opportunity: "deal", Stage: "Proposal", Account: "acme", Contacts: contacts, Owner: owner}
}

func TestAutosave_S4_accountAndContactsOfOpenOpportunities(t *testing.T) {
	made, skipped := newLedger().run(deal("ana", "eva", "nobody"))
	want := []saveKey{{"seat-ana", "company-acme", "deal"}, {"seat-ana", "person-eva", "deal"}}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{noSaveNoMatch: 1}, skipped); diff != "" {
		t.Error(diff)
	}
}

func TestAutosave_S4_everythingElseIsCountedWithItsReason(t *testing.T) {
	closed := deal("ana")
	closed.Closed = true
	early := deal("ana")
	early.Stage = "Prospecting"
	empty := saveCandidate{Opportunity: "empty", Stage: "Proposal", Owner: "ana"}
	made, skipped := newLedger().run(closed, early, deal("stranger"), deal("cy"), empty)
	if len(made) != 0 {
		t.Errorf("made %v", made)
	}
	want := map[string]int{offListClosed: 1, offListBeforeStage: 1, noSaveNoSeat: 1, noSaveNotAllowed: 1, noSaveNoAccount: 1, noSaveNothingToDo: 1}
	if diff := cmp.Diff(want, skipped); diff != "" {
		t.Error(diff)
	}
}

// S21: a change of owner leaves the old save, and the new owner gets one too.
func TestAutosave_S21_S71_ownerChangeKeepsTheOldSave(t *testing.T) {
	l := newLedger()
	l.run(deal("ana", "eva"))
	made, _ := l.run(deal("bo", "eva"))
	want := []saveKey{{"seat-bo", "company-acme", "deal"}, {"seat-bo", "person-eva", "deal"}}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Error(diff)
	}
	if removed, there := l.saves[saveKey{"seat-ana", "person-eva", "deal"}]; !there || removed {
		t.Error("the old owner's save is gone")
	}
}

// S21: a deal that closes, or an unmatched contact, takes no save away.
func TestAutosave_S21_nothingIsUnsaved(t *testing.T) {
	l := newLedger()
	l.run(deal("ana", "eva"))
	delete(l.matches, "eva")
	closed := deal("ana", "eva")
	closed.Closed = true
	l.run(closed)
	if len(l.saves) != 2 {
		t.Errorf("saves are %v", l.saves)
	}
}

// S22, S71: linked to a new open opportunity of a new owner, saved again.
func TestAutosave_S22_newOpportunityOfANewOwner(t *testing.T) {
	l := newLedger()
	l.run(deal("ana", "eva"))
	second := deal("bo", "eva")
	second.Opportunity = "second"
	made, _ := l.run(second)
	if len(made) != 2 || len(l.saves) != 4 {
		t.Errorf("made %v, saves %v", made, l.saves)
	}
	second.Closed = true
	second.Opportunity = "third"
	if made, _ := l.run(second); len(made) != 0 {
		t.Errorf("S71: only open opportunities count, made %v", made)
	}
}

// Decision 10: a save its owner removed is not made again for the same
// opportunity, but is for another one.
func TestAutosave_decision10_removedIsNotRemade(t *testing.T) {
	l := newLedger()
	l.run(deal("ana", "eva"))
	l.saves[saveKey{"seat-ana", "person-eva", "deal"}] = true
	made, skipped := l.run(deal("ana", "eva"))
	if len(made) != 0 || skipped[noSaveRemoved] != 1 || skipped[noSaveAlready] != 1 {
		t.Errorf("made %v, skipped %v", made, skipped)
	}
	other := deal("ana", "eva")
	other.Opportunity = "other"
	if made, _ := l.run(other); len(made) != 2 {
		t.Errorf("another opportunity counts, made %v", made)
	}
}

// S5: a second run finds nothing to do.
func TestAutosave_S5_isIdempotent(t *testing.T) {
	l := newLedger()
	l.run(deal("ana", "eva", "jan"))
	if made, _ := l.run(deal("ana", "eva", "jan")); len(made) != 0 {
		t.Errorf("made again: %v", made)
	}
}
