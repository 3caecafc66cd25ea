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

// holdState is what the audit trail keeps of holding back: whether an activity is held, and whether its member released it.
type holdState struct {
	HeldBy     string    `json:"held_by,omitempty"`
	ReleasedAt time.Time `json:"released_at,omitzero"`
}

func activitySubject(id string) string { return "activity " + id }

// HoldActivity keeps one activity from being written (S24). Members hold their own, admins any.
func (e *Engine) HoldActivity(ctx context.Context, actor Actor, id, note string) (auditID string, err error) {
	return e.changeHold(ctx, actor, ActActivityHold, id, func(state *holdState) {
		state.HeldBy = nameOr(actor.Name, "somebody")
		if note != "" {
			state.HeldBy += ": " + oneLine(note)
		}
	})
}

// ReleaseActivity lets one activity go that was held by hand, or that is older than the opt-in (decision 23). Only
// its own member may release it.
func (e *Engine) ReleaseActivity(ctx context.Context, actor Actor, id string) (auditID string, err error) {
	return e.changeHold(ctx, actor, ActActivityRelease, id, func(state *holdState) {
		state.HeldBy, state.ReleasedAt = "", e.now().UTC()
	})
}

func (e *Engine) changeHold(ctx context.Context, actor Actor, act ActID, id string, set func(*holdState)) (string, error) {
	book, err := e.loadGates(ctx)
	if err != nil {
		return "", err
	}
	auditID, err := e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		activity, err := tx.Activity(id)
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, fault("activity.not_found", "See crmsync writeback outbox.", "there is no activity %q", id)
		}
		if err != nil {
			return changed{}, fmt.Errorf("read activity %s: %w", id, err)
		}
		if err := mayTouch(actor, act, activity); err != nil {
			return changed{}, err
		}
		before := holdState{activity.HeldBy, activity.ReleasedAt}
		after := before
		set(&after)
		if err := setHold(tx, &activity, after); err != nil {
			return changed{}, err
		}
		what := changed{Subject: activitySubject(id), Before: before, After: after}
		return what, regateOne(tx, book, activity, e.now().UTC())
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventOutbox, Text: string(act)})
	return auditID, nil
}

// mayTouch keeps activities to their own seat. An admin may hold anybody's back, but only the member lets it go (decision 23).
func mayTouch(actor Actor, act ActID, activity store.Activity) error {
	if actor.Seat != "" && actor.Seat == activity.SeatID {
		return nil
	}
	if actor.Role == RoleAdmin && act == ActActivityHold {
		return nil
	}
	return fault("act.not_allowed", "Only the member whose activity it is can do this.", "activity %s belongs to another seat", activity.ID)
}

// setHold writes the state of holding back.
func setHold(tx *store.Tx, activity *store.Activity, state holdState) error {
	if err := tx.SetActivityHeld(activity.ID, state.HeldBy); err != nil {
		return fmt.Errorf("hold activity %s: %w", activity.ID, err)
	}
	if err := tx.SetActivityReleased(activity.ID, state.ReleasedAt); err != nil {
		return fmt.Errorf("release activity %s: %w", activity.ID, err)
	}
	activity.HeldBy, activity.ReleasedAt = state.HeldBy, state.ReleasedAt
	return nil
}

// regateOne moves an activity's row to where the gates say, when it still waits. What is being sent, or was, stays.
func regateOne(tx *store.Tx, book *gateBook, activity store.Activity, now time.Time) error {
	item, err := tx.OutboxItem(activity.ID)
	if err != nil {
		return fmt.Errorf("read outbox row %s: %w", activity.ID, err)
	}
	switch item.State {
	case store.OutboxHeld, store.OutboxQueued:
	case store.OutboxFailed:
		if activity.HeldBy == "" {
			return nil
		}
	default:
		return fault("outbox.move", "Look at its state first: crmsync writeback outbox.", "an activity that is %q can be neither held nor released", string(item.State))
	}
	if !book.place(&item, activity, now) {
		return nil
	}
	return tx.PutOutbox(item)
}

// restoreHold is the way back of holding, releasing and adding. An activity that was added is not taken out again, but
// held. One that is let go is queued: the next cycle asks every gate before it sends.
func restoreHold(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	activity, err := tx.Activity(strings.TrimPrefix(subject, "activity "))
	if err != nil {
		return fmt.Errorf("read %s: %w", subject, err)
	}
	expected, _, err := decodeState[holdState](now)
	if err != nil {
		return err
	}
	if activity.HeldBy != expected.HeldBy || !activity.ReleasedAt.Equal(expected.ReleasedAt) {
		return errStale
	}
	wanted, there, err := decodeState[holdState](want)
	if err != nil {
		return err
	}
	if !there {
		wanted = holdState{HeldBy: "undo"}
	}
	if err := setHold(tx, &activity, wanted); err != nil {
		return err
	}
	item, err := tx.OutboxItem(activity.ID)
	if err != nil {
		return fmt.Errorf("read outbox row %s: %w", activity.ID, err)
	}
	switch {
	case item.State != store.OutboxHeld && item.State != store.OutboxQueued:
		return errStale
	case wanted.HeldBy != "":
		item.State, item.Hold, item.QueuedAt, item.NextAt = store.OutboxHeld, HoldByHand.Code, time.Time{}, time.Time{}
	default:
		item.State, item.Hold, item.QueuedAt, item.NextAt = store.OutboxQueued, "", item.ChangedAt, item.ChangedAt
	}
	return tx.PutOutbox(item)
}
