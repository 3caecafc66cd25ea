package store

import (
	"context"
	"strings"
)

// UnverifiedOutbox returns up to limit delivered items that were not read back yet, by activity id, after the activity named.
func (s *Store) UnverifiedOutbox(ctx context.Context, after string, limit int) ([]OutboxItem, error) {
	r := s.reader(ctx)
	return list(r, r.scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE salesforce_id IS NOT NULL AND verified_at IS NULL AND activity_id > ? ORDER BY activity_id LIMIT ?", after, limit)
}

// outboxMarks are outboxColumns without the sealed request, which takes time to open.
var outboxMarks = strings.Replace(outboxColumns, " request,", " NULL,", 1)

// OutboxMarks returns the items of these activities without their requests, by activity; for MoveOutbox.
func (r reader) OutboxMarks(activityIDs []string) (map[string]OutboxItem, error) {
	items, err := listIn(r, r.scanOutbox, "SELECT "+outboxMarks+" FROM outbox WHERE activity_id IN", activityIDs, "")
	byID := make(map[string]OutboxItem, len(items))
	for _, item := range items {
		byID[item.ActivityID] = item
	}
	return byID, err
}

// ActivitiesByID returns the activities with these ids, in no order; ids that are not known are passed over.
func (s *Store) ActivitiesByID(ctx context.Context, ids []string) ([]Activity, error) {
	r := s.reader(ctx)
	return listIn(r, r.scanActivity, "SELECT "+activityColumns+" FROM activity WHERE id IN", ids, "")
}

// MatchesOfMembers returns the live matches of these people and companies, in no order.
func (s *Store) MatchesOfMembers(ctx context.Context, memberIDs []string) ([]Match, error) {
	r := s.reader(ctx)
	people, err := listIn(r, scanMatch, "SELECT "+matchColumns+" FROM match WHERE "+liveStates+" AND person_id IN", memberIDs, "")
	if err != nil {
		return nil, err
	}
	companies, err := listIn(r, scanMatch, "SELECT "+matchColumns+" FROM match WHERE "+liveStates+" AND company_id IN", memberIDs, "")
	return append(people, companies...), err
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
