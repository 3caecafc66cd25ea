package eval_test

import (
	"fmt"
	"testing"

	"crmsync/match"
	"crmsync/match/eval"
)

// proposals makes a result whose pairs have some probability, of which every so many are wrong.
func proposals(n int, state match.State, probability float64, wrongEvery int) (*match.Result, map[string][]string) {
	res, truth := &match.Result{}, map[string][]string{}
	for i := range n {
		id := fmt.Sprintf("r%d", i)
		o := match.Outcome{RecordID: id, State: state}
		if pair := (match.Candidate{MemberID: "m" + id, Probability: probability}); state == match.None {
			o.Reason, o.RunnerUp = match.BelowThreshold, pair
		} else {
			o.MemberID, o.Probability = pair.MemberID, probability
		}
		res.Outcomes = append(res.Outcomes, o)
		if i%wrongEvery != 0 {
			truth[id] = []string{"m" + id}
		}
	}
	return res, truth
}

func TestCalibrateLearnsFromOneHalfForTheOther(t *testing.T) {
	c := eval.Calibrate(proposals(2000, match.Review, .9, 2)) // says .9, is right half of the time
	if c.Decisions != 200 || c.Pairs != 2000 || c.Noise > .05 || c.NoiseMost < c.Noise || c.Before.Error < .35 || c.After.Error > .1 || c.After.Brier >= c.Before.Brier {
		t.Errorf("%+v", c)
	}
	c = eval.Calibrate(proposals(2000, match.Review, .5, 2)) // is as right as it says
	if c.Before.Error > .05 || c.After.Error > .08 {
		t.Errorf("%+v", c)
	}
	if c = eval.Calibrate(proposals(20, match.Review, .9, 2)); c.After != c.Before {
		t.Errorf("a few decisions moved something: %+v", c)
	}
	if c = eval.Calibrate(&match.Result{}, nil); c != (eval.CalibrationReport{}) {
		t.Errorf("%+v", c)
	}
}

// What is below the threshold is learned from, too, unless another record has the member.
func TestCalibrateAsksAboutWeakPairs(t *testing.T) {
	res, truth := proposals(2000, match.None, .1, 3) // says .1, is right two times of three
	c := eval.Calibrate(res, truth)
	if c.Pairs != 2000 || c.Before.Error < .5 || c.After.Error > .15 {
		t.Errorf("%+v", c)
	}
	for i := range 1000 {
		res.Outcomes = append(res.Outcomes, match.Outcome{RecordID: fmt.Sprintf("h%d", i), State: match.Auto, Forced: true, MemberID: fmt.Sprintf("mr%d", i)})
	}
	if c = eval.Calibrate(res, truth); c.Pairs != 1000 {
		t.Errorf("%d pairs; 1000 records have the others' members", c.Pairs)
	}
}
