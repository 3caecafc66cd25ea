package match

import "math"

// calibration corrects a probability P to one with the logit
//
//	a + b ln P - c ln(1-P)
//
// which is Platt's line in logit P when b and c are equal, and bends where it is
// too sure at one end of the scale only (Kull and others, beta calibration, 2017).
// It is learned from what people decided.
type calibration struct {
	a, b, c float64
	n       int // decisions it was learned from, 0 for none
}

var noCalibration = calibration{b: 1, c: 1}

// leastDecisions is how many decisions it takes to calibrate.
const leastDecisions = 30

// apply corrects a probability.
func (c calibration) apply(p float64) float64 {
	if c.n == 0 || p <= 0 || p >= 1 {
		return p
	}
	sure, unsure := logs(p)
	return 1 / (1 + math.Exp(-c.a-c.b*sure-c.c*unsure))
}

// logs returns ln P and -ln(1-P), which add up to the logit of P.
func logs(p float64) (float64, float64) {
	p = clamp(p, 1e-6, 1-1e-6)
	return math.Log(p), -math.Log1p(-p)
}

func logit(p float64) float64 {
	p = clamp(p, 1e-6, 1-1e-6)
	return math.Log(p / (1 - p))
}

// judged is one decision about a pair: the model's probability, and whether the
// person agreed.
type judged struct {
	p    float64
	same bool
}

// ridge is how many decisions, roughly, the start values of a, b and c are worth:
// a few dozen decisions may shift the scale, it takes more to stretch it.
var ridge = [3]float64{1, 10, 10}

// fitCalibration fits a, b and c by Newton's method, held towards 0, 1 and 1.
func fitCalibration(list []judged) calibration {
	if len(list) < leastDecisions {
		return noCalibration
	}
	start := [3]float64{0, 1, 1}
	at := start
	for range 50 {
		slope, bend := gradient(list, &start, &at)
		step := solve(bend, slope)
		moved := 0.0
		for i := range at {
			at[i] -= clamp(step[i], -1, 1)
			moved += math.Abs(step[i])
		}
		if moved < 1e-9 {
			break
		}
	}
	// A slope near zero or below would turn the order around.
	return calibration{a: clamp(at[0], -6, 6), b: clamp(at[1], 0.2, 3), c: clamp(at[2], 0.2, 3), n: len(list)}
}

// gradient returns the first and second derivatives of the penalised loss.
func gradient(list []judged, start, at *[3]float64) (slope [3]float64, bend [3][3]float64) {
	for i := range at {
		slope[i], bend[i][i] = ridge[i]*(at[i]-start[i]), ridge[i]
	}
	for _, j := range list {
		sure, unsure := logs(j.p)
		x := [3]float64{1, sure, unsure}
		q := 1 / (1 + math.Exp(-at[0]-at[1]*sure-at[2]*unsure))
		miss := q
		if j.same {
			miss--
		}
		for i := range x {
			slope[i] += miss * x[i]
			for k := range x {
				bend[i][k] += q * (1 - q) * x[i] * x[k]
			}
		}
	}
	return slope, bend
}

// solve solves m x = v for a positive definite m, by elimination.
func solve(m [3][3]float64, v [3]float64) [3]float64 {
	for i := range v {
		for k := i + 1; k < len(v); k++ {
			f := m[k][i] / m[i][i]
			for j := i; j < len(v); j++ {
				m[k][j] -= f * m[i][j]
			}
			v[k] -= f * v[i]
		}
	}
	for i := len(v) - 1; i >= 0; i-- {
		for k := i + 1; k < len(v); k++ {
			v[i] -= m[i][k] * v[k]
		}
		v[i] /= m[i][i]
	}
	return v
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
			list = append(list, judged{p: l.Probability, same: l.Same})
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
			list = append(list, judged{p: prob, same: d.Verdict.MustLink()})
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
