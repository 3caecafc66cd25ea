package eval_test

import (
	"fmt"
	"testing"

	"crmsync/match"
	"crmsync/match/eval"
)

// proposals makes a result whose best candidates have some probability, of
// which every so many are wrong.
func proposals(n int, probability float64, wrongEvery int) (*match.Result, map[string][]string) {
	res, truth := &match.Result{}, map[string][]string{}
	for i := range n {
		id := fmt.Sprintf("r%d", i)
		res.Outcomes = append(res.Outcomes, match.Outcome{RecordID: id, Candidates: []match.Candidate{{MemberID: "m", Probability: probability}}})
		if i%wrongEvery != 0 {
			truth[id] = []string{"m"}
		}
	}
	return res, truth
}

func TestCalibrateLearnsFromOneHalfForTheOther(t *testing.T) {
	c := eval.Calibrate(proposals(2000, .9, 2)) // says .9, is right half of the time
	if c.Decisions == 0 || c.Pairs != 2000 || c.Noise > .05 || c.NoiseMost < c.Noise || c.Before.Error < .35 || c.After.Error > .1 || c.After.Brier >= c.Before.Brier {
		t.Errorf("%+v", c)
	}
	c = eval.Calibrate(proposals(2000, .5, 2)) // is as right as it says
	if c.Before.Error > .05 || c.After.Error > .06 {
		t.Errorf("%+v", c)
	}
	if c = eval.Calibrate(proposals(20, .9, 2)); c.After != c.Before {
		t.Errorf("a few decisions moved something: %+v", c)
	}
	if c = eval.Calibrate(&match.Result{}, nil); c != (eval.CalibrationReport{}) {
		t.Errorf("%+v", c)
	}
}
