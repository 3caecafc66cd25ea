package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

const outboxColumns = "changed_at, activity_id, state, hold, attempts, queued_at, next_at, sent_at, ended_at, batch_id, object, record_id, owner_id, request, fingerprint, " +
	"salesforce_id, verified_at, verify_note, error_code, error_text, run_id, version"

func (r reader) scanOutbox(row scanner) (x OutboxItem, err error) {
	var request []byte
	if err := row.Scan(timeDest{&x.ChangedAt}, &x.ActivityID, &x.State, &x.Hold, &x.Attempts, timeDest{&x.QueuedAt}, timeDest{&x.NextAt}, timeDest{&x.SentAt}, timeDest{&x.EndedAt},
		&x.BatchID, &x.Object, &x.RecordID, &x.OwnerID, &request, &x.Fingerprint, textDest{&x.SalesforceID}, timeDest{&x.VerifiedAt}, &x.VerifyNote,
		&x.ErrorCode, &x.ErrorText, &x.RunID, &x.Version); err != nil || request == nil {
		return x, err
	}
	plain, err := r.open("outbox", "request", x.ActivityID, request)
	x.Request = []byte(plain)
	return x, err
}

// OutboxItem returns an activity's item, or ErrNotFound.
func (s *Store) OutboxItem(ctx context.Context, activityID string) (OutboxItem, error) {
	return s.reader(ctx).OutboxItem(activityID)
}

