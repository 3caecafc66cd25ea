package sync

import (
	"slices"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// TestCourtListsWhoCompetes makes a second record of a person: both stand in the court, the winner is named, and one act switches.
func TestCourtListsWhoCompetes(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 240})
	winner := oneMatch(t, h, "Contact", store.MatchAuto)
	record := h.record("Contact", winner.RecordID)
	made := h.happens(orgsim.Change{Kind: "create", Object: "Contact", Fields: fieldsOf("FirstName", record.Get("FirstName"), "LastName", record.Get("LastName"),
		"Email", record.Get("Email"), "AccountId", record.Get("AccountId"), "Title", record.Get("Title"))})
	h.imports(ImportOptions{})
	h.clock.Advance(time.Minute)
	if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
		t.Fatal(err)
	}
	live, err := h.store.MatchOfMember(t.Context(), winner.MemberID)
	if err != nil {
		t.Fatal(err)
	}
	loser := made.IDs[0]
	if loser == live.RecordID {
		loser = winner.RecordID
	}
	rivalIn := func(record, rival string) Rival {
		t.Helper()
		x, err := h.engine.Explain(t.Context(), h.admin, record)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(x.Rivals, func(r Rival) bool { return r.RecordID == rival })
		if at < 0 {
			t.Fatalf("%s does not stand in the court of %s: %+v", rival, record, x.Rivals)
		}
		return x.Rivals[at]
	}
	if got := rivalIn(loser, live.RecordID); !got.Holds || got.Why != "fits the member best" || got.Score == 0 {
		t.Errorf("the winner: %+v", got)
	}
	if got := rivalIn(live.RecordID, loser); got.Holds || got.Why == "" || got.Score == 0 || got.Name == "" {
		t.Errorf("the loser: %+v", got)
	}
	if _, err := h.engine.Rematch(t.Context(), h.admin, loser, winner.MemberID, ""); err != nil {
		t.Fatal(err)
	}
	if got := rivalIn(live.RecordID, loser); !got.Holds || got.Why != "a person gave it the member" {
		t.Errorf("after the switch: %+v", got)
	}
}

// TestEveryUnmatchedRecordHasAReason counts them by list, by tally and by reason.
func TestEveryUnmatchedRecordHasAReason(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 240})
	byList := map[string]int64{}
	q := store.MatchQuery{States: UnmatchedStates, ByReason: true, PageQuery: store.PageQuery{Limit: 50}}
	var last string
	for more := true; more; {
		page, err := h.store.Matches(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			reason := ReasonOf(row.Match)
			if reason == "" || row.Reason < last {
				t.Errorf("%s has reason %q after %q", row.RecordID, row.Reason, last)
			}
			last = row.Reason
			byList[reason]++
		}
		q.After, more = page.Next, page.More
	}
	counts, err := h.engine.CountReasons(t.Context())
	if err != nil || len(counts) < 3 {
		t.Fatalf("counts %+v %v", counts, err)
	}
	byCount := map[string]int64{}
	for _, one := range counts {
		byCount[one.Code] += one.Count
	}
	for _, reason := range UnmatchedReasons() {
		kept, err := KeptReasons([]string{reason.Code})
		if err != nil {
			t.Fatal(err)
		}
		n, err := h.store.CountMatchQuery(t.Context(), store.MatchQuery{States: UnmatchedStates, Reasons: kept})
		if err != nil || n != byCount[reason.Code] || n != byList[reason.Code] {
			t.Errorf("%s: %d filtered, %d tallied, %d listed, %v", reason.Code, n, byCount[reason.Code], byList[reason.Code], err)
		}
	}
	_, err = KeptReasons([]string{"because"})
	h.code(err, "match.invalid")
}
