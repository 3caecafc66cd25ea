package sync

import (
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Accepting a second time what is accepted changes nothing and says who did it; a note is something new, and so is
// the same decision after it was taken back. Among several, those that are accepted already are passed over.
func TestAcceptingAgainChangesNothing(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	page, err := h.store.Matches(t.Context(), store.MatchQuery{Object: "Contact", States: []store.MatchState{store.MatchAuto}, PageQuery: store.PageQuery{Limit: 2}})
	if err != nil || len(page.Rows) < 2 {
		t.Fatalf("%d rows: %v", len(page.Rows), err)
	}
	first, second := page.Rows[0].RecordID, page.Rows[1].RecordID
	event := h.must(h.engine.Accept(t.Context(), h.admin, first, ""))
	trail := func() string {
		page, err := h.store.Audit(t.Context(), store.AuditQuery{PageQuery: store.PageQuery{Limit: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return page.Rows[0].ID
	}
	if again, err := h.engine.Accept(t.Context(), h.admin, first, ""); CodeOf(err) != "match.already" || again != "" || trail() != event {
		t.Errorf("again: %q %v", again, err)
	}
	event = h.must(h.engine.Accept(t.Context(), h.admin, first, "seen twice"))
	report, err := h.engine.DecideMarked(t.Context(), h.admin, []MarkedPair{{Record: first}, {Record: second}}, false, "")
	if err != nil || report.Already != 1 || len(report.Records) != 1 || report.Records[0] != second {
		t.Errorf("marked: %+v %v", report, err)
	}
	h.must(h.engine.Undo(t.Context(), h.admin, event))
	if _, err := h.engine.Accept(t.Context(), h.admin, second, ""); CodeOf(err) != "match.already" {
		t.Errorf("one of the marked: %v", err)
	}
}
