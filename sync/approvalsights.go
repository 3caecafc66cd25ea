package sync

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"crmsync/store"
)

// sightLines is the number of lines that a preview of many things shows; the rest is counted.
const sightLines = 20

// some writes the first of many things, and how many more there are.
func some[T any](all []T, line func(T) string) []string {
	var lines []string
	for _, one := range all[:min(len(all), sightLines)] {
		lines = append(lines, line(one))
	}
	if more := len(all) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	return lines
}

// bulkSight shows the weakest pairs, which are the ones to look at. Its basis are all pairs.
func bulkSight(filter BulkFilter, rows []store.MatchRow) sight {
	pairs := make([][2]string, len(rows))
	for i, row := range rows {
		pairs[i] = [2]string{row.RecordID, row.MemberID}
	}
	weakest := slices.Clone(rows)
	slices.Reverse(weakest)
	seen := sight{Basis: pairs, Summary: fmt.Sprintf("accept %s with a score of at least %.0f %%", Counted(len(rows), strings.TrimSpace(filter.Object+" match"), strings.TrimSpace(filter.Object+" matches")), filter.MinScore*100)}
	seen.Lines = some(weakest, func(row store.MatchRow) string {
		return fmt.Sprintf("%s = %s  %.0f %%", row.RecordName, row.MemberName, math.Floor(asProbability(row.Score)*100))
	})
	return seen
}

func configSight(diff ConfigDiff) sight {
	return sight{Basis: diff.Changes, Summary: "set the contract up by a file: " + Counted(len(diff.Changes), "change", "changes"),
		Lines: some(diff.Changes, func(c ConfigChange) string {
			return c.What + ": " + nameOr(c.Before, "nothing") + " becomes " + nameOr(c.After, "nothing")
		})}
}

func licenceSight(plan LicencePlan) sight {
	seen := sight{Basis: plan.Basis, Summary: fmt.Sprintf("give %s and take %d", Counted(len(plan.Added), "licence", "licences"), len(plan.Removed))}
	seen.Lines = append(some(plan.Added, func(h LicenceHolder) string { return "+ " + h.Name + "  " + h.Email }),
		some(plan.Removed, func(h LicenceHolder) string { return "- " + h.Name + "  " + h.Email })...)
	if plan.Cost.Difference != "" {
		seen.Lines = append(seen.Lines, strings.TrimSpace(fmt.Sprintf("a year it costs %s more (below zero: less) %s", plan.Cost.Difference, plan.Cost.Currency)))
	}
	return seen
}

// cleanSight counts the stale saves by reason.
func (e *Engine) cleanSight(ctx context.Context, which cleanArgs) (sight, error) {
	var ids []string
	counts := map[store.StaleReason]int{}
	var lines []string
	query := store.LedgerQuery{SeatID: which.Seat, Reason: which.Reason, Stale: true, PageQuery: store.PageQuery{Limit: cleanAtOnce}}
	page, err := e.SaveLedger(ctx, EngineActor, query)
	if err != nil {
		return sight{}, err
	}
	for _, line := range page.Rows {
		ids = append(ids, line.Save)
		counts[line.Stale]++
	}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%d because: %s", counts[reason], reason))
	}
	lines = append(lines, some(page.Rows, func(l LedgerLine) string { return l.SeatName + ": " + l.RecordName + " for " + l.For })...)
	return sight{Summary: "remove " + Counted(len(ids), "stale save", "stale saves"), Lines: lines, Basis: ids}, nil
}

// switchSight also tells what the switch is now: turning on what is on is another thing.
func (e *Engine) switchSight(ctx context.Context, what, key string, on bool) (sight, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return sight{}, err
	}
	word := map[bool]string{true: "on", false: "off"}
	return sight{Summary: "turn " + what + " " + word[on] + " for the contract", Lines: []string{"it is " + word[settings.Bool(key)] + " now"}, Basis: []bool{settings.Bool(key), on}}, nil
}

func outboxIDs(items []store.OutboxItem) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		ids[i] = item.ActivityID
	}
	return ids
}

