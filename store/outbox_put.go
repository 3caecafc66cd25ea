package store

import (
	"fmt"
	"time"
)

// changeOutbox changes an item that still has the version it was read with. The key and the seat stay out of it: to set
// them, even to what they are, would make SQLite check what refers to them and keep a journal for each row.
const changeOutbox = "UPDATE outbox SET changed_at = ?, state = ?, hold = ?, attempts = ?, queued_at = ?, next_at = ?, sent_at = ?, ended_at = ?, " +
	"salesforce_id = ?, verified_at = ?, verify_note = ?, error_code = ?, error_text = ?, run_id = ?, version = version + 1"

// stillSo ends a statement that begins with changeOutbox: nobody has changed the item since it was read.
const stillSo = " WHERE activity_id = ? AND version = ? AND state = ?"

// PutOutbox adds an item whose Version is 0, or changes one that still has the Version it was read with;
// otherwise it returns ErrStale and changes nothing. The counts of states follow.
func (t *Tx) PutOutbox(x OutboxItem) error {
	if x.Version == 0 {
		return t.addOutbox(x)
	}
	from, err := one(t.reader, scanText, "SELECT state FROM outbox WHERE activity_id = ?", x.ActivityID)
	if err != nil {
		return err
	}
	return t.PutOutboxFrom(x, OutboxState(from))
}

// PutOutboxFrom is PutOutbox for an item that was read in the state from. It saves looking.
func (t *Tx) PutOutboxFrom(x OutboxItem, from OutboxState) error {
	values := append(t.movable(x), x.BatchID, x.Object, x.RecordID, x.OwnerID, t.sealedRequest(x), x.Fingerprint, x.ActivityID, x.Version, string(from))
	err := t.execOne(ErrStale, changeOutbox+", batch_id = ?, object = ?, record_id = ?, owner_id = ?, request = ?, fingerprint = ?"+stillSo, values...)
	return t.changed(from, x.State, err)
}

// MoveOutbox is PutOutboxFrom for an item whose request, with where it goes, stays as it is.
func (t *Tx) MoveOutbox(x OutboxItem, from OutboxState) error {
	err := t.execOne(ErrStale, changeOutbox+stillSo, append(t.movable(x), x.ActivityID, x.Version, string(from))...)
	return t.changed(from, x.State, err)
}

// ProveOutbox keeps what reading back a delivered item showed. Its place in the list stays.
func (t *Tx) ProveOutbox(activityID string, at time.Time, note string) error {
	return t.execOne(ErrNotFound, "UPDATE outbox SET verified_at = ?, verify_note = ?, version = version + 1 WHERE activity_id = ?", at.UnixMilli(), note, activityID)
}

func (t *Tx) addOutbox(x OutboxItem) error {
	seat, err := one(t.reader, scanText, "SELECT seat_id FROM activity WHERE id = ?", x.ActivityID)
	if err != nil {
		return fmt.Errorf("activity %s: %w", x.ActivityID, err)
	}
	values := []any{t.store.Now().UnixMilli(), x.ActivityID, string(x.State), x.Hold, x.Attempts, millis(x.QueuedAt), millis(x.NextAt), millis(x.SentAt), millis(x.EndedAt),
		x.BatchID, x.Object, x.RecordID, x.OwnerID, t.sealedRequest(x), x.Fingerprint, orNull(x.SalesforceID), millis(x.VerifiedAt), x.VerifyNote,
		x.ErrorCode, x.ErrorText, x.RunID, 1, seat}
	if _, err := t.exec("INSERT INTO outbox ("+outboxColumns+", seat_id) VALUES ("+marks(23)+")", values...); err != nil {
		return err
	}
	t.countOutbox(x.State, 1)
	return nil
}

// movable are the values of changeOutbox.
func (t *Tx) movable(x OutboxItem) []any {
	return []any{t.store.Now().UnixMilli(), string(x.State), x.Hold, x.Attempts, millis(x.QueuedAt), millis(x.NextAt), millis(x.SentAt), millis(x.EndedAt),
		orNull(x.SalesforceID), millis(x.VerifiedAt), x.VerifyNote, x.ErrorCode, x.ErrorText, x.RunID}
}

func (t *Tx) sealedRequest(x OutboxItem) any {
	if x.Request == nil {
		return nil
	}
	return t.store.vault.Seal("outbox", "request", x.ActivityID, x.Request)
}

// changed counts an item's new state, unless changing it failed.
func (t *Tx) changed(from, to OutboxState, err error) error {
	if err == nil && from != to {
		t.countOutbox(from, -1)
		t.countOutbox(to, 1)
	}
	return err
}

// countOutbox counts in memory; the transaction keeps the counts once, at its end.
func (t *Tx) countOutbox(state OutboxState, n int64) {
	if t.outboxCounts == nil {
		t.outboxCounts = map[OutboxState]int64{}
	}
	t.outboxCounts[state] += n
}

// keepCounts ends a change.
func (t *Tx) keepCounts() error {
	for state, n := range t.outboxCounts {
		if n == 0 {
			continue
		}
		if _, err := t.exec("INSERT INTO outbox_count (state, n) VALUES (?, ?) ON CONFLICT (state) DO UPDATE SET n = outbox_count.n + excluded.n", string(state), n); err != nil {
			return fmt.Errorf("counting the outbox: %w", err)
		}
	}
	return nil
}
