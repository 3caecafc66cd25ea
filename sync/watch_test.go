package sync

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crmsync/sync/network"
	"crmsync/sync/salesforce/orgsim"
)

const watchedConnections = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nMax,Mustermann,https://www.linkedin.com/in/max,,ACME GmbH,CTO,05 Mar 2024\n"

// watchFolder is a harness with one seat and a folder that holds files below it.
func watchFolder(t *testing.T, files map[string]string) (*harness, string) {
	t.Helper()
	h := newHarness(t, orgsim.Config{})
	if _, err := h.engine.ImportNetwork(t.Context(), h.admin, NetworkRequest{Seat: "ana@example.com",
		Sources: []network.Source{network.Bytes("Connections.csv", []byte(strings.ReplaceAll(watchedConnections, "Max", "Eva")))}}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return h, dir
}

// filesBelow lists the regular files of a folder.
func filesBelow(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			name, _ := filepath.Rel(dir, path)
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWatchImportsAndMoves(t *testing.T) {
	h, dir := watchFolder(t, map[string]string{
		"ana@example.com/Connections.csv":      watchedConnections,
		"ana@example.com/broken.csv":           watchedConnections + "Eva,\"Muster,,,,,\n",
		"ana@example.com/late.csv.crdownload":  "half",
		"nobody@example.com/Connections.csv":   watchedConnections,
		"ana@example.com/done/Connections.csv": "was here before",
	})
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "ana@example.com", "link.csv")); err != nil {
		t.Fatal(err)
	}
	var seen []WatchedFile
	if err := h.engine.Watch(t.Context(), h.admin, WatchOptions{Dir: dir, Once: true}, func(f WatchedFile) { seen = append(seen, f) }); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"ana@example.com/Connections.csv": "", "ana@example.com/broken.csv": "network.quote", "nobody@example.com/Connections.csv": "seat.not_found",
	}
	if len(seen) != len(want) {
		t.Fatalf("took %d files: %+v", len(seen), seen)
	}
	for _, file := range seen {
		if code, known := want[file.File]; !known || file.Code != code || (code == "") != (file.Report != nil) {
			t.Errorf("%+v, want code %q", file, code)
		}
		if code := want[file.File]; code != "" {
			text, err := os.ReadFile(filepath.Join(dir, file.Moved+".error.txt"))
			if err != nil || !strings.Contains(string(text), code) {
				t.Errorf("beside %s stands %q, %v", file.Moved, text, err)
			}
		}
	}
	for _, name := range filesBelow(t, dir) {
		if folder := filepath.Base(filepath.Dir(name)); folder != watchDone && folder != watchFailed && !strings.HasSuffix(name, ".crdownload") {
			t.Errorf("%s was left where it was", name)
		}
	}
	if _, err := h.store.SeatByEmail(t.Context(), "nobody@example.com"); err == nil {
		t.Error("a folder made a seat")
	}
}

func TestWatchLeavesAGrowingFileAlone(t *testing.T) {
	h, dir := watchFolder(t, map[string]string{"ana@example.com/Connections.csv": watchedConnections[:80]})
	path := filepath.Join(dir, "ana@example.com", "Connections.csv")
	looks := 0
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tick := make(chan time.Time)
	h.engine.after = func(time.Duration) <-chan time.Time {
		if looks++; looks == 1 { // the rest arrives between the first two looks
			if err := os.WriteFile(path, []byte(watchedConnections), 0o600); err != nil {
				t.Error(err)
			}
		}
		go func() {
			select {
			case tick <- time.Time{}:
			case <-ctx.Done():
			}
		}()
		return tick
	}
	taken := 0
	err := h.engine.Watch(ctx, h.admin, WatchOptions{Dir: dir}, func(f WatchedFile) {
		taken = looks
		if f.Report == nil || f.Report.People != 1 {
			t.Errorf("took %+v", f)
		}
		cancel()
	})
	if err != nil || taken != 2 {
		t.Errorf("taken after %d looks, want 2: %v", taken, err)
	}
}

func TestWatchIsForAdmins(t *testing.T) {
	h, dir := watchFolder(t, nil)
	err := h.engine.Watch(t.Context(), Actor{Name: "mia", Role: RoleMember}, WatchOptions{Dir: dir, Once: true}, nil)
	if CodeOf(err) != "act.not_allowed" {
		t.Errorf("got %v", err)
	}
	if err := h.engine.Watch(t.Context(), h.admin, WatchOptions{Dir: dir + "/no", Once: true}, nil); CodeOf(err) != "watch.folder" {
		t.Errorf("got %v", err)
	}
}

func TestPortabilityImport(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.Query().Get("domain") != "CONNECTIONS" || r.URL.Query().Get("start") != "0" {
			http.Error(w, `{"message":"No data found for this domain and memberId."}`, http.StatusNotFound)
			return
		}
		w.Write([]byte(`{"elements":[{"snapshotDomain":"CONNECTIONS","snapshotData":[{"First Name":"Max","Last Name":"Mustermann","URL":"https://www.linkedin.com/in/max","Company":"ACME GmbH","Position":"CTO","Email Address":"","Connected On":"05 Mar 2024"}]}]}`))
	}))
	defer server.Close()
	request := PortabilityRequest{Seat: "ana@example.com", Token: "t", Host: server.URL}
	for round := range 2 {
		report, err := h.engine.ImportPortability(t.Context(), h.admin, request)
		if err != nil || report.People != 1 || report.Connections != 1 || report.NewPeople != 1-round {
			t.Fatalf("round %d: %+v, %v", round, report, err)
		}
	}
	before := asked
	for _, test := range []struct {
		name    string
		actor   Actor
		request PortabilityRequest
		code    string
	}{
		{"another's seat", Actor{Name: "mia", Role: RoleMember, Seat: "x"}, request, "act.not_allowed"},
		{"support", Actor{Name: "sam", Role: RoleSupport}, request, "act.not_allowed"},
		{"no token", h.admin, PortabilityRequest{Seat: "ana@example.com", Host: server.URL}, network.CodeToken},
		{"plain http elsewhere", h.admin, PortabilityRequest{Seat: "ana@example.com", Token: "t", Host: "http://api.example.com"}, "salesforce.insecure"},
	} {
		if _, err := h.engine.ImportPortability(t.Context(), test.actor, test.request); CodeOf(err) != test.code {
			t.Errorf("%s: got %v (%s), want %s", test.name, err, CodeOf(err), test.code)
		}
	}
	if asked != before {
		t.Error("a refused import asked the API")
	}
}