func (e *Engine) retrySight(ctx context.Context, actor Actor) (sight, error) {
	preview, err := e.PreviewRetry(ctx, actor)
	if err != nil {
		return sight{}, err
	}
	items, err := e.store.OutboxByState(ctx, store.OutboxFailed, "", retryMost+1)
	if err != nil {
		return sight{}, err
	}
	ids := outboxIDs(items)
	return sight{Summary: "send " + Counted(min(len(ids), retryMost), "failed item", "failed items") + " of the outbox again", Basis: ids,
		Lines: some(preview.Groups, func(g RetryGroup) string { return fmt.Sprintf("%d %s: %s", g.N, g.Code, oneLine(g.Text)) })}, nil
}

func (e *Engine) retryOneSight(ctx context.Context, id string) (sight, error) {
	item, err := e.store.OutboxItem(ctx, id)
	if err != nil {
		return sight{}, ignoreNotFoundAs(err, fault("outbox.not_found", "See crmsync writeback outbox.", "there is no item %q in the outbox", id))
	}
	return sight{Summary: "send an item of the outbox again", Basis: []string{item.ActivityID, string(item.State)},
		Lines: []string{item.Object + " " + item.ActivityID + ", " + string(item.State), strings.TrimSpace(item.ErrorCode + " " + oneLine(item.ErrorText))}}, nil
}

func (e *Engine) disconnectSight(ctx context.Context) (sight, error) {
	connection, err := e.store.Connection(ctx)
	if err != nil {
		return sight{}, ignoreNotFoundAs(err, errNotConnected())
	}
	return sight{Summary: "disconnect from " + connection.OrgName, Lines: []string{"the tokens are revoked; everything that was imported stays"}, Basis: connection.OrgID}, nil
}

// purgeSight counts what goes. Its basis is the organization alone: all of it goes, whatever was imported since.
func (e *Engine) purgeSight(ctx context.Context, connection store.Connection) (sight, error) {
	seen := sight{Summary: "delete all imported CRM data of " + connection.OrgName + " for good", Basis: connection.OrgID}
	for _, object := range store.Objects() {
		n, err := e.store.CountRecords(ctx, object.Name)
		if err != nil {
			return sight{}, err
		}
		seen.Lines = append(seen.Lines, fmt.Sprintf("%s: %d", object.Name, n))
	}
	seen.Lines = append(seen.Lines, "matches, decisions, saves, alerts and the outbox go with them", WarnPurge)
	return seen, nil
}

func eraseSight(d PersonDossier) sight {
	var activities, records []string
	for _, activity := range d.Activities {
		activities = append(activities, activity.ID)
	}
	for _, record := range d.Records {
		records = append(records, record.ID)
	}
	return sight{Summary: "erase " + d.Person.Name + " for good", Basis: [][]string{{d.Person.ID, d.Person.Name}, activities, records},
		Lines: []string{Counted(len(activities), "activity", "activities"), Counted(len(records), "CRM record linked or suggested", "CRM records linked or suggested") + ", which stay",
			Counted(len(d.Decisions), "decision", "decisions"), Counted(len(d.Saves), "save", "saves"), Counted(len(d.Written), "record we wrote to the CRM, which stays", "records we wrote to the CRM, which stay")}}
}

func removeSight(rows []WrittenRow) sight {
	going := 0
	for _, row := range rows {
		if row.Kept == "" {
			going++
		}
	}
	return sight{Summary: "remove " + Counted(going, "written record", "written records") + " from Salesforce", Basis: rows,
		Lines: some(rows, func(row WrittenRow) string {
			if row.Kept != "" {
				return row.Object + " " + row.ID + " stays: " + row.Kept
			}
			return row.Object + " " + row.ID
		})}
}

func trialSight(seat store.Seat, kinds []Kind, keep bool) sight {
	lines := some(kinds, func(kind Kind) string { return "one activity of kind " + kind.Label() })
	if keep {
		lines = append(lines, "contact and activities stay until crmsync writeback trial remove")
	}
	return sight{Summary: "run a writeback trial with a test contact for " + nameOr(seat.Name, seat.Email), Lines: lines, Basis: []any{seat.ID, kinds, keep}}
}

// leftSight says which test contacts are left.
func (t *trial) leftSight(ctx context.Context) (sight, error) {
	contacts, err := t.marked(ctx)
	return sight{Summary: "remove " + Counted(len(contacts), "test contact", "test contacts") + " from Salesforce", Lines: contacts, Basis: contacts}, err
}
