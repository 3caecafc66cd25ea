package store

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"
)

// TestDriverIsThePinnedPair holds the driver and the C library it was translated with to the pair that was
// measured: modernc.org/libc must be exactly what modernc.org/sqlite asks for, and updating all modules
// would break that. A test binary does not know its modules (debug.ReadBuildInfo), so the go tool is asked.
func TestDriverIsThePinnedPair(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go tool is not here")
	}
	out, err := exec.CommandContext(t.Context(), tool, "list", "-m", "-f", "{{.Version}} {{.Replace}} {{.GoMod}}", "modernc.org/sqlite", "modernc.org/libc").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for i, want := range []string{"v1.61.1 <nil> ", "v1.79.0 <nil> "} {
		if len(lines) != 2 || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("got %q, want %q: update both together, and run every test of the store", lines, want)
		}
	}
	_, wants, _ := strings.Cut(lines[0], "<nil> ")
	text, err := os.ReadFile(wants)
	if err != nil || !strings.Contains(string(text), "modernc.org/libc v1.79.0\n") {
		t.Errorf("modernc.org/sqlite asks for another modernc.org/libc than v1.79.0 (%v)", err)
	}
}

func TestPragmasAreReadBack(t *testing.T) {
	s := openTest(t)
	for pool, db := range map[string]*sql.DB{"writer": s.write, "readers": s.read} {
		want := readerReadBack
		if pool == "writer" {
			want = writerReadBack
		}
		for pragma, value := range want {
			var got string
			if err := db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != value {
				t.Errorf("%s: %s = %s, want %s (%v)", pool, pragma, got, value, err)
			}
		}
	}
	if _, err := s.read.ExecContext(t.Context(), "DELETE FROM setting"); err == nil {
		t.Error("a reader may write")
	}
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema"); err == nil {
		t.Error("SQL may damage the schema")
	}
	var id int
	if err := s.read.QueryRowContext(t.Context(), "PRAGMA application_id").Scan(&id); err != nil || id != applicationID {
		t.Errorf("application_id = %#x (%v)", id, err)
	}
}

func TestOpenRefusesPragmasThatDoNotHold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	_, err := openPool(t.Context(), file, "&_pragma=journal_mode(DELETE)", 1, map[string]string{"journal_mode": "wal"})
	if codeOf(err) != "store.pragma" {
		t.Errorf("got %v", err)
	}
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error { return tx.PutSetting("a", "b", "ana") })
	entries, err := os.ReadDir(s.Dir())
	if err != nil || len(entries) < 3 {
		t.Fatalf("%v %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", e.Name(), info.Mode(), err)
		}
	}
}

func TestOpenFilesThatCannotServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openIn(t, dir)
	s.Close()
	file := filepath.Join(dir, DatabaseFile)
	if err := os.WriteFile(file, []byte("this is no database, but it is long enough to be one that was damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.damaged" {
		t.Errorf("a damaged file: %v", err)
	}
	if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o700)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.readonly" {
		t.Errorf("a directory in place of the database: %v", err)
	}
	if _, err := Open(t.Context(), Options{Key: testKey()}); codeOf(err) != "store.directory" {
		t.Errorf("no directory named: %v", err)
	}
}

// TestLocksSurviveAnotherOpenOfTheFile opens and closes the database file while a change is under way. POSIX
// locks would be dropped by that, and a second process could write into the middle of the change.
func TestLocksSurviveAnotherOpenOfTheFile(t *testing.T) {
	if runtime.GOOS != "linux" || !sqlite.OFDLockingEnabled() {
		t.Skip("no open-file-description locks here")
	}
	file := filepath.Join(t.TempDir(), "a.db")
	db := openPlain(t, file, "&_txlock=immediate")
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE x (a)"); err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	other := secondProcess(t, "write", file)
	if out, err := other.CombinedOutput(); err != nil || string(out) != "store.busy" {
		t.Errorf("another process wrote into a change that was under way: %q %v", out, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	other = secondProcess(t, "write", file)
	if out, err := other.CombinedOutput(); err != nil || string(out) != "written" {
		t.Errorf("after the change: %q %v", out, err)
	}
}

// openPlain opens a database in rollback mode, whose locks are on the database file itself.
func openPlain(t testing.TB, file, more string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(200)"+more)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func secondProcess(t testing.TB, role, place string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), "CRMSYNC_TEST_PROCESS="+role, "CRMSYNC_TEST_PLACE="+place)
	return c
}

func TestErrorsOfTheStore(t *testing.T) {
	cause := errors.New("cause")
	e := &Error{code: "store.x", message: "it failed", hint: "Try.", cause: cause}
	if e.Error() != "it failed" || e.Code() != "store.x" || e.Hint() != "Try." || !errors.Is(e, cause) {
		t.Errorf("%+v", e)
	}
	if got := classify(fs.ErrClosed); got != fs.ErrClosed {
		t.Errorf("an error of another kind became %v", got)
	}
}

// TestBusyStore writes while another process's connection holds the store: the error says so, in time.
func TestBusyStore(t *testing.T) {
	s := openTest(t)
	other, err := openPool(t.Context(), filepath.Join(s.Dir(), DatabaseFile), writerPragmas, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	held, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	if err := s.writeOnce(t.Context(), func(*Tx) error { return nil }); !errors.Is(err, ErrBusy) || codeOf(err) != "store.busy" {
		t.Errorf("got %v, want busy", err)
	}
	released := time.AfterFunc(50*time.Millisecond, func() { held.Rollback() })
	defer released.Stop()
	write(t, s, func(tx *Tx) error { return tx.PutSetting("a", "b", "ana") }) // it waits, and tries again
}

func TestErrorsToLookForHaveCodes(t *testing.T) {
	for err, code := range map[error]string{ErrNotFound: "store.not_found", ErrStale: "store.stale", ErrBusy: "store.busy", ErrConflict: "store.conflict", ErrLost: "store.lost"} {
		if codeOf(err) != code || !errors.Is(err, err) {
			t.Errorf("%v has code %q, want %q", err, codeOf(err), code)
		}
	}
}
