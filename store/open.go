package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"crmsync/store/vault"
)

// DatabaseFile is the name of the SQLite database in a data directory.
const DatabaseFile = "crmsync.db"

// Options say which store to open.
type Options struct {
	Dir string           // data directory; made, for its owner alone, when it does not exist
	Key *vault.Key       // key-encryption key; nil = vault.FindKey(KeyFile)
	Now func() time.Time // nil = time.Now

	KeyFile string // the key file of this machine's settings; the environment goes before it, "" = none is set

	// ReadCache is SQLite's page cache for each of the four readers in KiB; it takes twice as much memory, since
	// the allocator gives powers of two. 0 = 8,192. A program that only shows pages needs little.
	ReadCache int

	// MayMigrate is asked before an older schema is brought up to date; its error is what Open returns then, and nothing
	// is changed. nil = always.
	MayMigrate func() error

	Free func(dir string) (int64, error) // bytes that the disk under dir has free; nil = what the system says
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	dir     string
	dialect dialect
	write   *sql.DB // one connection
	read    *sql.DB
	vault   *vault.Vault
	now     func() time.Time
	free    func(dir string) (int64, error)
	may     func() error // Options.MayMigrate
	opened  os.FileInfo  // the database file that is open
	isShort atomic.Bool  // the ballast was given up here, and not made again since
	holding sync.Mutex   // while the ballast is made: an import and a writeback begin at once
	tallies outboxTallies
}

// Open opens the store in a data directory, making and migrating it as needed. A schema newer than this
// program is refused (code "store.newer"), and so is a key that is not the store's (code "store.key");
// nothing is changed then.
func Open(ctx context.Context, options Options) (*Store, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Free == nil {
		options.Free = freeBytes
	}
	if err := makePrivate(options.Dir); err != nil {
		return nil, err
	}
	key := options.Key
	if key == nil {
		found, err := vault.FindKey(options.KeyFile)
		if err != nil {
			return nil, err
		}
		key = &found
	}
	file := filepath.Join(options.Dir, DatabaseFile)
	if err := refuseLostKeyring(options.Dir, file); err != nil {
		return nil, err
	}
	v, _, err := vault.Open(options.Dir, *key)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: options.Dir, dialect: sqliteDialect{}, vault: v, now: options.Now, free: options.Free, may: options.MayMigrate, tallies: outboxTallies{turn: make(chan struct{}, 1)}}
	err = s.orFull(s.openFiles(ctx, file, options))
	if errors.Is(err, ErrFull) {
		if _, given := s.giveUpBallast(); given {
			err = s.orFull(s.openFiles(ctx, file, options))
		}
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// leastToOpen is what the disk must have free for a store to be opened: the index of its log, and some more.
const leastToOpen = 256 << 10

// orFull names a failure to open a store on a disk without room for what it is: SQLite cannot make the index of its log
// there, and reports an error of the disk.
func (s *Store) orFull(err error) error {
	var failed *Error
	if !errors.As(err, &failed) || failed.code != "store.disk" {
		return err
	}
	if free, unknown := s.free(s.dir); unknown != nil || free >= leastToOpen {
		return err
	}
	return full("the disk of the data directory is full: the store cannot even be opened", "Free some space; what was kept before is kept.", err)
}

// openFiles opens the database, making and migrating it as needed.
func (s *Store) openFiles(ctx context.Context, file string, options Options) (err error) {
	if s.write, err = openWriter(ctx, file); err != nil {
		return err
	}
	if err := s.migrate(ctx, file); err != nil {
		return errors.Join(err, s.write.Close())
	}
	if s.read, err = openReaders(ctx, file, options.ReadCache); err != nil {
		return errors.Join(err, s.write.Close())
	}
	if s.opened, err = os.Stat(file); err != nil {
		return errors.Join(fmt.Errorf("reading the database file: %w", err), s.Close())
	}
	return nil
}

// stillThere refuses to go on with a database that a restore has moved aside since it was opened: what is kept in it now
// nobody would find again (code "store.replaced").
func (s *Store) stillThere() error {
	if now, err := os.Stat(filepath.Join(s.dir, DatabaseFile)); err == nil && os.SameFile(s.opened, now) {
		return nil
	}
	return &Error{code: "store.replaced", message: "another store was put in the place of this one: end this and start again",
		hint: "A backup was restored since, or the file of the database was moved. Nothing was changed in " + s.dir + "."}
}

// Close ends the store. It must not be in use any more.
func (s *Store) Close() error {
	_, err := s.write.Exec("PRAGMA optimize")
	return errors.Join(err, s.read.Close(), s.write.Close())
}

// Dir returns the data directory.
func (s *Store) Dir() string { return s.dir }

// Now returns the store's time, in UTC and whole milliseconds, as it would be kept.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// NewID returns a new id for a row of ours: a UUIDv7, so that ids sort by the time they were made.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// makePrivate makes dir for its owner alone, and refuses one that others may read.
func makePrivate(dir string) error {
	if dir == "" {
		return &Error{code: "store.directory", message: "no data directory was named", hint: "Name one with --dir."}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &Error{code: "store.directory", message: "the data directory cannot be made: " + err.Error(), hint: "Name another with --dir.", cause: err}
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("reading the data directory: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return &Error{
			code:    "store.permissions",
			message: fmt.Sprintf("the data directory %s can be read by others (mode %04o)", dir, info.Mode().Perm()),
			hint:    "Take their access away: chmod 700 " + dir,
		}
	}
	return nil
}

// refuseLostKeyring stops a new keyring from being made beside a database that was sealed with another.
func refuseLostKeyring(dir, database string) error {
	_, noDatabase := os.Stat(database)
	_, noKeyring := os.Stat(filepath.Join(dir, vault.KeyringFile))
	if noDatabase == nil && errors.Is(noKeyring, os.ErrNotExist) {
		return &Error{
			code:    "store.keyring",
			message: fmt.Sprintf("%s is missing beside %s: what is sealed in it cannot be opened", vault.KeyringFile, database),
			hint:    "Put the keyring back from the backup of this database.",
		}
	}
	return nil
}
