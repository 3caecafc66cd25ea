package store

import "context"

// UnverifiedOutbox returns up to limit delivered items that were not read back yet, by activity id.
func (s *Store) UnverifiedOutbox(ctx context.Context, limit int) ([]OutboxItem, error) {
	r := s.reader(ctx)
	return list(r, r.scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE salesforce_id IS NOT NULL AND verified_at IS NULL ORDER BY activity_id LIMIT ?", limit)
}

// WaitingMessages returns a seat's messages and InMails that were not sent yet.
func (r reader) WaitingMessages(seatID string) ([]Activity, error) {
	return list(r, r.scanActivity, "SELECT "+activityColumns+" FROM activity WHERE seat_id = ? AND kind IN ('inmail','message')"+
		" AND id IN (SELECT activity_id FROM outbox WHERE state IN ('held','queued')) ORDER BY occurred_at, id", seatID)
}

// SetActivityKind changes the kind of an activity that was not sent yet.
func (t *Tx) SetActivityKind(id, kind string) error {
	return t.execOne(ErrNotFound, "UPDATE activity SET kind = ? WHERE id = ?", kind, id)
}
