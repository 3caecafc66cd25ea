package sync

import (
	"context"
	"fmt"
	"iter"

	"crmsync/match"
	"crmsync/store"
)

// TuneProposal is a pair of thresholds to try, in percent; 0 keeps the present one.
type TuneProposal struct {
	Accept int // match.accept
	Review int // match.floor
	Pairs  int // how many of the pairs that would move are named, at most; 0 = 10
}

// tunePairs is how many pairs are named unless more are asked for.
const tunePairs = 10

// TunePoint is one threshold of the curve.
type TunePoint = match.TunePoint

// TuneExample is a pair that a moved threshold would change.
type TuneExample struct {
	match.TuneExample
	RecordName string `json:"record_name"`
	MemberName string `json:"member_name"`
}

// TuneThreshold says what moving one threshold would do.
type TuneThreshold struct {
	Setting string `json:"setting"`
	match.Tuning
	Examples []TuneExample `json:"examples"` // nearest to the proposal first
}

// TuneReport is the threshold bench: what is known of the present thresholds and of the proposed ones.
type TuneReport struct {
	Decided int           `json:"decided"` // pairs that people judged
	ByID    int           `json:"by_id"`   // pairs that an id or address in the CRM names
	Accept  TuneThreshold `json:"accept"`  // from which pairs are linked
	Review  TuneThreshold `json:"review"`  // from which pairs are shown to a person
}

// TuneMatching measures the present thresholds and proposed ones on the pairs of which the truth is known: those that
// people judged, and those that an id in the CRM names. It changes nothing: SetSetting does.
func (e *Engine) TuneMatching(ctx context.Context, actor Actor, proposal TuneProposal) (TuneReport, error) {
	if err := Allowed(actor, ActSettingSet); err != nil {
		return TuneReport{}, err
	}
	current, proposed, err := e.tuneThresholds(ctx, proposal)
	if err != nil {
		return TuneReport{}, err
	}
	labels, report, err := e.tuneLabels(ctx)
	if err != nil {
		return TuneReport{}, err
	}
	var failure error
	report.Accept.Setting, report.Review.Setting = SettingMatchAccept, SettingMatchFloor
	report.Accept.Tuning = match.Tune(e.tuneOutcomes(ctx, &failure), labels, current, proposed)
	if failure == nil {
		report.Review.Tuning = match.Tune(reviewable(e.tuneOutcomes(ctx, &failure)), labels, match.Thresholds{Auto: current.Review}, match.Thresholds{Auto: proposed.Review})
	}
	if failure != nil {
		return TuneReport{}, fmt.Errorf("read the matches: %w", failure)
	}
	limit := proposal.Pairs
	if limit <= 0 {
		limit = tunePairs
	}
	for _, threshold := range []*TuneThreshold{&report.Accept, &report.Review} {
		threshold.Tuning.Examples = threshold.Tuning.Examples[:min(limit, len(threshold.Tuning.Examples))]
		if err := e.nameExamples(ctx, threshold); err != nil {
			return TuneReport{}, err
		}
	}
	return report, nil
}

// tuneThresholds are the thresholds as they are and as they are proposed.
func (e *Engine) tuneThresholds(ctx context.Context, proposal TuneProposal) (current, proposed match.Thresholds, err error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return current, proposed, err
	}
	accept, review := settings.Int(SettingMatchAccept), settings.Int(SettingMatchFloor)
	current = match.Thresholds{Auto: float64(accept) / 100, Review: float64(review) / 100}
	for _, one := range []struct {
		key   string
		value int
		into  *int
	}{{SettingMatchAccept, proposal.Accept, &accept}, {SettingMatchFloor, proposal.Review, &review}} {
		if one.value == 0 {
			continue
		}
		spec, err := lookSetting(one.key)
		if err != nil {
			return current, proposed, err
		}
		if _, err := spec.Parse(fmt.Sprint(one.value)); err != nil {
			return current, proposed, err
		}
		*one.into = one.value
	}
	if err := thresholdsFit(review, accept); err != nil {
		return current, proposed, err
	}
	return current, match.Thresholds{Auto: float64(accept) / 100, Review: float64(review) / 100}, nil
}

// tuneLabels are the pairs of which the truth is known.
func (e *Engine) tuneLabels(ctx context.Context) ([]match.Label, TuneReport, error) {
	standing, err := e.store.Decisions(ctx, store.DecisionQuery{Standing: true})
	if err != nil {
		return nil, TuneReport{}, fmt.Errorf("read the decisions: %w", err)
	}
	decisions := make([]match.Decision, 0, len(standing))
	for _, row := range standing {
		decisions = append(decisions, matchDecision(row))
	}
	labels := match.Labels(decisions)
	report := TuneReport{Decided: len(labels)}
	var failure error
	for outcome := range e.tuneOutcomes(ctx, &failure) {
		if outcome.Forced && outcome.Linked() {
			labels = append(labels, match.Label{RecordID: outcome.RecordID, MemberID: outcome.MemberID, Same: true})
			report.ByID++
		}
	}
	if failure != nil {
		return nil, report, fmt.Errorf("read the matches: %w", failure)
	}
	return labels, report, nil
}

// tuneOutcomes streams what the last run said. It ends early at an error, which it leaves in failure.
func (e *Engine) tuneOutcomes(ctx context.Context, failure *error) iter.Seq[match.Outcome] {
	return func(yield func(match.Outcome) bool) {
		for _, object := range []string{"Account", "Contact", "Lead"} {
			for row, err := range e.store.EachMatch(ctx, object, "") {
				if err != nil {
					*failure = err
					return
				}
				if !yield(outcomeOf(row)) {
					return
				}
			}
		}
	}
}

// reviewable adds the pairs that are too weak for review now: a lower threshold would show them.
func reviewable(outcomes iter.Seq[match.Outcome]) iter.Seq[match.Outcome] {
	return func(yield func(match.Outcome) bool) {
		for outcome := range outcomes {
			if outcome.State == match.None && outcome.Reason == match.BelowThreshold && len(outcome.Candidates) > 0 {
				best := outcome.Candidates[0]
				outcome.State, outcome.MemberID, outcome.Probability = match.Review, best.MemberID, best.Probability
			}
			if !yield(outcome) {
				return
			}
		}
	}
}

// nameExamples adds the names of both sides.
func (e *Engine) nameExamples(ctx context.Context, threshold *TuneThreshold) error {
	threshold.Examples = []TuneExample{}
	for _, one := range threshold.Tuning.Examples {
		example := TuneExample{TuneExample: one}
		object := store.ObjectOf(one.RecordID)
		record, err := e.store.Record(ctx, object, one.RecordID)
		if ignoreNotFound(err) != nil {
			return fmt.Errorf("read %s: %w", one.RecordID, err)
		}
		if err == nil {
			example.RecordName = recordName(record)
		}
		view, err := e.memberView(ctx, kindOfObject(object), one.MemberID)
		if ignoreNotFound(err) != nil {
			return fmt.Errorf("read %s: %w", one.MemberID, err)
		}
		example.MemberName = view.Name
		threshold.Examples = append(threshold.Examples, example)
	}
	return nil
}
