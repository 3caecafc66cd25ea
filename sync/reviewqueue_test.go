package sync

import (
	"math"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The queue holds what the model is least sure of, and what was judged leaves it.
func TestReviewQueueBeginsWithTheLeastSure(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 600})
	queue, err := h.engine.ReviewQueue(t.Context(), "", 5)
	if err != nil || len(queue) == 0 || len(queue) > 5 {
		t.Fatalf("%d rows, %v", len(queue), err)
	}
	doubt := func(row store.Match) float64 { return math.Abs(float64(row.Score)/store.ScoreUnit - .5) }
	var waiting []store.Match
	for _, object := range []string{"Account", "Contact", "Lead"} {
		for _, row := range matchesOf(t, h, object) {
			if row.State == store.MatchReview && row.MemberID != "" {
				waiting = append(waiting, row)
			}
		}
	}
	for _, row := range waiting {
		if doubt(row) < doubt(queue[0].Match)-1e-9 {
			t.Errorf("%s with score %d is less sure than the first, %d", row.RecordID, row.Score, queue[0].Score)
		}
	}
	for _, row := range queue {
		if row.State != store.MatchReview || row.RecordName == "" || row.MemberName == "" {
			t.Errorf("in the queue: %+v", row)
		}
	}
	if _, err := h.engine.Reject(t.Context(), h.admin, queue[0].RecordID, "", ""); err != nil {
		t.Fatal(err)
	}
	after, err := h.engine.ReviewQueue(t.Context(), queue[0].Object, 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range after {
		if row.RecordID == queue[0].RecordID || row.Object != queue[0].Object {
			t.Errorf("%s %s is in the queue after it was judged, or of another object", row.Object, row.RecordID)
		}
	}
}
