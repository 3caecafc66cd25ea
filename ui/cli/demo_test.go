package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo walks the whole main job once, through the command line, and then goes on as a user would.
func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("imports and matches a whole org")
	}
	home := t.TempDir()
	dir := filepath.Join(home, "demo")
	code, out, errs := call(t, home, "demo", "--once", "--json", "--size", "600", "--dir", dir)
	if code != ExitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var s demoSummary
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	for _, object := range objectNames() {
		if s.Import[object].Records == 0 {
			t.Errorf("no %s was imported", object)
		}
	}
	p := s.Match.People
	if p.Auto == 0 || p.Review == 0 || p.None == 0 || p.Auto+p.Review+p.None != p.Records {
		t.Errorf("people: %+v", p)
	}
	if s.Match.Companies.Auto == 0 || s.Saves == 0 || s.Writeback.Written != 2 || s.Writeback.Failed != 0 || s.APICalls == 0 {
		t.Errorf("%+v", s)
	}
	t.Run("status", func(t *testing.T) { demoStatus(t, home, dir) })
	t.Run("readme", func(t *testing.T) { demoReadme(t, home, dir) })
	t.Run("written once", func(t *testing.T) { demoWrittenOnce(t, home, dir) })
	t.Run("gone on with", func(t *testing.T) { demoGoneOnWith(t, home, dir, s) })
	t.Run("accept and undo", func(t *testing.T) { demoAcceptAndUndo(t, home, dir) })
	t.Run("roles", func(t *testing.T) { demoRoles(t, home, dir) })
	t.Run("own connections", func(t *testing.T) { demoOwnConnections(t, home, dir) })
	t.Run("as a member", func(t *testing.T) { demoAsMember(t, home, dir) })
	t.Run("seat", func(t *testing.T) { demoSeat(t, home, dir) })
	t.Run("reasons", func(t *testing.T) { demoReasons(t, home, dir) })
	t.Run("dry run", func(t *testing.T) { demoDryRun(t, home, dir) })
	t.Run("replay", func(t *testing.T) { demoReplay(t, home, dir) })
	t.Run("search", func(t *testing.T) { demoSearch(t, home, dir) })
	t.Run("rehearse", func(t *testing.T) { demoRehearse(t, home, dir) })
	t.Run("licences", func(t *testing.T) { demoLicences(t, home, dir) })
	t.Run("person", func(t *testing.T) { demoPerson(t, home, dir) })
	t.Run("life of records", func(t *testing.T) { demoRecordsLive(t, home, dir) })
	t.Run("backup", func(t *testing.T) { demoBackup(t, home, dir) })
	t.Run("support", func(t *testing.T) { demoSupport(t, home, dir) })
	t.Run("approvals", func(t *testing.T) { demoApprovals(t, home, dir) })
	t.Run("purge", func(t *testing.T) { demoPurge(t, home, dir) }) // last: nothing is left
}

func demoStatus(t *testing.T, home, dir string) {
	code, out, errs := call(t, home, "--dir", dir, "status")
	if code != ExitOK || !strings.Contains(out, "connected") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}

// demoWrittenOnce asks the built-in org itself what it was sent, over a second cycle.
func demoWrittenOnce(t *testing.T, home, dir string) {
	code, out, errs := call(t, home, "--dir", dir, "writeback", "run", "--json")
	if code != ExitOK || !strings.Contains(out, `"written":0`) {
		t.Errorf("a second cycle: exit %d: %s%s", code, out, errs)
	}
	code, out, errs = call(t, home, "--dir", dir, "writeback", "outbox", "--state", "written")
	if code != ExitOK || strings.Count(out, "\nwritten") != 2 || !strings.Contains(out, "note") || !strings.Contains(out, "message") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}

// demoGoneOnWith names the same demo again: it is not made anew, and nothing is written twice.
func demoGoneOnWith(t *testing.T, home, dir string, before demoSummary) {
	code, out, errs := call(t, home, "demo", "--once", "--json", "--dir", dir)
	var s demoSummary
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != ExitOK {
		t.Fatalf("exit %d: %s%s: %v", code, out, errs, err)
	}
	if s.Writeback != before.Writeback || s.Saves != before.Saves || s.Match.People.Records != before.Match.People.Records {
		t.Errorf("before %+v, gone on with %+v", before, s)
	}
}

