package match_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/match"
)

func TestOwnSet(t *testing.T) {
	w := newWorld(1, 900)
	res := run(t, w.input(), match.Options{Version: "test"})
	right, wrong := 0, 0
	for _, o := range res.Outcomes {
		if o.State != match.Auto {
			continue
		}
		if w.truth[o.RecordID] == o.MemberID {
			right++
		} else {
			wrong++
		}
	}
	members := map[string]bool{}
	for _, m := range w.truth {
		members[m] = true
	}
	precision, recall := float64(right)/float64(right+wrong), float64(right)/float64(len(members))
	t.Logf("auto: precision %.4f, recall %.4f, %d wrong", precision, recall, wrong)
	if precision < 0.98 || recall < 0.85 {
		t.Errorf("precision %.4f, recall %.4f", precision, recall)
	}
}

// encode writes outcomes so that equal ones have equal bytes.
func encode(t testing.TB, outcomes []match.Outcome) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(outcomes); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameBytesOnAnyNumberOfProcessors(t *testing.T) {
	w := newWorld(2, 1500)
	var outcomes, models [][]byte
	for _, processors := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(processors)
		slices.Reverse(w.records)
		slices.Reverse(w.members)
		res := run(t, w.input(), match.Options{Version: "v"})
		runtime.GOMAXPROCS(before)
		model, err := res.Model.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		outcomes, models = append(outcomes, encode(t, res.Outcomes)), append(models, model)
	}
	for i := range outcomes {
		if !bytes.Equal(outcomes[i], outcomes[0]) || !bytes.Equal(models[i], models[0]) {
			t.Fatal("the result depends on the number of processors or the order of the input")
		}
	}
}

func TestFrozenModelRepeats(t *testing.T) {
	w := newWorld(3, 500)
	first := run(t, w.input(), match.Options{Version: "v"})
	b, err := first.Model.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var m match.Model
	if err := m.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if m.ID() != first.Model.ID() || !strings.HasPrefix(m.ID(), "v/") {
		t.Errorf("id %q, then %q", first.Model.ID(), m.ID())
	}
	second := run(t, w.input(), match.Options{Model: &m})
	if !bytes.Equal(encode(t, first.Outcomes), encode(t, second.Outcomes)) {
		t.Error("a run with the stored model gave another result")
	}
}

func TestInvariants(t *testing.T) {
	w := newWorld(4, 700)
	res := run(t, w.input(), match.Options{})
	links := map[string]bool{}
	for _, o := range res.Outcomes {
		sum := o.NotInDirectory
		for i, c := range o.Candidates {
			sum += c.Probability
			if got := c.Evidence.Total(); got != c.Bits {
				t.Fatalf("%s: evidence adds up to %v, not %v", o.RecordID, got, c.Bits)
			}
			if i > 0 && c.Probability > o.Candidates[i-1].Probability {
				t.Fatalf("%s: candidates out of order", o.RecordID)
			}
		}
		if sum > 1+1e-9 || sum < 0.5 {
			t.Fatalf("%s: probabilities sum to %v", o.RecordID, sum)
		}
		if o.Linked() {
			if links[o.MemberID] {
				t.Fatalf("%s has two records", o.MemberID)
			}
			links[o.MemberID] = true
		}
		if (o.State == match.None) != (o.MemberID == "") {
			t.Fatalf("%+v", o)
		}
		if o.State == match.None && (o.Reason == match.NoReason || match.WhyNot(o) == "") {
			t.Fatalf("no reason: %+v", o)
		}
	}
	s := res.Stats
	if s.Auto+s.Review+s.None != s.Records || s.Percentage() <= 0 || s.Percentage() > 100 {
		t.Errorf("%+v", s)
	}
}

