package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks a database file as ours: "crms" in ASCII.
const applicationID = 0x63726d73

// A reader that asks for no more than this many rows holds no lock for long; the busy time-out bounds
// how long a writer of another process is waited for.
const sharedPragmas = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_dqs=0&_error_rc=1"

// writerPragmas are in force on the one connection that writes. SQLite's page cache is 64 MiB; the WAL is
// checkpointed at 16,000 pages; synchronous FULL is what keeps a commit through a power cut.
const writerPragmas = "&_auto_vacuum=2&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)" +
	"&_pragma=wal_autocheckpoint(16000)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-65536)&_txlock=immediate"

const readerPragmas = "&mode=ro&_pragma=query_only(1)&_pragma=cache_size(-16384)"

// readBack is what the pragmas must answer on the writer: a misspelt pragma is accepted silently, and a
// database on a network file system stays out of WAL mode.
var readBack = map[string]string{
	"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "auto_vacuum": "2", "busy_timeout": "10000",
}

func init() {
	// Any other open and close of the database file in this process would drop POSIX locks; where the
	// system has open-file-description locks they are used instead. It fails only where there are none.
	_, _ = sqlite.OFDLocking(true)
}

func openWriter(ctx context.Context, file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+sharedPragmas+writerPragmas)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	db.SetMaxOpenConns(1)
	for pragma, want := range readBack {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil {
			return nil, errors.Join(fmt.Errorf("opening the store %s: %w", file, classify(err)), db.Close())
		}
		if got != want {
			return nil, errors.Join(&Error{
				code:    "store.pragma",
				message: fmt.Sprintf("SQLite runs %s with %s = %s instead of %s", file, pragma, got, want),
				hint:    "Keep the data directory on a local disk.",
			}, db.Close())
		}
	}
	return db, nil
}

func openReaders(ctx context.Context, file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+sharedPragmas+readerPragmas)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store %s: %w", file, classify(err)), db.Close())
	}
	return db, nil
}

// sqliteDialect is what SQLite does its own way.
type sqliteDialect struct{}

func (sqliteDialect) rebind(query string) string { return query }

func (sqliteDialect) indexed(index string) string { return " INDEXED BY " + index }

func (sqliteDialect) gooseName() string { return "sqlite3" }

// classify turns SQLite's errors into the store's.
func classify(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &Error{code: "store.busy", message: "the store is busy: another process holds it", hint: "Try again; a backup or another command may be at work.", cause: errors.Join(ErrBusy, err)}
	case sqlite3.SQLITE_FULL:
		return &Error{code: "store.full", message: "the disk of the data directory is full", hint: "Free some space; nothing was changed.", cause: err}
	case sqlite3.SQLITE_CONSTRAINT:
		return &Error{code: "store.conflict", message: "the store refuses it: " + constraint(e.Error()), cause: errors.Join(ErrConflict, err)}
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return &Error{code: "store.damaged", message: "the database file is damaged or is none of ours", hint: "Restore it from a backup: crmsync restore.", cause: err}
	}
	return err
}

// constraint returns the part of SQLite's message that names the broken constraint.
func constraint(message string) string {
	_, after, found := strings.Cut(message, "constraint failed: ")
	if !found {
		return message
	}
	return after
}
