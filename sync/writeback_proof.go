package sync

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"crmsync/store"
)

// What reading back showed, as it stands in the outbox. Equal is the only good one.
const (
	proofEqual   = "equal"
	proofGone    = "not found: deleted, or not visible to the integration user"
	proofDeleted = "it has been deleted in Salesforce since"
	proofDiffers = "differs in "
)

// proveWritten reads back what was written and not yet looked at, two hundred rows to a query: that Salesforce
// said yes is not yet a proof that the row is what was sent.
func (c *cycle) proveWritten(ctx context.Context) error {
	for {
		unread, err := c.engine.store.UnverifiedOutbox(ctx, pageSize)
		if err != nil {
			return fmt.Errorf("read what was not read back: %w", err)
		}
		if len(unread) == 0 {
			return nil
		}
		byObject := map[string][]store.OutboxItem{}
		for _, item := range unread {
			byObject[item.Object] = append(byObject[item.Object], item)
		}
		for _, object := range []string{"Task", "Note"} {
			if err := c.proveObject(ctx, object, byObject[object]); err != nil {
				return err
			}
		}
		if err := atStep(ctx, stepProven); err != nil {
			return err
		}
	}
}

func (c *cycle) proveObject(ctx context.Context, object string, items []store.OutboxItem) error {
	if len(items) == 0 {
		return nil
	}
	sent := make(map[string]Payload, len(items))
	var doubts []doubt
	var ids []string
	for _, item := range items {
		payload, err := payloadOf(item.Request)
		if err != nil {
			return fmt.Errorf("outbox row %s: %w", item.ActivityID, err)
		}
		sent[item.SalesforceID] = payload
		ids = append(ids, item.SalesforceID)
		doubts = append(doubts, doubt{Payload: payload})
	}
	columns := readColumns(object, doubts)
	proofs := map[string]string{}
	slices.Sort(ids)
	soql := "SELECT " + strings.Join(columns, ", ") + " FROM " + object + " WHERE Id IN (" + quoteAll(ids) + ")"
	for record, err := range c.client.QueryAll(ctx, soql) {
		if err != nil {
			return fmt.Errorf("read back what was written: %w", err)
		}
		row := rowFrom(record, columns)
		proofs[row.ID] = proofOf(sent[row.ID], row)
	}
	return c.keepProofs(ctx, items, proofs)
}

// proofOf compares a row read back with what was sent.
func proofOf(payload Payload, row readRow) string {
	switch differing := payload.differences(row.Fields); {
	case row.Deleted:
		return proofDeleted
	case len(differing) > 0:
		return proofDiffers + strings.Join(differing, ", ")
	}
	return proofEqual
}

func (c *cycle) keepProofs(ctx context.Context, items []store.OutboxItem, proofs map[string]string) error {
	now := c.now()
	verified := 0
	err := c.engine.store.Write(ctx, func(tx *store.Tx) error {
		verified = 0
		for _, read := range items {
			item, err := tx.OutboxItem(read.ActivityID)
			if err != nil {
				return fmt.Errorf("read outbox row %s: %w", read.ActivityID, err)
			}
			item.VerifiedAt, item.VerifyNote = now, proofs[read.SalesforceID]
			if item.VerifyNote == "" {
				item.VerifyNote = proofGone
			}
			if err := tx.PutOutbox(item); err != nil {
				return err
			}
			if item.VerifyNote == proofEqual {
				verified++
			}
		}
		return nil
	})
	c.report.Verified += verified
	return err
}
