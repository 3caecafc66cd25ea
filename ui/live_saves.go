package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

// liveSaves reads open opportunities and what was saved for their owners.
type liveSaves struct{ live }

// Rule reads the rule and how the last run of it went.
func (s liveSaves) Rule(ctx context.Context) (SaveRule, error) {
	settings, err := s.settings(ctx)
	if err != nil {
		return SaveRule{}, err
	}
	rule := SaveRule{On: settings[crmsync.SettingAutoSave] == "true", FromStage: settings[crmsync.SettingFromStage], Revenue: settings[crmsync.SettingRevenueField]}
	run, err := s.store.LastRun(ctx, string(crmsync.JobImport), store.RunDone)
	if errors.Is(err, store.ErrNotFound) {
		return rule, nil
	}
	if err != nil {
		return SaveRule{}, err
	}
	var report crmsync.SyncReport
	if json.Unmarshal([]byte(run.Summary), &report) == nil && report.Steps != nil {
		made := report.Steps.AutoSave
		rule.LastRun = fmt.Sprintf("last run %s: %s, %s saved", run.EndedAt.UTC().Format("2 Jan 15:04 MST"), count(made.Accounts, "account", "accounts"), count(made.Contacts, "contact", "contacts"))
	}
	return rule, nil
}

// Totals counts the opportunity list, with its value for each currency by itself.
func (s liveSaves) Totals(ctx context.Context) (string, error) {
	list, err := s.engine.OpportunityList(ctx)
	if err != nil {
		return "", err
	}
	text := number(list.Now) + " on the list"
	if len(list.Sums) > 0 {
		text += ", worth "
	}
	for i, sum := range list.Sums {
		if i > 0 {
			text += ", "
		}
		text += report.Amount(sum.Now, sum.Currency)
	}
	return text, nil
}

// savesOf bounds how many saves of one opportunity are read.
const savesOf = 200

// Page reads open opportunities with their owners and saves.
func (s liveSaves) Page(ctx context.Context, seek Seek) (Page[Opportunity], error) {
	p, err := s.store.OpenOpportunities(ctx, pageQuery(seek))
	if err != nil {
		return Page[Opportunity]{}, err
	}
	seats, err := s.store.Seats(ctx)
	if err != nil {
		return Page[Opportunity]{}, err
	}
	seated := map[string]bool{}
	for _, seat := range seats {
		seated[seat.UserID] = true
	}
	names := s.users()
	rows := make([]Opportunity, 0, len(p.Rows))
	for _, o := range p.Rows {
		row := Opportunity{ID: o.ID, Name: o.Name, Owner: names.name(ctx, o.OwnerID), Stage: o.Stage, Amount: amount(o.Amount, o.Currency), Closes: dayOf(o.CloseDate)}
		if err := s.counts(ctx, &row, seated[o.OwnerID]); err != nil {
			return Page[Opportunity]{}, err
		}
		rows = append(rows, row)
	}
	return pageOf(p, seek, rows), nil
}

// counts tells what was saved for an opportunity, or why nothing could be.
func (s liveSaves) counts(ctx context.Context, row *Opportunity, seated bool) error {
	saves, err := s.store.Saves(ctx, store.SaveQuery{OpportunityID: row.ID, PageQuery: store.PageQuery{Limit: savesOf}})
	if err != nil {
		return err
	}
	for _, save := range saves.Rows {
		if save.Object == "Account" {
			row.Accounts++
		} else {
			row.People++
		}
	}
	switch {
	case row.Accounts+row.People > 0:
		row.State, row.Word = StateGood, fmt.Sprintf("%d + %d", row.Accounts, row.People)
	case !seated:
		row.State, row.Word = StateOff, "no seat"
	default:
		row.State, row.Word = StateWarn, "no match"
	}
	return nil
}

// amount writes money with its currency; sums of different currencies are never mixed (decision 6).
func amount(text, currency string) string {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return ""
	}
	out := number(int64(value))
	if currency != "" {
		out = currency + " " + out
	}
	return out
}

// Count counts the open opportunities.
func (s liveSaves) Count(ctx context.Context) (int64, error) {
	return s.store.CountOpenOpportunities(ctx)
}

// Saves reads what was saved for one opportunity.
func (s liveSaves) Saves(ctx context.Context, opportunity string) ([]Save, error) {
	p, err := s.store.Saves(ctx, store.SaveQuery{OpportunityID: opportunity, PageQuery: store.PageQuery{Limit: savesOf}})
	if err != nil {
		return nil, err
	}
	out := make([]Save, 0, len(p.Rows))
	for _, save := range p.Rows {
		out = append(out, s.save(ctx, save))
	}
	return out, nil
}

// save says a save of the store in the screens' terms.
func (l live) save(ctx context.Context, s store.Save) Save {
	kind := "person"
	if s.Object == "Account" {
		kind = "company"
	}
	out := Save{ID: s.ID, Kind: kind, Member: s.MemberID, Name: l.memberName(ctx, s.Object, s.MemberID), Record: s.RecordID, At: s.SavedAt, Removed: s.RemovedAt}
	if s.OpportunityID != "" {
		if o, err := l.store.Record(ctx, "Opportunity", s.OpportunityID); err == nil {
			out.For = o.Get("Name")
		}
	}
	return out
}

// Remove takes a save away; it is not made again for the same opportunity.
func (s liveSaves) Remove(ctx context.Context, save string) (string, error) {
	return s.engine.RemoveSave(ctx, s.actor, save)
}