// OutboxItem returns an activity's item, or ErrNotFound.
func (r reader) OutboxItem(activityID string) (OutboxItem, error) {
	return one(r, r.scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE activity_id = ?", activityID)
}

// CountOutbox returns how many items are in each state.
func (s *Store) CountOutbox(ctx context.Context) (map[OutboxState]int64, error) {
	type count struct {
		state OutboxState
		n     int64
	}
	rows, err := list(s.reader(ctx), func(row scanner) (c count, err error) { return c, row.Scan(&c.state, &c.n) }, "SELECT state, n FROM outbox_count")
	counts := map[OutboxState]int64{}
	for _, c := range rows {
		counts[c.state] = c.n
	}
	return counts, err
}

// unproven is the condition of the index of what did not prove well.
const unproven = "verify_note NOT IN ('', 'equal')"

// CountProofNotes counts what did not prove well when it was read back, by note.
func (s *Store) CountProofNotes(ctx context.Context) (map[string]int64, error) {
	type count struct {
		note string
		n    int64
	}
	rows, err := list(s.reader(ctx), func(row scanner) (c count, err error) { return c, row.Scan(&c.note, &c.n) },
		"SELECT verify_note, COUNT(*) FROM outbox"+s.dialect.indexed("outbox_proof")+" WHERE "+unproven+" GROUP BY verify_note")
	counts := map[string]int64{}
	for _, c := range rows {
		counts[c.note] = c.n
	}
	return counts, err
}

// DueOutbox returns up to limit queued items whose time has come, those that are due longest first.
func (s *Store) DueOutbox(ctx context.Context, now time.Time, limit int) ([]OutboxItem, error) {
	r := s.reader(ctx)
	return list(r, r.scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE state = 'queued' AND next_at <= ? ORDER BY next_at, activity_id LIMIT ?", now.UnixMilli(), limit)
}

// OutboxByState returns up to limit items in a state by activity id, after the activity named.
func (s *Store) OutboxByState(ctx context.Context, state OutboxState, after string, limit int) ([]OutboxItem, error) {
	return s.reader(ctx).OutboxByState(state, after, limit)
}

// OutboxByState returns up to limit items in a state by activity id, after the activity named.
func (r reader) OutboxByState(state OutboxState, after string, limit int) ([]OutboxItem, error) {
	return list(r, r.scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE state = ? AND activity_id > ? ORDER BY activity_id LIMIT ?", string(state), after, limit)
}

// HeldOutbox returns up to limit items held by one gate, by activity id, after the activity named.
func (s *Store) HeldOutbox(ctx context.Context, hold, after string, limit int) ([]OutboxItem, error) {
	r := s.reader(ctx)
	return list(r, r.scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE state = 'held' AND hold = ? AND activity_id > ? ORDER BY activity_id LIMIT ?", hold, after, limit)
}

// KnownSalesforceIDs returns those of the ids that some item holds.
func (s *Store) KnownSalesforceIDs(ctx context.Context, ids []string) (map[string]bool, error) {
	known := map[string]bool{}
	for chunk := range slices.Chunk(ids, upsertChunk) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		found, err := list(s.reader(ctx), scanText, "SELECT salesforce_id FROM outbox WHERE salesforce_id IN ("+marks(len(chunk))+")", args...)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			known[id] = true
		}
	}
	return known, nil
}

// OutboxQuery asks for items; no States ask for all.
type OutboxQuery struct {
	States []OutboxState
	Hold   string // with States: of those that are held only what this gate holds, or ""
	SeatID string
	Note   string // only what did not prove well when it was read back and whose note begins so, such as NoteInvisible, or ""
	PageQuery
}

// NoteInvisible begins the note of what is written and stands on no page.
const NoteInvisible = "invisible"

// OutboxRow is an item with what a list shows of its activity.
type OutboxRow struct {
	OutboxItem
	Kind, SeatID, SeatName, MemberName, Subject string
	PersonID, CompanyID                         string // of the other side; one of them is set
	OccurredAt                                  time.Time
}

// outboxNames are the columns of an OutboxRow beyond the item's, over outboxJoins.
const outboxNames = ", v.kind, s.id, coalesce(nullif(s.name, ''), s.email), coalesce(p.name, c.name, ''), v.subject, v.occurred_at, v.person_id, v.company_id"

const outboxJoins = " JOIN activity v ON v.id = m.activity_id JOIN seat s ON s.id = m.seat_id" +
	" LEFT JOIN person p ON p.id = v.person_id LEFT JOIN company c ON c.id = v.company_id"

// Outbox returns a page of items, the one changed last first. Text is looked for in the name of the other side, in the names
// of the seat and of its CRM user, in the kind, the state, the gate that holds it, and the error's code.
func (s *Store) Outbox(ctx context.Context, q OutboxQuery) (Page[OutboxRow], error) {
	r := s.reader(ctx)
	return page(r, q.keyset(s.dialect), q.PageQuery, r.scanOutboxRow, func(x OutboxRow) []any { return []any{x.ChangedAt.UnixMilli(), x.ActivityID} })
}

// keyset is the list of a query. A seat's items are few enough to be read for any states; otherwise each
// state is an arm of its own.
func (q OutboxQuery) keyset(d dialect) keyset {
	k := keyset{
		columns: "m." + strings.ReplaceAll(outboxColumns, ", ", ", m.") + outboxNames, joins: outboxJoins,
		order: []orderColumn{{"changed_at", true}, {"activity_id", true}}, texts: outboxTexts(d), byKey: "outbox" + d.indexed("sqlite_autoindex_outbox_1"),
	}
	var states []any
	for _, state := range distinct(q.States) {
		states = append(states, string(state))
	}
	switch {
	case q.Note != "":
		k.table = "outbox" + d.indexed("outbox_proof")
		k.where, k.args = unproven+" AND verify_note LIKE ?", []any{q.Note + "%"}
		if q.SeatID != "" {
			k.where, k.args = k.where+" AND seat_id = ?", append(k.args, q.SeatID)
		}
	case q.SeatID != "":
		k.table = "outbox" + d.indexed("outbox_seat")
		k.where, k.args = "seat_id = ?", []any{q.SeatID}
		if len(states) > 0 {
			k.where, k.args = k.where+" AND state IN ("+marks(len(states))+")", append(k.args, states...)
		}
	case len(states) > 0:
		k.table = "outbox" + d.indexed("outbox_list")
		for _, state := range states {
			one := arm{"state = ?", []any{state}}
			if q.Hold != "" && state == string(OutboxHeld) {
				one = arm{"state = ? AND hold = ?", []any{state, q.Hold}}
			}
			k.arms = append(k.arms, one)
		}
	default:
		k.table = "outbox" + d.indexed("outbox_all")
	}
	return k
}

func (r reader) scanOutboxRow(row scanner) (x OutboxRow, err error) {
	var subject []byte
	x.OutboxItem, err = r.scanOutbox(ahead{row, []any{&x.Kind, &x.SeatID, &x.SeatName, &x.MemberName, &subject, timeDest{&x.OccurredAt}, textDest{&x.PersonID}, textDest{&x.CompanyID}}})
	if err != nil {
		return x, err
	}
	x.Subject, err = r.open("activity", "subject", x.ActivityID, subject)
	return x, err
}
