package match

import (
	"context"
	"fmt"
)

// Run links the records of an input to members of the directory.
func Run(ctx context.Context, in Input, o Options) (*Result, error) {
	p, err := newProblem(ctx, in)
	if err != nil {
		return nil, err
	}
	if o.Model == nil {
		err = p.train(ctx, o)
	} else if o.Model.kind != in.Kind {
		return nil, fmt.Errorf("match: the model is for %s records, the input has %s records", o.Model.kind, in.Kind)
	} else {
		err = p.useModel(ctx, o.Model)
	}
	if err != nil {
		return nil, err
	}
	return p.resolve(ctx, o)
}

// resolve scores all records and lets them compete.
func (p *problem) resolve(ctx context.Context, o Options) (*Result, error) {
	t := o.Thresholds
	if t == (Thresholds{}) {
		t = DefaultThresholds
	}
	verdicts, err := p.scoreAll(ctx, o.Progress)
	if err != nil {
		return nil, err
	}
	exists := func(id string) bool { return findEntity(p.members, id) >= 0 }
	a := assign(p.records, verdicts, p.rulings, exists)
	res := &Result{Kind: p.kind, Model: p.model, Outcomes: make([]Outcome, len(p.records))}
	for i := range p.records {
		res.Outcomes[i] = p.outcome(i, &verdicts[i], a, t)
		res.Outcomes[i].Standing = p.standing(i, &verdicts[i], exists)
		res.Outcomes[i].Standing.Held = a.member[i]
	}
	res.Stats = Count(res.Outcomes)
	res.Stats.Members, res.Stats.Pairs = len(p.members), p.pairs
	res.Stats.Filled = filled(p.records, p.members)
	return res, nil
}

// Count makes the statistics of outcomes. Members and Pairs stay zero.
func Count(outcomes []Outcome) Stats {
	s := Stats{Records: len(outcomes)}
	score := 0.0
	for i := range outcomes {
		o := &outcomes[i]
		switch o.State {
		case Auto:
			s.Auto++
		case Review:
			s.Review++
			s.Expected += o.Probability
		case Accepted:
			s.Accepted++
		case Overridden:
			s.Overridden++
		case Rejected:
			s.Rejected++
		default:
			s.None++
		}
		switch o.Reason {
		case DuplicateOf:
			s.Duplicates++
		case Excluded:
			s.Excluded++
		}
		if o.Linked() {
			score += o.Probability
		}
	}
	if n := s.Linked(); n > 0 {
		s.MeanScore = score / float64(n)
	}
	return s
}
