package sync

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// CodeRemoved is the error code of an outbox row whose record was removed from Salesforce by an admin.
const CodeRemoved = "REMOVED"

// WrittenRow is a task or note that crmsync wrote, and whether it may be removed from Salesforce again.
type WrittenRow struct {
	Activity string `json:"activity"`
	Object   string `json:"object"`
	ID       string `json:"id"`             // in Salesforce
	Kept     string `json:"kept,omitempty"` // why it stays; "" = it is removed
}

// RemoveWrittenReport says what a removal did, or would do.
type RemoveWrittenReport struct {
	Rows    []WrittenRow `json:"rows"`
	Removed int          `json:"removed"`
	Event   string       `json:"event,omitempty"`
}

// PreviewRemoveWritten reads the written rows of outbox items back from Salesforce and tells which of them
// [Engine.RemoveWritten] would delete: those that the integration user made and nobody has changed since.
func (e *Engine) PreviewRemoveWritten(ctx context.Context, actor Actor, items []string) (RemoveWrittenReport, error) {
	if err := e.mayRemoveWritten(ctx, actor, items); err != nil {
		return RemoveWrittenReport{}, err
	}
	rows, err := e.removable(ctx, items)
	return RemoveWrittenReport{Rows: rows}, err
}

// RemoveWritten deletes tasks and notes that crmsync itself wrote (decision 12): admins only, while the setting
// writeback.delete_own is on, with the org's name typed. It is the one way back of what has left the building, and
// cannot itself be taken back here; Salesforce's recycle bin keeps the rows for its 15 days. The audit event is kept
// before the first row goes, and repeating it after a crash is harmless. The items end as dropped, code REMOVED, and
// are never written again.
func (e *Engine) RemoveWritten(ctx context.Context, actor Actor, items []string, typedName string) (RemoveWrittenReport, error) {
	if err := e.mayRemoveWritten(ctx, actor, items); err != nil {
		return RemoveWrittenReport{}, err
	}
	client, connection, err := e.client(ctx)
	if err != nil {
		return RemoveWrittenReport{}, err
	}
	if typedName != connection.OrgName {
		return RemoveWrittenReport{}, fault("usage.org_name", "Type the organization's name exactly as it is shown.", "%q is not the name of the organization", typedName)
	}
	report := RemoveWrittenReport{}
	if report.Rows, err = e.removable(ctx, items); err != nil {
		return report, err
	}
	actor, err = e.secondAdmin(ctx, actor, taskRemove, removeArgs{items, typedName}, func() (sight, error) { return removeSight(report.Rows), nil })
	if err != nil {
		return report, err
	}
	going := slices.DeleteFunc(slices.Clone(report.Rows), func(row WrittenRow) bool { return row.Kept != "" })
	if len(going) == 0 {
		return report, nil
	}
	report.Event, err = e.change(ctx, actor, ActWrittenRemove, func(*store.Tx) (changed, error) {
		return changed{Subject: fmt.Sprintf("%d written records", len(going)), After: going}, nil
	})
	if err != nil {
		return report, err
	}
	for _, row := range going {
		if err := client.Delete(ctx, row.Object, row.ID); err != nil {
			return report, fmt.Errorf("remove %s %s: %w", row.Object, row.ID, err)
		}
		if err := e.markRemoved(ctx, row.Activity); err != nil {
			return report, err
		}
		report.Removed++
	}
	e.publish(Event{Kind: EventOutbox, Text: string(ActWrittenRemove)})
	return report, nil
}

func (e *Engine) mayRemoveWritten(ctx context.Context, actor Actor, items []string) error {
	if err := Allowed(actor, ActWrittenRemove); err != nil {
		return err
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return err
	}
	switch {
	case !settings.Bool(SettingDeleteOwn):
		return fault("written.off", "An admin can switch it on: crmsync settings set "+SettingDeleteOwn+" on.", "the removal of written records is switched off")
	case len(items) == 0 || len(items) > pageSize:
		return fault("written.items", "Name from 1 to 200 items; crmsync writeback outbox lists them.", "%d items were named", len(items))
	}
	return nil
}

func (e *Engine) markRemoved(ctx context.Context, activity string) error {
	return e.store.Write(ctx, func(tx *store.Tx) error {
		item, err := outboxItem(tx, activity)
		if err != nil {
			return err
		}
		consequence{Event: EventRemove, Code: CodeRemoved}.apply(&item, e.now().UTC())
		return tx.PutOutbox(item)
	})
}

// removable reads the rows of items back and says of each whether it may go.
func (e *Engine) removable(ctx context.Context, items []string) ([]WrittenRow, error) {
	client, connection, err := e.client(ctx)
	if err != nil {
		return nil, err
	}
	byObject := map[string][]store.OutboxItem{}
	var rows []WrittenRow
	for _, id := range distinctIDs(items) {
		item, err := e.store.OutboxItem(ctx, id)
		if err != nil {
			return nil, fault("outbox.not_found", "See crmsync writeback outbox.", "there is no item %q in the outbox", id)
		}
		if !delivered(item.State) || item.SalesforceID == "" {
			rows = append(rows, WrittenRow{Activity: id, Object: item.Object, ID: item.SalesforceID, Kept: "it is " + string(item.State) + ", not written"})
			continue
		}
		byObject[item.Object] = append(byObject[item.Object], item)
	}
	for _, object := range []string{"Task", "Note"} {
		found, err := removableOf(ctx, client, connection.UserID, object, byObject[object])
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return rows, nil
}

func removableOf(ctx context.Context, client *salesforce.Client, integrationUser, object string, items []store.OutboxItem) ([]WrittenRow, error) {
	if len(items) == 0 {
		return nil, nil
	}
	var doubts []doubt
	ids := make([]string, len(items))
	for i, item := range items {
		payload, err := payloadOf(item.Request)
		if err != nil {
			return nil, fmt.Errorf("outbox row %s: %w", item.ActivityID, err)
		}
		doubts = append(doubts, doubt{Payload: payload})
		ids[i] = item.SalesforceID
	}
	columns := append(readColumns(object, doubts), "CreatedById")
	there := map[string]readRow{}
	for record, err := range client.QueryAll(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+object+" WHERE Id IN ("+quoteAll(ids)+")") {
		if err != nil {
			return nil, fmt.Errorf("read back what was written: %w", err)
		}
		row := rowFrom(record, columns)
		there[row.ID] = row
	}
	rows := make([]WrittenRow, len(items))
	for i, item := range items {
		row, found := there[item.SalesforceID]
		rows[i] = WrittenRow{Activity: item.ActivityID, Object: object, ID: item.SalesforceID, Kept: whyKept(row, found, doubts[i].Payload, integrationUser)}
	}
	return rows, nil
}

// whyKept says why a row is not removed; "" when it is ours and as we wrote it. A row that is deleted already is taken
// to the same end.
func whyKept(row readRow, found bool, payload Payload, integrationUser string) string {
	switch {
	case !found:
		return proofGone
	case !sameID(row.Fields["CreatedById"], integrationUser):
		return "another user made it"
	case row.Deleted:
		return ""
	}
	if differing := payload.differences(row.Fields); len(differing) > 0 {
		return "it was changed in Salesforce since: " + strings.Join(differing, ", ")
	}
	return ""
}
