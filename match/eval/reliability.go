package eval

import (
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
	// decisionsAsked is how many decisions a half is calibrated by.
	decisionsAsked = 200
)

// half is one half of the records of a set.
type half struct {
	pairs []match.Label // all that somebody can be asked about
	asked []match.Label // the first of them, which somebody decides on
}

// Calibrate decides about records of one half as someone would who knows the
// truth, measures what that does to the probabilities of the other half, and
// the same the other way round.
func Calibrate(res *match.Result, truth map[string][]string) CalibrationReport {
	halves := halve(res, truth)
	var before []judged
	for _, label := range slices.Concat(halves[1].pairs, halves[0].pairs) {
		before = append(before, judged{label.Probability, label.Same})
	}
	after := cross(halves)
	out := CalibrationReport{Decisions: (len(halves[0].asked) + len(halves[1].asked)) / 2, Pairs: len(after), Before: reliability(before), After: reliability(after)}
	fits := [2]match.Calibration{match.Calibrate(halves[1].asked), match.Calibrate(halves[0].asked)}
	for i := range halves {
		for _, list := range [][]match.Label{halves[i].pairs, halves[i].asked} {
			for k := range list {
				list[k].Probability = fits[i].Apply(list[k].Probability)
			}
		}
	}
	out.Noise, out.NoiseMost = noise(halves)
	return out
}

// halve cuts the records in two halves by chance, and asks about each what the product's queue asks about.
func halve(res *match.Result, truth map[string][]string) (halves [2]half) {
	held := map[string]bool{}
	for i := range res.Outcomes {
		held[res.Outcomes[i].MemberID] = true
	}
	var open [2][]match.Outcome
	for _, o := range res.Outcomes {
		if o.MemberID != "" || !held[o.RunnerUp.MemberID] {
			side := xxh3.HashString(o.RecordID) & 1
			open[side] = append(open[side], o)
		}
	}
	for i, half := range open {
		for _, q := range match.Questions(slices.Values(half), len(half)) {
			halves[i].pairs = append(halves[i].pairs, match.Label{RecordID: q.RecordID, MemberID: q.MemberID, Probability: q.Probability,
				Same: slices.Contains(truth[q.RecordID], q.MemberID)})
		}
		halves[i].asked = slices.Clone(halves[i].pairs[:min(decisionsAsked, len(halves[i].pairs))])
	}
	return halves
}

// cross calibrates each half by decisions about the other: the second half
// comes first.
func cross(halves [2]half) (after []judged) {
	for i := range halves {
		fit := match.Calibrate(halves[i].asked)
		for _, label := range halves[1-i].pairs {
			after = append(after, judged{fit.Apply(label.Probability), label.Same})
		}
	}
	return after
}

// judged is a probability and what is true.
type judged struct {
	probability float64
	same        bool
}

// noise is the mean error, and the error of the 95th of 100 draws, of probabilities
// that are right by definition: truth and decisions are drawn by them, again and
// again, the same in each run.
func noise(halves [2]half) (mean, most float64) {
	const draws = 100
	r := rand.New(rand.NewPCG(1, 1))
	errors := make([]float64, draws)
	for n := range errors {
		for _, one := range halves {
			for _, list := range [][]match.Label{one.pairs, one.asked} {
				for k := range list {
					list[k].Same = r.Float64() < list[k].Probability
				}
			}
		}
		errors[n] = reliability(cross(halves)).Error
		mean += errors[n] / draws
	}
	slices.Sort(errors)
	return mean, errors[draws*95/100-1]
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
