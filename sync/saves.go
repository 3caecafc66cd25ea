package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"crmsync/store"
)

// RemoveSave takes a save off its owner's list. Members remove their own only;
// it is not made again for the same opportunity.
func (e *Engine) RemoveSave(ctx context.Context, actor Actor, saveID string) (auditID string, err error) {
	return e.setSave(ctx, actor, ActSaveRemove, saveID, true)
}

// RestoreSave puts a removed save back.
func (e *Engine) RestoreSave(ctx context.Context, actor Actor, saveID string) (auditID string, err error) {
	return e.setSave(ctx, actor, ActSaveRestore, saveID, false)
}

// saveState is what the audit trail keeps of a save.
type saveState struct {
	Removed bool   `json:"removed"`
	By      string `json:"by,omitempty"`
}

func stateOfSave(save store.Save) saveState {
	return saveState{Removed: !save.RemovedAt.IsZero(), By: save.RemovedBy}
}

func (e *Engine) setSave(ctx context.Context, actor Actor, act ActID, saveID string, removed bool) (string, error) {
	auditID, err := e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		save, err := tx.Save(saveID)
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, fault("save.not_found", "See crmsync saves.", "there is no save %q", saveID)
		}
		if err != nil {
			return changed{}, err
		}
		if actor.Role != RoleAdmin && save.SeatID != actor.Seat {
			return changed{}, fault("act.not_allowed", "You can remove what was saved for you.", "this save is another member's")
		}
		before := stateOfSave(save)
		if before.Removed == removed {
			return changed{}, fault("save.no_change", "", "it is so already")
		}
		after := saveState{Removed: removed}
		if removed {
			after.By = actor.Name
		}
		return changed{Subject: saveID, Before: before, After: after}, tx.SetSaveRemoved(saveID, actor.Name, removed)
	})
	if err == nil {
		e.publish(Event{Kind: EventSaves})
	}
	return auditID, err
}

// restoreSave is the way back of removing and restoring a save.
func restoreSave(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	save, err := tx.Save(subject)
	if err != nil {
		return err
	}
	expected, _, err := decodeState[saveState](now)
	if err != nil {
		return err
	}
	if stateOfSave(save).Removed != expected.Removed {
		return fmt.Errorf("save %s: %w", subject, errStale)
	}
	wanted, _, err := decodeState[saveState](want)
	if err != nil {
		return err
	}
	return tx.SetSaveRemoved(subject, wanted.By, wanted.Removed)
}
