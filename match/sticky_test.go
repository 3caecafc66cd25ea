package match_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"crmsync/match"
)

var stickyRounds = flag.Int("rounds", 1000, "how many `runs` the test of sticky decisions makes")

// office is a CRM and a directory that keep changing under decisions that must
// hold: it edits, merges, converts, deletes and brings back, and decides anew.
type office struct {
	rand    *rand.Rand
	records map[string]match.Record
	members map[string]match.Member
	gone    []match.Member // deleted members, who may come back
	all     []match.Decision
	clock   time.Time
	models  []*match.Model
	next    int
}

func newOffice(seed uint64, members int) *office {
	w := newWorld(seed, members)
	o := &office{rand: rand.New(rand.NewPCG(seed, 11)), records: map[string]match.Record{}, members: map[string]match.Member{}, clock: time.Unix(1, 0)}
	for _, r := range w.records {
		o.records[r.ID] = r
	}
	for _, m := range w.members {
		o.members[m.ID] = m
	}
	return o
}

func pickKey[V any](r *rand.Rand, all map[string]V) string {
	keys := slices.Sorted(maps.Keys(all))
	return keys[r.IntN(len(keys))]
}

// change does one thing that happens in a CRM or in a directory.
func (o *office) change() {
	id, memberID := pickKey(o.rand, o.records), pickKey(o.rand, o.members)
	switch o.rand.IntN(8) {
	case 0, 1: // an edit, also to nonsense
		r := o.records[id]
		r.LastName = []string{familyNames[o.rand.IntN(len(familyNames))], "", "\x00", r.FirstName}[o.rand.IntN(4)]
		r.Company, r.Email, r.Modified = companies[o.rand.IntN(len(companies))], "", r.Modified+1
		o.records[id] = r
	case 2: // the member changes
		m := o.members[memberID]
		m.LastName, m.Company = familyNames[o.rand.IntN(len(familyNames))], companies[o.rand.IntN(len(companies))]
		o.members[memberID] = m
	case 3: // the member leaves the directory
		if len(o.members) > 10 {
			o.gone = append(o.gone, o.members[memberID])
			delete(o.members, memberID)
		}
	case 4: // and may come back
		if len(o.gone) > 0 {
			m := o.gone[0]
			o.members[m.ID], o.gone = m, o.gone[1:]
		}
	case 5: // a merge or a conversion: the decisions go over to the survivor
		o.move(id, pickKey(o.rand, o.records))
	default:
		o.decide(id, memberID)
	}
}

// move gives the decisions about one record to another, as a caller does when
// the CRM merges or converts; the record itself is gone, and a new one comes.
func (o *office) move(from, to string) {
	if from == to {
		return
	}
	for i := range o.all {
		if o.all[i].RecordID == from {
			o.all[i].RecordID = to
		}
	}
	r := o.records[from]
	delete(o.records, from)
	o.next++
	r.ID = fmt.Sprintf("00Q%012d", o.next)
	o.records[r.ID] = r
}

func (o *office) decide(recordID, memberID string) {
	o.clock = o.clock.Add(time.Second)
	d := match.Decision{RecordID: recordID, MemberID: memberID, Verdict: match.Verdict(1 + o.rand.IntN(4)), At: o.clock, Modified: o.records[recordID].Modified}
	if d.Verdict == match.NoMatch {
		d.MemberID = ""
	}
	o.all = append(o.all, d)
}

// run matches with a new model now and then, else with any that there was.
func (o *office) run(t *testing.T, round int) map[string]match.Outcome {
	in := match.Input{Records: match.Slice(valuesOf(o.records)), Members: match.Slice(valuesOf(o.members)), Decisions: o.all}
	options := match.Options{Version: fmt.Sprint(round)}
	if round%10 > 0 {
		options.Model = o.models[o.rand.IntN(len(o.models))]
	}
	res, err := match.Run(context.Background(), in, options)
	if err != nil {
		t.Fatal(err)
	}
	if options.Model == nil {
		o.models = append(o.models, res.Model)
	}
	return byID(res.Outcomes)
}

func valuesOf[V any](all map[string]V) []V { return slices.Collect(maps.Values(all)) }

// wish is what the decisions about one record come to, told simply: later ones
// replace earlier ones.
type wish struct {
	member  string
	at      time.Time
	verdict match.Verdict
	refused map[string]bool
}

func (o *office) wishes() map[string]*wish {
	out := map[string]*wish{}
	list := slices.Clone(o.all)
	slices.SortStableFunc(list, func(a, b match.Decision) int { return a.At.Compare(b.At) })
	for _, d := range list {
		w := out[d.RecordID]
		if w == nil {
			w = &wish{refused: map[string]bool{}}
			out[d.RecordID] = w
		}
		switch d.Verdict {
		case match.NoMatch:
			w.member, w.verdict, w.at = "", match.NoMatch, d.At
		case match.Reject:
			w.refused[d.MemberID] = true
			if w.member == d.MemberID {
				w.member, w.verdict = "", 0
			}
		default:
			w.member, w.verdict, w.at = d.MemberID, d.Verdict, d.At
			delete(w.refused, d.MemberID)
		}
	}
	return out
}

// check holds every outcome against the wishes.
func (o *office) check(t *testing.T, round int, got map[string]match.Outcome) {
	wishes := o.wishes()
	newest := map[string]string{} // record by member
	for id, w := range wishes {
		_, there := o.records[id]
		if before, taken := newest[w.member]; w.member != "" && there && (!taken || w.at.After(wishes[before].at)) {
			newest[w.member] = id
		}
	}
	for id, w := range wishes {
		x, there := got[id]
		if !there {
			continue
		}
		_, known := o.members[w.member]
		ok := !w.refused[x.MemberID]
		switch {
		case w.verdict == match.NoMatch:
			ok = x.State == match.Rejected && x.MemberID == ""
		case w.member != "" && !known:
			ok = x.State == match.None && x.Reason == match.Suspended
		case w.member != "" && newest[w.member] != id:
			ok = x.State == match.Review && x.Reason == match.Collision
		case w.member != "":
			ok = x.MemberID == w.member && (x.State == match.Accepted) == (w.verdict == match.Accept) && (x.State == match.Overridden) == (w.verdict == match.Override)
		}
		if !ok {
			t.Fatalf("round %d: %+v became %s %s of %q", round, *w, x.State, x.Reason, x.MemberID)
		}
	}
}

// Decisions hold over a thousand runs: whatever is edited, merged, converted,
// deleted or decided anew in between, and whichever model runs.
func TestDecisionsHoldForAThousandRuns(t *testing.T) {
	if testing.Short() {
		*stickyRounds = min(*stickyRounds, 100)
	}
	o := newOffice(41, 24)
	for range 12 {
		o.decide(pickKey(o.rand, o.records), pickKey(o.rand, o.members))
	}
	for round := range *stickyRounds {
		for range 1 + o.rand.IntN(3) {
			o.change()
		}
		o.check(t, round, o.run(t, round))
	}
	t.Logf("%d runs, %d models, %d decisions", *stickyRounds, len(o.models), len(o.all))
}
