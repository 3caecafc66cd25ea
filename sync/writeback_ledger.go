package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// recover finds what an earlier process left between intent and answer. Nothing is known of it, so it is doubtful
// and looked for at once. Only one cycle runs at a time, so that no row in sending is anybody else's.
func (c *cycle) recover(ctx context.Context) error {
	for {
		left, err := c.engine.store.OutboxByState(ctx, store.OutboxSending, "", pageSize)
		if err != nil {
			return fmt.Errorf("read what was being sent: %w", err)
		}
		if len(left) == 0 {
			return nil
		}
		lost := make([]sendable, len(left))
		consequences := make([]consequence, len(left))
		for i, item := range left {
			lost[i] = sendable{ID: item.ActivityID}
			consequences[i] = consequence{Event: EventLose, Code: "INTERRUPTED", LostAt: c.now()}
		}
		if err := c.conclude(ctx, lost, consequences); err != nil {
			return err
		}
	}
}

// work reports whether there is anything that needs a call: something due, something doubtful whose next look
// is due, or something written that was not read back.
func (c *cycle) work(ctx context.Context) (bool, error) {
	now := c.now()
	due, err := c.engine.store.DueOutbox(ctx, now, 1)
	if err != nil {
		return false, fmt.Errorf("read what is due: %w", err)
	}
	if len(due) > 0 {
		return c.gates.org.Connected, nil
	}
	doubts, err := c.engine.store.OutboxByState(ctx, store.OutboxDoubtful, "", maxDoubts)
	if err != nil {
		return false, fmt.Errorf("read what is doubtful: %w", err)
	}
	for _, item := range doubts {
		if !item.NextAt.After(now) {
			return c.gates.org.Connected, nil
		}
	}
	unread, err := c.engine.store.UnverifiedOutbox(ctx, "", 1)
	if err != nil {
		return false, fmt.Errorf("read what was not read back: %w", err)
	}
	return len(unread) > 0 && c.gates.org.Connected, nil
}

// make composes one row's request. A consequence with an event says that it cannot be sent, and why.
func (c *cycle) make(ctx context.Context, item store.OutboxItem) (sendable, consequence, error) {
	activity, err := c.activity(ctx, item.ActivityID)
	if err != nil {
		return sendable{}, consequence{}, err
	}
	one, reason := sendable{ID: item.ActivityID}, consequence{}
	if hold, closed := c.gates.closed(activity); closed {
		reason = consequence{Event: EventHold, Code: hold.Code}
	} else if one, reason, err = c.payloadFor(ctx, activity); err != nil {
		return one, reason, err
	}
	one.Tries, one.item = int(item.Attempts)+1, item
	return one, reason, nil
}

// payloadFor composes what an activity becomes, whatever the gates say.
func (c *cycle) payloadFor(ctx context.Context, activity store.Activity) (sendable, consequence, error) {
	one := sendable{ID: activity.ID, happened: activity.OccurredAt}
	kind := Kind(activity.Kind)
	if kind.NeedsRecordType() && c.rules.RecordTypes[kind] == "" {
		return one, consequence{Event: EventHold, Code: HoldRecordType.Code}, nil
	}
	goal, ok, err := c.targetOf(ctx, activity)
	switch {
	case CodeOf(err) == codeAccountOnly:
		return one, consequence{Event: EventRefuse, Code: codeAccountOnly, Message: err.Error()}, nil
	case err != nil:
		return one, consequence{}, err
	case !ok:
		return one, consequence{Event: EventHold, Code: HoldNoMatch.Code}, nil
	}
	other, err := c.otherSide(ctx, activity)
	if err != nil {
		return one, consequence{}, err
	}
	seat := c.gates.people[activity.SeatID]
	one.Record = goal.Record
	one.Payload = compose(outgoing{Kind: kind, OccurredAt: activity.OccurredAt, Subject: activity.Subject, Body: activity.Body,
		Member: seat.Name, Person: other, OwnerID: seat.UserID, Target: goal}, c.rules, activity.ID)
	return one, consequence{}, nil
}

