package store

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCandidatesLeadBackToTheirRecords(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error {
		if err := tx.PutClaims("003A", []Claim{{MemberID: "m1"}, {MemberID: "m2", Held: true}}); err != nil {
			return err
		}
		return tx.PutClaims("003B", []Claim{{MemberID: "m2"}})
	})
	competing := func(members ...string) []string {
		t.Helper()
		ids, err := s.RecordsCompeting(t.Context(), members)
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	if got := competing("m1", "m2", "nobody"); !slices.Equal(got, []string{"003A", "003B"}) {
		t.Errorf("both compete: %v", got)
	}
	write(t, s, func(tx *Tx) error { return tx.PutClaims("003A", []Claim{{MemberID: "m3"}}) })
	if got := competing("m1", "m2"); !slices.Equal(got, []string{"003B"}) {
		t.Errorf("what was replaced is gone: %v", got)
	}
	write(t, s, func(tx *Tx) error {
		if err := tx.PutMatches([]Match{{RecordID: "003A", Object: "Contact", State: MatchNone}}); err != nil {
			return err
		}
		return tx.DeleteMatch("003A")
	})
	if got := competing("m3"); len(got) != 0 {
		t.Errorf("a forgotten record competes: %v", got)
	}
}

func TestClaimsAreKeptUntilARunReplacesThem(t *testing.T) {
	s := openTest(t)
	claims := []Claim{
		{RecordID: "003A", MemberID: "m2", Rank: 2, Probability: 123456789, Bits: -7, Fields: 5, Modified: 1700000000123},
		{RecordID: "003A", MemberID: "m1", DecidedAt: s.Now().Truncate(time.Millisecond).UTC(), Held: true},
	}
	write(t, s, func(tx *Tx) error {
		if err := tx.PutMatches([]Match{{RecordID: "003A", Object: "Contact", State: MatchNone}, {RecordID: "003B", Object: "Contact", State: MatchNone}}); err != nil {
			return err
		}
		return tx.PutClaims("003A", claims)
	})
	sorted := func(rows []Claim, err error) []Claim {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(rows, func(a, b Claim) int { return -strings.Compare(a.MemberID, b.MemberID) })
		return rows
	}
	if got := sorted(s.ClaimsOf(t.Context(), []string{"003A", "003B"})); !slices.Equal(got, claims) {
		t.Errorf("the record's claims: %+v", got)
	}
	if got := sorted(s.ClaimsOn(t.Context(), []string{"m1", "m3"})); !slices.Equal(got, claims[1:]) {
		t.Errorf("the member's claims: %+v", got)
	}
	digest := func() int64 {
		t.Helper()
		row, err := s.Match(t.Context(), "003A")
		if err != nil {
			t.Fatal(err)
		}
		return row.ClaimsDigest
	}
	if got := digest(); got != ClaimsDigest(claims) || got <= 0 || got == ClaimsDigest(claims[1:]) {
		t.Errorf("digest %d", got)
	}
	write(t, s, func(tx *Tx) error { return tx.Unsettle("003A", "m1") })
	if ids, err := s.UnsettledMatches(t.Context(), "Contact", 10); err != nil || !slices.Equal(ids, []string{"003A"}) || digest() >= 0 {
		t.Errorf("unsettled: %v %v, digest %d", ids, err, digest())
	}
	write(t, s, func(tx *Tx) error { return tx.Unsettle("003A", "m3") })
	if got := sorted(s.ClaimsOf(t.Context(), []string{"003A"})); len(got) != 3 || got[0].MemberID != "m3" || got[0].Rank != ClaimApart || got[2] != claims[1] {
		t.Errorf("a member chosen by hand is listed, the rest is as it was: %+v", got)
	}
	write(t, s, func(tx *Tx) error { return tx.PutClaims("003A", nil) })
	if ids, err := s.UnsettledMatches(t.Context(), "Contact", 10); err != nil || len(ids) != 0 || digest() != 0 {
		t.Errorf("settled: %v %v, digest %d", ids, err, digest())
	}
}

func TestUnjudgedDecisionsAreThoseThatChanged(t *testing.T) {
	s := openTest(t)
	unjudged := func() []string {
		t.Helper()
		rows, err := s.UnjudgedDecisions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		return ids
	}
	write(t, s, func(tx *Tx) error {
		return tx.PutDecision(Decision{ID: "d1", RecordID: "003A", MemberID: "m1", Verdict: VerdictAccept, DecidedAt: s.Now()})
	})
	judge := func(tx *Tx) error { return tx.JudgeDecision("d1") }
	for _, step := range []struct {
		name string
		do   func(tx *Tx) error
	}{
		{"ended", func(tx *Tx) error { return tx.EndDecision("d1", "undo") }},
		{"reopened", func(tx *Tx) error { return tx.ReopenDecision("d1") }},
	} {
		if got := unjudged(); !slices.Equal(got, []string{"d1"}) {
			t.Fatalf("before it is %s: %v", step.name, got)
		}
		write(t, s, judge)
		if got := unjudged(); len(got) != 0 {
			t.Fatalf("judged, and still %v", got)
		}
		write(t, s, step.do)
	}
	about, err := s.DecisionsAbout(t.Context(), []string{"003A"}, []string{"m1"})
	if err != nil || len(about) != 1 {
		t.Errorf("one decision, named by both sides, comes %d times: %v", len(about), err)
	}
}

func TestNewPositionIsAChangeOfThePerson(t *testing.T) {
	s := openTest(t)
	person := addPerson(t, s, "in/ann", "Ann")
	kept, err := s.Person(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	later := kept.ChangedAt.Add(time.Hour)
	s.now = func() time.Time { return later }
	put := func() { // twice the same
		write(t, s, func(tx *Tx) error {
			return tx.PutPosition(Position{PersonID: person, Company: "Acme", Title: "Engineer", Current: true})
		})
	}
	put()
	changed, err := s.PeopleChangedSince(t.Context(), later, 10)
	if err != nil || !slices.Equal(changed, []string{person}) {
		t.Errorf("a new position changes nobody: %v %v", changed, err)
	}
	later = later.Add(time.Hour)
	put()
	if changed, err = s.PeopleChangedSince(t.Context(), later, 10); err != nil || len(changed) != 0 {
		t.Errorf("a position that says nothing new changed %v %v", changed, err)
	}
}

// A match run looks again at what its claims' digest does not fit, so every field of a claim is in it.
func TestClaimsDigestTellsEveryField(t *testing.T) {
	base := Claim{RecordID: "003A", MemberID: "m1", Rank: 1, DecidedAt: time.UnixMilli(1), Probability: 5, Bits: 6, Fields: 7, Modified: 8}
	for name, change := range map[string]func(*Claim){
		"member":      func(c *Claim) { c.MemberID = "m2" },
		"rank":        func(c *Claim) { c.Rank = 2 },
		"decided at":  func(c *Claim) { c.DecidedAt = time.UnixMilli(2) },
		"probability": func(c *Claim) { c.Probability++ },
		"bits":        func(c *Claim) { c.Bits++ },
		"fields":      func(c *Claim) { c.Fields++ },
		"modified":    func(c *Claim) { c.Modified++ },
		"held":        func(c *Claim) { c.Held = true },
	} {
		other := base
		change(&other)
		if ClaimsDigest([]Claim{base}) == ClaimsDigest([]Claim{other}) {
			t.Errorf("another %s has the same digest", name)
		}
	}
}
