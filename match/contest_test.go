package match

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// ledger is a source that has claims only, and counts those it was asked for.
type ledger struct {
	Source
	claims []Claim
	read   int
}

func (l *ledger) Claims(_ context.Context, records, members []string) iter.Seq2[Claim, error] {
	return func(yield func(Claim, error) bool) {
		for _, c := range l.claims {
			if slices.Contains(records, c.RecordID) || slices.Contains(members, c.MemberID) {
				if l.read++; !yield(c, nil) {
					return
				}
			}
		}
	}
}

// greedy gives members out anew: who holds whom by the rule of the assignment.
func greedy(claims []Claim) map[string]string {
	sorted := slices.Clone(claims)
	slices.SortFunc(sorted, func(a, b Claim) int { return a.before(&b) })
	held, holder := map[string]bool{}, map[string]string{}
	for _, c := range sorted {
		if c.Rank != Apart && !held[c.RecordID] && holder[c.MemberID] == "" {
			held[c.RecordID], holder[c.MemberID] = true, c.RecordID
		}
	}
	return holder
}

func holding(claims []Claim) []Claim {
	holder := greedy(claims)
	out := slices.Clone(claims)
	for i := range out {
		out[i].Held = out[i].Rank != Apart && holder[out[i].MemberID] == out[i].RecordID
	}
	return out
}

func drawClaims(t *rapid.T, records []string, members int) []Claim {
	var out []Claim
	for _, id := range records {
		named := rapid.IntRange(0, 9).Draw(t, "named") == 0
		tied := rapid.IntRange(0, 9).Draw(t, "tied") == 0
		for _, m := range rapid.SliceOfNDistinct(rapid.IntRange(0, members-1), 0, min(5, members), rapid.ID[int]).Draw(t, "members") {
			c := Claim{RecordID: id, MemberID: fmt.Sprintf("m%02d", m), Rank: Fitting, Probability: rapid.Int64Range(1, 4).Draw(t, "probability"),
				Bits: Bits(rapid.IntRange(0, 1).Draw(t, "bits")), Modified: rapid.Int64Range(0, 1).Draw(t, "modified")}
			switch {
			case tied:
				c.Rank, c.At, tied = Tied, time.Unix(rapid.Int64Range(0, 2).Draw(t, "at"), 0), false
			case len(out) > 0 && out[len(out)-1].RecordID == id && (out[len(out)-1].Rank == Tied || out[len(out)-1].Rank == Apart):
				c.Rank = Apart
			case named:
				c.Rank, named = Named, false
			}
			out = append(out, c)
		}
	}
	return out
}

// However few or many members there are for the records, and whatever changes,
// the contest ends where giving all members out anew ends.
func TestContestEqualsGivingOutAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var records []string
		for i := range rapid.IntRange(1, 40).Draw(t, "records") {
			records = append(records, fmt.Sprintf("r%02d", i))
		}
		members := rapid.IntRange(1, 20).Draw(t, "members")
		before := holding(drawClaims(t, records, members))
		changed := rapid.SliceOfNDistinct(rapid.SampledFrom(records), 0, min(6, len(records)), rapid.ID[string]).Draw(t, "changed")
		fresh := drawClaims(t, changed, members)
		after := slices.DeleteFunc(slices.Clone(before), func(c Claim) bool { return slices.Contains(changed, c.RecordID) })
		after = append(after, fresh...)
		c := newContest(&ledger{claims: before}, 0)
		if err := c.enter(context.Background(), changed, slices.Clone(fresh)); err != nil {
			t.Fatal(err)
		}
		if err := c.settle(context.Background()); err != nil {
			t.Fatal(err)
		}
		old, want, got := greedy(before), greedy(after), map[string]string{}
		for member := range c.members {
			got[member] = c.holderOf(member)
		}
		for member := range merged(old, want) {
			now, isKnown := got[member]
			if !isKnown {
				now = old[member] // never looked at: as it was
			}
			if now != want[member] {
				t.Fatalf("%s has %q, want %q", member, now, want[member])
			}
			if old[member] != want[member] && !slices.Contains(c.moved(), member) {
				t.Fatalf("%s changed hands from %q to %q untold", member, old[member], want[member])
			}
		}
	})
}

func merged(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// chain is a row of records each of which would like the member that the one
// before it has.
func chain(n int) []Claim {
	var claims []Claim
	for i := range n {
		id := fmt.Sprintf("r%04d", i)
		claims = append(claims, Claim{RecordID: id, MemberID: fmt.Sprintf("m%04d", i), Rank: Fitting, Probability: int64(2 * (n - i))},
			Claim{RecordID: id, MemberID: fmt.Sprintf("m%04d", i+1), Rank: Fitting, Probability: int64(2*(n-i) - 1)})
	}
	return holding(claims)
}

// A record that takes the first member of a long row moves everybody in it, and
// gives everything back when it goes.
func TestContestFollowsALongChain(t *testing.T) {
	const n = 300
	claims := chain(n)
	intruder := Claim{RecordID: "r9999", MemberID: "m0000", Rank: Tied, At: time.Unix(1, 0)}
	c := newContest(&ledger{claims: claims}, 0)
	if err := errors.Join(c.enter(t.Context(), []string{"r9999"}, []Claim{intruder}), c.settle(t.Context())); err != nil {
		t.Fatal(err)
	}
	if moved := c.moved(); len(moved) != n+1 {
		t.Errorf("%d members changed hands, want %d", len(moved), n+1)
	}
	if last := c.holderOf(fmt.Sprintf("m%04d", n)); last != fmt.Sprintf("r%04d", n-1) {
		t.Errorf("the last member went to %q", last)
	}
	taken := holding(append(slices.Clone(claims), intruder))
	c = newContest(&ledger{claims: taken}, 0)
	if err := errors.Join(c.enter(t.Context(), []string{"r9999"}, nil), c.settle(t.Context())); err != nil {
		t.Fatal(err)
	}
	if c.holderOf("m0000") != "r0000" || c.holderOf(fmt.Sprintf("m%04d", n)) != "" || len(c.moved()) != n+1 {
		t.Errorf("not everything went back: %d members changed hands", len(c.moved()))
	}
}

// A change that no member changes hands for is not followed, however long the
// row that it stands in.
func TestContestStopsWhereNothingMoves(t *testing.T) {
	source := &ledger{claims: chain(300)}
	again := Claim{RecordID: "r0100", MemberID: "m0100", Rank: Fitting, Probability: 401}
	c := newContest(source, 0)
	if err := errors.Join(c.enter(t.Context(), []string{"r0100"}, []Claim{again}), c.settle(t.Context())); err != nil {
		t.Fatal(err)
	}
	if len(c.moved()) != 0 || source.read > 20 {
		t.Errorf("%d members changed hands, %d claims read", len(c.moved()), source.read)
	}
}

func TestContestGivesUpBeyondItsReach(t *testing.T) {
	c := newContest(&ledger{claims: chain(300)}, 50)
	err := c.enter(t.Context(), []string{"r9999"}, []Claim{{RecordID: "r9999", MemberID: "m0000", Rank: Named}})
	if err == nil {
		err = c.settle(t.Context())
	}
	if !errors.Is(err, ErrReach) {
		t.Error(err)
	}
}
