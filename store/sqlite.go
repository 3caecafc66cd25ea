package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks a database file as ours: "crms" in ASCII.
const applicationID = 0x63726d73

// sharedPragmas are in force on every connection. The busy time-out bounds how long another process's
// change is waited for; defensive mode keeps SQL from damaging the file.
const sharedPragmas = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_defensive=1&_dqs=0&_error_rc=1"

// writerPragmas are in force on the one connection that writes. SQLite's page cache is 48 MiB, which takes
// 96 MiB of memory: a page with its header is a little more than 4 KiB, and the allocator gives powers of two.
// An import of a million rows then peaks at 179 MiB; it takes 1.6 % more processor time with 40 MiB and peaks at 162,
// 4.5 % less with 64 MiB and peaks at 210. With 32 MiB it takes a seventh more. The WAL is
// checkpointed at 16,000 pages; synchronous FULL is what keeps a commit through a power cut.
const writerPragmas = "&_auto_vacuum=2&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)" +
	"&_pragma=wal_autocheckpoint(16000)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-49152)&_txlock=immediate"

const readerPragmas = "&mode=ro&_pragma=query_only(1)&_pragma=cache_size(-%d)"

// readCache is the page cache of one reader in KiB, unless Options say otherwise. What is not in it is in the
// system's.
const readCache = 8192

// What the pragmas must answer: a misspelt pragma is accepted silently, and a database on a network file
// system stays out of WAL mode.
var (
	writerReadBack = map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "auto_vacuum": "2", "busy_timeout": "10000",
		"wal_autocheckpoint": "16000", "journal_size_limit": "67108864", "cache_size": "-49152", "query_only": "0",
	}
	readerReadBack = map[string]string{"journal_mode": "wal", "query_only": "1", "foreign_keys": "1", "busy_timeout": "10000"}
)

func init() {
	// Any other open and close of the database file in this process would drop POSIX locks; where the
	// system has open-file-description locks they are used instead. It fails only where there are none.
	_, _ = sqlite.OFDLocking(true)
	sqlite.StrictPragmas(true)
	sqlite.MustRegisterDeterministicScalarFunction("folded", 1, foldedText) // for every connection opened from now on
}

// foldedText is SortName in SQL; what is no text, such as NULL, stays what it is.
func foldedText(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	if text, ok := args[0].(string); ok {
		return SortName(text), nil
	}
	return args[0], nil
}

func openWriter(ctx context.Context, file string) (*sql.DB, error) {
	if err := makeFile(file); err != nil {
		return nil, err
	}
	return openPool(ctx, file, writerPragmas, 1, writerReadBack)
}

func openReaders(ctx context.Context, file string, cache int) (*sql.DB, error) {
	if cache <= 0 {
		cache = readCache
	}
	readBack := maps.Clone(readerReadBack)
	readBack["cache_size"] = fmt.Sprint(-cache)
	return openPool(ctx, file, fmt.Sprintf(readerPragmas, cache), 4, readBack)
}

// makeFile makes an empty database file for its owner alone, unless there is one: SQLite would make it for
// everybody. The WAL takes the mode of the database.
func makeFile(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return &Error{code: "store.directory", message: "the data directory cannot be written: " + err.Error(), hint: "Name another with --dir.", cause: err}
	}
	return f.Close()
}

// openPool opens up to size connections to a database file and checks that one of them is set up as asked.
func openPool(ctx context.Context, file, pragmas string, size int, readBack map[string]string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+sharedPragmas+pragmas)
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", file, err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	for pragma, want := range readBack {
		got, err := readPragma(ctx, db, pragma)
		if err != nil {
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

// openPatience is how long another process that opens or closes the database at the same moment is waited for.
const openPatience = 10 * time.Second

// readPragma reads a pragma, the first one over a new connection. SQLite does not wait by itself for a process that is
// just setting up, or taking down, what both share.
func readPragma(ctx context.Context, db *sql.DB, pragma string) (string, error) {
	return backoff.Retry(ctx, func() (got string, err error) {
		if err = db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got); err != nil && !errors.Is(classify(err), ErrBusy) {
			err = backoff.Permanent(err)
		}
		return got, err
	}, backoff.WithBackOff(backoff.NewConstantBackOff(20*time.Millisecond)), backoff.WithMaxElapsedTime(openPatience))
}

// sqliteDialect is what SQLite does its own way.
type sqliteDialect struct{}

func (sqliteDialect) rebind(query string) string { return query }

func (sqliteDialect) indexed(index string) string { return " INDEXED BY " + index }

func (sqliteDialect) folded(expression string) string { return "folded(" + expression + ")" }

func (sqliteDialect) gooseName() string { return "sqlite3" }

// classify turns SQLite's errors into the store's.
func classify(err error) error {
	if err == nil {
		return nil
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &Error{code: "store.busy", message: "the store is busy: another process holds it", hint: "Try again; a backup or another command may be at work.", cause: errors.Join(ErrBusy, err)}
	case sqlite3.SQLITE_FULL:
		return full("the disk of the data directory is full", "Free some space; nothing was changed.", err)
	case sqlite3.SQLITE_CONSTRAINT:
		return &Error{code: "store.conflict", message: "the store refuses it: " + constraint(e.Error()), hint: "It goes against what is kept already.", cause: errors.Join(ErrConflict, err)}
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return &Error{code: "store.readonly", message: "the database file cannot be opened for writing", hint: "The data directory and the files in it must belong to the user who runs crmsync.", cause: err}
	case sqlite3.SQLITE_IOERR:
		return &Error{code: "store.disk", message: "the disk of the data directory reports an error", hint: "See the system's log. What was kept before is kept.", cause: err}
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return &Error{code: "store.damaged", message: "the database file is damaged or is none of ours", hint: "Restore the data directory from a backup.", cause: err}
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
