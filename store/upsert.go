package store

import (
	"context"
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
	c := chunk{payloads: []byte{}} // never nil, which would be NULL: a row may have no field but its id
	for row, err := range rows {
		if err != nil {
			return counts, err
		}
		if err := c.take(s, row); err != nil {
			return counts, err
		}
		if len(c.rows) == upsertChunk {
			if err := u.write(c.rows, &counts); err != nil {
				return counts, err
			}
			c.reset()
		}
	}
	return counts, u.write(c.rows, &counts)
}

// upsert writes chunks of one object.
type upsert struct {
	tx     *Tx
	shape  shape
	runID  string
	put    *sql.Stmt
	touch  *sql.Stmt // moves the stamp of a row that says nothing new
	lookup *sql.Stmt // of a whole chunk
	stored map[string]kept
	args   []any

	values  values
	scratch []byte
	ctx     context.Context // for single rows: without an end, since watching for one costs as much as a row
}

// kept is what the store has of a row already.
type kept struct {
	modstamp, hash int64
	deleted        bool
	payload        []byte // only when the import does not read all fields
}

func (t *Tx) newUpsert(s shape, runID string) (*upsert, error) {
	u := &upsert{tx: t, shape: s, runID: runID, stored: make(map[string]kept, upsertChunk), values: values{shape: s}, ctx: context.WithoutCancel(t.ctx)}
	for statement, query := range map[**sql.Stmt]string{
		&u.put: putRecord(s.object), &u.touch: "UPDATE " + s.object.table + " SET modstamp = ? WHERE id = ?", &u.lookup: lookupRecords(s, upsertChunk),
	} {
		var err error
		if *statement, err = t.statements.tx.PrepareContext(t.ctx, t.store.dialect.rebind(query)); err != nil {
			u.close()
			return nil, fmt.Errorf("preparing an import: %w", classify(err))
		}
	}
	return u, nil
}

func (u *upsert) close() {
	for _, statement := range []*sql.Stmt{u.put, u.touch, u.lookup} {
		if statement != nil {
			statement.Close()
		}
	}
}

func putRecord(o Object) string {
	columns := []string{"id", "modstamp", "is_deleted", "master_id", "hash", "changed_run", "payload"}
	for _, c := range o.columns {
		columns = append(columns, c.name)
	}
	columns = append(columns, "sort_name")
	var set []string
	for _, c := range columns[1:] {
		set = append(set, c+" = excluded."+c)
	}
	return "INSERT INTO " + o.table + " (" + strings.Join(columns, ", ") + ") VALUES (" + marks(len(columns)) + ") ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
}

func lookupRecords(s shape, n int) string {
	columns := "id, modstamp, hash, is_deleted, NULL"
	if s.missing {
		columns = "id, modstamp, hash, is_deleted, payload"
	}
	return "SELECT " + columns + " FROM " + s.object.table + " WHERE id IN (" + marks(n) + ")"
}

func (u *upsert) write(rows []incoming, counts *UpsertCounts) error {
	if len(rows) == 0 {
		return nil
	}
	if err := u.lookUp(rows); err != nil {
		return err
	}
	for i := range rows {
		if err := u.row(&rows[i], counts); err != nil {
			return err
		}
	}
	return nil
}

// lookUp reads what the store has of the rows.
func (u *upsert) lookUp(rows []incoming) error {
	clear(u.stored)
	u.args = u.args[:0]
	for i := range rows {
		u.args = append(u.args, rows[i].id)
	}
	for last := u.args[len(u.args)-1]; len(u.args) < upsertChunk; { // a short chunk asks for its last row again
		u.args = append(u.args, last)
	}
	found, err := u.lookup.QueryContext(u.tx.ctx, u.args...)
	if err != nil {
		return classify(err)
	}
	defer found.Close()
	for found.Next() {
		var id string
		var k kept
		if err := found.Scan(&id, &k.modstamp, &k.hash, &k.deleted, &k.payload); err != nil {
			return err
		}
		u.stored[id] = k
	}
	return classify(found.Err())
}

// row keeps one row, if it says anything new.
func (u *upsert) row(in *incoming, counts *UpsertCounts) error {
	old, exists := u.stored[in.id]
	if exists && in.modstamp < old.modstamp {
		counts.Unchanged++
		return nil
	}
	if exists && u.shape.missing {
		if err := in.keep(u.shape, old.payload); err != nil {
			return err
		}
	}
	hash := in.hash()
	u.stored[in.id] = kept{in.modstamp, hash, in.deleted, old.payload}
	switch {
	case !exists && in.deleted:
		counts.Deleted++ // kept, so that its id is known; nobody has seen it as a record, so it is not new
	case !exists:
		counts.Inserted++
	case hash == old.hash && in.deleted == old.deleted:
		counts.Unchanged++
		if in.modstamp == old.modstamp {
			return nil
		}
		_, err := u.touch.ExecContext(u.ctx, in.modstamp, in.id)
		return classify(err)
	case in.deleted && !old.deleted:
		counts.Deleted++
	case !in.deleted && old.deleted:
		counts.Undeleted++
	default:
		counts.Updated++
	}
	return u.keep(in, hash)
}

func (u *upsert) keep(in *incoming, hash int64) error {
	u.args = append(u.args[:0], in.id, in.modstamp, flagOf(in.deleted), orNull(in.master), hash, u.runID, in.payload)
	u.scratch = u.values.take(in, u.scratch)
	u.args = u.values.appendArgs(u.args)
	_, err := u.put.ExecContext(u.ctx, u.args...)
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
	var missing []string
	query := "SELECT id FROM " + o.table + " WHERE is_deleted = 0 AND id > ? ORDER BY id LIMIT " + fmt.Sprint(eachChunk)
	for id, err := range each(t.reader, "", func(id string) string { return id }, scanText, query) {
		if err != nil {
			return 0, err
		}
		if !seen(id) {
			missing = append(missing, id)
		}
	}
	return t.Tombstone(object, missing, runID)
}