// Decisions hold whatever else changes.
func TestDecisionsStick(t *testing.T) {
	w := newWorld(5, 90)
	model := run(t, w.input(), match.Options{}).Model
	rapid.Check(t, func(t *rapid.T) {
		records := slices.Clone(w.records)
		pick := rapid.Permutation(seq(len(records))).Draw(t, "records")[:8]
		members := rapid.Permutation(seq(len(w.members))).Draw(t, "members")[:8]
		var decisions []match.Decision
		for k, i := range pick {
			records[i].LastName = rapid.SampledFrom(familyNames).Draw(t, "name")
			d := match.Decision{RecordID: records[i].ID, MemberID: w.members[members[k]].ID, At: time.Unix(int64(k), 0),
				Verdict: match.Verdict(1 + k%4)}
			if d.Verdict == match.NoMatch {
				d.MemberID = ""
			}
			decisions = append(decisions, d)
		}
		o := match.Options{}
		if rapid.Bool().Draw(t, "frozen") {
			o.Model = model
		}
		res, err := match.Run(context.Background(), match.Input{Records: match.Slice(records), Members: match.Slice(w.members), Decisions: decisions}, o)
		if err != nil {
			t.Fatal(err)
		}
		got := byID(res.Outcomes)
		for _, d := range decisions {
			x := got[d.RecordID]
			switch {
			case d.Verdict == match.Accept && (x.State != match.Accepted || x.MemberID != d.MemberID),
				d.Verdict == match.Override && (x.State != match.Overridden || x.MemberID != d.MemberID),
				d.Verdict == match.NoMatch && (x.State != match.Rejected || x.MemberID != ""),
				d.Verdict == match.Reject && x.MemberID == d.MemberID:
				t.Fatalf("%v became %s %s of %s", d.Verdict, x.State, x.Reason, x.MemberID)
			}
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestContradictions(t *testing.T) {
	w := newWorld(6, 60)
	a, b, m := w.records[0].ID, w.records[1].ID, w.members[0].ID
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	for name, c := range map[string]struct {
		decisions []match.Decision
		state     match.State
		reason    match.Reason
	}{
		"the later wins":        {[]match.Decision{{a, m, match.Accept, at(1), 0, 0}, {a, "", match.NoMatch, at(2), 0, 0}}, match.Rejected, match.RejectedByHand},
		"order does not matter": {[]match.Decision{{a, "", match.NoMatch, at(2), 0, 0}, {a, m, match.Accept, at(1), 0, 0}}, match.Rejected, match.RejectedByHand},
		"reject then accept":    {[]match.Decision{{a, m, match.Reject, at(1), 0, 0}, {a, m, match.Accept, at(2), 0, 0}}, match.Accepted, match.NoReason},
		"collision":             {[]match.Decision{{a, m, match.Accept, at(1), 0, 0}, {b, m, match.Override, at(2), 0, 0}}, match.Review, match.Collision},
		"member gone":           {[]match.Decision{{a, "gone", match.Accept, at(1), 0, 0}}, match.None, match.Suspended},
		"record gone":           {[]match.Decision{{"gone", m, match.Accept, at(1), 0, 0}, {a, m, match.Accept, at(2), 0, 0}}, match.Accepted, match.NoReason},
	} {
		o := byID(run(t, w.input(c.decisions...), match.Options{}).Outcomes)[a]
		if o.State != c.state || o.Reason != c.reason {
			t.Errorf("%s: %s %s", name, o.State, o.Reason)
		}
	}
}

func TestChangedAfterDecision(t *testing.T) {
	w := newWorld(7, 60)
	d := match.Decision{RecordID: w.records[0].ID, MemberID: w.members[0].ID, Verdict: match.Accept, Modified: w.records[0].Modified}
	if o := byID(run(t, w.input(d), match.Options{}).Outcomes)[d.RecordID]; o.Stale {
		t.Error("stale without a change")
	}
	w.records[0].Modified++
	if o := byID(run(t, w.input(d), match.Options{}).Outcomes)[d.RecordID]; !o.Stale || o.State != match.Accepted {
		t.Errorf("%+v", o)
	}
}

func TestIDsForceAMatch(t *testing.T) {
	w := newWorld(8, 80)
	w.records = append(w.records, match.Record{ID: "x1", LastName: "Unheard", ProfileURL: "https://uk.linkedin.com/in/the-one/"},
		match.Record{ID: "x2", LastName: "Of", MemberToken: w.members[3].ID}, match.Record{ID: "x3", LastName: "Gone", Excluded: "converted"})
	w.members[2].ProfileURL = "http://www.linkedin.com/in/The-One"
	got := byID(run(t, w.input(), match.Options{}).Outcomes)
	if o := got["x1"]; o.MemberID != w.members[2].ID || o.State != match.Auto || !o.Forced {
		t.Errorf("%+v", o)
	}
	if o := got["x2"]; o.MemberID != w.members[3].ID || !o.Forced {
		t.Errorf("%+v", o)
	}
	if o := got["x3"]; o.Reason != match.Excluded {
		t.Errorf("%+v", o)
	}
}

func TestDuplicatesAreNamed(t *testing.T) {
	w := newWorld(9, 200)
	twin := w.records[0]
	for _, r := range w.records {
		if w.truth[r.ID] != "" && r.Email != "" {
			twin = r
			break
		}
	}
	twin.ID, twin.Title, twin.City = "zz-twin", "", ""
	w.records = append(w.records, twin)
	got := byID(run(t, w.input(), match.Options{}).Outcomes)["zz-twin"]
	if got.State != match.None || got.Reason != match.DuplicateOf || got.DuplicateOf == "" {
		t.Errorf("%s %s %s", got.State, got.Reason, got.DuplicateOf)
	}
}

func TestBadInput(t *testing.T) {
	huge := strings.Repeat("Müller & Söhne ", 7000)
	one := match.Member{ID: "m1", FirstName: "Ada", LastName: "Lovelace", Company: "Acme"}
	same := make([]match.Record, 400)
	twins := make([]match.Member, 400)
	for i := range same {
		same[i] = match.Record{ID: "r" + string(rune('a'+i%26)) + strings.Repeat("x", i/26), FirstName: "Ada", LastName: "Lovelace", Company: "Acme"}
		twins[i] = one
		twins[i].ID = "t" + same[i].ID
	}
	for name, in := range map[string]match.Input{
		"nothing":        {},
		"no members":     {Records: match.Slice(same[:3])},
		"no records":     {Members: match.Slice(twins[:3])},
		"empty records":  {Records: match.Slice([]match.Record{{ID: "1"}, {ID: "2", FirstName: "\x00\u202e", LastName: "\xff"}}), Members: match.Slice(twins[:3])},
		"one member":     {Records: match.Slice(same[:5]), Members: match.Slice([]match.Member{one})},
		"all equal":      {Records: match.Slice(same), Members: match.Slice(twins)},
		"huge values":    {Records: match.Slice([]match.Record{{ID: "1", LastName: huge, Company: huge, Email: huge, Street: huge, Phone: huge}}), Members: match.Slice([]match.Member{{ID: "m", Company: huge, LastName: huge}})},
		"huge company":   {Kind: match.Company, Records: match.Slice([]match.Record{{ID: "1", Company: huge}}), Members: match.Slice([]match.Member{{ID: "m", Company: huge}, {ID: "n", Company: "Acme"}})},
		"nothing shared": {Records: match.Slice([]match.Record{{ID: "1", FirstName: "Grace", LastName: "Hopper"}}), Members: match.Slice([]match.Member{one})},
	} {
		res := run(t, in, match.Options{})
		for _, o := range res.Outcomes {
			if math.IsNaN(o.Probability) || math.IsNaN(o.NotInDirectory) {
				t.Errorf("%s: %+v", name, o)
			}
			if name == "empty records" && o.Reason != match.TooLittle {
				t.Errorf("an empty record: %s %s", o.State, o.Reason)
			}
			if name == "all equal" && o.State == match.Auto || name == "nothing shared" && o.State != match.None || name == "empty records" && o.State != match.None {
				t.Errorf("%s: a link out of nothing: %+v", name, o)
			}
		}
	}
}

func TestInputErrors(t *testing.T) {
	boom := errors.New("boom")
	failing := func(yield func(match.Record, error) bool) { yield(match.Record{}, boom) }
	if _, err := match.Run(t.Context(), match.Input{Records: failing}, match.Options{}); !errors.Is(err, boom) {
		t.Errorf("%v", err)
	}
	var bad *match.InputError
	twice := []match.Record{{ID: "a"}, {ID: "a"}}
	if _, err := match.Run(t.Context(), match.Input{Records: match.Slice(twice)}, match.Options{}); !errors.As(err, &bad) || bad.ID != "a" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := newWorld(10, 100)
	if _, err := match.Run(ctx, w.input(), match.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
