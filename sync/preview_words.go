package sync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"crmsync/store"
)

// Lines are the preview in words: what there is now, what there would be, what comes and what goes.
func (p Preview) Lines() []string {
	var lines []string
	if p.What != "" {
		lines = append(lines, fmt.Sprintf("%s: %s now, %s then", p.What, Thousands(p.Now), Thousands(p.Then)))
	}
	for _, sum := range p.Sums {
		lines = append(lines, fmt.Sprintf("%s: %s now, %s then", strings.TrimSpace("value "+sum.Currency), sum.Now.Text(), sum.Then.Text()))
	}
	more := ""
	if p.SavesMore {
		more = " or more"
	}
	if p.Gained > 0 {
		lines = append(lines, fmt.Sprintf("%s come: %s", Thousands(p.Gained), strings.Join(p.Comes, ", ")), fmt.Sprintf("the next import would save %s%s for them", Thousands(p.Saves), more))
	}
	if p.Lost > 0 {
		lines = append(lines, fmt.Sprintf("%s go: %s", Thousands(p.Lost), strings.Join(p.Goes, ", ")), "what was saved for them stays saved")
	}
	if p.Note != "" {
		lines = append(lines, p.Note)
	}
	return lines
}

// previewRevenue tells what another revenue field would hold, as far as it is imported (S110d, decision 9).
func (e *Engine) previewRevenue(ctx context.Context, p *Preview) error {
	p.What = "open opportunities with a value in it"
	sums := map[string]*PreviewSum{}
	for record, err := range e.store.EachRecord(ctx, "Opportunity", store.RecordFilter{Live: true}) {
		if err != nil {
			return err
		}
		if record.Get("IsClosed") == "true" {
			continue
		}
		_, now := parseMoney(record.Get(p.Before))
		_, then := parseMoney(record.Get(p.After))
		p.Now, p.Then = p.Now+one(now), p.Then+one(then)
		addSum(sums, record, p.Before, true, false)
		addSum(sums, record, p.After, false, true)
	}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		p.Sums = append(p.Sums, *sums[currency])
	}
	if p.Then == 0 && p.After != p.Before {
		p.Note = "no value of " + p.After + " is here yet; the next import reads it"
	}
	return nil
}
