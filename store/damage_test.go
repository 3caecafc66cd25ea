package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"crmsync/store/baddisk"
)

// One bit of a sealed text is flipped: reading it fails and says so, and everything else is served.
func TestFlippedBitOfASealedText(t *testing.T) {
	s := openTest(t)
	ids := addActivities(t, s, 3)
	if _, err := s.write.ExecContext(t.Context(), "UPDATE activity SET body = CAST(substr(body, 1, length(body) - 1) || x'00' AS BLOB) WHERE id = ? AND substr(body, -1) <> x'00'", ids[1]); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		_, err := s.Activity(t.Context(), id)
		if want := map[bool]string{true: "store.sealed"}[i == 1]; codeOf(err) != want {
			t.Errorf("activity %d: %v, want code %q", i, err, want)
		}
	}
	if page, err := s.Runs(t.Context(), "import", PageQuery{}); err != nil || len(page.Rows) != 0 {
		t.Errorf("other rows: %v", err)
	}
}

// A migration is cut off at any operation of the disk. The next start ends it, with the copy of what was there before.
func TestMigrationCutOff(t *testing.T) {
	for after := 0; after < 60; after += 15 {
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		makeOlder(t, dir)
		disk := baddisk.Under(t, dir)
		disk.FailAfter(after, baddisk.Broken)
		s, err := Open(t.Context(), Options{Dir: dir, Key: testKey()})
		if err == nil {
			_ = s.Close()
		}
		if failed := disk.Heal(); failed > 0 && err == nil {
			t.Logf("after %d: %d operations failed and nobody was told, which a checkpoint may", after, failed)
		}
		s = openIn(t, dir)
		if x, err := s.Setting(t.Context(), "old"); err != nil || x.Value != "kept" {
			t.Errorf("after %d: what was there before: %+v %v", after, x, err)
		}
		addSeat(t, s, "ana@acme.test") // of a later migration
		if copies, err := filepath.Glob(filepath.Join(dir, DatabaseFile+".before-*")); err != nil || len(copies) == 0 {
			t.Errorf("after %d: no copy was made: %v", after, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Readers that look at a big list for hours keep no transaction open between two pages: the log is written back
// in full and does not grow.
func TestIdleReadersHoldNothing(t *testing.T) {
	s := openTest(t)
	for n := 1; n <= 20; n++ {
		if err := putBatch(t, s, n); err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.Runs(t.Context(), "import", PageQuery{Limit: 20})
	if err != nil || page.Next == "" {
		t.Fatalf("the first page: %v", err)
	}
	for n := 21; n <= 60; n++ {
		if err := putBatch(t, s, n); err != nil {
			t.Fatal(err)
		}
	}
	var busy, inLog, moved int
	if err := s.write.QueryRowContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &inLog, &moved); err != nil || busy != 0 {
		t.Errorf("a reader is in the way of writing the log back: busy %d, %v", busy, err)
	}
	if info, err := os.Stat(filepath.Join(s.Dir(), DatabaseFile+"-wal")); err != nil && !errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != 0 {
		t.Errorf("the log is still there: %v %v", info, err)
	}
	if next, err := s.Runs(t.Context(), "import", PageQuery{Limit: 20, After: page.Next}); err != nil || len(next.Rows) != 20 {
		t.Errorf("the next page: %d rows, %v", len(next.Rows), err)
	}
}
