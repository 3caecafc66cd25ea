package sync

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"crmsync/store"
)

// wholeSaveEvery is how often auto-save looks at every open opportunity, whatever changed: so that a clock that was set
// back, or a store restored from a backup, hides nothing for long.
const wholeSaveEvery = 7 * 24 * time.Hour

// saveRule is what auto-save depends on besides records and matches. When it changes, every open opportunity is looked at.
type saveRule struct {
	From    string            `json:"from"`
	Unknown bool              `json:"unknown"` // the stage is none of the org's
	Stages  []Stage           `json:"stages"`
	Seats   map[string]string `json:"seats"` // by CRM user; "-" before that of one who is not allowed
}

func saveRuleOf(from string, known bool, stages []Stage, seats map[string]saveSeat) (string, error) {
	rule := saveRule{From: from, Unknown: !known, Seats: map[string]string{},
		Stages: slices.SortedFunc(slices.Values(stages), func(a, b Stage) int { return cmp.Compare(a.Name, b.Name) })}
	for user := range maps.Keys(seats) {
		rule.Seats[user] = seats[user].ID
		if !seats[user].Allowed {
			rule.Seats[user] = "-" + seats[user].ID
		}
	}
	text, err := json.Marshal(rule)
	return string(text), err
}

// toSave lists the open opportunities to look at, and up to where that will have been: all of them, or those that changed
// since the last time, they or what belongs to them.
func (e *Engine) toSave(ctx context.Context, runID, rule string) (iter.Seq2[store.Opportunity, error], store.SaveMark, error) {
	last, err := e.store.SaveMark(ctx)
	if err != nil {
		return nil, last, fmt.Errorf("read up to where auto-save has looked: %w", err)
	}
	now := e.store.Now()
	mark := store.SaveMark{RunID: runID, Bound: store.NewID(), At: now, WholeAt: now, Rule: rule}
	if last.Rule != rule || now.Sub(last.WholeAt) >= wholeSaveEvery || now.Before(last.At) {
		return e.store.EachOpenOpportunity(ctx), mark, nil
	}
	mark.WholeAt = last.WholeAt
	first, err := e.unseenImports(ctx, last)
	if err != nil {
		return nil, mark, err
	}
	ids, err := e.store.OpportunitiesTouched(ctx, first, last.At)
	if err != nil {
		return nil, mark, fmt.Errorf("read the opportunities that changed: %w", err)
	}
	return e.opportunities(ctx, ids), mark, nil
}

// unseenImports is the id of the oldest import run that was not over when auto-save last looked, or the bound of that time.
func (e *Engine) unseenImports(ctx context.Context, last store.SaveMark) (string, error) {
	page, err := e.store.Runs(ctx, string(JobImport), store.PageQuery{Limit: recentImports})
	if err != nil {
		return "", fmt.Errorf("read the import runs: %w", err)
	}
	first := last.Bound
	for _, run := range page.Rows {
		// The run that the last auto-save was part of ended after it, but had read everything before.
		if run.ID < first && (run.EndedAt.IsZero() || run.EndedAt.After(last.At)) && run.ID != last.RunID {
			first = run.ID
		}
	}
	return first, nil
}

// opportunities streams those of some opportunities that are open.
func (e *Engine) opportunities(ctx context.Context, ids []string) iter.Seq2[store.Opportunity, error] {
	return func(yield func(store.Opportunity, error) bool) {
		for some := range slices.Chunk(ids, saveBatch) {
			rows, err := e.store.OpenOpportunitiesByID(ctx, some)
			if err != nil {
				yield(store.Opportunity{}, fmt.Errorf("read the opportunities that changed: %w", err))
				return
			}
			slices.SortFunc(rows, func(a, b store.Opportunity) int { return cmp.Compare(a.ID, b.ID) })
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