// intend commits that these rows are about to be sent, with exactly what is sent. A row that somebody else moved
// meanwhile (held, dropped, taken by another engine) stays behind.
func (c *cycle) intend(ctx context.Context, batch []sendable) ([]sendable, error) {
	var intended []sendable
	batchID := store.NewID()
	err := c.engine.store.Write(ctx, func(tx *store.Tx) error {
		intended = intended[:0]
		for _, one := range batch {
			item := one.item
			next, err := nextState(item.State, EventIntend)
			if err != nil {
				return err
			}
			request, err := one.Payload.request()
			if err != nil {
				return err
			}
			item.State, item.Attempts, item.SentAt, item.NextAt = next, int64(one.Tries), c.serverNow(), time.Time{}
			if c.restored.unsure(one) { // nothing is sent yet: see lookFirst
				item.SentAt, item.Attempts = c.restored.BackupAt, item.Attempts-1
			}
			item.BatchID, item.RunID, item.ChangedAt = batchID, c.run, c.now()
			item.Object, item.RecordID, item.OwnerID = one.Payload.Object, one.Record, one.Payload.Fields["OwnerId"]
			item.Request, item.Fingerprint = request, one.Payload.fingerprint()
			item.ErrorCode, item.ErrorText = "", ""
			switch err := tx.PutOutboxFrom(item, one.item.State); {
			case errors.Is(err, store.ErrStale):
				continue
			case err != nil:
				return err
			}
			intended = append(intended, one)
		}
		return nil
	})
	return intended, err
}

// conclude commits what became of the rows.
func (c *cycle) conclude(ctx context.Context, batch []sendable, consequences []consequence) error {
	var tally WritebackReport
	now := c.now()
	ids := make([]string, len(batch))
	for i, one := range batch {
		ids[i] = one.ID
	}
	err := c.engine.store.Write(ctx, func(tx *store.Tx) error {
		tally = WritebackReport{}
		items, err := tx.OutboxMarks(ids)
		if err != nil {
			return fmt.Errorf("read the rows of a batch: %w", err)
		}
		for i, one := range batch {
			item, ok := items[one.ID]
			from := item.State
			if !ok || !consequences[i].apply(&item, now) {
				continue
			}
			if err := tx.MoveOutbox(item, from); err != nil {
				return fmt.Errorf("outbox row %s: %w", one.ID, err)
			}
			tally.note(item.State, consequences[i])
		}
		return tally.daily(tx, now)
	})
	if err != nil {
		return err
	}
	c.report.add(tally)
	for _, one := range consequences {
		if one.Code == codeCrossReference || one.Code == "INVALID_FIELD" {
			c.engine.writing.forget()
			c.stale = true
		}
	}
	return nil
}

// apply moves a row and reports whether it moved. An event that the row's state does not know any more came too
// late, after somebody else had settled the row.
func (k consequence) apply(item *store.OutboxItem, now time.Time) bool {
	next, err := nextState(item.State, k.Event)
	if err != nil {
		return false
	}
	item.State, item.ChangedAt = next, now
	item.Hold, item.ErrorCode, item.ErrorText = "", k.Code, k.Message
	switch k.Event {
	case EventHold:
		item.Hold, item.ErrorCode, item.NextAt = k.Code, "", time.Time{}
	case EventRetry, EventAbsent, EventResend:
		item.NextAt, item.EndedAt = now.Add(k.Again), time.Time{}
		if k.Wait && item.Attempts > 0 {
			item.Attempts--
		}
	case EventLose: // until when the request may still have been on its way
		item.NextAt, item.EndedAt = now, later(item.SentAt, k.LostAt)
	case EventWritten, EventUnassigned:
		item.SalesforceID, item.EndedAt, item.NextAt = k.ID, now, time.Time{}
	case EventRefuse, EventDrop, EventRemove:
		item.EndedAt, item.NextAt = now, time.Time{}
	case EventAdmit, EventIntend, EventReopen:
	}
	return true
}

// serverNow is the org's clock as far as it is known, ours otherwise. What is compared with CreatedDate is
// kept in the org's time, so that a clock that jumps here cannot make a row look absent.
func (c *cycle) serverNow() time.Time {
	now := c.now()
	if _, skew, ok := c.client.ServerTime(); ok {
		return now.Add(-skew)
	}
	return now
}
