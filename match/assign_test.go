package match

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// rival is one record that would like members, each with a probability and bits.
type rival struct {
	id       string
	likes    []Candidate
	fields   uint8
	modified int64
}

// settled gives members out among rivals, in either order of the input, by the
// assignment of a run and by the claims that an incremental one goes on from. The
// three must agree.
func settled(t *testing.T, rivals ...rival) map[string]string {
	t.Helper()
	var claims []Claim
	for _, r := range rivals {
		s := Standing{Fields: r.fields, Modified: r.modified}
		claims = append(claims, s.claims(r.id, r.likes)...)
	}
	got := map[string]string{}
	slices.SortFunc(claims, func(a, b Claim) int { return a.before(&b) })
	taken := map[string]bool{}
	for _, c := range claims {
		if c.Rank == Fitting && !taken[c.MemberID] && got[c.RecordID] == "" {
			got[c.RecordID], taken[c.MemberID] = c.MemberID, true
		}
	}
	for range 2 {
		slices.Reverse(rivals)
		var records []entity
		var verdicts []verdict
		for _, r := range rivals {
			records = append(records, entity{id: r.id, fields: r.fields, modified: r.modified})
			verdicts = append(verdicts, verdict{candidates: r.likes})
		}
		a := assign(records, verdicts, nil, func(string) bool { return true })
		for i := range records {
			if a.member[i] != got[records[i].id] {
				t.Errorf("%s has %q in a run, %q by its claims", records[i].id, a.member[i], got[records[i].id])
			}
		}
	}
	return got
}

func likes(member string, probability float64, bits Bits) []Candidate {
	return []Candidate{{MemberID: member, Probability: probability, Bits: bits}}
}

// Two records want one member: each case differs from the next in what decides,
// and everything that comes after that speaks for the other.
func TestAssignmentOrder(t *testing.T) {
	for name, c := range map[string]struct{ winner, loser rival }{
		"probability":          {rival{"z", likes("m", .9, 1), 1, 1}, rival{"a", likes("m", .8, 9), 9, 9}},
		"then the weight":      {rival{"z", likes("m", .9, 9), 1, 1}, rival{"a", likes("m", .9, 1), 9, 9}},
		"beyond a billionth":   {rival{"z", likes("m", .9, 9), 1, 1}, rival{"a", likes("m", .9+1e-10, 1), 9, 9}},
		"up to a billionth":    {rival{"z", likes("m", .9+2e-9, 1), 1, 1}, rival{"a", likes("m", .9, 9), 9, 9}},
		"then how complete":    {rival{"z", likes("m", .9, 5), 9, 1}, rival{"a", likes("m", .9, 5), 1, 9}},
		"then the newest":      {rival{"z", likes("m", .9, 5), 5, 9}, rival{"a", likes("m", .9, 5), 5, 1}},
		"then the record's id": {rival{"a", likes("m", .9, 5), 5, 5}, rival{"z", likes("m", .9, 5), 5, 5}},
	} {
		if got := settled(t, c.winner, c.loser); got[c.winner.id] != "m" || got[c.loser.id] != "" {
			t.Errorf("%s: %v", name, got)
		}
	}
	two := append(likes("n", .4, 5), likes("m", .4, 5)...)
	if got := settled(t, rival{"a", two, 1, 1}); got["a"] != "m" {
		t.Errorf("of two equal members it has %q, not that of the lower id", got["a"])
	}
}

// Members are given out greedily: who loses the best takes the next best, and
// what has a probability of .01 or less takes no part.
func TestAssignmentIsGreedy(t *testing.T) {
	first := rival{"a", append(likes("m", .6, 5), likes("n", .39, 4)...), 1, 1}
	second := rival{"b", append(likes("m", .59, 5), likes("n", .4, 4)...), 1, 1}
	weak := rival{"c", append(likes("o", PairFloor, 3), likes("p", math.Nextafter(PairFloor, 1), 2)...), 1, 1}
	got := settled(t, first, second, weak)
	if fmt.Sprint(got) != "map[a:m b:n c:p]" {
		t.Error(got)
	}
}

