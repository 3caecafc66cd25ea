//go:build unix

package sync

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	gosync "sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// stopped is a process that SIGSTOP has caught in the middle of an import: the first page of the contacts is on its way
// to it, and the objects before them are in the store.
type stopped struct {
	*harness
	child *exec.Cmd
	said  bytes.Buffer
}

// stoppedImport starts a process that imports, and stops it. Ten minutes later, by the clock of everybody else, its
// lease has long ended.
func stoppedImport(t *testing.T, h *harness, alone bool) *stopped {
	t.Helper()
	if testing.Short() {
		t.Skip("starts processes")
	}
	order, err := json.Marshal(crashOrder{Dir: h.store.Dir(), Now: h.clock.Now(), Jobs: []JobKind{JobImport}, Times: 1, Page: 15, Alone: alone})
	if err != nil {
		t.Fatal(err)
	}
	s := &stopped{harness: h, child: exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashChild$")}
	s.child.Env = append(os.Environ(), crashOrderName+"="+string(order))
	s.child.Stdout, s.child.Stderr = &s.said, os.Stderr

	begun := make(chan struct{})
	pages, org := h.atContacts("/results", func() {
		<-begun
		s.stop() // before the answer lets it go on
	})
	if err := s.child.Start(); err != nil {
		t.Fatal(err)
	}
	close(begun)
	select {
	case <-pages:
	case <-time.After(5 * time.Minute):
		t.Fatalf("the process never came to the contacts: %s", s.said.String())
	}
	h.front.set(org)
	h.clock.Advance(10 * time.Minute)
	return s
}

// atContacts calls back once, in the middle of the first request for an address that ends so since an import came to the
// contacts. It returns what is closed then, and the handler that was there before.
func (h *harness) atContacts(suffix string, call func()) (reached chan struct{}, before http.Handler) {
	reached, before = make(chan struct{}), h.front.now()
	var came atomic.Bool
	var once gosync.Once
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/sobjects/Contact/describe") {
			came.Store(true)
		}
		if strings.HasSuffix(r.URL.Path, suffix) && came.Load() {
			once.Do(func() {
				call()
				close(reached)
			})
		}
		before.ServeHTTP(w, r)
	}))
	return reached, before
}

// has tells whether the store has records of an object.
func (h *harness) has(object string) bool {
	n, err := h.store.CountRecords(h.t.Context(), object)
	if err != nil {
		h.t.Error(err)
	}
	return n > 0
}

func (s *stopped) signal(which syscall.Signal) {
	if err := s.child.Process.Signal(which); err != nil {
		s.t.Error(err)
	}
}

// stop stops the process where it does not hold the store: one that is stopped while it writes keeps the store from
// everybody, and it may be renewing its lease just then.
func (s *stopped) stop() {
	for {
		s.signal(syscall.SIGSTOP)
		s.awaitStop()
		err := s.store.Write(s.t.Context(), func(*store.Tx) error { return nil })
		if err == nil {
			return
		}
		if !errors.Is(err, store.ErrBusy) {
			s.t.Error(err)
			return
		}
		s.signal(syscall.SIGCONT)
	}
}

// awaitStop waits until the process stands still: one of its threads has to run once for that.
func (s *stopped) awaitStop() {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(s.child.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
		s.t.Errorf("the process has not stopped: %v, %v", status, err)
	}
}

// goesOn lets the process go on, and returns what it said by its end.
func (s *stopped) goesOn() string {
	s.t.Helper()
	s.signal(syscall.SIGCONT)
	if err := s.child.Wait(); err != nil {
		s.t.Errorf("the process ended with %v", err)
	}
	return s.said.String()
}

// importRunsOf returns the import runs, the newest first.
func (s *stopped) importRuns() []store.Run {
	s.t.Helper()
	page, err := s.store.Runs(s.t.Context(), string(JobImport), store.PageQuery{Limit: 10})
	if err != nil {
		s.t.Fatal(err)
	}
	return page.Rows
}

// An engine that is stopped keeps its store, however long it takes: nobody works beside it. What is asked for waits,
// and the import goes on where it stood.
func TestStopped_theEngineKeepsItsStore(t *testing.T) {
	s := stoppedImport(t, connected(t, orgsim.Config{Contacts: 90}), false)
	s.code(s.engine.RunDue(t.Context()), "engine.locked")
	outcome, err := s.engine.Request(t.Context(), s.admin, JobImport, ImportOptions{}, false)
	if err != nil || !outcome.Handed || s.has("Contact") {
		t.Fatalf("the import was not left to the engine: %+v, %v", outcome, err)
	}
	if said := s.goesOn(); strings.Contains(said, saidError) {
		t.Errorf("the import did not go on: %s", said)
	}
	runs := s.importRuns()
	if len(runs) != 1 || runs[0].State != store.RunDone {
		t.Fatalf("runs %+v", runs)
	}
	s.equalToOrg()
	if err := s.engine.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if runs = s.importRuns(); len(runs) != 2 || runs[0].State != store.RunDone {
		t.Fatalf("what was asked for was not done: %+v", runs)
	}
	objects, err := s.store.RunObjects(t.Context(), runs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		if object.Inserted+object.Updated != 0 {
			t.Errorf("%s was read twice: %+v", object.Object, object)
		}
	}
}

// Where several engines share a store, another takes the import over once the lease has ended, and goes on where it
// stood. The first, when it wakes, changes nothing any more.
func TestStopped_anotherTakesOver(t *testing.T) {
	h := connected(t, orgsim.Config{Contacts: 90})
	s := stoppedImport(t, h, true)
	second, err := New(Options{Store: h.store, Now: h.clock.Now, PageRows: 15, Random: func() float64 { return 0 }, Sleep: h.engine.sleep})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.equalToOrg()
	before, states := s.live("Contact"), s.importStates()
	if said := s.goesOn(); !strings.Contains(said, saidError+"store.lost ") {
		t.Errorf("the first said %q", said)
	}
	runs := s.importRuns()
	if len(runs) != 2 || runs[0].State != store.RunDone || runs[1].State != store.RunFailed || runs[1].ErrorCode != "store.lost" {
		t.Errorf("runs %+v", runs)
	}
	if after := s.importStates(); after != states {
		t.Errorf("the first moved how far the import got:\n%s\n%s", states, after)
	}
	for id, text := range s.live("Contact") {
		if before[id] != text {
			t.Errorf("the first changed %s", id)
		}
	}
	job, err := s.store.Job(t.Context(), string(JobImport))
	if err != nil || job.LastRun != runs[0].ID || job.Owner != "" {
		t.Errorf("job %+v, %v", job, err)
	}
	s.equalToOrg()
}

// importStates is how far every object has been imported, as text.
func (h *harness) importStates() string {
	h.t.Helper()
	var all []store.ImportState
	for _, object := range objectNames {
		state, err := h.store.ImportState(h.t.Context(), object)
		if err != nil {
			h.t.Fatal(err)
		}
		all = append(all, state)
	}
	text, err := json.Marshal(all)
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}

// A purge does not wait for an engine that is stopped in the middle of an import, and that one brings nothing back.
func TestStopped_purgedMeanwhile(t *testing.T) {
	s := stoppedImport(t, connected(t, orgsim.Config{Contacts: 90}), false)
	s.purges(JobImport)
	if said := s.goesOn(); !strings.Contains(said, saidError+"store.lost ") {
		t.Errorf("the import said %q", said)
	}
	s.leftNothing()
}
