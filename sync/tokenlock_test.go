package sync

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Several processes that find the session ended at the same moment renew it once: an org that rotates refresh tokens
// takes the second use of one for theft, and ends everything.
func TestRefresh_severalProcesses(t *testing.T) {
	const processes = 4
	h := connected(t, orgsim.Config{})
	h.clock.Advance(3 * time.Hour) // the access token lives two
	var refreshes, asked atomic.Int32
	refused := make(chan struct{})
	before := h.front.now()
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
			refreshes.Add(1)
			<-refused // until everybody wants to
		} else if asked.Add(1) == processes {
			defer close(refused)
		}
		before.ServeHTTP(w, r)
	}))
	var running gosync.WaitGroup
	for range processes {
		engine := h.another()
		running.Go(func() {
			report, err := engine.Doctor(t.Context(), h.admin)
			if err != nil || !report.OK {
				t.Errorf("%+v, %v", report.Checks, err)
			}
		})
	}
	running.Wait()
	if refreshes.Load() != 1 {
		t.Errorf("the token was renewed %d times", refreshes.Load())
	}
	if connection, err := h.store.Connection(t.Context()); err != nil || connection.State != store.Connected {
		t.Errorf("%s, %v", connection.State, err)
	}
}

// Who waits for the lock of the sign-in can give up, and has it as soon as it is free.
func TestLockToken(t *testing.T) {
	s := tokenStore{dir: t.TempDir()}
	release, err := s.LockToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.LockToken(impatient); err == nil {
		t.Error("two have the lock")
	}
	got := make(chan error, 1)
	go func() {
		second, err := s.LockToken(t.Context())
		if err == nil {
			err = second()
		}
		got <- err
	}()
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Error(err)
	}
	if _, err := (tokenStore{dir: filepath.Join(s.dir, "gone")}).LockToken(t.Context()); err == nil {
		t.Error("a lock without a directory")
	}
}