// decidedBy is what a run says of the records "a" and "b" who both would like
// "m", "a" more so.
func decidedBy(t *testing.T, thresholds Thresholds, rulings map[string]ruling, a, b float64) map[string]Outcome {
	t.Helper()
	p := &problem{rulings: rulings, records: []entity{{id: "a", given: 1}, {id: "b", given: 1}, {id: "x", excluded: true}}}
	verdicts := []verdict{{candidates: likes("m", a, 9), none: 1 - a}, {candidates: likes("m", b, 5), none: 1 - b}, {none: 1}}
	assigned := assign(p.records, verdicts, rulings, func(id string) bool { return id == "m" })
	out := map[string]Outcome{}
	for i := range p.records {
		out[p.records[i].id] = p.outcome(i, &verdicts[i], assigned, thresholds)
	}
	return out
}

func TestBands(t *testing.T) {
	moved := Thresholds{Auto: .8, Review: .5}
	for _, c := range []struct {
		thresholds  Thresholds
		probability float64
		state       State
	}{
		{DefaultThresholds, .95, Auto}, {DefaultThresholds, math.Nextafter(.95, 0), Review}, {DefaultThresholds, .2, Review}, {DefaultThresholds, math.Nextafter(.2, 0), None},
		{moved, .8, Auto}, {moved, math.Nextafter(.8, 0), Review}, {moved, .5, Review}, {moved, math.Nextafter(.5, 0), None},
	} {
		if got := decidedBy(t, c.thresholds, nil, c.probability, 0)["a"]; got.State != c.state || (got.MemberID == "") != (c.state == None) {
			t.Errorf("%v with %v: %s of %q", c.probability, c.thresholds, got.State, got.MemberID)
		}
	}
}

// A record that would have been linked, had not a better one of the same person
// got the member, is a duplicate and counts neither as matched nor as unmatched.
// One that was in doubt anyway has lost.
func TestLosersAndTheirShareOfThePercentage(t *testing.T) {
	got := decidedBy(t, DefaultThresholds, nil, .99, .97)
	if b := got["b"]; b.State != None || b.Reason != DuplicateOf || b.DuplicateOf != "a" || b.MemberID != "" {
		t.Errorf("%+v", b)
	}
	stats := Count([]Outcome{got["a"], got["b"], got["x"], {State: None, Reason: NoCandidate}})
	if stats.Duplicates != 1 || stats.Excluded != 1 || stats.None != 3 || stats.Percentage() != 50 {
		t.Errorf("one of two that count is linked: %+v, %.1f %%", stats, stats.Percentage())
	}
	if b := decidedBy(t, DefaultThresholds, nil, .99, .9)["b"]; b.Reason != LostOneToOne || b.DuplicateOf != "a" {
		t.Errorf("%+v", b)
	}
	if b := decidedBy(t, DefaultThresholds, nil, .99, .1)["b"]; b.Reason != BelowThreshold || b.DuplicateOf != "" {
		t.Errorf("%+v", b)
	}
	stats = Count([]Outcome{{State: Review, Probability: .5}, {State: Review, Probability: .25}, {State: Auto, Probability: .99}, {State: Accepted, Probability: .3}})
	if stats.Expected != .75 || stats.Linked() != 2 || stats.Percentage() != 50 || math.Abs(stats.MeanScore-.645) > 1e-9 {
		t.Errorf("%+v", stats)
	}
}

// What a person tied leaves the pool first, however much better another fits.
func TestTiesGoBeforeFits(t *testing.T) {
	tie := map[string]ruling{"b": {must: "m", at: time.Unix(1, 0)}}
	got := decidedBy(t, DefaultThresholds, tie, .999, .02)
	if a, b := got["a"], got["b"]; b.State != Accepted || b.MemberID != "m" || a.State != None || a.Reason != DuplicateOf || a.DuplicateOf != "b" {
		t.Errorf("%+v, %+v", a, b)
	}
	nobody := map[string]ruling{"a": {noMatch: true}}
	got = decidedBy(t, DefaultThresholds, nobody, .999, .96)
	if a, b := got["a"], got["b"]; a.State != Rejected || a.Reason != RejectedByHand || b.State != Auto || b.MemberID != "m" {
		t.Errorf("%+v, %+v", a, b)
	}
}
