package store

import "context"

const saveColumns = "id, seat_id, member_id, record_id, object, opportunity_id, run_id, saved_at, removed_at, removed_by"

func scanSave(row scanner) (x Save, err error) {
	return x, row.Scan(&x.ID, &x.SeatID, &x.MemberID, &x.RecordID, &x.Object, &x.OpportunityID, &x.RunID, timeDest{&x.SavedAt}, timeDest{&x.RemovedAt}, textDest{&x.RemovedBy})
}

// AddSave saves a member for a seat because of an opportunity. It changes nothing, and returns false, when that
// was done before, even if the save was removed since.
func (t *Tx) AddSave(x Save) (added bool, err error) {
	n, err := t.exec("INSERT INTO save ("+saveColumns+") VALUES ("+marks(10)+") ON CONFLICT (seat_id, member_id, opportunity_id) DO NOTHING",
		x.ID, x.SeatID, x.MemberID, x.RecordID, x.Object, x.OpportunityID, x.RunID, x.SavedAt.UnixMilli(), millis(x.RemovedAt), orNull(x.RemovedBy))
	return n == 1, err
}

// Save returns a save, or ErrNotFound.
func (s *Store) Save(ctx context.Context, id string) (Save, error) { return s.reader(ctx).Save(id) }

// Save returns a save, or ErrNotFound.
func (r reader) Save(id string) (Save, error) {
	return one(r, scanSave, "SELECT "+saveColumns+" FROM save WHERE id = ?", id)
}

// SetSaveRemoved removes a save, or brings it back.
func (t *Tx) SetSaveRemoved(id, by string, removed bool) error {
	var at any
	if removed {
		at = t.store.Now().UnixMilli()
	} else {
		by = ""
	}
	return t.execOne(ErrNotFound, "UPDATE save SET removed_at = ?, removed_by = ? WHERE id = ?", at, orNull(by), id)
}

// SaveQuery asks for saves; empty fields ask for all.
type SaveQuery struct {
	SeatID, RecordID, OpportunityID string
	Removed                         *bool
	PageQuery
}

// Saves returns a page of saves, the newest first.
func (s *Store) Saves(ctx context.Context, q SaveQuery) (Page[Save], error) {
	return page(s.reader(ctx), q.keyset(s.dialect), q.PageQuery, scanSave, func(x Save) []any { return []any{x.ID} })
}

func (q SaveQuery) keyset(d dialect) keyset {
	k := keyset{table: "save", columns: saveColumns, order: []orderColumn{{"id", true}}}
	k.equal(d, "save_record", "record_id", q.RecordID)
	k.equal(d, "save_opportunity", "opportunity_id", q.OpportunityID)
	k.equal(d, "save_seat", "seat_id", q.SeatID)
	if q.Removed != nil && *q.Removed {
		k.and("removed_at IS NOT NULL")
	} else if q.Removed != nil {
		k.and("removed_at IS NULL")
	}
	return k
}

// CountSaves returns how many saves stand.
func (s *Store) CountSaves(ctx context.Context) (int64, error) {
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM save WHERE removed_at IS NULL")
}
