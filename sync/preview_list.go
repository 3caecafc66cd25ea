package sync

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"crmsync/store"
)

// PreviewSum is the value of the open opportunities on the list in one currency, now and as it would be.
type PreviewSum struct {
	Currency string `json:"currency"`
	Now      Money  `json:"now"`
	Then     Money  `json:"then"`
}

// PreviewStage is one stage of the open opportunities: how many there are, and whether they are on the list.
type PreviewStage struct {
	Stage string `json:"stage"`
	Open  int64  `json:"open"`
	Now   bool   `json:"on_list_now"`
	Then  bool   `json:"on_list_then"`
}

const (
	previewNames = 10  // names shown of what comes and goes
	previewSaves = 500 // opportunities of which the saves are counted
)

// OpportunityList is the opportunity list as it is (S110c, decision 8): the open opportunities by stage, and the value
// of those on the list by currency.
func (e *Engine) OpportunityList(ctx context.Context) (Preview, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Key: SettingFromStage, Before: settings.Text(SettingFromStage), After: settings.Text(SettingFromStage)}
	return p, e.previewList(ctx, settings, &p)
}

// previewList counts what is on the list by the stage chosen now and by the other one: opportunities, value by
// currency, and the saves that those which come would make.
func (e *Engine) previewList(ctx context.Context, settings Settings, p *Preview) error {
	p.What = "opportunities on the list"
	stages, err := e.stages(ctx)
	if err != nil {
		return err
	}
	old, _ := newStageRule(stages, p.Before)
	proposed, _ := newStageRule(stages, p.After)
	saver, err := e.drySaver(ctx, proposed)
	if err != nil {
		return err
	}
	revenue, sums, byStage := settings.Text(SettingRevenueField), map[string]*PreviewSum{}, map[string]*PreviewStage{}
	for record, err := range e.store.EachRecord(ctx, "Opportunity", store.RecordFilter{Live: true}) {
		if err != nil {
			return err
		}
		if record.Get("IsClosed") == "true" {
			continue
		}
		stage := record.Get("StageName")
		now, then := old.judge(false, stage) == "", proposed.judge(false, stage) == ""
		if byStage[stage] == nil {
			byStage[stage] = &PreviewStage{Stage: stage, Now: now, Then: then}
		}
		byStage[stage].Open++
		p.Now, p.Then = p.Now+one(now), p.Then+one(then)
		addSum(sums, record, revenue, now, then)
		if now == then {
			continue
		}
		if err := e.previewMove(ctx, saver, record, then, p); err != nil {
			return err
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		p.Sums = append(p.Sums, *sums[currency])
	}
	p.Stages = stagesInOrder(stages, byStage)
	return nil
}

func addSum(sums map[string]*PreviewSum, record store.Record, revenue string, now, then bool) {
	value, ok := parseMoney(record.Get(revenue))
	if !ok || !now && !then {
		return
	}
	currency := record.Get("CurrencyIsoCode")
	if sums[currency] == nil {
		sums[currency] = &PreviewSum{Currency: currency}
	}
	if now {
		sums[currency].Now.add(&value)
	}
	if then {
		sums[currency].Then.add(&value)
	}
}

// previewMove notes an opportunity that comes to the list or goes from it.
func (e *Engine) previewMove(ctx context.Context, saver *autoSaver, record store.Record, comes bool, p *Preview) error {
	if !comes {
		if p.Lost++; len(p.Goes) < previewNames {
			p.Goes = append(p.Goes, record.Get("Name"))
		}
		return nil
	}
	if p.Gained++; len(p.Comes) < previewNames {
		p.Comes = append(p.Comes, record.Get("Name"))
	}
	if p.Gained > previewSaves {
		p.SavesMore = true
		return nil
	}
	plan, err := saver.plan(ctx, openOpportunity(record))
	p.Saves += int64(len(plan))
	return err
}

// openOpportunity is a record as auto-save looks at it.
func openOpportunity(record store.Record) store.Opportunity {
	return store.Opportunity{ID: record.ID, Name: record.Get("Name"), AccountID: record.Get("AccountId"), OwnerID: record.Get("OwnerId"), Stage: record.Get("StageName")}
}

// drySaver plans saves and makes none.
func (e *Engine) drySaver(ctx context.Context, rule stageRule) (*autoSaver, error) {
	seats, err := e.seatsByUser(ctx)
	return &autoSaver{engine: e, rule: rule, seats: seats, counts: &AutoSaveCounts{Skipped: map[string]int64{}}}, err
}

// stagesInOrder are the stages of open opportunities in the org's order; those it does not know come last.
func stagesInOrder(stages []Stage, by map[string]*PreviewStage) []PreviewStage {
	rule, _ := newStageRule(stages, "")
	place := func(name string) int {
		if at, known := rule.order[name]; known {
			return at
		}
		return len(stages)
	}
	names := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return place(a) - place(b) })
	out := make([]PreviewStage, len(names))
	for i, name := range names {
		out[i] = *by[name]
	}
	return out
}

// PreviewAllow tells how many saves the next import would make for a seat if it might use auto-save, or might not. Saves
// that stand stay either way (S21).
func (e *Engine) PreviewAllow(ctx context.Context, seatID string, autosave bool) (Preview, error) {
	seat, err := e.store.Seat(ctx, seatID)
	if err != nil {
		return Preview{}, fmt.Errorf("read seat %s: %w", seatID, err)
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Key: "auto-save of " + nameOr(seat.Name, seat.Email), Before: fmt.Sprint(seat.MayAutosave), After: fmt.Sprint(autosave), What: "saves the next import makes",
		Note: "saves that stand stay either way"}
	stages, err := e.stages(ctx)
	if err != nil {
		return Preview{}, err
	}
	rule, _ := newStageRule(stages, settings.Text(SettingFromStage))
	saver, err := e.drySaver(ctx, rule)
	if err != nil || seat.UserID == "" || !settings.Bool(SettingAutoSave) {
		return p, err
	}
	saver.seats = map[string]saveSeat{seat.UserID: {ID: seat.ID, Allowed: true}}
	planned := int64(0)
	for opportunity, err := range e.store.EachOpenOpportunity(ctx) {
		if err != nil {
			return p, err
		}
		if opportunity.OwnerID != seat.UserID {
			continue
		}
		plan, err := saver.plan(ctx, opportunity)
		if err != nil {
			return p, err
		}
		planned += int64(len(plan))
	}
	p.Now, p.Then = planned*one(seat.MayAutosave), planned*one(autosave)
	return p, nil
}
