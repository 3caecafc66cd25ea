package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The audit trail comes out whole, as JSON and as CSV that a spreadsheet does not run; a file is not written over.
func TestExport(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	ok(t, home, dir, "user", "add", "=cmd|' /C calc'!A0", "--role", "support")
	for range 3 {
		ok(t, home, dir, "settings", "set", "match.accept", "90")
		ok(t, home, dir, "undo")
	}
	lines := strings.Split(strings.TrimSpace(ok(t, home, dir, "export", "audit")), "\n")
	var newest struct {
		Act    string
		Before struct{ Value string }
	}
	if err := json.Unmarshal([]byte(lines[0]), &newest); err != nil || newest.Act != "undo" || newest.Before.Value != "90" {
		t.Errorf("%s: %v", lines[0], err)
	}
	rows, err := csv.NewReader(strings.NewReader(ok(t, home, dir, "export", "audit", "--csv"))).ReadAll()
	if err != nil || len(rows) != len(lines)+1 || len(lines) != 8 {
		t.Errorf("%d lines, %d rows, %v", len(lines), len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
	file := home + "/decisions.ndjson"
	if out := ok(t, home, dir, "export", "decisions", "--out", file, "--json"); !strings.Contains(out, `"rows":0`) {
		t.Error(out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	code, _, errs := call(t, home, "--dir", dir, "export", "decisions", "--out", file)
	if code != ExitFailed || !strings.Contains(errs, "exists") {
		t.Errorf("exit %d, %s", code, errs)
	}
}

// Pausing is seen in the list and in the status, and undone.
func TestSchedulePausesAndResumes(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	paused := func() bool { return strings.Contains(ok(t, home, dir, "schedule"), "paused") }
	ok(t, home, dir, "schedule", "pause", "Writeback")
	if !paused() {
		t.Error("it is not paused")
	}
	ok(t, home, dir, "undo")
	if paused() {
		t.Error("undone, it is still paused")
	}
	ok(t, home, dir, "schedule", "pause", "import")
	ok(t, home, dir, "schedule", "resume", "import")
	if paused() {
		t.Error("resumed, it is still paused")
	}
	if code, _, errs := call(t, home, "--dir", dir, "schedule", "stop", "import"); code != ExitFailed || !strings.Contains(errs, "no import is running") {
		t.Errorf("exit %d, %s", code, errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "schedule", "stop", "writeback"); code != ExitUsage || !strings.Contains(errs, "import or match") {
		t.Errorf("exit %d, %s", code, errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "schedule", "pause", "match"); code != ExitUsage || !strings.Contains(errs, "import or writeback") {
		t.Errorf("exit %d, %s", code, errs)
	}
}
