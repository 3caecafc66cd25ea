package store

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"crmsync/store/vault"
)

// TestAnOlderStoreIsCopiedAndMigrated opens a store that has the first migration only.
func TestAnOlderStoreIsCopiedAndMigrated(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	makeOlder(t, dir)
	s := openIn(t, dir)
	if x, err := s.Setting(t.Context(), "old"); err != nil || x.Value != "kept" {
		t.Errorf("what was there before: %+v %v", x, err)
	}
	addSeat(t, s, "ana@acme.test") // of a later migration
	copies, err := filepath.Glob(filepath.Join(dir, DatabaseFile+".before-*"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies: %v %v", copies, err)
	}
	if info, err := os.Stat(copies[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v (%v)", info.Mode(), err)
	}
	old := openPlain(t, copies[0], "")
	var version, tables int
	if err := old.QueryRow("SELECT max(version_id) FROM goose_db_version").Scan(&version); err != nil || version != 1 {
		t.Errorf("the copy has schema %d (%v)", version, err)
	}
	if err := old.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'seat'").Scan(&tables); err != nil || tables != 0 {
		t.Errorf("the copy was migrated (%v)", err)
	}
	s.Close()
	openIn(t, dir) // nothing is left to do, and to copy
	if again, _ := filepath.Glob(filepath.Join(dir, DatabaseFile+".before-*")); len(again) != 1 {
		t.Errorf("copies after opening again: %v", again)
	}
}

// Who says no is obeyed: the older schema stays as it is, and no copy is made.
func TestAnOlderStoreStaysUnderAnOlderEngine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	makeOlder(t, dir)
	busy := &Error{code: "store.older_engine", message: "an older engine is at work"}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey(), MayMigrate: func() error { return busy }}); codeOf(err) != "store.older_engine" {
		t.Fatalf("opened: %v", err)
	}
	if copies, _ := filepath.Glob(filepath.Join(dir, DatabaseFile+".before-*")); len(copies) > 0 {
		t.Errorf("copied: %v", copies)
	}
	asked := false
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey(), MayMigrate: func() error { asked = true; return nil }})
	if err != nil || !asked {
		t.Fatalf("asked %v: %v", asked, err)
	}
	s.Close()
	s, err = Open(t.Context(), Options{Dir: dir, Key: testKey(), MayMigrate: func() error { return busy }})
	if err != nil {
		t.Fatalf("a store that is up to date needs no leave: %v", err)
	}
	s.Close()
}

func makeOlder(t *testing.T, dir string) {
	t.Helper()
	text, err := fs.ReadFile(migrationFiles, "migrations/00001_imported.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := vault.Open(dir, *testKey()); err != nil {
		t.Fatal(err)
	}
	db, err := openWriter(t.Context(), filepath.Join(dir, DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, fstest.MapFS{"00001_imported.sql": {Data: text}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO setting VALUES ('old', 'kept', 1, 0, '')"); err != nil {
		t.Fatal(err)
	}
}

// TestSchemaIsPortable holds the migrations to what both engines read: three types, no clock and no rowid.
func TestSchemaIsPortable(t *testing.T) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(migrationFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(" \n\t(),;", r) }) {
			switch word {
			case "INTEGER", "INT", "REAL", "BLOB", "BOOLEAN", "VARCHAR", "TIMESTAMP", "DATETIME", "AUTOINCREMENT", "ROWID", "WITHOUT", "STRICT", "CURRENT_TIMESTAMP", "PRAGMA":
				t.Errorf("%s says %s, which the engines do not share", file, word)
			}
		}
	}
}
