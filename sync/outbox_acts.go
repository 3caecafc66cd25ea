package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"crmsync/store"
)

// outboxMark is what the audit trail keeps of an outbox row.
type outboxMark struct {
	State store.OutboxState `json:"state"`
	Code  string            `json:"code,omitempty"`
}

// RetryOutbox queues an item again that failed, or that is doubtful and that a person has looked for in Salesforce in vain.
func (e *Engine) RetryOutbox(ctx context.Context, actor Actor, id string) (auditID string, err error) {
	if err := Allowed(actor, ActOutboxRetry); err != nil {
		return "", err
	}
	if actor, err = e.secondAdmin(ctx, actor, taskRetryOne, itemArgs{id}, func() (sight, error) { return e.retryOneSight(ctx, id) }); err != nil {
		return "", err
	}
	return e.moveOutbox(ctx, actor, ActOutboxRetry, id, EventResend)
}

// DropOutbox gives an item up: it is never written. The undo holds it, so that nothing is sent by mistake.
func (e *Engine) DropOutbox(ctx context.Context, actor Actor, id string) (auditID string, err error) {
	return e.moveOutbox(ctx, actor, ActOutboxDrop, id, EventDrop)
}

func (e *Engine) moveOutbox(ctx context.Context, actor Actor, act ActID, id string, event OutboxEvent) (string, error) {
	auditID, err := e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		item, err := outboxItem(tx, id)
		if err != nil {
			return changed{}, err
		}
		before := outboxMark{item.State, item.ErrorCode}
		if event == EventResend {
			err = resend(tx, item, e.now().UTC())
		} else {
			err = giveUp(tx, item, event, e.now().UTC())
		}
		if err != nil {
			return changed{}, err
		}
		if item, err = outboxItem(tx, id); err != nil {
			return changed{}, err
		}
		return changed{Subject: outboxSubject(id), Before: before, After: outboxMark{item.State, item.ErrorCode}}, nil
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventOutbox, Text: string(act)})
	return auditID, nil
}

// giveUp ends an item at a person's word.
func giveUp(tx *store.Tx, item store.OutboxItem, event OutboxEvent, now time.Time) error {
	if _, err := nextState(item.State, event); err != nil {
		return err
	}
	consequence{Event: event, Code: "DROPPED"}.apply(&item, now)
	return tx.PutOutbox(item)
}

func outboxSubject(id string) string { return "outbox " + id }

func outboxItem(tx *store.Tx, id string) (store.OutboxItem, error) {
	item, err := tx.OutboxItem(id)
	if errors.Is(err, store.ErrNotFound) {
		return item, fault("outbox.not_found", "See crmsync writeback outbox.", "there is no item %q in the outbox", id)
	}
	if err != nil {
		return item, fmt.Errorf("read outbox row %s: %w", id, err)
	}
	return item, nil
}

// restoreDrop is the way back of giving an item up. It comes back held: whether it goes out is decided anew.
func restoreDrop(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	item, err := outboxItem(tx, strings.TrimPrefix(subject, "outbox "))
	if err != nil {
		return err
	}
	expected, _, err := decodeState[outboxMark](now)
	if err != nil {
		return err
	}
	wanted, _, err := decodeState[outboxMark](want)
	if err != nil {
		return err
	}
	if item.State != expected.State {
		return errStale
	}
	switch {
	case wanted.State == store.OutboxDropped:
		if item.State, err = nextState(item.State, EventDrop); err != nil {
			return errStale
		}
		item.Hold, item.ErrorCode, item.EndedAt = "", "DROPPED", item.ChangedAt
	case item.State == store.OutboxDropped && wanted.State == store.OutboxQueued:
		item.State, item.Hold, item.ErrorCode = store.OutboxQueued, "", ""
		item.QueuedAt, item.NextAt = item.ChangedAt, item.ChangedAt
	case item.State == store.OutboxDropped:
		item.State, item.Hold, item.ErrorCode = wanted.State, HoldByHand.Code, wanted.Code
		if wanted.State != store.OutboxHeld {
			item.Hold = ""
		}
	default:
		return errStale
	}
	return tx.PutOutbox(item)
}

// writebackRestores are the ways back of this half's acts.
var writebackRestores = map[ActID]restore{
	ActMatchAccept:     restoreMatch,
	ActMatchReject:     restoreMatch,
	ActMatchRematch:    restoreMatch,
	ActMatchNone:       restoreMatch,
	ActMatchBulk:       restoreMatch,
	ActActivityAdd:     restoreHold,
	ActActivityHold:    restoreHold,
	ActActivityRelease: restoreHold,
	ActOptIn:           restoreOptIn,
	ActWritebackSwitch: restoreSetting,
	ActWritebackKind:   restoreSetting,
	ActOutboxDrop:      restoreDrop,
}
