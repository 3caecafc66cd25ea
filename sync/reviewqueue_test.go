package sync

import (
	"math"
	"slices"
	"testing"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The queue begins with what the model is least sure of, asks about links too, and what was judged leaves it.
func TestReviewQueueBeginsWithTheLeastSure(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 600})
	queue, err := h.engine.ReviewQueue(t.Context(), "", 16)
	if err != nil || len(queue) != 16 {
		t.Fatalf("%d rows, %v", len(queue), err)
	}
	doubt := func(row store.Match) float64 { return math.Abs(float64(row.Score)/store.ScoreUnit - .5) }
	for _, object := range []string{"Account", "Contact", "Lead"} {
		for _, row := range matchesOf(t, h, object) {
			if row.State == store.MatchReview && row.MemberID != "" && doubt(row) < doubt(queue[0].Match)-1e-9 {
				t.Errorf("%s with score %d is less sure than the first, %d", row.RecordID, row.Score, queue[0].Score)
			}
		}
	}
	kinds := map[match.QuestionKind]int{}
	for _, row := range queue {
		kinds[row.Kind]++
		want := map[match.QuestionKind]store.MatchState{match.AskTelling: store.MatchReview, match.AskWaiting: store.MatchReview, match.AskLink: store.MatchAuto, match.AskWeak: store.MatchNone}
		if row.State != want[row.Kind] || row.RecordName == "" || row.MemberName == "" || row.MemberID == "" || row.Score == 0 {
			t.Errorf("in the queue: %+v", row)
		}
	}
	for kind := match.AskTelling; kind <= match.AskLink; kind++ { // whether there are weak ones is up to the world
		if kinds[kind] < 1 {
			t.Errorf("%d of 16 are %q: %v", kinds[kind], kind, kinds)
		}
	}
	if _, err := h.engine.Reject(t.Context(), h.admin, queue[0].RecordID, "", ""); err != nil {
		t.Fatal(err)
	}
	after, err := h.engine.ReviewQueue(t.Context(), queue[0].Object, 16)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range after {
		if row.RecordID == queue[0].RecordID || row.Object != queue[0].Object {
			t.Errorf("%s %s is in the queue after it was judged, or of another object", row.Object, row.RecordID)
		}
	}
}

// matchOf is a record's match as it is now.
func matchOf(t *testing.T, h *harness, record string) store.Match {
	t.Helper()
	row, err := h.store.Match(t.Context(), record)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// weakened makes all that waits for review weak: records without a member, each with its best candidate.
func weakened(t *testing.T, h *harness) {
	t.Helper()
	var rows []store.Match
	for _, object := range []string{"Account", "Contact", "Lead"} {
		for _, row := range matchesOf(t, h, object) {
			if row.State == store.MatchReview {
				row.RunnerUpID, row.RunnerUpScore = row.MemberID, row.Score
				row.State, row.Reason, row.MemberID, row.Score, row.Evidence = store.MatchNone, string(match.BelowThreshold), "", 0, nil
				rows = append(rows, row)
			}
		}
	}
	if len(rows) < 20 {
		t.Fatalf("only %d wait for review", len(rows))
	}
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error { return tx.PutMatches(rows) }); err != nil {
		t.Fatal(err)
	}
}

// weakPair is a pair of the queue whose record has no member.
func weakPair(t *testing.T, h *harness) QueuedPair {
	t.Helper()
	weakened(t, h)
	queue, err := h.engine.ReviewQueue(t.Context(), "", 40)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range queue {
		if row.Kind == match.AskWeak {
			if row.State != store.MatchNone || row.MemberName == "" || row.MemberID == "" || row.Score == 0 {
				t.Errorf("in the queue: %+v", row)
			}
			return row
		}
	}
	t.Fatal("no weak pair is asked about")
	return QueuedPair{}
}

// The best candidate of a record without a member is accepted, or rejected, as it was seen; an undo brings the record back; and
// whoever did not look accepts nothing.
func TestWeakPairIsJudgedAsItWasSeen(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 600})
	pair := weakPair(t, h)
	before := matchOf(t, h, pair.RecordID)
	if _, err := h.engine.Accept(t.Context(), h.admin, pair.RecordID, ""); CodeOf(err) != "match.nothing_proposed" {
		t.Errorf("accepted unseen: %v", err)
	}
	if _, err := h.engine.AcceptSeen(t.Context(), h.admin, pair.RecordID, "", &Seen{MemberID: "somebody else", State: store.MatchNone}); CodeOf(err) != "match.changed" {
		t.Errorf("accepted another: %v", err)
	}
	seen := &Seen{MemberID: pair.MemberID, State: store.MatchNone}
	event, err := h.engine.AcceptSeen(t.Context(), h.admin, pair.RecordID, "", seen)
	if err != nil {
		t.Fatal(err)
	}
	if got := matchOf(t, h, pair.RecordID); got.State != store.MatchAccepted || got.MemberID != pair.MemberID || got.Score != pair.Score {
		t.Errorf("accepted: %+v", got)
	}
	if _, err := h.engine.Undo(t.Context(), h.admin, event); err != nil {
		t.Fatal(err)
	}
	if got := matchOf(t, h, pair.RecordID); got.State != store.MatchNone || got.MemberID != "" || got.Reason != before.Reason {
		t.Errorf("taken back: %+v", got)
	}
	if _, err := h.engine.RejectSeen(t.Context(), h.admin, pair.RecordID, "", "", seen); err != nil {
		t.Fatal(err)
	}
	if got := matchOf(t, h, pair.RecordID); got.State != store.MatchRejected {
		t.Errorf("rejected: %+v", got)
	}
	queue, err := h.engine.ReviewQueue(t.Context(), "", 40)
	if err != nil || slices.ContainsFunc(queue, func(q QueuedPair) bool { return q.RecordID == pair.RecordID }) {
		t.Errorf("asked again after it was judged: %v", err)
	}
}

// Marked together, links, pairs in review and weak pairs are decided on as they were seen.
func TestMarkedQueueIsAccepted(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 600})
	queue, err := h.engine.ReviewQueue(t.Context(), "", 8)
	if err != nil {
		t.Fatal(err)
	}
	var marked []MarkedPair
	for _, row := range queue {
		marked = append(marked, MarkedPair{Record: row.RecordID, Seen: &Seen{MemberID: row.MemberID, State: row.State}})
	}
	if _, err := h.engine.DecideMarked(t.Context(), h.admin, marked, false, ""); err != nil {
		t.Fatal(err)
	}
	for _, row := range queue {
		if got := matchOf(t, h, row.RecordID); got.State != store.MatchAccepted || got.MemberID != row.MemberID {
			t.Errorf("%s, %s: %+v", row.RecordID, row.Kind, got)
		}
	}
}
