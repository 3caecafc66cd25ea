package sync

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// shadowPage is how many activities are composed in one go.
const shadowPage = 500

// ShadowSummary is what a shadow run over everything that is queued or held found: how writing would go, were every
// switch on and had every member opted in.
type ShadowSummary struct {
	Looked     int            `json:"looked"`
	Fine       int            `json:"fine"`       // the org would take them
	Refused    int            `json:"refused"`    // the org would refuse them, or no request can be made
	Unassigned int            `json:"unassigned"` // of those that are fine: written to no record (S81)
	Problems   map[string]int `json:"problems"`   // activities by what speaks against them
	Notes      map[string]int `json:"notes"`      // likewise by what is done otherwise than one may expect
	Holds      map[string]int `json:"holds"`      // by the gate that keeps them at present, "" for none
}

// add counts one activity.
func (s *ShadowSummary) add(item ShadowItem) {
	s.Looked++
	s.Holds[item.Hold]++
	switch {
	case len(item.Problems) > 0:
		s.Refused++
	case item.Unassigned:
		s.Fine++
		s.Unassigned++
	default:
		s.Fine++
	}
	for _, problem := range item.Problems {
		s.Problems[problem]++
	}
	for _, note := range item.Notes {
		s.Notes[note]++
	}
}

// Tally is how many activities there are of something.
type Tally struct {
	Text  string // raw: clean it before a terminal
	Count int
}

// Tallies puts one of the maps of a summary in order, the most first, with the words of a hold for its code.
func Tallies(counts map[string]int) []Tally {
	out := make([]Tally, 0, len(counts))
	for text, n := range counts {
		if hold, ok := HoldByCode(text); ok {
			text = hold.Text
		} else if text == "" {
			text = "nothing: they are queued"
		}
		out = append(out, Tally{text, n})
	}
	slices.SortFunc(out, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// ShadowAll runs writeback up to the point of sending for everything that is queued or held, and counts what the org
// would say. Nothing is sent, and no more than a page is kept in memory.
func (e *Engine) ShadowAll(ctx context.Context, actor Actor) (ShadowSummary, error) {
	sum := ShadowSummary{Problems: map[string]int{}, Notes: map[string]int{}, Holds: map[string]int{}}
	c, err := e.shadowCycle(ctx, actor)
	if err != nil {
		return sum, err
	}
	for _, state := range []store.OutboxState{store.OutboxQueued, store.OutboxHeld} {
		for after := ""; ; {
			rows, err := e.store.OutboxByState(ctx, state, after, shadowPage)
			if err != nil {
				return sum, fmt.Errorf("read the outbox: %w", err)
			}
			if len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].ActivityID
			for _, row := range rows {
				item, err := c.shadow(ctx, row)
				if err != nil {
					return sum, err
				}
				sum.add(item)
			}
		}
	}
	return sum, nil
}

// shadowCycle makes a cycle that composes and never sends.
func (e *Engine) shadowCycle(ctx context.Context, actor Actor) (*cycle, error) {
	if err := Allowed(actor, ActWritebackShadow); err != nil {
		return nil, err
	}
	c := &cycle{engine: e}
	var err error
	if c.gates, err = e.loadGates(ctx); err != nil {
		return nil, err
	}
	if c.client, _, err = e.client(ctx); err != nil {
		return nil, err
	}
	if err := c.load(salesforce.WithPurpose(ctx, salesforce.PurposeWrite)); err != nil {
		return nil, e.noteFailure(ctx, err)
	}
	return c, nil
}

// noRecordType says why a Task goes without the record type of its kind.
func (f *orgFacts) noRecordType(kind Kind, chosen string) string {
	hidden := func(t salesforce.RecordType) bool { return !t.Active || !t.Available }
	for _, t := range f.recordTypes {
		switch {
		case chosen != "" && (sameID(t.ID, chosen) || t.FullName() == chosen) && hidden(t),
			chosen == "" && t.Namespace == packageNamespace && t.DeveloperName == kind.RecordTypeName() && hidden(t):
			return "RecordTypeId: " + t.FullName() + " is not visible to the integration user, so the default one of Task is used"
		}
	}
	if chosen != "" {
		return "RecordTypeId: the org has no record type " + chosen + ", so the default one of Task is used"
	}
	return "the org has no record type for " + kind.Label() + ": the default one of Task is used"
}
