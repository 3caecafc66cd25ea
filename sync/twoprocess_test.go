package sync

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// TestProcessesNeverWorkAtOnce starts processes that ask for match runs and imports on one store at the same moment: each gets what
// it asked for, nothing is cut short, and no two runs overlap but an import and the match run that is part of it.
func TestProcessesNeverWorkAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	h, _ := peopled(t, orgsim.Config{Contacts: 100})
	h.clock.Advance(24 * time.Hour)
	before := len(allRuns(t, h))
	now, since := h.clock.Now(), time.Now()
	kinds := []JobKind{JobMatch, JobMatch, JobImport}
	children, said := make([]*exec.Cmd, len(kinds)), make([]bytes.Buffer, len(kinds))
	for i, kind := range kinds {
		order, err := json.Marshal(crashOrder{Dir: h.store.Dir(), Now: now, Since: since, Jobs: []JobKind{kind}, Times: 2})
		if err != nil {
			t.Fatal(err)
		}
		children[i] = exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashChild$")
		children[i].Env = append(os.Environ(), crashOrderName+"="+string(order))
		children[i].Stdout, children[i].Stderr = &said[i], os.Stderr
		if err := children[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	for i, child := range children {
		if err := child.Wait(); err != nil || strings.Contains(said[i].String(), saidError) {
			t.Errorf("%s: %v %s", kinds[i], err, said[i].String())
		}
	}
	runs := allRuns(t, h)[before:]
	// An import has a match run of its own; what two asked for before it began is done once.
	if least, most := 2+2*2, 4+2*2; len(runs) < least || len(runs) > most {
		t.Errorf("%d runs, of %d to %d that were asked for", len(runs), least, most)
	}
	var last store.Run
	for _, run := range runs {
		if run.State != store.RunDone {
			t.Errorf("%s %s: %s %s", run.Kind, run.ID, run.State, run.ErrorText)
		}
		isPart := run.Kind == string(JobMatch) && last.Kind == string(JobImport) && !run.EndedAt.After(last.EndedAt)
		if run.StartedAt.Before(last.EndedAt) && !isPart {
			t.Errorf("a %s began at %v, before the %s of %v ended at %v", run.Kind, run.StartedAt, last.Kind, last.StartedAt, last.EndedAt)
		}
		if !isPart {
			last = run
		}
	}
}

// allRuns are the import and match runs in the order in which they began.
func allRuns(t *testing.T, h *harness) []store.Run {
	t.Helper()
	var runs []store.Run
	for _, kind := range []JobKind{JobImport, JobMatch} {
		page, err := h.store.Runs(t.Context(), string(kind), store.PageQuery{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		runs = append(runs, page.Rows...)
	}
	slices.SortFunc(runs, func(a, b store.Run) int { return strings.Compare(a.ID, b.ID) })
	return runs
}
