package match

import (
	"cmp"
	"math"
	"slices"
)

// tuner collects the pairs that are proposed and those of which the truth is known.
type tuner struct {
	known map[[2]string]tuneLabel
	open  []float64 // probabilities of undecided proposals, sorted once settled
	truth []tuneLabel
	bands [len(tuneBands) + 1]tuneBand
}

type tuneLabel struct {
	same     bool
	proposed bool    // nothing but a threshold rules the pair
	p        float64 // what the last run said, or what was said when it was judged
}

// tuneBands are where bands of scores end.
var tuneBands = [...]float64{.2, .4, .6, .8, .9, .95, .99}

// bandOf returns the band of a probability.
func bandOf(p float64) int {
	n := 0
	for n < len(tuneBands) && p >= tuneBands[n] {
		n++
	}
	return n
}

// tuneBand is what is known of the pairs with such scores.
type tuneBand struct {
	right, labels float64
	rate          float64 // estimated share that is right
	half          float64 // half of its 95 % interval
}

func newTuner(labels []Label) *tuner {
	t := &tuner{known: make(map[[2]string]tuneLabel, len(labels))}
	for _, l := range labels {
		t.known[[2]string{l.RecordID, l.MemberID}] = tuneLabel{same: l.Same, p: l.Probability}
	}
	return t
}

// see takes an outcome in.
func (t *tuner) see(o Outcome) {
	for _, c := range o.Candidates {
		t.score(o.RecordID, c.MemberID, c.Probability, false)
	}
	if proposes(o) && !t.score(o.RecordID, o.MemberID, o.Probability, true) {
		t.open = append(t.open, o.Probability)
	}
}

// score notes what the last run says of a labelled pair. It returns false for
// a pair without a label.
func (t *tuner) score(record, member string, p float64, proposed bool) bool {
	key := [2]string{record, member}
	l, ok := t.known[key]
	if ok {
		t.known[key] = tuneLabel{same: l.same, proposed: proposed, p: p}
	}
	return ok
}

// settle works the bands out, when all outcomes are seen.
func (t *tuner) settle() {
	slices.Sort(t.open)
	for _, l := range t.known {
		t.truth = append(t.truth, l)
		band := &t.bands[bandOf(l.p)]
		band.labels++
		if l.same {
			band.right++
		}
	}
	slices.SortFunc(t.truth, func(a, b tuneLabel) int {
		return cmp.Or(cmp.Compare(a.p, b.p), cmp.Compare(boolRate(a.same), boolRate(b.same)))
	})
	var sum, n [len(t.bands)]float64
	for _, p := range t.open {
		sum[bandOf(p)] += p
		n[bandOf(p)]++
	}
	for i := range t.bands {
		// The model's own word counts as much as one label.
		band, own := &t.bands[i], .5
		if n[i] > 0 {
			own = sum[i] / n[i]
		}
		band.rate = (band.right + own) / (band.labels + 1)
		low, high := wilson(band.right+own, band.labels+1)
		band.half = (high - low) / 2
	}
}

func (t *tuner) example(o Outcome) TuneExample {
	e := TuneExample{RecordID: o.RecordID, MemberID: o.MemberID, Probability: o.Probability}
	if l, ok := t.known[[2]string{o.RecordID, o.MemberID}]; ok {
		e.Known = "wrong"
		if l.same {
			e.Known = "right"
		}
	}
	return e
}

// wrong is how many of the proposals from lo to under hi are estimated to be wrong.
func (t *tuner) wrong(lo, hi float64) float64 {
	wrong := 0.0
	for _, p := range t.open {
		if p >= lo && p < hi {
			wrong += 1 - t.bands[bandOf(p)].rate
		}
	}
	for _, l := range t.truth {
		if l.p >= lo && l.p < hi && !l.same {
			wrong++
		}
	}
	return wrong
}

// moved is the point of a threshold, and what differs from the present one.
func (t *tuner) moved(current, at float64) TunePoint {
	point := t.point(at)
	switch n := t.between(min(current, at), max(current, at)); {
	case at < current:
		point.Gained, point.Broken = n, t.wrong(at, current)
	default:
		point.Lost = n
	}
	return point
}

// between counts the proposals from lo to under hi.
func (t *tuner) between(lo, hi float64) int {
	from, _ := slices.BinarySearch(t.open, lo)
	to, _ := slices.BinarySearch(t.open, hi)
	n := to - from
	for _, l := range t.truth {
		if l.proposed && l.p >= lo && l.p < hi {
			n++
		}
	}
	return n
}

func (t *tuner) point(at float64) TunePoint {
	point := TunePoint{Threshold: at}
	var right, pairs, all float64
	var open [len(t.bands)]float64
	add := func(p, rate float64, proposed bool) {
		all += rate
		if p < at {
			return
		}
		right, pairs = right+rate, pairs+1
		if proposed {
			point.Links++
			point.Expected += p
		}
	}
	for _, p := range t.open {
		add(p, t.bands[bandOf(p)].rate, true)
		if p >= at {
			open[bandOf(p)]++
		}
	}
	for _, l := range t.truth {
		add(l.p, boolRate(l.same), l.proposed)
	}
	point.Expected /= max(1, float64(point.Links))
	if len(t.truth) > 0 && pairs > 0 {
		point.estimate(right, pairs, all, t.halfWidth(open[:])/pairs)
	}
	return point
}

func boolRate(same bool) float64 {
	if same {
		return 1
	}
	return 0
}

// halfWidth is half of the 95 % interval of how many of the undecided pairs,
// so many in each band, are right.
func (t *tuner) halfWidth(open []float64) float64 {
	sum := 0.0
	for i, n := range open {
		sum += n * t.bands[i].half * n * t.bands[i].half
	}
	return math.Sqrt(sum)
}

// estimate fills in what follows from how many pairs are right, of those over
// the threshold and of all.
func (p *TunePoint) estimate(right, pairs, all, half float64) {
	p.Precision = right / pairs
	p.Low, p.High = max(0, p.Precision-half), min(1, p.Precision+half)
	if all > 0 {
		p.Recall = right / all
	}
	if p.Precision+p.Recall > 0 {
		p.F1 = 2 * p.Precision * p.Recall / (p.Precision + p.Recall)
	}
}

// wilson is the score interval of a share with 95 % confidence.
func wilson(k, n float64) (float64, float64) {
	const z = 1.96
	p := k / n
	mid := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (mid-half)/(1+z*z/n)), min(1, (mid+half)/(1+z*z/n))
}
