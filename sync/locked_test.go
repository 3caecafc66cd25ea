package sync

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"path/filepath"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// lock keeps the store from everybody, as another process does that writes, until the returned func is called.
func (h *harness) lock() (release func()) {
	h.t.Helper()
	other, err := sql.Open("sqlite", "file:"+filepath.Join(h.store.Dir(), store.DatabaseFile)+"?_pragma=busy_timeout(5000)&_txlock=immediate")
	if err != nil {
		h.t.Fatal(err)
	}
	held, err := other.BeginTx(context.WithoutCancel(h.t.Context()), nil)
	if err != nil {
		h.t.Error(err)
		return func() {}
	}
	return gosync.OnceFunc(func() {
		if err := errors.Join(held.Rollback(), other.Close()); err != nil {
			h.t.Error(err)
		}
	})
}

// Another process holds the store for a moment before each step of a cycle, which waits for it.
func TestStoreLockedDuringWriteback(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindNote, "a note")
	w.add(KindMessage, "a message")
	locked := map[string]bool{}
	cycle := withSteps(t.Context(), func(at string) error {
		if !locked[at] {
			locked[at] = true
			time.AfterFunc(30*time.Millisecond, w.lock())
		}
		return nil
	})
	report, err := w.engine.WritebackCycle(cycle, w.admin)
	if err != nil || report.Written != 2 || len(locked) < 3 {
		t.Errorf("%+v, locked at %v: %v (%s)", report, locked, err, CodeOf(err))
	}
	w.settleAll()
	w.once("Note", "a note")
	w.once("Task", "a message")
}

// Another process holds the store before a step of a cycle until that gives up, whichever step it is. Afterwards
// everything is written once, and nothing is stuck.
func TestStoreLockedUntilWritebackGivesUp_ExactlyOnce(t *testing.T) {
	for _, step := range writebackSteps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			w := writers(t, orgsim.Config{})
			w.add(KindNote, "a note")
			w.add(KindMessage, "a message")
			locked := false
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			cycle := withSteps(ctx, func(at string) error {
				if at == step && !locked {
					locked = true
					context.AfterFunc(ctx, w.lock())
					time.AfterFunc(30*time.Millisecond, cancel)
				}
				return nil
			})
			if _, err := w.engine.WritebackCycle(cycle, w.admin); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatalf("%v (%s)", err, CodeOf(err))
			}
			if !locked && step != stepSettled {
				t.Fatalf("the cycle did not come to the step %s", step)
			}
			cancel()
			w.settleAll()
			w.once("Note", "a note")
			w.once("Task", "a message")
			if counts, err := w.store.CountOutbox(t.Context()); err != nil || counts[store.OutboxSending] != 0 || counts[store.OutboxDoubtful] != 0 {
				t.Errorf("something is stuck: %v %v", counts, err)
			}
		})
	}
}

// Another process holds the store for a moment after every request of an import: it waits, and loses nothing.
func TestStoreLockedDuringAnImport(t *testing.T) {
	h := newHarness(t, orgsim.Config{Contacts: 60})
	h.page = 30
	h.engine = h.another()
	h.connect()
	before, locks := h.front.now(), atomic.Int32{}
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before.ServeHTTP(w, r)
		if locks.Add(1)%4 == 0 {
			time.AfterFunc(20*time.Millisecond, h.lock())
		}
	}))
	h.imports(ImportOptions{})
	if locks.Load() < 20 {
		t.Errorf("the store was locked after %d requests only", locks.Load())
	}
	h.equalToOrg()
}

// Two people who change one setting at once do not write over each other without knowing.
func TestSetting_changedMeanwhile(t *testing.T) {
	h := offline(t)
	seen := h.setting(SettingImportHours)
	h.must(h.engine.SetSettingSeen(t.Context(), h.admin, SettingImportHours, "6", &seen))
	_, err := h.engine.SetSettingSeen(t.Context(), h.admin, SettingImportHours, "8", &seen)
	h.code(err, "settings.changed")
	if got := h.setting(SettingImportHours); got != "6" {
		t.Errorf("it was written over: %s", got)
	}
	seen = "6"
	h.must(h.engine.SetSettingSeen(t.Context(), h.admin, SettingImportHours, "8", &seen))
	if got := h.setting(SettingImportHours); got != "8" {
		t.Errorf("after looking again it is %s", got)
	}
}
