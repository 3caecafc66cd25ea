package match

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// Label is a pair that somebody knows to be one person, or not.
type Label struct {
	RecordID, MemberID string
	Same               bool
	// Probability stands in when the pair is not among the outcome's
	// candidates, as after a rejection. 0 is not known.
	Probability float64
}

// Labels makes labels of decisions: the last one about each pair counts.
func Labels(decisions []Decision) []Label {
	p := &problem{decisions: decisions}
	var out []Label
	for _, d := range p.decided() {
		out = append(out, Label{RecordID: d.RecordID, MemberID: d.MemberID, Same: d.Verdict.MustLink(), Probability: d.Probability})
	}
	return out
}

// TunePoint is what a threshold would give. Precision and recall are estimated
// from the labels: people judge doubtful pairs more often than sure ones, so the
// share that is right among the labels of a band of scores stands for the pairs
// of that band, and the model's own probability for a band without labels.
type TunePoint struct {
	Threshold float64 `json:"threshold"`
	Links     int     `json:"links"` // proposals at or above, labelled or not
	Precision float64 `json:"precision"`
	// Low and High bound the precision with 95 % confidence.
	Low    float64 `json:"precision_low"`
	High   float64 `json:"precision_high"`
	Recall float64 `json:"recall"` // of the right pairs among all that are proposed or labelled
	F1     float64 `json:"f1"`
	// Expected is the mean probability of the links, the model's own guess.
	Expected float64 `json:"expected_precision"`
	// Gained are the links that this threshold would make and the present one does not, Lost those that it would
	// give up, and Broken how many of the gained ones are estimated to be wrong.
	Gained int     `json:"gained"`
	Lost   int     `json:"lost"`
	Broken float64 `json:"broken"`
}

// TuneExample is a record that a moved threshold would change.
type TuneExample struct {
	RecordID    string  `json:"record"`
	MemberID    string  `json:"member"`
	Probability float64 `json:"probability"`
	Known       string  `json:"known,omitempty"` // "right" or "wrong" if labelled
}

// Tuning says what moving the threshold of automatic links would do.
type Tuning struct {
	Labels   int         `json:"labels"`
	Curve    []TunePoint `json:"curve"`
	Current  TunePoint   `json:"current"`
	Proposed TunePoint   `json:"proposed"`
	Gained   int         `json:"gained"` // links that would be made
	Lost     int         `json:"lost"`   // links that would go to review
	// Broken is how many of the gained links are estimated to be wrong.
	Broken   float64       `json:"broken"`
	Examples []TuneExample `json:"examples"` // all of them, nearest to the proposal first
}

// tunePoints are the thresholds of a curve, besides the present one.
var tunePoints = []float64{.2, .3, .4, .5, .6, .7, .75, .8, .84, .88, .9, .92, .94, .95, .96, .97, .98, .99}

// Tune compares two thresholds on what is known. Nothing is changed.
func Tune(outcomes iter.Seq[Outcome], labels []Label, current, proposed Thresholds) Tuning {
	t := newTuner(labels)
	out := Tuning{Labels: len(labels), Examples: []TuneExample{}}
	lo, hi := min(current.Auto, proposed.Auto), max(current.Auto, proposed.Auto)
	for o := range outcomes {
		t.see(o)
		if proposes(o) && o.Probability >= lo && o.Probability < hi {
			out.Examples = append(out.Examples, t.example(o))
		}
	}
	t.settle()
	out.Current = t.moved(current.Auto, current.Auto)
	out.Proposed = t.moved(current.Auto, proposed.Auto)
	out.Gained, out.Lost, out.Broken = out.Proposed.Gained, out.Proposed.Lost, out.Proposed.Broken
	points := append(slices.Clone(tunePoints), current.Auto, proposed.Auto)
	slices.Sort(points)
	for _, at := range slices.Compact(points) {
		out.Curve = append(out.Curve, t.moved(current.Auto, at))
	}
	slices.SortFunc(out.Examples, func(a, b TuneExample) int {
		return cmp.Or(cmp.Compare(math.Abs(a.Probability-proposed.Auto), math.Abs(b.Probability-proposed.Auto)), cmp.Compare(a.RecordID, b.RecordID))
	})
	return out
}

// proposes reports whether a threshold rules the outcome.
func proposes(o Outcome) bool {
	return o.MemberID != "" && (o.State == Auto || o.State == Review) && !o.Forced
}
