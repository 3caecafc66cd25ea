package sync

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// crashRounds is how often the importing process is killed:
// go test ./sync -run Crash -rounds 10000.
var crashRounds = flag.Int("rounds", 6, "how often the crash tests kill the engine")

// crashDir tells a child process which store to import into.
const crashDir = "CRMSYNC_TEST_CRASH_DIR"

// TestCrashChild is the process that is killed: it imports again and again.
func TestCrashChild(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		t.Skip("runs as the child of TestCrash_import")
	}
	key := testKey()
	opened, err := store.Open(context.Background(), store.Options{Dir: dir, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := New(Options{Store: opened, Dir: dir, PageRows: 40})
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := engine.Request(context.Background(), Actor{Name: "ana", Role: RoleAdmin}, JobImport, ImportOptions{Full: true}, true); err != nil {
			t.Fatal(err)
		}
	}
}

// The importing process is killed at random moments (kill -9). Whatever it was
// doing, the next import ends with the store equal to the org, and no watermark
// was ever ahead of its rows.
func TestCrash_import(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	h := newHarness(t, orgsim.Config{Contacts: 400})
	h.clock.now = time.Now().UTC().Truncate(time.Second)
	h.page = 40
	h.engine = h.another()
	h.connect()
	dir := h.store.Dir()
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for round := range *crashRounds {
		child := exec.Command(os.Args[0], "-test.run", "^TestCrashChild$")
		child.Env = append(os.Environ(), crashDir+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		// Not a wait for something to happen, but the moment of the kill.
		time.Sleep(time.Duration(250+rand.IntN(700)) * time.Millisecond)
		if err := child.Process.Kill(); err != nil {
			t.Fatalf("round %d: the child ended by itself: %v", round, err)
		}
		_ = child.Wait()
	}
	h.open(dir)
	for _, object := range objectNames {
		state, err := h.store.ImportState(t.Context(), object)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := h.store.CountRecords(t.Context(), object); err != nil || (!state.Watermark.IsZero() && n == 0) {
			t.Errorf("%s: the watermark is ahead of %d rows, %v", object, n, err)
		}
	}
	if n := h.runs(JobImport); n < *crashRounds/2 {
		t.Errorf("only %d imports were begun in %d rounds: the kills came too early to show anything", n, *crashRounds)
	}
	h.imports(ImportOptions{})
	h.equalToOrg()
	if files, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(files) == 0 {
		t.Errorf("the data directory is empty: %v", err)
	}
}
