package sync

import (
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// What is written and stands on no page of its parents becomes a state of its own; where one page shows it, it is
// proven.
func TestWrittenButInvisible(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.fault("hidden-list=Contact")
	w.add(KindMessage, "seen on the account's page")
	w.add(KindNote, "on no page")
	if report := w.cycle(); report.Written != 2 || report.Verified != 1 {
		t.Fatalf("%+v", report)
	}
	counts, err := w.engine.Deliveries(t.Context())
	if err != nil || len(counts) != 1 || counts[DeliveryInvisible] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
	page, err := w.store.Outbox(t.Context(), store.OutboxQuery{Note: store.NoteInvisible})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Kind != string(KindNote) || !strings.Contains(page.Rows[0].VerifyNote, "Contact show no notes") {
		t.Errorf("%+v, %v", page.Rows, err)
	}
	if page, err = w.store.Outbox(t.Context(), store.OutboxQuery{Note: store.NoteInvisible, SeatID: "somebody else's"}); err != nil || len(page.Rows) != 0 {
		t.Errorf("%+v, %v", page.Rows, err)
	}
}

// The pages are asked for once, not for each row.
func TestPagesAreAskedForOnce(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindMessage, "one")
	w.cycle()
	before := w.engine.session.client.Calls()
	w.add(KindMessage, "two")
	w.clock.Advance(leastPause)
	report := w.cycle()
	if calls := w.engine.session.client.Calls() - before; report.Verified != 1 || calls > 3 {
		t.Errorf("%d calls, %+v", calls, report)
	}
}
