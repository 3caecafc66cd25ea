package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// demoSeat changes one of a seat's two permissions; the other stays.
func demoSeat(t *testing.T, home, dir string) {
	const who = "you@example.com"
	read := func() (seat seatLine) {
		_, out, _ := call(t, home, "--dir", dir, "users", "list", "--json")
		for text := range strings.Lines(out) {
			var line seatLine
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if line.Email == who {
				seat = line
			}
		}
		return seat
	}
	before := read()
	if code, _, errs := call(t, home, "--dir", dir, "users", "allow", who, "--writeback="+map[bool]string{true: "false", false: "true"}[before.Writeback]); code != ExitOK {
		t.Fatal(errs)
	}
	if after := read(); after.Writeback == before.Writeback || after.Autosave != before.Autosave {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if code, _, _ := call(t, home, "--dir", dir, "users", "allow", who); code != ExitUsage {
		t.Errorf("allowing nothing: exit %d", code)
	}
	if code, _, errs := call(t, home, "--dir", dir, "users", "suggest", who); code != ExitOK {
		t.Errorf("suggest: %s", errs)
	}
}

// demoReplay does the last match run again, and refuses what is none.
func demoReplay(t *testing.T, home, dir string) {
	if code, _, errs := call(t, home, "--dir", dir, "match", "run"); code != ExitOK {
		t.Fatal(errs)
	}
	if code, out, errs := call(t, home, "--dir", dir, "replay"); code != ExitOK || strings.Count(out, "same bytes") != 2 {
		t.Errorf("replay: exit %d: %s %s", code, out, errs)
	}
	var report crmsync.ReplayReport
	if code, out, errs := call(t, home, "--dir", dir, "replay", "--json"); code != ExitOK || json.Unmarshal([]byte(out), &report) != nil || !report.Same || len(report.Kinds) != 2 {
		t.Errorf("replay: exit %d: %s %s", code, out, errs)
	}
	var run crmsync.RunSummary
	if code, out, errs := call(t, home, "--dir", dir, "runs", "--kind", "match", "--limit", "1", "--json"); code != ExitOK || json.Unmarshal([]byte(out), &run) != nil || run.ID != report.Run {
		t.Errorf("runs: exit %d: %s %s", code, out, errs)
	}
	for _, args := range [][]string{{"replay", run.ID}, {"runs", "show", run.ID}, {"runs", "list"}} {
		if code, out, errs := call(t, home, append([]string{"--dir", dir}, args...)...); code != ExitOK || !strings.Contains(out, run.ID) {
			t.Errorf("%s: exit %d: %s %s", args, code, out, errs)
		}
	}
	if code, _, _ := call(t, home, "--dir", dir, "runs", "show", "nothing"); code != ExitNotFound {
		t.Errorf("a run that is none: exit %d", code)
	}
	if code, _, _ := call(t, home, "--dir", dir, "replay", "nothing"); code != ExitNotFound {
		t.Errorf("a run that is none: exit %d", code)
	}
}

// demoRehearse shows what would be written, and runs a trial that leaves nothing behind.
func demoRehearse(t *testing.T, home, dir string) {
	if code, out, errs := call(t, home, "--dir", dir, "writeback", "status", "--window", "72h"); code != ExitOK || !strings.Contains(out, "in the last 3 d 0 h (at most 5 min 0 s is allowed)") {
		t.Errorf("status: %d %s %s", code, out, errs)
	}
	var status writebackStatus
	if code, out, errs := call(t, home, "--dir", dir, "writeback", "status", "--json"); code != ExitOK || json.Unmarshal([]byte(out), &status) != nil || len(status.Items) == 0 {
		t.Errorf("status: %d %s %s", code, out, errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "writeback", "shadow", "--limit", "3"); code != ExitOK || !strings.Contains(errs, "nothing was sent") {
		t.Errorf("shadow: exit %d: %s", code, errs)
	}
	_, seats, _ := call(t, home, "--dir", dir, "users", "list", "--json")
	email := ""
	for text := range strings.Lines(seats) {
		var line seatLine
		if json.Unmarshal([]byte(text), &line) == nil && line.User != "" {
			email = line.Email
		}
	}
	code, out, errs := call(t, home, "--dir", dir, "writeback", "trial", "run", "--seat", email, "--kind", "note", "--json")
	var report crmsync.TrialReport
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != ExitOK || !report.OK || !report.Removed {
		t.Errorf("trial: exit %d, %+v, %v: %s", code, report, err, errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "writeback", "trial", "remove"); code != ExitOK {
		t.Errorf("removing what is not there: exit %d: %s", code, errs)
	}
}

// demoPurge deletes all that was imported: only for somebody who names the organization, with a receipt.
func demoPurge(t *testing.T, home, dir string) {
	if code, _, errs := call(t, home, "--dir", dir, "disconnect", "--purge"); code != ExitUsage || !strings.Contains(errs, "--org NAME") {
		t.Errorf("without a terminal: exit %d: %s", code, errs)
	}
	if code, _, _ := call(t, home, "--dir", dir, "disconnect", "--org", "Acme"); code != ExitUsage {
		t.Errorf("--org alone: exit %d", code)
	}
	if code, _, errs := call(t, home, "--dir", dir, "disconnect", "--purge", "--org", "Another"); code != ExitUsage || !strings.Contains(errs, "not the name") {
		t.Errorf("the wrong name: exit %d: %s", code, errs)
	}
	s, err := (&app{dir: dir}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	connection, err := s.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	demoForetell(t, home, dir, connection.OrgName)
	code, out, errs := call(t, home, "--dir", dir, "disconnect", "--purge", "--org", connection.OrgName)
	for _, want := range []string{"deleted all imported CRM data of " + connection.OrgName, " rows", "0 still hold one", "audit event"} {
		if code != ExitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q is not in %q (%s)", code, want, out, errs)
		}
	}
	if _, out, _ := call(t, home, "--dir", dir, "match", "list", "--json"); out != "" {
		t.Errorf("matches are left: %s", out)
	}
	if code, _, _ := call(t, home, "--dir", dir, "disconnect", "--purge", "--org", connection.OrgName); code != ExitNotConnected {
		t.Errorf("again: exit %d", code)
	}
	if code, _, _ := call(t, home, "--dir", dir, "disconnect", "--purge", "--dry-run"); code != ExitNotConnected {
		t.Errorf("a dry run of nothing: exit %d", code)
	}
}

// demoForetell counts what disconnecting and deleting would do: what it names is there, and nothing is done.
func demoForetell(t *testing.T, home, dir, org string) {
	do := func(args ...string) (int, string, string) {
		return call(t, home, append([]string{"--dir", dir, "disconnect", "--dry-run"}, args...)...)
	}
	_, trail, _ := call(t, home, "--dir", dir, "audit", "--limit", "1", "--json")
	if code, out, errs := do(); code != ExitOK || !strings.Contains(out, org) || strings.Contains(out, "deleted\n") || !strings.Contains(out, "nothing has changed") {
		t.Errorf("disconnecting: exit %d, %q %q", code, out, errs)
	}
	code, out, errs := do("--purge")
	for _, want := range []string{org, "  deleted\n", "stays: who did what", "nothing has changed"} {
		if code != ExitOK || !strings.Contains(out, want) {
			t.Errorf("deleting: exit %d, %q is not in %q (%s)", code, want, out, errs)
		}
	}
	if code, _, errs := do("--purge", "--org", "Another"); code != ExitUsage || !strings.Contains(errs, "not the name") {
		t.Errorf("the wrong name: exit %d: %s", code, errs)
	}
	var told foretold
	if _, out, _ := do("--purge", "--json"); json.Unmarshal([]byte(out), &told) != nil || !told.DryRun || told.Act != crmsync.ActPurge || len(told.Items) == 0 {
		t.Fatalf("for scripts: %s", out)
	}
	for _, row := range told.Items {
		if records := strings.HasPrefix(row.What, "CRM records"); records && (row.Rows == nil || *row.Rows == 0) {
			t.Errorf("no records are counted: %+v", row)
		}
	}
	if _, after, _ := call(t, home, "--dir", dir, "audit", "--limit", "1", "--json"); after != trail {
		t.Errorf("something was done: %s", after)
	}
}

// The two steps have the labels of S97, and the warning of S99 is in the command's help.
func TestPurgeLabels_S97(t *testing.T) {
	_, out, _ := call(t, t.TempDir(), "disconnect", "--help")
	if !strings.Contains(out, "Not recommended") {
		t.Errorf("no warning in %q", out)
	}
	if !slices.Equal([]string{crmsync.LabelDisconnect, crmsync.LabelPurge}, []string{"Disconnect CRM sync", "Yes, delete all previously imported CRM data"}) {
		t.Error("the labels are others than those of S97")
	}
}

// demoReasons counts, lists and exports the records without a member by reason.
func demoReasons(t *testing.T, home, dir string) {
	counts := linesOf[crmsync.ReasonCount](t, ok(t, home, dir, "match", "reasons", "--json"))
	var want int64
	for _, one := range counts {
		if one.Code == counts[0].Code {
			want += one.Count
		}
	}
	if code, out, errs := call(t, home, "--dir", dir, "match", "list", "--unmatched", "--reason", counts[0].Code, "--csv"); code != ExitOK || int64(strings.Count(out, "\n")) != want+1 {
		t.Errorf("%d lines of CSV for %d records: exit %d %s", strings.Count(out, "\n"), want, code, errs)
	}
	if code, out, _ := call(t, home, "--dir", dir, "match", "list", "--reason", counts[0].Code, "--all", "--json"); code != ExitOK || int64(strings.Count(out, "\n")) != want {
		t.Errorf("%d objects for %d records: exit %d", strings.Count(out, "\n"), want, code)
	}
	if code, _, _ := call(t, home, "--dir", dir, "match", "list", "--reason", "because"); code != ExitUsage {
		t.Errorf("a reason that is none: exit %d", code)
	}
}
