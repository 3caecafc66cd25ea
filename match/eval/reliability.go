package eval

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/zeebo/xxh3"

	"crmsync/match"
)

// Reliability says how far the probabilities can be believed.
type Reliability struct {
	// Error is the mean distance between the probability of a bin and the share
	// of its pairs that are right, over 12 bins of equal width, weighted by the
	// pairs in each (the expected calibration error).
	Error float64 `json:"ece"`
	// Brier is the mean square of the distance of each probability from the truth.
	Brier float64 `json:"brier"`
}

// CalibrationReport compares probabilities before and after calibration. The
// records are cut in two halves by chance; decisions about each half calibrate
// the other.
type CalibrationReport struct {
	Decisions int         `json:"decisions"` // about a half, on average
	Pairs     int         `json:"pairs"`     // of both halves: the best candidate of each record
	Before    Reliability `json:"before"`
	After     Reliability `json:"after"`
	// Noise is the calibration error that the probabilities after calibration
	// would have if all of them were right: so few pairs cannot show a smaller one.
	Noise float64 `json:"noise"`
}

const (
	// reliabilityBins is how many bins Reliability.Error is measured over.
	reliabilityBins = 12
	// decisionsAsked is how many decisions a half is calibrated by, of which at
	// most decisionsInReview are about proposals: links are audited too, since
	// otherwise only the middle of the scale would be learned.
	decisionsAsked    = 200
	decisionsInReview = 150
)

// proposal is the best candidate of a record.
type proposal struct {
	label match.Label
	order uint64 // by chance, but the same in each run
}

// Calibrate decides about records of one half as someone would who knows the
// truth, measures what that does to the probabilities of the other half, and
// the same the other way round.
func Calibrate(res *match.Result, truth map[string][]string) CalibrationReport {
	var halves [2][]proposal
	for i := range res.Outcomes {
		o := &res.Outcomes[i]
		if len(o.Candidates) == 0 || o.Forced {
			continue
		}
		best := o.Candidates[0]
		hash := xxh3.HashString(o.RecordID)
		halves[hash&1] = append(halves[hash&1], proposal{
			match.Label{RecordID: o.RecordID, MemberID: best.MemberID, Probability: best.Probability, Same: slices.Contains(truth[o.RecordID], best.MemberID)}, hash,
		})
	}
	var before, after []judged
	decisions := 0
	for i, half := range halves {
		asked := ask(half)
		decisions += len(asked)
		fit := match.Calibrate(asked)
		for _, one := range halves[1-i] {
			before = append(before, judged{one.label.Probability, one.label.Same})
			after = append(after, judged{fit.Apply(one.label.Probability), one.label.Same})
		}
	}
	return CalibrationReport{
		Decisions: decisions / 2, Pairs: len(after), Before: reliability(before), After: reliability(after), Noise: noise(after),
	}
}

// judged is a probability and what is true.
type judged struct {
	probability float64
	same        bool
}

// noise is the mean error of probabilities that are right by definition: the
// truth is drawn by them, again and again, the same in each run.
func noise(pairs []judged) float64 {
	const draws = 40
	r := rand.New(rand.NewPCG(1, 1))
	drawn, sum := slices.Clone(pairs), 0.0
	for range draws {
		for i := range drawn {
			drawn[i].same = r.Float64() < drawn[i].probability
		}
		sum += reliability(drawn).Error
	}
	return sum / draws
}

// ask picks proposals to decide about: first those in review, then links, each
// by chance.
func ask(half []proposal) []match.Label {
	slices.SortFunc(half, func(a, b proposal) int { return cmp.Compare(a.order, b.order) })
	var review, links []match.Label
	for _, p := range half {
		switch at := p.label.Probability; {
		case at >= match.DefaultThresholds.Auto:
			links = append(links, p.label)
		case at >= match.DefaultThresholds.Review:
			review = append(review, p.label)
		}
	}
	review = review[:min(len(review), decisionsInReview)]
	return append(review, links[:min(len(links), decisionsAsked-len(review))]...)
}

// reliability measures probabilities against what is right.
func reliability(pairs []judged) Reliability {
	if len(pairs) == 0 {
		return Reliability{}
	}
	var bins [reliabilityBins]struct{ probability, right float64 }
	var out Reliability
	for _, one := range pairs {
		p, right := one.probability, 0.0
		if one.same {
			right = 1
		}
		bin := &bins[min(reliabilityBins-1, int(p*reliabilityBins))]
		bin.probability += p
		bin.right += right
		out.Brier += (p - right) * (p - right)
	}
	for _, bin := range bins {
		out.Error += math.Abs(bin.probability - bin.right)
	}
	out.Error /= float64(len(pairs))
	out.Brier /= float64(len(pairs))
	return out
}
