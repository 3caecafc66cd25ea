package sync

import (
	"context"
	"errors"
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

// provePage is the number of rows read back by one query: as many ids as its address has room for.
const provePage = 400

// proof is a page of rows that is being read back.
type proof struct {
	items []store.OutboxItem
	done  chan struct{}

	notes map[string]string // what reading back showed, by id in Salesforce
	err   error
}

// proveWritten reads back what was written and not yet looked at, some hundred rows to a query: that Salesforce
// said yes is not yet a proof that the row is what was sent. While one page is read the one before is kept.
func (c *cycle) proveWritten(ctx context.Context) error {
	var under *proof
	after := ""
	for {
		unread, err := c.engine.store.UnverifiedOutbox(ctx, after, provePage)
		if err != nil {
			return errors.Join(fmt.Errorf("read what was not read back: %w", err), c.keepProof(ctx, under))
		}
		var next *proof
		if len(unread) > 0 {
			after = unread[len(unread)-1].ActivityID
			next = &proof{items: unread, done: make(chan struct{})}
			go func() {
				defer close(next.done)
				next.notes, next.err = c.readProofs(ctx, next.items)
			}()
		}
		if err := c.keepProof(ctx, under); err != nil || next == nil {
			if next != nil {
				<-next.done
			}
			return err
		}
		under = next
	}
}

// readProofs reads rows back and says of each what it showed.
func (c *cycle) readProofs(ctx context.Context, items []store.OutboxItem) (map[string]string, error) {
	notes := make(map[string]string, len(items))
	for _, object := range []string{"Task", "Note"} {
		sent := map[string]Payload{}
		var doubts []doubt
		var ids []string
		for _, item := range items {
			if item.Object != object {
				continue
			}
			payload, err := payloadOf(item.Request)
			if err != nil {
				return nil, fmt.Errorf("outbox row %s: %w", item.ActivityID, err)
			}
			sent[item.SalesforceID] = payload
			ids, doubts = append(ids, item.SalesforceID), append(doubts, doubt{Payload: payload})
		}
		if len(ids) == 0 {
			continue
		}
		columns := readColumns(object, doubts)
		slices.Sort(ids)
		soql := "SELECT " + strings.Join(columns, ", ") + " FROM " + object + " WHERE Id IN (" + quoteAll(ids) + ")"
		for record, err := range c.client.QueryAll(ctx, soql) {
			if err != nil {
				return nil, fmt.Errorf("read back what was written: %w", err)
			}
			row := rowFrom(record, columns)
			notes[row.ID] = proofOf(sent[row.ID], row)
		}
		for id, payload := range sent {
			if notes[id] != proofEqual {
				continue
			}
			unseen, err := c.unseen(ctx, payload)
			if err != nil {
				return nil, fmt.Errorf("see what the pages show: %w", err)
			}
			if unseen != "" {
				notes[id] = unseen
			}
		}
	}
	return notes, nil
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

// keepProof waits for a page and commits what it showed.
func (c *cycle) keepProof(ctx context.Context, page *proof) error {
	if page == nil {
		return nil
	}
	<-page.done
	if page.err != nil {
		return page.err
	}
	now, verified := c.now(), 0
	err := c.engine.store.Write(ctx, func(tx *store.Tx) error {
		verified = 0
		for _, item := range page.items {
			note := page.notes[item.SalesforceID]
			switch note {
			case "":
				note = proofGone
			case proofEqual:
				verified++
			}
			if err := tx.ProveOutbox(item.ActivityID, now, note); err != nil {
				return fmt.Errorf("outbox row %s: %w", item.ActivityID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.report.Verified += verified
	return atStep(ctx, stepProven)
}
