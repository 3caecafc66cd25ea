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
	// Noise is the calibration error that chance alone would show after calibration
	// if all probabilities were right: of so few pairs, calibrated by so few
	// decisions. NoiseMost is what it would stay under 95 times in 100: a larger
	// error is the model's.
	Noise     float64 `json:"noise"`
	NoiseMost float64 `json:"noise_95"`
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
	for _, half := range halves {
		slices.SortFunc(half, func(a, b proposal) int { return cmp.Compare(a.order, b.order) })
	}
	var before []judged
	for _, one := range slices.Concat(halves[1], halves[0]) {
		before = append(before, judged{one.label.Probability, one.label.Same})
	}
	after, decisions := cross(halves)
	out := CalibrationReport{Decisions: decisions / 2, Pairs: len(after), Before: reliability(before), After: reliability(after)}
	for i := range halves { // in the order of after
		for k := range halves[i] {
			halves[i][k].label.Probability = after[k+(1-i)*len(halves[1])].probability
		}
	}
	out.Noise, out.NoiseMost = noise(halves)
	return out
}

// cross calibrates each half by decisions about the other: the second half
// comes first. It returns how many decisions that took.
func cross(halves [2][]proposal) (after []judged, decisions int) {
	for i, half := range halves {
		asked := ask(half)
		decisions += len(asked)
		fit := match.Calibrate(asked)
		for _, one := range halves[1-i] {
			after = append(after, judged{fit.Apply(one.label.Probability), one.label.Same})
		}
	}
	return after, decisions
}

// judged is a probability and what is true.
type judged struct {
	probability float64
	same        bool
}

// noise is the mean error, and the error of the 95th of 100 draws, of probabilities
// that are right by definition: truth and decisions are drawn by them, again and
// again, the same in each run.
func noise(halves [2][]proposal) (mean, most float64) {
	const draws = 100
	r := rand.New(rand.NewPCG(1, 1))
	errors := make([]float64, draws)
	for n := range errors {
		for _, half := range halves {
			for k := range half {
				half[k].label.Same = r.Float64() < half[k].label.Probability
			}
		}
		after, _ := cross(halves)
		errors[n] = reliability(after).Error
		mean += errors[n] / draws
	}
	slices.Sort(errors)
	return mean, errors[draws*95/100-1]
}

// ask picks proposals to decide about: first those in review, then links, each
// in the order of the half, which is by chance.
func ask(half []proposal) []match.Label {
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
