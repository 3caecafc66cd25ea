package sync

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// stale returns the stale saves of a seat, "" for all, as record and reason.
func (s *selling) stale(seat string) map[string]store.StaleReason {
	s.t.Helper()
	page, err := s.engine.SaveLedger(s.t.Context(), s.admin, store.LedgerQuery{SeatID: seat, Stale: true})
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]store.StaleReason{}
	for _, line := range page.Rows {
		out[line.Record] = line.Stale
	}
	return out
}

// S21: a change makes a save stale, which the ledger says, and takes nothing away.
func TestLedger_S21_staleSavesStay(t *testing.T) {
	s := newSelling(t)
	s.steps()
	account := s.opportunity.AccountID
	page, err := s.engine.SaveLedger(t.Context(), s.admin, store.LedgerQuery{})
	if err != nil || len(page.Rows) != 2 || len(s.stale("")) != 0 {
		t.Fatalf("%+v, %v", page, err)
	}
	line := page.Rows[0]
	if line.For != s.opportunity.Name || line.Owner != s.owner || line.SeatName == "" || line.RecordName == "" || line.OwnerName != s.record("User", s.owner).Get("Name") {
		t.Errorf("line %+v", line)
	}
	s.matched("Contact", s.contact, "", store.MatchNone)
	if diff := cmp.Diff(map[string]store.StaleReason{s.contact: store.StaleMatch}, s.stale("")); diff != "" {
		t.Error(diff)
	}
	s.matched("Contact", s.contact, s.person, store.MatchAccepted)
	s.happens(orgsim.Change{Kind: "owner", ID: s.opportunity.ID, Fields: fieldsOf("OwnerId", s.other)})
	s.steps()
	want := map[string]store.StaleReason{account: store.StaleOwner, s.contact: store.StaleOwner}
	if diff := cmp.Diff(want, s.stale(s.ownerSeat)); diff != "" {
		t.Error(diff)
	}
	if len(s.stale(s.other2)) != 0 || len(s.saved(s.opportunity.ID)) != 4 {
		t.Errorf("the new owner's: %v; saves %v", s.stale(s.other2), s.saved(s.opportunity.ID))
	}
	s.happens(orgsim.Change{Kind: "stage", ID: s.opportunity.ID, Fields: fieldsOf("StageName", "Closed Lost")})
	s.steps()
	counts, err := s.store.CountStaleSaves(t.Context(), "")
	if err != nil || cmp.Diff(map[store.StaleReason]int64{store.StaleClosed: 4}, counts) != "" || len(s.saved(s.opportunity.ID)) != 4 {
		t.Errorf("counts %v, %v", counts, err)
	}
	s.happens(orgsim.Change{Kind: "delete", ID: s.opportunity.ID})
	s.steps()
	if got := s.stale(s.other2)[account]; got != store.StaleGone || len(s.saved(s.opportunity.ID)) != 4 {
		t.Errorf("after the deletion: %q", got)
	}
}

// Beyond 18: a clean-up is a person's act. It is undone as a whole, and nothing of it is saved again (decision 10).
func TestLedger_decision10_cleanUp(t *testing.T) {
	s := newSelling(t)
	s.steps()
	owner, stranger := Actor{Name: "hugo", Role: RoleMember, Seat: s.ownerSeat}, Actor{Name: "mia", Role: RoleMember, Seat: s.other2}
	_, _, err := s.engine.CleanSaves(t.Context(), owner, s.ownerSeat, "")
	s.code(err, "save.no_change")
	s.happens(orgsim.Change{Kind: "owner", ID: s.opportunity.ID, Fields: fieldsOf("OwnerId", s.other)})
	s.steps()
	_, _, err = s.engine.CleanSaves(t.Context(), stranger, s.ownerSeat, "")
	s.code(err, "act.not_allowed")
	_, _, err = s.engine.CleanSaves(t.Context(), stranger, "", "")
	s.code(err, "act.not_allowed")
	_, err = s.engine.SaveLedger(t.Context(), stranger, store.LedgerQuery{SeatID: s.ownerSeat})
	s.code(err, "act.not_allowed")
	_, _, err = s.engine.CleanSaves(t.Context(), owner, s.ownerSeat, store.StaleClosed)
	s.code(err, "save.no_change")
	removed, event, err := s.engine.CleanSaves(t.Context(), owner, s.ownerSeat, store.StaleOwner)
	if err != nil || removed != 2 || len(s.saved(s.opportunity.ID)) != 2 {
		t.Fatalf("removed %d, %v; saves %v", removed, err, s.saved(s.opportunity.ID))
	}
	s.happens(orgsim.Change{Kind: "owner", ID: s.opportunity.ID, Fields: fieldsOf("OwnerId", s.owner)})
	if steps := s.steps(); steps.AutoSave.Skipped[noSaveRemoved] != 2 || len(s.saved(s.opportunity.ID)) != 2 {
		t.Errorf("saved again: %+v", steps.AutoSave)
	}
	for id := range s.saved(s.opportunity.ID) {
		if id[0] == s.ownerSeat {
			t.Errorf("%v is the owner's again", id)
		}
	}
	undo := s.must(s.engine.Undo(t.Context(), owner, event))
	if len(s.saved(s.opportunity.ID)) != 4 {
		t.Errorf("after the undo: %v", s.saved(s.opportunity.ID))
	}
	s.must(s.engine.Undo(t.Context(), owner, undo))
	if len(s.saved(s.opportunity.ID)) != 2 {
		t.Errorf("after the redo: %v", s.saved(s.opportunity.ID))
	}
}
