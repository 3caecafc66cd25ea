package sync

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// maxDoubts bounds how many doubtful rows are settled in one look.
const maxDoubts = 5000

// ownersAsked is the number of owners named in one query, which keeps its address short.
const ownersAsked = 100

// settleDue looks in Salesforce for what is doubtful and due for a look (decision 17). All doubtful rows of an
// object are settled together, the due ones and the others, so that each row found is given out once.
func (c *cycle) settleDue(ctx context.Context) error {
	items, err := c.engine.store.OutboxByState(ctx, store.OutboxDoubtful, "", maxDoubts)
	if err != nil {
		return fmt.Errorf("read what is doubtful: %w", err)
	}
	now := c.now()
	due := slices.ContainsFunc(items, func(item store.OutboxItem) bool { return !item.NextAt.After(now) })
	if !due {
		return nil
	}
	byObject := map[string][]doubt{}
	for _, item := range items {
		payload, err := payloadOf(item.Request)
		if err != nil {
			return fmt.Errorf("outbox row %s: %w", item.ActivityID, err)
		}
		byObject[payload.Object] = append(byObject[payload.Object], doubt{ID: item.ActivityID, Payload: payload, SentAt: item.SentAt, LostAt: item.EndedAt})
	}
	for _, object := range []string{"Task", "Note"} {
		if err := c.settleObject(ctx, object, byObject[object]); err != nil {
			return err
		}
	}
	return atStep(ctx, stepSettled)
}

// nextLook is when the next look at a doubtful row is due; zero when nothing is doubtful.
func (e *Engine) nextLook(ctx context.Context) (time.Time, error) {
	items, err := e.store.OutboxByState(ctx, store.OutboxDoubtful, "", maxDoubts)
	if err != nil {
		return time.Time{}, fmt.Errorf("read what is doubtful: %w", err)
	}
	var next time.Time
	for _, item := range items {
		if next.IsZero() || item.NextAt.Before(next) {
			next = item.NextAt
		}
	}
	return next, nil
}

func (c *cycle) settleObject(ctx context.Context, object string, doubts []doubt) error {
	if len(doubts) == 0 {
		return nil
	}
	rows, err := c.readBack(ctx, object, doubts)
	if err != nil {
		return fmt.Errorf("read back doubtful %ss: %w", strings.ToLower(object), err)
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	known, err := c.engine.store.KnownSalesforceIDs(ctx, ids)
	if err != nil {
		return fmt.Errorf("look up known ids: %w", err)
	}
	byID := make(map[string]Payload, len(doubts))
	for _, item := range doubts {
		byID[item.ID] = item.Payload
	}
	verdicts := settle(doubts, rows, known, c.serverNow())
	settled := make([]sendable, 0, len(verdicts))
	consequences := make([]consequence, 0, len(verdicts))
	for _, one := range verdicts {
		settled = append(settled, sendable{ID: one.ID})
		consequences = append(consequences, one.consequence(byID[one.ID]))
	}
	return c.concludeDoubts(ctx, settled, consequences, verdicts)
}

// consequence is what a verdict means for the row. One that is not there yet, and one that was altered, stay where they are.
func (v verdict) consequence(payload Payload) consequence {
	switch v.Finding {
	case foundWritten:
		return written(v.Row, payload.parent() != "")
	case foundNothing:
		return consequence{Event: EventAbsent}
	case foundAltered, foundNotYet:
	}
	return consequence{}
}

// concludeDoubts commits the verdicts. A row that stays doubtful gets its next look, or the reason why it waits for a person.
func (c *cycle) concludeDoubts(ctx context.Context, settled []sendable, consequences []consequence, verdicts []verdict) error {
	for start := 0; start < len(settled); start += heldPage {
		end := min(start+heldPage, len(settled))
		if err := c.postpone(ctx, verdicts[start:end]); err != nil {
			return err
		}
		var moved []sendable
		var why []consequence
		for i := start; i < end; i++ {
			if consequences[i].Event != "" {
				moved, why = append(moved, settled[i]), append(why, consequences[i])
			}
		}
		if len(moved) == 0 {
			continue
		}
		if err := c.conclude(ctx, moved, why); err != nil {
			return err
		}
	}
	return nil
}

func (c *cycle) postpone(ctx context.Context, verdicts []verdict) error {
	now := c.now()
	return c.engine.store.Write(ctx, func(tx *store.Tx) error {
		for _, one := range verdicts {
			if one.Finding != foundNotYet && one.Finding != foundAltered {
				continue
			}
			item, err := tx.OutboxItem(one.ID)
			if err != nil {
				return fmt.Errorf("read outbox row %s: %w", one.ID, err)
			}
			if item.State != store.OutboxDoubtful {
				continue
			}
			item.NextAt, item.ChangedAt = now.Add(lookAgain), now
			if one.Finding == foundAltered {
				item.ErrorCode = "ALTERED"
				item.ErrorText = one.Row + " is alike but differs in " + strings.Join(one.Differs, ", ")
				item.NextAt = now.Add(longPause)
			}
			if err := tx.PutOutbox(item); err != nil {
				return err
			}
		}
		return nil
	})
}

// readBack reads the rows of an object that the integration user made since the oldest of these was sent, deleted
// ones too. Only rows of the owners concerned are asked for, since a busy org has many others.
func (c *cycle) readBack(ctx context.Context, object string, doubts []doubt) ([]readRow, error) {
	since, until := doubts[0].SentAt, doubts[0].last()
	var owners []string
	for _, item := range doubts {
		since, until = earlier(since, item.SentAt), later(until, item.last())
		owners = append(owners, item.Payload.Fields["OwnerId"])
	}
	slices.Sort(owners)
	owners = slices.Compact(owners)
	columns := readColumns(object, doubts)
	var rows []readRow
	for chunk := range slices.Chunk(owners, ownersAsked) {
		soql := "SELECT " + strings.Join(columns, ", ") + " FROM " + object +
			" WHERE CreatedById = " + salesforce.Quote(c.gates.connection.UserID) +
			" AND CreatedDate >= " + salesforce.FormatDateTime(since.Add(-readBackSlack)) +
			" AND CreatedDate <= " + salesforce.FormatDateTime(until.Add(resendAfter+readBackSlack)) +
			" AND OwnerId IN (" + quoteAll(chunk) + ")"
		for record, err := range c.client.QueryAll(ctx, soql) {
			if err != nil {
				return nil, err
			}
			rows = append(rows, rowFrom(record, columns))
		}
	}
	return rows, nil
}

// readColumns are the fields that were sent, and those by which a row is placed.
func readColumns(object string, doubts []doubt) []string {
	wanted := map[string]bool{"OwnerId": true}
	if object == "Task" {
		wanted["WhoId"], wanted["WhatId"] = true, true
	} else {
		wanted["ParentId"] = true
	}
	for _, item := range doubts {
		for name := range item.Payload.Fields {
			wanted[name] = true
		}
	}
	columns := []string{"Id", "CreatedDate", "IsDeleted"}
	for name := range wanted {
		columns = append(columns, name)
	}
	slices.Sort(columns[3:])
	return columns
}

func rowFrom(record salesforce.Record, columns []string) readRow {
	row := readRow{ID: record.Text("Id"), CreatedAt: record.Time("CreatedDate"), Deleted: record.Bool("IsDeleted"), Fields: map[string]string{}}
	for _, name := range columns[3:] {
		row.Fields[name] = record.Text(name)
	}
	return row
}

func quoteAll(ids []string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = salesforce.Quote(id)
	}
	return strings.Join(quoted, ", ")
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
