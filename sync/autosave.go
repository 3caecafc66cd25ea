package sync

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"crmsync/store"
)

// AutoSaveCounts are the counters of the auto-save step.
type AutoSaveCounts struct {
	Opportunities int64            `json:"opportunities"` // open ones that were looked at: those that changed since the last time, or all
	Accounts      int64            `json:"accounts"`      // saves made
	Contacts      int64            `json:"contacts"`
	Skipped       map[string]int64 `json:"skipped"` // by reason
	Off           bool             `json:"off,omitempty"`
}

// saveBatch is how many opportunities are decided in one transaction.
const saveBatch = 200

// autoSave is S4 with S21, S22 and S71: what belongs to open opportunities on
// the list is saved for their owners. Nothing is ever taken away, and what its
// owner removed is not made again (decision 10). Only what changed since the
// last time is looked at.
func (e *Engine) autoSave(ctx context.Context, runID string) (AutoSaveCounts, error) {
	counts := AutoSaveCounts{Skipped: map[string]int64{}}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return counts, err
	}
	if !settings.Bool(SettingAutoSave) {
		counts.Off = true
		return counts, nil
	}
	stages, err := e.stages(ctx)
	if err != nil {
		return counts, err
	}
	rule, known := newStageRule(stages, settings.Text(SettingFromStage))
	if !known {
		e.log.Warn("the chosen opportunity stage is not one of the org's; no opportunity is on the list")
	}
	seats, err := e.seatsByUser(ctx)
	if err != nil {
		return counts, err
	}
	saver := &autoSaver{engine: e, runID: runID, rule: rule, seats: seats, revenue: settings.Text(SettingRevenueField), counts: &counts}
	rules, err := saveRuleOf(settings.Text(SettingFromStage), known, stages, seats)
	if err != nil {
		return counts, err
	}
	opportunities, mark, err := e.toSave(ctx, runID, rules)
	if err != nil {
		return counts, err
	}
	if err := saver.all(ctx, opportunities); err != nil {
		return counts, err
	}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.SetSaveMark(mark) }); err != nil {
		return counts, fmt.Errorf("keep up to where auto-save has looked: %w", err)
	}
	if counts.Accounts+counts.Contacts > 0 {
		e.publish(Event{Kind: EventSaves, Run: runID})
	}
	return counts, nil
}

// seatsByUser maps CRM users to their seats.
func (e *Engine) seatsByUser(ctx context.Context) (map[string]saveSeat, error) {
	rows, err := e.store.Seats(ctx)
	if err != nil {
		return nil, err
	}
	seats := make(map[string]saveSeat, len(rows))
	for _, row := range rows {
		if row.UserID != "" {
			seats[row.UserID] = saveSeat{ID: row.ID, Allowed: row.MayAutosave}
		}
	}
	return seats, nil
}

// autoSaver saves the opportunities of one run.
type autoSaver struct {
	engine  *Engine
	runID   string
	rule    stageRule
	seats   map[string]saveSeat
	revenue string // the field of the amount, for alerts
	counts  *AutoSaveCounts
}

// all saves opportunities by batches.
func (s *autoSaver) all(ctx context.Context, opportunities iter.Seq2[store.Opportunity, error]) error {
	var batch []store.Opportunity
	for opportunity, err := range opportunities {
		if err != nil {
			return err
		}
		if batch = append(batch, opportunity); len(batch) == saveBatch {
			if err := s.save(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return s.save(ctx, batch)
}

// plan decides about one opportunity from what is in the store. What the rule
// refuses without looking at records costs no query.
func (s *autoSaver) plan(ctx context.Context, opportunity store.Opportunity) ([]plannedSave, error) {
	candidate := saveCandidate{Opportunity: opportunity.ID, Stage: opportunity.Stage, Account: opportunity.AccountID, Owner: opportunity.OwnerID}
	world := saveWorld{
		seat:  func(owner string) (saveSeat, bool) { seat, ok := s.seats[owner]; return seat, ok },
		match: func(string) (string, bool) { return "", false },
		made:  func(saveKey) (bool, bool) { return false, false },
	}
	skip := func(reason string) { s.counts.Skipped[reason]++ }
	if seat, ok := s.seats[opportunity.OwnerID]; !ok || !seat.Allowed || s.rule.judge(false, opportunity.Stage) != "" {
		return planSaves(candidate, s.rule, world, skip), nil
	}
	contacts, err := s.contacts(ctx, opportunity.ID)
	if err != nil {
		return nil, err
	}
	candidate.Contacts = contacts
	if world.made, err = s.madeFor(ctx, opportunity.ID); err != nil {
		return nil, err
	}
	var failed error
	world.match = func(record string) (string, bool) {
		match, err := s.engine.store.Match(ctx, record)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			failed = err
		}
		return match.MemberID, err == nil && match.State.Live()
	}
	plan := planSaves(candidate, s.rule, world, skip)
	return plan, failed
}

// contacts lists who has a role in an opportunity, each once.
func (s *autoSaver) contacts(ctx context.Context, opportunityID string) ([]string, error) {
	roles, err := s.engine.store.ContactRoles(ctx, opportunityID)
	if err != nil {
		return nil, err
	}
	var contacts []string
	for _, role := range roles {
		if role.ContactID != "" && !slices.Contains(contacts, role.ContactID) {
			contacts = append(contacts, role.ContactID)
		}
	}
	return contacts, nil
}

// madeFor tells which saves were ever made because of an opportunity.
func (s *autoSaver) madeFor(ctx context.Context, opportunityID string) (func(saveKey) (made, removed bool), error) {
	removed := map[saveKey]bool{}
	query := store.SaveQuery{OpportunityID: opportunityID, PageQuery: store.PageQuery{Limit: 500}}
	for {
		page, err := s.engine.store.Saves(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, save := range page.Rows {
			removed[saveKey{Seat: save.SeatID, Member: save.MemberID, Opportunity: save.OpportunityID}] = !save.RemovedAt.IsZero()
		}
		if !page.More {
			return func(key saveKey) (bool, bool) { gone, made := removed[key]; return made, gone }, nil
		}
		query.After = page.Next
	}
}

// save decides about a batch and writes its saves in one transaction. The
// store refuses a second save of the same seat, member and opportunity, so two
// engines at once make none twice.
func (s *autoSaver) save(ctx context.Context, batch []store.Opportunity) error {
	var plans []plannedSave
	for _, opportunity := range batch {
		s.counts.Opportunities++
		plan, err := s.plan(ctx, opportunity)
		if err != nil {
			return fmt.Errorf("opportunity %s: %w", opportunity.ID, err)
		}
		plans = append(plans, plan...)
	}
	if len(plans) == 0 {
		return nil
	}
	var accounts, contacts int64
	err := s.engine.store.Write(ctx, func(tx *store.Tx) error {
		accounts, contacts = 0, 0
		for _, plan := range plans {
			save := store.Save{ID: store.NewID(), SeatID: plan.Key.Seat, MemberID: plan.Key.Member, OpportunityID: plan.Key.Opportunity,
				RecordID: plan.Record, Object: plan.Object, RunID: s.runID, SavedAt: s.engine.now().UTC()}
			added, err := tx.AddSave(save)
			if err != nil {
				return err
			}
			if !added {
				continue
			}
			if err := alertOfSave(tx, save, s.revenue); err != nil {
				return err
			}
			if plan.Object == "Account" {
				accounts++
			} else {
				contacts++
			}
		}
		return nil
	})
	s.counts.Accounts += accounts
	s.counts.Contacts += contacts
	return err
}
