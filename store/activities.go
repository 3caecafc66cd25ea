package store

import (
	"context"
	"time"
)

const activityColumns = "occurred_at, id, ident, kind, seat_id, person_id, company_id, duration_ms, subject, body, conversation, source_id, added_at, released_at, held_by"

func (r reader) scanActivity(row scanner) (x Activity, err error) {
	var subject, body []byte
	if err := row.Scan(timeDest{&x.OccurredAt}, &x.ID, &x.Ident, &x.Kind, &x.SeatID, textDest{&x.PersonID}, textDest{&x.CompanyID}, durationDest{&x.Duration},
		&subject, &body, &x.Conversation, textDest{&x.SourceID}, timeDest{&x.AddedAt}, timeDest{&x.ReleasedAt}, textDest{&x.HeldBy}); err != nil {
		return x, err
	}
	if x.Subject, err = r.open("activity", "subject", x.ID, subject); err != nil {
		return x, err
	}
	x.Body, err = r.open("activity", "body", x.ID, body)
	return x, err
}

func (r reader) open(table, column, id string, sealed []byte) (string, error) {
	plain, err := r.store.vault.Open(table, column, id, sealed)
	if err != nil {
		return "", &Error{code: "store.sealed", message: "the " + column + " of " + table + " " + id + " cannot be opened", hint: "The key is another than it was sealed with, or the file is damaged; restore the data directory from a backup.", cause: err}
	}
	return string(plain), nil
}

// AddActivity keeps an activity. It changes nothing, and returns false, when one with the same identity is kept.
func (t *Tx) AddActivity(x Activity) (added bool, err error) {
	v := t.store.vault
	n, err := t.exec("INSERT INTO activity ("+activityColumns+") VALUES ("+marks(15)+") ON CONFLICT (ident) DO NOTHING",
		x.OccurredAt.UnixMilli(), x.ID, x.Ident, x.Kind, x.SeatID, orNull(x.PersonID), orNull(x.CompanyID), x.Duration.Milliseconds(),
		v.Seal("activity", "subject", x.ID, []byte(x.Subject)), v.Seal("activity", "body", x.ID, []byte(x.Body)),
		x.Conversation, orNull(x.SourceID), x.AddedAt.UnixMilli(), millis(x.ReleasedAt), orNull(x.HeldBy))
	return n == 1, err
}

// Activity returns an activity, or ErrNotFound.
func (s *Store) Activity(ctx context.Context, id string) (Activity, error) {
	return s.reader(ctx).Activity(id)
}

// Activity returns an activity, or ErrNotFound.
func (r reader) Activity(id string) (Activity, error) {
	return one(r, r.scanActivity, "SELECT "+activityColumns+" FROM activity WHERE id = ?", id)
}

// ActivityQuery asks for activities; empty fields ask for all.
type ActivityQuery struct {
	SeatID, PersonID, CompanyID string
	PageQuery
}

// Activities returns a page of activities, the newest first.
func (s *Store) Activities(ctx context.Context, q ActivityQuery) (Page[Activity], error) {
	r := s.reader(ctx)
	return page(r, q.keyset(s.dialect), q.PageQuery, r.scanActivity, func(x Activity) []any { return []any{x.OccurredAt.UnixMilli(), x.ID} })
}

func (q ActivityQuery) keyset(d dialect) keyset {
	k := keyset{table: "activity", columns: activityColumns, order: []orderColumn{{"occurred_at", true}, {"id", true}}}
	k.equal(d, "activity_person", "person_id", q.PersonID)
	k.equal(d, "activity_company", "company_id", q.CompanyID)
	k.equal(d, "activity_seat", "seat_id", q.SeatID)
	if k.where == "" {
		k.table += d.indexed("activity_all")
	}
	return k
}

// SetActivityHeld holds an activity back in the name of by, or no more when by is "".
func (t *Tx) SetActivityHeld(id, by string) error {
	return t.execOne(ErrNotFound, "UPDATE activity SET held_by = ? WHERE id = ?", orNull(by), id)
}

// SetActivityReleased keeps that the member released an activity from before the opt-in; the zero time takes
// that back.
func (t *Tx) SetActivityReleased(id string, at time.Time) error {
	return t.execOne(ErrNotFound, "UPDATE activity SET released_at = ? WHERE id = ?", millis(at), id)
}

// OptIns returns the kinds that a seat writes back, or all seats' for "".
func (s *Store) OptIns(ctx context.Context, seatID string) ([]OptIn, error) {
	return s.reader(ctx).OptIns(seatID)
}

// OptIns returns the kinds that a seat writes back, or all seats' for "".
func (r reader) OptIns(seatID string) ([]OptIn, error) {
	return list(r, func(row scanner) (x OptIn, err error) {
		return x, row.Scan(&x.SeatID, &x.Kind, timeDest{&x.Since})
	}, "SELECT seat_id, kind, since FROM opt_in WHERE ? = '' OR seat_id = ? ORDER BY seat_id, kind", seatID, seatID)
}

// SetOptIn keeps that a seat writes a kind back.
func (t *Tx) SetOptIn(x OptIn) error {
	_, err := t.exec("INSERT INTO opt_in (seat_id, kind, since) VALUES (?, ?, ?) ON CONFLICT (seat_id, kind) DO UPDATE SET since = excluded.since", x.SeatID, x.Kind, x.Since.UnixMilli())
	return err
}

// DeleteOptIn keeps that a seat does not write a kind back any more.
func (t *Tx) DeleteOptIn(seatID, kind string) error {
	_, err := t.exec("DELETE FROM opt_in WHERE seat_id = ? AND kind = ?", seatID, kind)
	return err
}
