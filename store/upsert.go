package store

import (
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// UpsertCounts is what became of the rows of an import. Updated does not count Deleted and Undeleted.
type UpsertCounts struct {
	Inserted, Updated, Deleted, Undeleted, Unchanged int64
}

// Add adds other to c.
func (c *UpsertCounts) Add(other UpsertCounts) {
	c.Inserted += other.Inserted
	c.Updated += other.Updated
	c.Deleted += other.Deleted
	c.Undeleted += other.Undeleted
	c.Unchanged += other.Unchanged
}

// upsertChunk is how many rows are looked up at once before they are written.
const upsertChunk = 400

// UpsertRecords keeps rows of an import of object. Fields are the columns of every row, in order: the
// SELECT list with Id and SystemModstamp; values are the texts of Salesforce's CSV. A row that is older
// than the one kept, or equal to it, changes nothing; fields that are not among the columns keep their
// values. Rows may share memory; they are copied.
func (t *Tx) UpsertRecords(object string, fields []string, rows iter.Seq2[[]string, error], runID string) (UpsertCounts, error) {
	var counts UpsertCounts
	o, ok := ObjectNamed(object)
	if !ok {
		return counts, &Error{code: "store.object", message: fmt.Sprintf("%q is not an imported object", object)}
	}
	s, err := newShape(o, fields)
	if err != nil {
		return counts, err
	}
	u, err := t.newUpsert(s, runID)
	if err != nil {
		return counts, err
	}
	defer u.close()
	chunk := make([]incoming, 0, upsertChunk)
	for row, err := range rows {
		if err != nil {
			return counts, err
		}
		in, err := s.take(row)
		if err != nil {
			return counts, err
		}
		if chunk = append(chunk, in); len(chunk) == upsertChunk {
			if err := u.write(chunk, &counts); err != nil {
				return counts, err
			}
			chunk = chunk[:0]
		}
	}
	return counts, u.write(chunk, &counts)
}

// upsert writes chunks of one object.
type upsert struct {
	tx     *Tx
	shape  shape
	runID  string
	put    *sql.Stmt
	lookup *sql.Stmt // of a whole chunk
	buffer []byte
	args   []any
}

func (t *Tx) newUpsert(s shape, runID string) (*upsert, error) {
	u := &upsert{tx: t, shape: s, runID: runID}
	var err error
	if u.put, err = t.tx.PrepareContext(t.ctx, t.store.dialect.rebind(putRecord(s.object))); err != nil {
		return nil, fmt.Errorf("preparing an import: %w", classify(err))
	}
	if u.lookup, err = t.tx.PrepareContext(t.ctx, t.store.dialect.rebind(lookupRecords(s.object, upsertChunk))); err != nil {
		u.put.Close()
		return nil, fmt.Errorf("preparing an import: %w", classify(err))
	}
	return u, nil
}

func (u *upsert) close() {
	u.put.Close()
	u.lookup.Close()
}

func putRecord(o Object) string {
	columns := []string{"id", "modstamp", "is_deleted", "master_id", "sort_name", "hash", "changed_run", "payload"}
	for _, c := range o.columns {
		columns = append(columns, c.name)
	}
	var set []string
	for _, c := range columns[1:] {
		set = append(set, c+" = excluded."+c)
	}
	return "INSERT INTO " + o.table + " (" + strings.Join(columns, ", ") + ") VALUES (" + marks(len(columns)) + ") ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
}

func lookupRecords(o Object, n int) string {
	return "SELECT id, modstamp, hash, is_deleted FROM " + o.table + " WHERE id IN (" + marks(n) + ")"
}

// kept is what the store has of a row already.
type kept struct {
	modstamp, hash int64
	deleted        bool
}

func (u *upsert) write(chunk []incoming, counts *UpsertCounts) error {
	if len(chunk) == 0 {
		return nil
	}
	stored, err := u.stored(chunk)
	if err != nil {
		return err
	}
	for _, in := range chunk {
		old, exists := stored[in.id]
		if exists && in.modstamp < old.modstamp {
			counts.Unchanged++
			continue
		}
		if exists && len(u.shape.missing) > 0 {
			if err := u.keepMissing(&in); err != nil {
				return err
			}
		}
		u.buffer = appendPayload(u.buffer[:0], in.fields)
		hash := hashOf(u.buffer, in.deleted, in.master)
		if exists && hash == old.hash {
			counts.Unchanged++
			if in.modstamp == old.modstamp {
				continue
			}
		}
		if err := u.row(in, hash); err != nil {
			return err
		}
		stored[in.id] = kept{in.modstamp, hash, in.deleted}
		switch {
		case !exists:
			counts.Inserted++
		case hash == old.hash: // only its stamp moved; counted above
		case in.deleted && !old.deleted:
			counts.Deleted++
		case !in.deleted && old.deleted:
			counts.Undeleted++
		default:
			counts.Updated++
		}
	}
	return nil
}

func (u *upsert) stored(chunk []incoming) (map[string]kept, error) {
	u.args = u.args[:0]
	for _, in := range chunk {
		u.args = append(u.args, in.id)
	}
	for len(u.args) < upsertChunk { // a short chunk asks for its last row again
		u.args = append(u.args, chunk[len(chunk)-1].id)
	}
	rows, err := u.lookup.QueryContext(u.tx.ctx, u.args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	found := make(map[string]kept, len(chunk))
	for rows.Next() {
		var id string
		var k kept
		if err := rows.Scan(&id, &k.modstamp, &k.hash, &k.deleted); err != nil {
			return nil, err
		}
		found[id] = k
	}
	return found, classify(rows.Err())
}

// keepMissing gives a row the fields that this import does not read and the store has: a field that was
// hidden from the integration user keeps its last known value.
func (u *upsert) keepMissing(in *incoming) error {
	old, err := u.tx.record(u.shape.object, in.id)
	if err != nil {
		return err
	}
	for _, f := range old.Fields {
		if !slices.Contains(u.shape.fields, f.Name) {
			in.fields = append(in.fields, f)
		}
	}
	return nil
}

func (u *upsert) row(in incoming, hash int64) error {
	o := u.shape.object
	u.args = append(u.args[:0], in.id, in.modstamp, flagOf(in.deleted), orNull(in.master), in.sortName(o), hash, u.runID, u.buffer)
	for _, c := range o.columns {
		value := in.get(c.field)
		switch c.kind {
		case flag:
			u.args = append(u.args, flagOf(value == "true"))
		case folded:
			u.args = append(u.args, orNull(strings.ToLower(value)))
		default:
			u.args = append(u.args, orNull(value))
		}
	}
	_, err := u.put.ExecContext(u.tx.ctx, u.args...)
	return classify(err)
}

// Tombstone marks records as deleted that the org says are gone, and returns how many were not yet.
func (t *Tx) Tombstone(object string, ids []string, runID string) (int64, error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return 0, &Error{code: "store.object", message: fmt.Sprintf("%q is not an imported object", object)}
	}
	var total int64
	for chunk := range slices.Chunk(ids, upsertChunk) {
		args := []any{runID}
		for _, id := range chunk {
			args = append(args, id)
		}
		n, err := t.exec("UPDATE "+o.table+" SET is_deleted = 1, changed_run = ? WHERE is_deleted = 0 AND id IN ("+marks(len(chunk))+")", args...)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// TombstoneMissing marks the records of object as deleted that seen does not know, after the object was
// read whole, and returns how many.
func (t *Tx) TombstoneMissing(object string, seen func(id string) bool, runID string) (int64, error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return 0, &Error{code: "store.object", message: fmt.Sprintf("%q is not an imported object", object)}
	}
	ids, err := list(t.reader, scanText, "SELECT id FROM "+o.table+" WHERE is_deleted = 0")
	if err != nil {
		return 0, err
	}
	return t.Tombstone(object, slices.DeleteFunc(ids, seen), runID)
}
