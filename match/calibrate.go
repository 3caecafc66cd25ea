package match

import "math"

// calibration corrects a probability P by a + b·logit P, as Platt proposed. It
// is learned from what people decided.
type calibration struct {
	a, b float64
	n    int // decisions it was learned from, 0 for none
}

var noCalibration = calibration{b: 1}

// leastDecisions is how many decisions it takes to calibrate.
const leastDecisions = 30

// apply corrects a probability.
func (c calibration) apply(p float64) float64 {
	if c.n == 0 || p <= 0 || p >= 1 {
		return p
	}
	return 1 / (1 + math.Exp(-c.a-c.b*logit(p)))
}

func logit(p float64) float64 {
	p = clamp(p, 1e-6, 1-1e-6)
	return math.Log(p / (1 - p))
}

// judged is one decision about a pair: the logit of the model's probability,
// and whether the person agreed.
type judged struct {
	x    float64
	same bool
}

// fitCalibration fits a and b by Newton's method, held towards 0 and 1.
func fitCalibration(list []judged) calibration {
	if len(list) < leastDecisions {
		return noCalibration
	}
	const ridge = 1.0
	a, b := 0.0, 1.0
	for range 50 {
		ga, gb := ridge*a, ridge*(b-1)
		haa, hab, hbb := ridge, 0.0, ridge
		for _, j := range list {
			q := 1 / (1 + math.Exp(-a-b*j.x))
			d := q
			if j.same {
				d--
			}
			ga, gb = ga+d, gb+d*j.x
			h := q * (1 - q)
			haa, hab, hbb = haa+h, hab+h*j.x, hbb+h*j.x*j.x
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		a, b = a-clamp(da, -1, 1), b-clamp(db, -1, 1)
		if math.Abs(da)+math.Abs(db) < 1e-9 {
			break
		}
	}
	// A slope near zero or below would turn the order around.
	return calibration{a: clamp(a, -6, 6), b: clamp(b, 0.2, 3), n: len(list)}
}

// Calibration corrects a probability by what people decided. The zero value
// corrects nothing.
type Calibration struct{ fit calibration }

// Calibrate fits a calibration to labels that carry the probability which the
// model gave them. Fewer than 30 of them teach nothing.
func Calibrate(labels []Label) Calibration {
	var list []judged
	for _, l := range labels {
		if l.Probability > 0 {
			list = append(list, judged{x: logit(l.Probability), same: l.Same})
		}
	}
	return Calibration{fitCalibration(list)}
}

// Apply returns the corrected probability.
func (c Calibration) Apply(p float64) float64 { return c.fit.apply(p) }

// calibrate learns from the decisions of the problem. It scores each decided
// pair as if nobody had decided.
func (p *problem) calibrate() {
	var list []judged
	k := p.newWorker()
	for _, d := range p.decided() {
		i := findEntity(p.records, d.RecordID)
		if i < 0 || p.records[i].excluded {
			continue
		}
		prob := p.plainProbability(k, &p.records[i], d.MemberID)
		if prob > 0 {
			list = append(list, judged{x: logit(prob), same: d.Verdict.MustLink()})
		}
	}
	if len(list) >= leastDecisions {
		p.model.calibration = fitCalibration(list)
	}
}

// decided returns the last decision about each pair, in the order of ids.
// "Nobody" is a decision against what was proposed, so it names no pair.
func (p *problem) decided() []Decision {
	last := map[[2]string]Decision{}
	for _, d := range p.decisions {
		key := [2]string{d.RecordID, d.MemberID}
		if before, ok := last[key]; d.MemberID != "" && (!ok || !d.At.Before(before.At)) {
			last[key] = d
		}
	}
	list := make([]Decision, 0, len(last))
	for _, d := range last {
		list = append(list, d)
	}
	sortDecisions(list)
	return list
}
