package sync

import (
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

func TestTuningShowsWhatWouldMoveAndMovesNothing(t *testing.T) {
	h, _, report := matched(t, orgsim.Config{Contacts: 600})
	var accepted, rejected int
	for _, row := range matchesOf(t, h, "Contact") {
		var err error
		switch {
		case row.State == store.MatchAuto && accepted < 5:
			_, err = h.engine.Accept(t.Context(), h.admin, row.RecordID, "")
			accepted++
		case row.State == store.MatchReview && rejected < 1:
			_, err = h.engine.Reject(t.Context(), h.admin, row.RecordID, "", "")
			rejected++
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if report.People.Review+report.Companies.Review < 3 {
		t.Fatalf("too little to review in this world: %+v", report)
	}
	lower, err := h.engine.TuneMatching(t.Context(), h.admin, TuneProposal{Accept: 50, Review: 10})
	if err != nil {
		t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	if lower.Decided != accepted+rejected || lower.Accept.Labels < lower.Decided {
		t.Errorf("%d pairs were judged, %+v", accepted+rejected, lower)
	}
	if now, then := lower.Accept.Current, lower.Accept.Proposed; now.Threshold != .95 || then.Threshold != .5 || then.Links-now.Links != lower.Accept.Gained || lower.Accept.Lost != 0 {
		t.Errorf("%+v", lower.Accept)
	}
	if lower.Accept.Gained > 0 && (len(lower.Accept.Examples) == 0 || lower.Accept.Examples[0].RecordName == "" || lower.Accept.Examples[0].MemberName == "") {
		t.Errorf("no example has names: %+v", lower.Accept.Examples)
	}
	if lower.Review.Setting != SettingMatchFloor || lower.Review.Proposed.Links < lower.Review.Current.Links {
		t.Errorf("a lower bound shows fewer pairs: %+v", lower.Review)
	}
	settings, err := h.engine.settingsOf(t.Context())
	if err != nil || settings.Int(SettingMatchAccept) != 95 || settings.Int(SettingMatchFloor) != 20 {
		t.Errorf("a look moved the thresholds: %v", err)
	}
	_, err = h.engine.TuneMatching(t.Context(), h.admin, TuneProposal{Accept: 101})
	h.code(err, "settings.invalid")
	_, err = h.engine.TuneMatching(t.Context(), h.admin, TuneProposal{Accept: 60, Review: 70})
	h.code(err, "settings.invalid")
	_, err = h.engine.TuneMatching(t.Context(), Actor{Name: "sue", Role: RoleSupport}, TuneProposal{})
	h.code(err, "act.not_allowed")
}
