package match_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/match"
)

func TestExplain(t *testing.T) {
	w := newWorld(31, 500)
	res := run(t, w.input(), match.Options{Version: "2026-11-24"})
	members := map[string]match.Member{}
	for _, m := range w.members {
		members[m.ID] = m
	}
	records := map[string]match.Record{}
	for _, r := range w.records {
		records[r.ID] = r
	}
	seen := 0
	for _, o := range res.Outcomes {
		for _, c := range o.Candidates {
			x := match.Explain(res.Model, records[o.RecordID], members[c.MemberID], o)
			sum := x.PriorBits
			for _, row := range x.Rows {
				sum += row.Bits
			}
			if sum != x.Bits || x.Bits != c.Bits {
				t.Fatalf("rows add up to %v, bits are %v and %v", sum, x.Bits, c.Bits)
			}
			if len(o.Candidates) > 1 && x.RunnerUp == nil {
				t.Fatal("no runner-up")
			}
			seen++
		}
	}
	if seen == 0 {
		t.Fatal("nothing to explain")
	}
	o := res.Outcomes[slices.IndexFunc(res.Outcomes, func(o match.Outcome) bool { return o.State == match.Auto })]
	hidden := records[o.RecordID]
	hidden.Email, hidden.Phone = "", ""
	member := members[o.MemberID]
	member.Email, member.Phone = "", ""
	raw, err := json.Marshal(match.Explain(res.Model, hidden, member, o))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "@") || !strings.Contains(string(raw), `"model":"2026-11-24/`) || !strings.Contains(string(raw), `"priorBits":-`) {
		t.Errorf("%s", raw)
	}
	if why := match.Explain(res.Model, hidden, member, o).Why(); !strings.Contains(why, "name") {
		t.Error(why)
	}
}

