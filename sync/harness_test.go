package sync

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/store/baddisk"
	"crmsync/store/vault"
	"crmsync/sync/salesforce/orgsim"
)

// clock is a clock that a test moves by hand.
type clock struct {
	mu  gosync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock forward.
func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// harness is an engine over a store in a temporary directory, and a built-in
// org over loopback HTTP, under one clock.
type harness struct {
	t      testing.TB
	clock  *clock
	org    *orgsim.Org
	server *httptest.Server
	front  front // what the server's requests meet first
	store  *store.Store
	engine *Engine
	admin  Actor
	page   int // rows of a page of an import; 0 = the default
	// disk is what lies under the store, nil for one that never fails; ballast is what the engine keeps on it to finish with.
	disk    *baddisk.Disk
	ballast int64
	config  orgsim.Config // what the org is made of
}

// front hands requests to a handler that may be changed while the server runs.
type front struct{ handler atomic.Pointer[http.Handler] }

func (f *front) set(handler http.Handler) { f.handler.Store(&handler) }

func (f *front) now() http.Handler { return *f.handler.Load() }

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.now().ServeHTTP(w, r) }

// newHarness makes a harness that is not connected yet.
func newHarness(t testing.TB, config orgsim.Config) *harness {
	t.Helper()
	h := &harness{t: t, clock: newClock(), admin: Actor{Name: "ana", Role: RoleAdmin, Via: "test"}}
	config.Now = h.clock.Now
	if config.Contacts == 0 {
		config.Contacts = 60
	}
	config.AutoApprove = true
	org, err := orgsim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	h.org, h.config = org, config
	h.server = httptest.NewServer(&h.front)
	h.front.set(org.Handler())
	h.open(filepath.Join(t.TempDir(), "data"))
	t.Cleanup(func() {
		h.server.Close()
		if err := org.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// testKey is a fixed key; deriving one from a passphrase is slow on purpose.
func testKey() vault.Key {
	return vault.Key{Bytes: bytes.Repeat([]byte("k"), 32), Source: "test"}
}

// open opens store and engine in a directory.
func (h *harness) open(dir string) {
	h.t.Helper()
	key := testKey()
	opened, err := store.Open(h.t.Context(), store.Options{Dir: dir, Key: &key, Now: h.clock.Now, Free: h.free})
	if err != nil {
		h.t.Fatal(err)
	}
	h.store = opened
	h.t.Cleanup(func() { _ = opened.Close() })
	h.engine = h.another()
}

// free is the room of the disk.
func (h *harness) free(string) (int64, error) {
	if h.disk == nil {
		return 1 << 40, nil
	}
	return h.disk.Free(), nil
}

// another is a second engine over the same store, as after a restart.
func (h *harness) another() *Engine {
	h.t.Helper()
	engine, err := New(Options{Store: h.store, Now: h.clock.Now, Dir: h.store.Dir(), PageRows: h.page, Ballast: h.ballast, Random: func() float64 { return 0 },
		Sleep: func(ctx context.Context, d time.Duration) error { h.clock.Advance(d); return ctx.Err() }})
	if err != nil {
		h.t.Fatal(err)
	}
	return engine
}

// connect signs in with a fresh session and refresh token of the org.
func (h *harness) connect() ConnectReport {
	h.t.Helper()
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	report, err := h.engine.ConnectToken(h.t.Context(), h.admin, TokenSignIn{InstanceURL: credentials.InstanceURL, AccessToken: credentials.AccessToken,
		RefreshToken: credentials.RefreshToken, ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret})
	if err != nil {
		h.t.Fatalf("connect: %v (%s)", err, CodeOf(err))
	}
	return report
}

// connected is a harness that is connected and has imported once.
func connected(t testing.TB, config orgsim.Config) *harness {
	t.Helper()
	h := newHarness(t, config)
	h.connect()
	return h
}

// imports runs an import that has to succeed.
func (h *harness) imports(options ImportOptions) ImportReport {
	h.t.Helper()
	report, err := h.engine.Import(h.t.Context(), h.admin, options)
	if err != nil {
		h.t.Fatalf("import: %v (%s)", err, CodeOf(err))
	}
	for _, object := range report.Objects {
		if object.Error != nil {
			h.t.Fatalf("import of %s: %+v", object.Object, *object.Error)
		}
	}
	return report
}

// code fails the test unless err has the code.
func (h *harness) code(err error, code string) {
	h.t.Helper()
	if err == nil || CodeOf(err) != code {
		h.t.Fatalf("got %v (%s), want code %s", err, CodeOf(err), code)
	}
}

// filesOf reads every file of a directory.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
