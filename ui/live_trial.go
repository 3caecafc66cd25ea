package ui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// trialsShown is how many earlier trials are listed.
const trialsShown = 10

// shadowShown is how many activities a shadow run composes.
const shadowShown = 100

// TrialPlan says what a trial would do and what became of the earlier ones.
func (b liveWriteback) TrialPlan(ctx context.Context) (TrialPlan, error) {
	connection, err := b.connection(ctx)
	if err != nil {
		return TrialPlan{}, err
	}
	plan := TrialPlan{Steps: crmsync.TrialSteps(), Org: orDefault(connection.OrgName, hostOf(connection.InstanceURL))}
	switch {
	case connectedOf(string(connection.State)) != ConnectedYes:
		plan.Problem, plan.Mend = "not connected to a CRM", "Connect"
	case !connection.HasPackage:
		plan.Problem = crmsync.HoldPackage.Text
	}
	seat, err := b.trialSeat(ctx)
	if err != nil {
		return TrialPlan{}, err
	}
	plan.Seat = b.seatLabel(seat)
	if seat.ID == "" && plan.Problem == "" {
		plan.Problem, plan.Mend = "no seat is mapped to an active CRM user", "Users"
	}
	settings, err := b.settings(ctx)
	if err != nil {
		return TrialPlan{}, err
	}
	plan.Kinds = trialKinds(settings)
	left, ok, err := b.engine.Trial(ctx)
	if err != nil {
		return TrialPlan{}, err
	}
	if ok {
		plan.Left = orDefault(left.Contact, "a contact that a trial was about to make")
	}
	plan.Earlier, err = b.earlierTrials(ctx)
	return plan, err
}

// trialKinds are the kinds that a trial writes: those that are on, or all that need no record type of the org.
func trialKinds(settings map[string]string) []string {
	var on, all []string
	for _, kind := range crmsync.Kinds() {
		if settings[crmsync.SettingKindKey(string(kind))] == "true" {
			on = append(on, kind.Label())
		}
		if !kind.NeedsRecordType() {
			all = append(all, kind.Label())
		}
	}
	if len(on) > 0 {
		return on
	}
	return all
}

// trialSeat is the actor's own seat, or the first one that is mapped to an active CRM user.
func (b liveWriteback) trialSeat(ctx context.Context) (store.Seat, error) {
	seats, err := b.store.Seats(ctx)
	if err != nil {
		return store.Seat{}, err
	}
	slices.SortStableFunc(seats, func(x, y store.Seat) int { return boolOrder(x.ID == b.actor.Seat, y.ID == b.actor.Seat) })
	names := b.users()
	for _, seat := range seats {
		if names.record(ctx, seat.UserID).Flag("IsActive") {
			return seat, nil
		}
	}
	return store.Seat{}, nil
}

func (b liveWriteback) earlierTrials(ctx context.Context) ([]TrialEarlier, error) {
	runs, err := b.store.Runs(ctx, string(crmsync.JobTrial), store.PageQuery{Limit: trialsShown})
	if err != nil {
		return nil, err
	}
	out := make([]TrialEarlier, 0, len(runs.Rows))
	for _, run := range runs.Rows {
		one := TrialEarlier{At: run.StartedAt, By: run.Actor, State: StateBad, What: orDefault(run.ErrorText, string(run.State))}
		var report crmsync.TrialReport
		if json.Unmarshal([]byte(run.Summary), &report) == nil && report.OK {
			one.State, one.What = StateGood, "all fields equal"
			if report.Removed {
				one.What += ", cleaned up"
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// RunTrial rehearses writeback with a test contact.
func (b liveWriteback) RunTrial(ctx context.Context, keep bool) (TrialResult, error) {
	seat, err := b.trialSeat(ctx)
	if err != nil {
		return TrialResult{}, err
	}
	report, err := b.engine.RunTrial(ctx, b.actor, crmsync.TrialOptions{Seat: seat.ID, Keep: keep})
	out := TrialResult{OK: report.OK, Removed: report.Removed, Contact: report.Contact}
	for _, s := range report.Steps {
		step := TrialStep{Name: s.Name, Detail: s.Detail, Took: s.Took, State: StateGood}
		if !s.OK {
			step.State = StateBad
		}
		out.Steps = append(out.Steps, step)
	}
	for _, s := range report.Sent {
		out.Sent = append(out.Sent, TrialSent{Kind: s.Kind.Label(), Object: s.Object, ID: s.ID, Fields: requestFields(s.Request)})
	}
	return out, err
}

// RemoveTrial removes what a trial left in the org.
func (b liveWriteback) RemoveTrial(ctx context.Context) error {
	_, err := b.engine.RemoveTrial(ctx, b.actor)
	return err
}

// Shadow composes what is queued or held, checks it against the org, and sends nothing.
func (b liveWriteback) Shadow(ctx context.Context) ([]ShadowItem, error) {
	items, err := b.engine.Shadow(ctx, b.actor, shadowShown)
	if err != nil {
		return nil, err
	}
	out := make([]ShadowItem, 0, len(items))
	for _, x := range items {
		row := ShadowItem{ID: x.ActivityID, Kind: x.Kind.Label(), Member: x.Member, With: x.With, Object: x.Object, State: x.State, Unassigned: x.Unassigned, Notes: x.Notes, Differs: len(x.Problems)}
		if hold, ok := crmsync.HoldByCode(x.Hold); ok {
			row.Hold = hold.Text
		}
		for _, f := range requestFields(x.Request) {
			row.Fields = append(row.Fields, ShadowField{Name: f.Name, Value: f.Value})
		}
		row.explain(x.Problems)
		out = append(out, row)
	}
	return out, nil
}

// ShadowSum composes everything that is queued or held, checks it against the org, and counts what it would say.
func (b liveWriteback) ShadowSum(ctx context.Context) (crmsync.ShadowSummary, error) {
	return b.engine.ShadowAll(ctx, b.actor)
}

// explain puts each problem beside its field; those of fields that are not sent, and of the whole, stand apart.
func (s *ShadowItem) explain(problems []string) {
	for _, problem := range problems {
		name, text, named := strings.Cut(problem, ": ")
		at := slices.IndexFunc(s.Fields, func(f ShadowField) bool { return f.Name == name })
		switch {
		case named && at >= 0:
			s.Fields[at].Problem = text
		default:
			if hold, ok := crmsync.HoldByCode(problem); ok {
				problem = hold.Text
			}
			s.Problems = append(s.Problems, problem)
		}
	}
}