func demoAcceptAndUndo(t *testing.T, home, dir string) {
	_, out, _ := call(t, home, "--dir", dir, "match", "list", "--state", "review", "--limit", "1", "--json")
	var line matchLine
	if err := json.Unmarshal([]byte(out), &line); err != nil {
		t.Fatalf("%q: %v", out, err)
	}
	stateNow := func() string {
		_, out, _ := call(t, home, "--dir", dir, "match", "show", line.Record, "--json")
		var x struct{ State string }
		if err := json.Unmarshal([]byte(out), &x); err != nil {
			t.Fatalf("%q: %v", out, err)
		}
		return x.State
	}
	if out := ok(t, home, dir, "match", "show", line.Record); !strings.Contains(out, "/lightning/r/") || !strings.Contains(out, "Classic ") {
		t.Errorf("no badge: %s", out)
	}
	if code, _, errs := call(t, home, "--dir", dir, "match", "accept", line.Record); code != ExitOK {
		t.Fatal(errs)
	}
	if got := stateNow(); got != "accepted" {
		t.Errorf("after accepting: %s", got)
	}
	if code, _, errs := call(t, home, "--dir", dir, "match", "run"); code != ExitOK || stateNow() != "accepted" {
		t.Errorf("a match run took the decision back: %s (%s)", stateNow(), errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "undo"); code != ExitOK || stateNow() != "review" {
		t.Errorf("after undo: %s (%s)", stateNow(), errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "undo", "--redo"); code != ExitOK || stateNow() != "accepted" {
		t.Errorf("after redo: %s (%s)", stateNow(), errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "undo"); code != ExitOK || stateNow() != "review" {
		t.Errorf("after another undo: %s (%s)", stateNow(), errs)
	}
	code, out, errs := call(t, home, "--dir", dir, "match", "accept", line.Record, "003000000000000AAA")
	if code != ExitPartial || stateNow() != "accepted" || !strings.Contains(errs, "1 of 2 done") {
		t.Errorf("accepting two, one of which is not there: exit %d, %s: %s%s", code, stateNow(), out, errs)
	}
}

func demoOwnConnections(t *testing.T, home, dir string) {
	file := filepath.Join(home, "Connections.csv")
	text := "\ufeffNotes:\r\n\"When exporting your connection data, you may notice that some of the email addresses are missing.\"\r\n\r\n" +
		"First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\nAnn,Lee,https://www.linkedin.com/in/ann-lee,,Acme,CTO,05 Mar 2024\r\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := call(t, home, "--dir", dir, "network", "import", file, "--seat", "you@example.com", "--json")
	if code != ExitOK || !strings.Contains(out, `"people":1`) || !strings.Contains(out, `"connections":1`) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	broken := filepath.Join(home, "broken.csv")
	if err := os.WriteFile(broken, []byte(text+"Bo,\"Unclosed,https://www.linkedin.com/in/bo,,A,B,05 Mar 2024\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs = call(t, home, "--dir", dir, "network", "import", broken, "--seat", "new@example.com")
	if code != ExitFailed || !strings.Contains(errs, "broken.csv:6") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if _, out, _ := call(t, home, "--dir", dir, "users", "list"); strings.Contains(out, "new@example.com") {
		t.Error("a file that is broken at its end left a seat behind")
	}
}

func demoAsMember(t *testing.T, home, dir string) {
	demo, err := readDemo(dir)
	if err != nil || demo == nil || len(demo.People) < 2 {
		t.Fatalf("%+v %v", demo, err)
	}
	if code, _, _ := call(t, home, "--dir", dir, "--as", demo.People[1], "settings", "set", "match.accept", "90"); code != ExitForbidden {
		t.Errorf("a member changed a setting: exit %d", code)
	}
	if code, _, errs := call(t, home, "--dir", dir, "--as", demo.People[1], "me", "writeback", "off", "note"); code != ExitOK {
		t.Errorf("opting out: exit %d: %s", code, errs)
	}
}

// TestOrgServePrintsItsCredentialsFirst runs the built-in org alone, as a script would.
func TestOrgServePrintsItsCredentialsFirst(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"org", "serve", "--listen", "127.0.0.1:0", "--size", "50"}, strings.NewReader(""), in, io.Discard)
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]string
	if err := json.Unmarshal(line, &c); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	for _, key := range []string{"instance_url", "client_id", "client_secret", "username", "access_token", "refresh_token"} {
		if c[key] == "" {
			t.Errorf("no %s in %s", key, line)
		}
	}
	response, err := http.Get(c["instance_url"] + "/services/data")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the org answers %s", response.Status)
	}
	cancel()
	if code := <-ended; code != ExitOK && code != ExitInterrupted {
		t.Errorf("exit %d", code)
	}
}
