package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Tx is one transaction that changes the store. It is valid only inside the call of Store.Write that made
// it, and is not safe for concurrent use.
type Tx struct {
	reader
	statements   *statements
	outboxCounts map[OutboxState]int64 // by how much the outbox's counts of states change
	audited      []AuditEvent          // under a rehearsal
}

// writeTries is how often a transaction is begun again when the store is busy.
const writeTries = 5

// Write runs change in one transaction: all it did is kept when it returns nil, and nothing otherwise. It
// runs change again from the start when the store was busy, so change must have no effect but on tx. Writes
// wait for each other: one inside another would wait for itself, until ctx ends. On a full disk the ballast is
// given up for it (see [Store.HoldBallast]). Under a context of [WithLease] it returns ErrLost when the lease is
// another's.
func (s *Store) Write(ctx context.Context, change func(tx *Tx) error) error {
	err := s.writeTrying(ctx, change)
	if !errors.Is(err, ErrFull) {
		return err
	}
	room, given := s.giveUpBallast()
	if !given {
		return err
	}
	if err := s.writeTrying(ctx, change); err != nil {
		return err
	}
	s.foldLog(ctx, room)
	return nil
}

// WriteMuch is Write for what may take a lot of room and can be done again later, a page of an import for instance. On a full disk
// it fails and leaves the ballast, and the room that came of it, to what must be kept: how the work ended, what the org has
// answered.
func (s *Store) WriteMuch(ctx context.Context, change func(tx *Tx) error) error {
	if s.isShort.Load() {
		return full("the disk of the data directory is full: what room is left is for the work under way to end", "Free some space.", nil)
	}
	return s.writeTrying(ctx, change)
}

// writeTrying waits for a busy store.
func (s *Store) writeTrying(ctx context.Context, change func(tx *Tx) error) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := s.writeOnce(ctx, change)
		if err != nil && !errors.Is(err, ErrBusy) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithMaxTries(writeTries))
	return err
}

func (s *Store) writeOnce(ctx context.Context, change func(tx *Tx) error) (err error) {
	raw, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a change: %w", classify(err))
	}
	kept := false
	defer func() { // also when change panics: there is only one connection
		if kept {
			return
		}
		err = errors.Join(err, ignoreDone(raw.Rollback()))
		// When ctx ends, the transaction is rolled back under the hands of change: what it then met with says less.
		if cause := context.Cause(ctx); cause != nil && err != nil && !errors.Is(err, cause) {
			err = fmt.Errorf("%w: %w", cause, err)
		}
	}()
	if err := s.stillThere(); err != nil {
		return err
	}
	cache := &statements{tx: raw, prepared: map[string]*sql.Stmt{}}
	tx := &Tx{reader: reader{ctx: ctx, store: s, db: cache}, statements: cache}
	if err := tx.checkLease(); err != nil {
		return err
	}
	if err := change(tx); err != nil {
		return err
	}
	if err := tx.keepCounts(); err != nil {
		return err
	}
	if rehearsal := rehearsalOf(ctx); rehearsal != nil {
		rehearsal.Events = append(rehearsal.Events, tx.audited...)
		return nil
	}
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("keeping a change: %w", classify(err))
	}
	kept = true
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// statements runs a transaction's statements, each of which is prepared once: preparing takes as long as
// running, and a change runs the same few thousands of times. They end with the transaction.
type statements struct {
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
}

// maxPrepared bounds the statements that one transaction keeps; what comes after is prepared each time.
const maxPrepared = 100

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement := s.prepared[query]; statement != nil {
		return statement, nil
	}
	if len(s.prepared) >= maxPrepared {
		return nil, nil
	}
	statement, err := s.tx.PrepareContext(ctx, query)
	if err == nil {
		s.prepared[query] = statement
	}
	return statement, err
}

// QueryContext implements queryer. The rows of a statement must be closed before it runs again.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := s.prepare(ctx, query)
	if err != nil || statement == nil {
		if err == nil {
			return s.tx.QueryContext(ctx, query, args...)
		}
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

// ExecContext runs a statement that returns no rows.
func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := s.prepare(ctx, query)
	if err != nil || statement == nil {
		if err == nil {
			return s.tx.ExecContext(ctx, query, args...)
		}
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// Now returns the store's time, as [Store.Now] does.
func (t *Tx) Now() time.Time { return t.store.Now() }

// exec runs a statement and returns how many rows it changed.
func (t *Tx) exec(query string, args ...any) (int64, error) {
	result, err := t.statements.ExecContext(t.ctx, t.store.dialect.rebind(query), args...)
	if err != nil {
		return 0, classify(err)
	}
	return result.RowsAffected()
}

// execOne runs a statement that must change exactly one row; otherwise it returns missing.
func (t *Tx) execOne(missing error, query string, args ...any) error {
	n, err := t.exec(query, args...)
	if err == nil && n != 1 {
		return missing
	}
	return err
}

// reader reads, from the readers' pool or inside a transaction.
type reader struct {
	ctx   context.Context
	store *Store
	db    queryer
}

func (s *Store) reader(ctx context.Context) reader {
	return reader{ctx: ctx, store: s, db: s.read}
}

// scanner is a row that can be scanned.
type scanner interface{ Scan(dest ...any) error }

// list returns all rows of a query.
func list[T any](r reader, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := r.db.QueryContext(r.ctx, r.store.dialect.rebind(query), args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		row, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, classify(rows.Err())
}

// one returns the only row of a query, or ErrNotFound.
func one[T any](r reader, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	rows, err := list(r, scan, query, args...)
	if err != nil || len(rows) == 0 {
		var none T
		if err == nil {
			err = ErrNotFound
		}
		return none, err
	}
	return rows[0], nil
}

func scanInt(row scanner) (n int64, err error) { return n, row.Scan(&n) }

func scanText(row scanner) (s string, err error) { return s, row.Scan(&s) }

// millis returns t as it is kept: milliseconds UTC, or nil for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// orNull returns s, or nil when it is empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func flagOf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// timeDest scans milliseconds into a time, and NULL into the zero time.
type timeDest struct{ t *time.Time }

// Scan implements sql.Scanner.
func (d timeDest) Scan(value any) error {
	switch ms := value.(type) {
	case nil:
		*d.t = time.Time{}
	case int64:
		*d.t = time.UnixMilli(ms).UTC()
	default:
		return fmt.Errorf("a time is kept as %T", value)
	}
	return nil
}

// textDest scans text, and NULL into "".
type textDest struct{ s *string }

// Scan implements sql.Scanner.
func (d textDest) Scan(value any) error {
	switch text := value.(type) {
	case nil:
		*d.s = ""
	case string:
		*d.s = text
	case []byte:
		*d.s = string(text)
	default:
		return fmt.Errorf("a text is kept as %T", value)
	}
	return nil
}

// durationDest scans milliseconds into a duration.
type durationDest struct{ d *time.Duration }

// Scan implements sql.Scanner.
func (d durationDest) Scan(value any) error {
	ms, ok := value.(int64)
	if !ok {
		return fmt.Errorf("a duration is kept as %T", value)
	}
	*d.d = time.Duration(ms) * time.Millisecond
	return nil
}