// A calibrated model is right as often as it says.
func TestCalibration(t *testing.T) {
	w := newWorld(32, 1500)
	plain := run(t, w.input(), match.Options{})
	var decisions []match.Decision
	for _, o := range plain.Outcomes {
		if o.MemberID == "" || len(decisions) == 200 {
			continue
		}
		d := match.Decision{RecordID: o.RecordID, MemberID: o.MemberID, Verdict: match.Reject, At: time.Unix(1, 0), Probability: o.Probability}
		if w.truth[o.RecordID] == o.MemberID {
			d.Verdict = match.Accept
		}
		decisions = append(decisions, d)
	}
	learned, err := match.Train(t.Context(), w.input(decisions...), match.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res := run(t, w.input(), match.Options{Model: learned})
	before, after := calibrationError(w, plain), calibrationError(w, res)
	t.Logf("calibration error %.4f, with 200 decisions %.4f", before, after)
	if after > max(0.01, before) {
		t.Errorf("calibration error %.4f, before %.4f", after, before)
	}
	for _, o := range res.Outcomes {
		for _, c := range o.Candidates {
			if c.Evidence.Total() != c.Bits {
				t.Fatal("calibrated rows do not add up")
			}
		}
	}
}

// calibrationError is the mean distance of probability and truth over 12 bins.
func calibrationError(w *world, res *match.Result) float64 {
	var n, said, right [12]float64
	total := 0.0
	for _, o := range res.Outcomes {
		if len(o.Candidates) == 0 {
			continue
		}
		c := o.Candidates[0]
		bin := min(11, int(c.Probability*12))
		n[bin]++
		said[bin] += c.Probability
		if w.truth[o.RecordID] == c.MemberID {
			right[bin]++
		}
		total++
	}
	sum := 0.0
	for i := range n {
		sum += math.Abs(said[i]-right[i]) / total
	}
	return sum
}

func TestTune(t *testing.T) {
	outcomes := []match.Outcome{
		{RecordID: "a", MemberID: "1", State: match.Auto, Probability: .99, Candidates: []match.Candidate{{MemberID: "1", Probability: .99}}},
		{RecordID: "b", MemberID: "2", State: match.Review, Probability: .9, Candidates: []match.Candidate{{MemberID: "2", Probability: .9}}},
		{RecordID: "c", MemberID: "3", State: match.Review, Probability: .3, Candidates: []match.Candidate{{MemberID: "3", Probability: .3}}},
	}
	labels := []match.Label{{RecordID: "a", MemberID: "1", Same: true}, {RecordID: "b", MemberID: "2"}, {RecordID: "c", MemberID: "3", Same: true}}
	got := match.Tune(slices.Values(outcomes), labels, match.DefaultThresholds, match.Thresholds{Auto: .8, Review: .2})
	if got.Gained != 1 || got.Lost != 0 || got.Broken != 1 || len(got.Examples) != 1 || got.Examples[0].Known != "wrong" {
		t.Errorf("%+v", got)
	}
	if p := got.Current; p.Links != 1 || p.Precision != 1 || p.Recall != .5 {
		t.Errorf("%+v", p)
	}
	if p := got.Proposed; p.Links != 2 || p.Precision != .5 {
		t.Errorf("%+v", p)
	}
}

// Doubtful pairs are judged more often than sure ones; that must not make the
// sure ones look doubtful.
func TestTuneWeighsWhatWasJudgedByWhatIsThere(t *testing.T) {
	var outcomes []match.Outcome
	var labels []match.Label
	add := func(n int, p float64, judged, right int) {
		for i := range n {
			o := match.Outcome{RecordID: fmt.Sprint(p, i), MemberID: "m", State: match.Review, Probability: p, Candidates: []match.Candidate{{MemberID: "m", Probability: p}}}
			outcomes = append(outcomes, o)
			if i < judged {
				labels = append(labels, match.Label{RecordID: o.RecordID, MemberID: "m", Same: i < right})
			}
		}
	}
	add(2000, .999, 40, 40)
	add(100, .85, 60, 30)
	got := match.Tune(slices.Values(outcomes), labels, match.DefaultThresholds, match.Thresholds{Auto: .8, Review: .2})
	if p := got.Proposed; p.Links != 2100 || p.Precision < .97 || p.Precision > .98 || p.Low > .97 || p.Low < .9 || p.Recall < .999 {
		t.Errorf("%+v", p)
	}
	if p := got.Current; p.Links != 2000 || p.Precision < .99 || p.Recall > .98 || p.Recall < .97 {
		t.Errorf("%+v", p)
	}
	if got.Gained != 100 || got.Broken < 48 || got.Broken > 52 {
		t.Errorf("gained %d, of which %.1f wrong, when half of those judged were", got.Gained, got.Broken)
	}
	if got := match.Tune(slices.Values(outcomes), nil, match.DefaultThresholds, match.DefaultThresholds); got.Current.Precision != 0 || math.Abs(got.Current.Expected-.999) > 1e-9 {
		t.Errorf("nothing is known, and it says %+v", got.Current)
	}
}

func TestDrift(t *testing.T) {
	usual := match.Figures{MatchRate: .6, MeanScore: .98, RejectRate: .02, Filled: map[string]float64{"crm website": .8, "crm phone": .3}}
	if got := match.Drift([]match.Figures{usual, usual}, usual); got != nil {
		t.Errorf("%+v", got)
	}
	now := match.Figures{MatchRate: .4, MeanScore: .98, RejectRate: .02, Filled: map[string]float64{"crm website": 0, "crm phone": .3}}
	got := match.Drift([]match.Figures{usual, usual}, now)
	if len(got) != 2 || got[0].Figure != "match_rate" || !strings.Contains(got[0].Cause, "crm website") || got[1].Figure != "crm website" {
		t.Errorf("%+v", got)
	}
}

func TestDriftOfRejections(t *testing.T) {
	none, many := match.Figures{MatchRate: .6, MeanScore: .98}, match.Figures{MatchRate: .6, MeanScore: .98, RejectRate: .4, Decisions: 40}
	if got := match.Drift([]match.Figures{none, none}, many); got != nil {
		t.Errorf("the first decisions of all are compared with none: %+v", got)
	}
	few := many
	few.RejectRate = .02
	if got := match.Drift([]match.Figures{none, few}, many); len(got) != 1 || got[0].Figure != "reject_rate" || got[0].Before != .02 {
		t.Errorf("%+v", got)
	}
}

func TestBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := match.Bits(rapid.Int32Range(-2_000_000, 2_000_000).Draw(t, "bits"))
		raw, err := b.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var x float64
		if err := json.Unmarshal(raw, &x); err != nil || match.Bits(math.Round(x*1000)) != b {
			t.Fatal(b, string(raw))
		}
	})
}
