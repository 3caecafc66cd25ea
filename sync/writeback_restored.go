package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// settingRestored is where a restored store keeps which backup it is from. It is no setting of the contract.
const settingRestored = "store.restored"

// codeRestored says why a row is doubtful that was never sent from here.
const codeRestored = "RESTORED"

// restoreMark says that the store was restored: what happened between the two moments may be in the CRM already,
// though the store does not know it.
type restoreMark struct {
	BackupAt   time.Time `json:"backup_at"`
	RestoredAt time.Time `json:"restored_at"`
}

// putRestoreMark keeps the mark of a restore.
func putRestoreMark(tx *store.Tx, mark restoreMark, by string) error {
	text, err := json.Marshal(mark)
	if err != nil {
		return err
	}
	return tx.PutSetting(settingRestored, string(text), by)
}

// restoredFrom reads the mark; a store that was never restored has the zero mark.
func (e *Engine) restoredFrom(ctx context.Context) (mark restoreMark, err error) {
	row, err := e.store.Setting(ctx, settingRestored)
	if errors.Is(err, store.ErrNotFound) {
		return restoreMark{}, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(row.Value), &mark)
	}
	if err != nil {
		return restoreMark{}, fmt.Errorf("read from which backup the store is: %w", err)
	}
	return mark, nil
}

// unsure reports whether an activity may have been written after the backup was taken: it happened before the
// restore, and was neither sent nor looked for since.
func (m restoreMark) unsure(one sendable) bool {
	return !m.BackupAt.IsZero() && one.happened.Before(m.RestoredAt) && one.item.SentAt.Before(m.BackupAt)
}

// lookFirst takes out of a batch what may be in the CRM already, and makes it doubtful as of the backup: it is
// looked for by what it says before anything is sent (decision 17), and sent when it is not there.
func (c *cycle) lookFirst(ctx context.Context, batch []sendable) ([]sendable, error) {
	var sure, unsure []sendable
	for _, one := range batch {
		if c.restored.unsure(one) {
			unsure = append(unsure, one)
		} else {
			sure = append(sure, one)
		}
	}
	if len(unsure) == 0 {
		return batch, nil
	}
	lost := make([]consequence, len(unsure))
	for i := range lost {
		lost[i] = consequence{Event: EventLose, Code: codeRestored}
	}
	return sure, c.conclude(ctx, unsure, lost)
}
