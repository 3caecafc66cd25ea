package ui

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmsync/ui/report"
)

// exported presses keys in a console and returns the one file that came of it.
func exported(t *testing.T, w *world, keys ...string) (name string, text *bytes.Buffer) {
	t.Helper()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press(keys...)
	c.sees("Exported", "/home/ana/crmsync-")
	if len(w.files) != 1 {
		t.Fatalf("%d files", len(w.files))
	}
	for name, text = range w.files {
	}
	return name, text
}

// A file holds every row of the list, not only those on the screen, with ids besides what is shown.
func TestExportHoldsTheWholeList(t *testing.T) {
	name, text := exported(t, sampleWorld(), "4", "e", "c")
	if !strings.HasPrefix(name, "crmsync-matches-20261122-1046") || !strings.HasSuffix(name, ".csv") {
		t.Errorf("the file is called %s", name)
	}
	rows, err := csv.NewReader(text).ReadAll()
	if err != nil || len(rows) != 301 || rows[0][0] != "CRM RECORD" || rows[1][5] != "0035g0000000000000" {
		t.Fatalf("%d rows, %v: %q", len(rows), err, rows[:min(2, len(rows))])
	}
}

// NDJSON is one object per line, whatever the names hold; a filter counts.
func TestExportNDJSON(t *testing.T) {
	_, text := exported(t, sampleWorld(), "F", "down", "c", "e", "n")
	lines := 0
	for decoder := json.NewDecoder(text); ; lines++ {
		var row map[string]string
		if err := decoder.Decode(&row); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if row["record"] == "" || row["member"] == "" {
			t.Fatalf("%v", row)
		}
	}
	if lines != 20 {
		t.Errorf("%d lines, want the 20 in the CRM", lines)
	}
}

// No cell of a CSV is taken for a formula.
func TestExportIsNoFormula(t *testing.T) {
	for cell, want := range map[string]string{"=1+1": "'=1+1", "+49 30": "'+49 30", "-2": "'-2", "@sum": "'@sum", "\tx": "'\tx", "＝1": "'＝1", "Ann": "Ann", "": "", "a=b": "a=b"} {
		if got := report.Harmless(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
	}
	w := sampleWorld()
	w.matches[0].Name = `=cmd|' /C calc'!A0`
	_, text := exported(t, w, "4", "e", "c")
	if !strings.Contains(text.String(), "'=cmd|") {
		t.Error("the formula stands in the file")
	}
}

// Files go to the first directory that takes them, are their owner's alone, and none is written over.
func TestFilesAreMadeAnew(t *testing.T) {
	dir := t.TempDir()
	files := liveFiles{[]string{filepath.Join(dir, "missing"), dir}}
	file, path, err := files.Create("a.csv")
	if err != nil || path != filepath.Join(dir, "a.csv") {
		t.Fatal(path, err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if _, _, err := files.Create("a.csv"); err == nil {
		t.Error("the file was written over")
	}
}
