package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"crmsync/match"
	crmsync "crmsync/sync"
)

func TestTuneMeasuresAndSetsOnlyWhenAsked(t *testing.T) {
	dir := t.TempDir()
	if code, _, errs := call(t, dir, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	setting := func() string {
		t.Helper()
		_, out, _ := call(t, dir, "settings", "list", "--json")
		for line := range strings.Lines(out) {
			var one struct{ Setting, Value string }
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if one.Setting == crmsync.SettingMatchAccept {
				return one.Value
			}
		}
		t.Fatalf("no %s in %s", crmsync.SettingMatchAccept, out)
		return ""
	}
	before := setting()
	code, out, errs := call(t, dir, "match", "tune", "--accept", "90")
	if code != ExitOK || !strings.Contains(out, "proposed") || !strings.Contains(out, "known pairs: 0") || !strings.Contains(errs, "nothing has moved") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out, errs)
	}
	if after := setting(); after != before {
		t.Errorf("a look changed %s to %s", before, after)
	}
	code, out, _ = call(t, dir, "match", "tune", "--accept", "90", "--apply", "--json")
	var report struct {
		Accept struct {
			Proposed struct{ Threshold float64 }
		}
		Events []string
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != ExitOK || report.Accept.Proposed.Threshold != .9 || len(report.Events) != 1 {
		t.Errorf("exit %d, %+v %v", code, report, err)
	}
	if after := setting(); after != "90" {
		t.Errorf("applied, and it is %s", after)
	}
	if code, _, errs := call(t, dir, "match", "tune", "--apply"); code != ExitUsage || !strings.Contains(errs, "--accept or --review") {
		t.Errorf("nothing to apply: exit %d, %q", code, errs)
	}
	if code, _, errs := call(t, dir, "match", "tune", "--accept", "0.9"); code != ExitUsage || strings.Contains(errs, "strconv") || !strings.Contains(errs, "whole percent") {
		t.Errorf("0.9: exit %d, %q", code, errs)
	}
	if code, _, errs := call(t, dir, "match", "tune", "--accept", "101"); code != ExitUsage || errs == "" {
		t.Errorf("101 %%: exit %d, %q", code, errs)
	}
}

// TestTuneFits80Columns: with all that can be known of a large org, no column is cut at the smallest terminal.
func TestTuneFits80Columns(t *testing.T) {
	point := match.TunePoint{Threshold: .84, Links: 987_654, Expected: .991, Precision: .981, Low: .971, High: .991, Recall: .912, F1: .945, Gained: 12_345, Broken: 1234, Lost: 0}
	known := crmsync.TuneThreshold{Tuning: match.Tuning{Labels: 200, Proposed: point, Curve: []match.TunePoint{point, {Threshold: .97, Links: 876_543, Precision: .991, Low: .981, High: .995, Recall: .812, F1: .893, Lost: 98_765}}}}
	for name, threshold := range map[string]crmsync.TuneThreshold{"known": known, "nothing known": {Tuning: match.Tuning{Proposed: point, Curve: known.Curve}}} {
		head, rows := tuneTable(threshold, true)
		width := -tableGap
		for _, w := range naturalWidths(append(rows, head)) {
			width += w + tableGap
		}
		if width > 80 {
			t.Errorf("%s: %d columns: %q %q", name, width, head, rows)
		}
	}
	if head, _ := tuneTable(known, false); len(head) != 12 {
		t.Errorf("a wide terminal has not all columns: %q", head)
	}
}
