package sync

import (
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Everything that failed is counted by its code, queued again as one act, and written once.
func TestRetryFailed(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.fault("validation-rule")
	first, second := w.add(KindCall, "first"), w.add(KindNote, "second")
	w.settleAll()
	w.wants(first, store.OutboxFailed)
	preview, err := w.engine.PreviewRetry(t.Context(), w.admin)
	if err != nil || preview.Items < 1 || preview.Groups[0].Code != "FIELD_CUSTOM_VALIDATION_EXCEPTION" || preview.Groups[0].Text == "" {
		t.Fatalf("%+v %v", preview, err)
	}
	w.fault()
	report, err := w.engine.RetryFailed(t.Context(), w.admin)
	if err != nil || int64(report.Queued) != preview.Items || report.Left || report.Event == "" {
		t.Fatalf("%+v %v", report, err)
	}
	if item := w.wants(first, store.OutboxQueued); item.Attempts != 0 || item.ErrorCode != "" {
		t.Errorf("%+v", item)
	}
	w.settleAll()
	w.wants(first, store.OutboxWritten)
	w.wants(second, store.OutboxWritten)
	_, err = w.engine.RetryFailed(t.Context(), w.admin)
	w.code(err, "outbox.nothing_failed")
	_, err = w.engine.RetryFailed(t.Context(), w.member)
	w.code(err, "act.not_allowed")

	tallies, err := w.store.TallyOutbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]int64{}
	for _, x := range tallies {
		if x.State == store.OutboxWritten && x.SeatID == w.seat.ID && !x.Last.IsZero() {
			written[x.Kind] += x.N
		}
	}
	if written["call"] != 1 || written["note"] != 1 {
		t.Errorf("%+v", tallies)
	}
}
