package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// gateHolds are the reasons that go away by themselves when a gate opens. The others wait for the member, for a person, or for a match.
var gateHolds = []Hold{HoldConnection, HoldPackage, HoldContract, HoldKind, HoldRecordType, HoldSeat, HoldSeatAllowed, HoldOptIn}

// heldPage is the number of held rows looked through in one transaction.
const heldPage = 500

// admit opens and closes gates. Held rows are looked through only when some gate changed since the last
// time, so that a hundred thousand rows held for years cost nothing.
func (c *cycle) admit(ctx context.Context) error {
	book, err := c.engine.loadGates(ctx)
	if err != nil {
		return err
	}
	c.gates = book
	digest, err := book.digest()
	if err != nil {
		return err
	}
	if !c.engine.writing.lookedThrough(digest) {
		for _, hold := range gateHolds {
			if err := c.reconsider(ctx, hold); err != nil {
				return err
			}
		}
		c.engine.writing.setLookedThrough(digest)
	}
	if _, fresh := c.engine.writing.kept(book.connection.OrgID, c.now()); !fresh {
		if err := c.reconsider(ctx, HoldRecordType); err != nil { // the org is asked anew, at most once an hour
			return err
		}
	}
	return c.admitMatched(ctx)
}

// reconsider asks the gates again for every row that is held for one reason.
func (c *cycle) reconsider(ctx context.Context, hold Hold) error {
	after := ""
	for {
		held, err := c.engine.store.HeldOutbox(ctx, hold.Code, after, heldPage)
		if err != nil {
			return fmt.Errorf("read what is held: %w", err)
		}
		if len(held) == 0 {
			return nil
		}
		after = held[len(held)-1].ActivityID
		if err := c.regate(ctx, held); err != nil {
			return err
		}
	}
}

// regate moves rows to where the gates say they belong.
func (c *cycle) regate(ctx context.Context, held []store.OutboxItem) error {
	now := c.now()
	return c.engine.store.Write(ctx, func(tx *store.Tx) error {
		for _, item := range held {
			activity, err := tx.Activity(item.ActivityID)
			if err != nil {
				return fmt.Errorf("read activity %s: %w", item.ActivityID, err)
			}
			if !c.gates.place(&item, activity, now) {
				continue
			}
			if err := tx.PutOutbox(item); err != nil && !errors.Is(err, store.ErrStale) {
				return err
			}
		}
		return nil
	})
}

// place sets a waiting row's state by the gates and reports whether that changed it.
func (b *gateBook) place(item *store.OutboxItem, activity store.Activity, now time.Time) bool {
	hold, closed := b.closed(activity)
	if closed {
		moved := item.State != store.OutboxHeld || item.Hold != hold.Code
		item.State, item.Hold, item.QueuedAt, item.NextAt, item.ChangedAt = store.OutboxHeld, hold.Code, time.Time{}, time.Time{}, now
		return moved
	}
	item.State, item.Hold, item.QueuedAt, item.NextAt, item.ChangedAt = store.OutboxQueued, "", now, now, now
	return true
}

// admitMatched queues the notes that waited for a match and have one now.
func (c *cycle) admitMatched(ctx context.Context) error {
	after := ""
	for {
		held, err := c.engine.store.HeldOutbox(ctx, HoldNoMatch.Code, after, heldPage)
		if err != nil {
			return fmt.Errorf("read the notes without a match: %w", err)
		}
		if len(held) == 0 {
			return nil
		}
		after = held[len(held)-1].ActivityID
		var matched []store.OutboxItem
		for _, item := range held {
			activity, err := c.engine.store.Activity(ctx, item.ActivityID)
			if err != nil {
				return fmt.Errorf("read activity %s: %w", item.ActivityID, err)
			}
			if _, ok, err := c.targetOf(ctx, activity); err != nil {
				return err
			} else if ok {
				matched = append(matched, item)
			}
		}
		if len(matched) == 0 {
			continue
		}
		if err := c.regate(ctx, matched); err != nil {
			return err
		}
	}
}

// liveRecord is the record that an activity's person or company is linked to.
func (e *Engine) liveRecord(ctx context.Context, activity store.Activity) (object, id string, ok bool, err error) {
	member := memberOfActivity(activity)
	match, err := e.store.MatchOfMember(ctx, member)
	if errors.Is(err, store.ErrNotFound) {
		return "", "", false, nil
	}
	if err != nil {
		return "", "", false, fmt.Errorf("read the match of %s: %w", member, err)
	}
	return match.Object, match.RecordID, true, nil
}

// findRecord looks an imported record up for the choice of a target.
func (e *Engine) findRecord(ctx context.Context, object, id string) (crmRecord, bool, error) {
	record, err := e.store.Record(ctx, object, id)
	if errors.Is(err, store.ErrNotFound) {
		return crmRecord{}, false, nil
	}
	if err != nil {
		return crmRecord{}, false, err
	}
	return crmRecordOf(record), true, nil
}

func crmRecordOf(record store.Record) crmRecord {
	return crmRecord{
		Object: record.Object, ID: record.ID, AccountID: record.Get("AccountId"), Deleted: record.Deleted, MasterID: record.MasterID,
		Converted: record.Get("IsConverted") == "true", ConvertedTo: record.Get("ConvertedContactId"),
		ConvertedAcc: record.Get("ConvertedAccountId"),
	}
}
