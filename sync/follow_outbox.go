package sync

import (
	"context"
	"fmt"

	"crmsync/store"
)

// movedCodes are the refusals that a merge or conversion causes and that following it cures.
var movedCodes = map[string]bool{"ENTITY_IS_DELETED": true, "CANNOT_UPDATE_CONVERTED_LEAD": true}

// followRetargets lets go again what was refused because its record had been merged or converted: the next cycle
// finds the record that stands for it now. What waits needs nothing, since its target is chosen when it is sent.
func (e *Engine) followRetargets(_ context.Context, tx *store.Tx, moved []retarget) error {
	gone := make(map[string]bool, len(moved))
	for _, one := range moved {
		gone[one.From] = true
	}
	after := ""
	for {
		failed, err := tx.OutboxByState(store.OutboxFailed, after, heldPage)
		if err != nil {
			return fmt.Errorf("read what failed: %w", err)
		}
		if len(failed) == 0 {
			return nil
		}
		after = failed[len(failed)-1].ActivityID
		for _, item := range failed {
			if !gone[item.RecordID] || !movedCodes[item.ErrorCode] {
				continue
			}
			item.Attempts = 0
			if !(consequence{Event: EventResend}).apply(&item, e.store.Now()) {
				continue
			}
			if err := tx.PutOutbox(item); err != nil {
				return err
			}
		}
	}
}
