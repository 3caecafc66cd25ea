package store

import (
	"errors"

	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"crmsync/store/baddisk"
)

// cuts is how many times the power goes; the environment asks for more: CRMSYNC_TEST_CUTS=1000.
var cuts = func() int {
	if n, err := strconv.Atoi(os.Getenv("CRMSYNC_TEST_CUTS")); err == nil {
		return n
	}
	return 24
}()

// templateDir is a migrated store, closed. Making one takes longer than any of these tests' steps.
func templateDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "template")
	if err := openIn(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// copyDir copies a closed store.
func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// runsPerBatch is how many rows a batch adds in one transaction.
const runsPerBatch = 8

// putBatch adds rows and moves a mark with them, in one transaction, as an import does with a page and its cursor.
func putBatch(t *testing.T, s *Store, n int) error {
	return s.Write(t.Context(), func(tx *Tx) error {
		for i := range runsPerBatch {
			if err := tx.PutRun(Run{ID: fmt.Sprintf("%06d-%d", n, i), Kind: "import", State: RunDone, Summary: fmt.Sprintf("%0300d", n), StartedAt: clock}); err != nil {
				return err
			}
		}
		return tx.PutSecret("mark", []byte(strconv.Itoa(n)))
	})
}

// putBatches adds batches, with a checkpoint now and then, and returns the last that was acknowledged.
func putBatches(t *testing.T, s *Store, from, to int) (acknowledged int, err error) {
	acknowledged = from - 1
	for n := from; n <= to; n++ {
		if err := putBatch(t, s, n); err != nil {
			return acknowledged, err
		}
		acknowledged = n
		if n%5 == 0 {
			if _, err := s.write.ExecContext(t.Context(), "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
				return acknowledged, classify(err)
			}
		}
	}
	return acknowledged, nil
}

// foundBatch returns the batch that a store ends with, and fails the test unless the file is sound and the
// rows go exactly up to the mark.
func foundBatch(t *testing.T, s *Store) int {
	t.Helper()
	var verdict string
	if err := s.read.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %q %v", verdict, err)
	}
	mark := 0
	text, err := s.Secret(t.Context(), "mark")
	if err == nil {
		mark, err = strconv.Atoi(string(text))
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		t.Fatal(err)
	}
	var rows, last int
	if err := s.read.QueryRowContext(t.Context(), "SELECT count(*), coalesce(max(id), '000000') FROM run").Scan(&rows, new(string)); err != nil {
		t.Fatal(err)
	}
	if last = mark * runsPerBatch; rows != last {
		t.Fatalf("%d rows for the mark %d: half a batch was kept", rows, mark)
	}
	return mark
}

// Every write and every sync fails from the Nth operation on, for every N. The error has a code, what was acknowledged is there,
// no half batch is, and when the disk works again the same process goes on.
func TestDisk_failsFromTheNthOperation(t *testing.T) {
	template := templateDir(t)
	for failure, code := range map[baddisk.Failure]string{baddisk.Broken: "store.disk", baddisk.Full: "store.full"} {
		met := 0
		for n := 0; n < 90; n += 3 {
			dir := copyDir(t, template)
			disk := baddisk.Under(t, dir)
			s := openIn(t, dir)
			disk.FailAfter(n, failure)
			acknowledged, err := putBatches(t, s, 1, 30)
			if disk.Heal() > 0 {
				met++
				if codeOf(err) != code {
					t.Fatalf("%d: from operation %d on: %v (%s), want %s", failure, n, err, codeOf(err), code)
				}
			}
			found := foundBatch(t, s)
			if found != acknowledged && (err == nil || found != acknowledged+1) { // what reported an error may have been kept
				t.Fatalf("%d: from operation %d on: %d acknowledged, %d found, %v", failure, n, acknowledged, found, err)
			}
			if _, err := putBatches(t, s, found+1, found+3); err != nil {
				t.Fatalf("%d: from operation %d on: it cannot go on: %v", failure, n, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if met == 0 {
			t.Errorf("failure %d was never met", failure)
		}
	}
}

// The power goes while batches are written: of what was not synced some is lost, reordered or torn. What was acknowledged is
// there all the same, since every commit is synced.
func TestDisk_powerCut(t *testing.T) {
	template := templateDir(t)
	for cut := range cuts {
		if acknowledged, found := cutPower(t, template, cut, "FULL"); found != acknowledged {
			t.Fatalf("cut %d: %d acknowledged, %d found", cut, acknowledged, found)
		}
	}
	lost := 0 // the disk does lose what is not synced
	for cut := range cuts / 2 {
		if acknowledged, found := cutPower(t, template, cut, "NORMAL"); found < acknowledged {
			lost++
		}
	}
	if lost == 0 {
		t.Error("no power cut lost anything although nothing was synced")
	}
}

// cutPower writes batches with syncing as the mode says, lets the power go, and returns what was acknowledged and what is found.
func cutPower(t *testing.T, template string, seed int, mode string) (acknowledged, found int) {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(seed), 42))
	dir := copyDir(t, template)
	disk := baddisk.Under(t, dir)
	s := openIn(t, dir)
	if _, err := s.write.ExecContext(t.Context(), "PRAGMA synchronous = "+mode); err != nil {
		t.Fatal(err)
	}
	acknowledged, err := putBatches(t, s, 1, 1+random.IntN(30))
	if err != nil {
		t.Fatal(err)
	}
	left := copyDir(t, template) // for the keyring
	if err := disk.PowerCut(left, random); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return acknowledged, foundBatch(t, openIn(t, left))
}

// The log is cut off, filled with rubbish or has a torn sector. What is left is a beginning of what was committed.
func TestDisk_damagedLog(t *testing.T) {
	template := templateDir(t)
	dir := copyDir(t, template)
	s := openIn(t, dir)
	const batches = 12
	for n := 1; n <= batches; n++ {
		if err := putBatch(t, s, n); err != nil {
			t.Fatal(err)
		}
	}
	base, err1 := os.ReadFile(filepath.Join(dir, DatabaseFile))
	log, err2 := os.ReadFile(filepath.Join(dir, DatabaseFile+"-wal"))
	if err := errors.Join(err1, err2); err != nil || len(log) == 0 {
		t.Fatalf("%d bytes of log, %v", len(log), err)
	}
	seen := map[int]bool{}
	for i := range 30 {
		random := rand.New(rand.NewPCG(uint64(i), 7))
		at := random.IntN(len(log))
		damaged := append([]byte(nil), log...)
		switch i % 3 {
		case 0:
			damaged = damaged[:at]
		case 1:
			for j := at; j < len(damaged); j++ {
				damaged[j] = byte(random.Uint32())
			}
		case 2:
			clear(damaged[at:min(at+512, len(damaged))])
		}
		left := copyDir(t, template)
		err1 := os.WriteFile(filepath.Join(left, DatabaseFile), base, 0o600)
		err2 := os.WriteFile(filepath.Join(left, DatabaseFile+"-wal"), damaged, 0o600)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		seen[foundBatch(t, openIn(t, left))] = true
	}
	if len(seen) < 4 {
		t.Errorf("the damage shows nothing: the batches %v were found", seen)
	}
}
