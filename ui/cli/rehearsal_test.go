package cli

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// undried are the acts whose command has no --dry-run, and why.
var undried = map[crmsync.ActID]string{
	crmsync.ActConnect:         "it talks to the org; crmsync doctor looks and changes nothing",
	crmsync.ActLicences:        "without --yes it is shown",
	crmsync.ActPersonShow:      "it only reads",
	crmsync.ActPersonErase:     "it tells what goes, and asks",
	crmsync.ActBackup:          "it only writes the file",
	crmsync.ActRestore:         "without --yes the backup is only looked through",
	crmsync.ActSeatMap:         "without --yes it is shown",
	crmsync.ActSaveClean:       "without --apply it is shown",
	crmsync.ActROIReport:       "it only reads",
	crmsync.ActImportRun:       "it reads from the org and changes nothing there",
	crmsync.ActRunStop:         "it stops work that goes on by itself later",
	crmsync.ActApprove:         "it shows what will be done, and asks",
	crmsync.ActNetworkImport:   "it reads files",
	crmsync.ActMatchRun:        "it decides nothing that a person decided",
	crmsync.ActWritebackRun:    "crmsync writeback shadow shows what it would send",
	crmsync.ActWritebackShadow: "it sends nothing",
	crmsync.ActTrialRun:        "crmsync writeback shadow shows what it would send",
	crmsync.ActTrialRemove:     "it removes what a trial left, and nothing else",
}

// Every act whose command changes things has a --dry-run, or a reason for none; and no reason is left over.
func TestEveryChangeHasADryRun(t *testing.T) {
	root := newRoot(&app{})
	for act, line := range commandOf {
		cmd, _, err := root.Find(strings.Fields(line)[1:])
		if err != nil {
			t.Fatal(err)
		}
		reason, without := undried[act]
		if dry := cmd.Flags().Lookup("dry-run") != nil; dry == without {
			t.Errorf("%s by %s: --dry-run %v, reason for none %q", act, cmd.CommandPath(), dry, reason)
		}
	}
	for _, name := range rehearsed {
		if cmd, rest, err := root.Find(strings.Fields(name)); err != nil || len(rest) > 0 || cmd.Flags().Lookup("dry-run") == nil {
			t.Errorf("%s is no command that can be rehearsed: %v", name, err)
		}
	}
}

// demoDryRun rehearses acts on the demo's store: they are told, refused as they would be, and not done.
func demoDryRun(t *testing.T, home, dir string) {
	do := func(line string, more ...string) (int, string, string) {
		return call(t, home, append(append([]string{"--dir", dir}, strings.Fields(line)...), more...)...)
	}
	var row matchLine
	if _, out, _ := do("match list --state review --object Contact --limit 1 --json"); json.Unmarshal([]byte(out), &row) != nil {
		t.Fatal(out)
	}
	var other memberLine
	if _, out, _ := do("search --not-in-crm --limit 1 --json"); json.Unmarshal([]byte(out), &other) != nil {
		t.Fatal(out)
	}
	_, trail, _ := do("audit --limit 1 --json")
	for _, c := range []struct {
		line, says string
		code       int
	}{
		{"match accept " + row.Record, "accepted match " + row.RecordName, ExitOK},
		{"match reject " + row.Record, "rejected match", ExitOK},
		{"match none " + row.Record, "no match", ExitOK},
		{"match rematch " + row.Record + " " + other.ID, row.RecordName + " = " + other.Name, ExitOK},
		{"match accept 003000000000000AAA", "", ExitNotFound},
		{"users add new@example.com", "added the seat of new@example.com", ExitOK},
		{"users add nomail", "", ExitUsage},
		{"user add zed", "added console user zed", ExitOK},
		{"user remove zed", "", ExitNotFound},
		{"schedule pause import", "paused import", ExitOK},
		{"writeback disable", "turned writeback off", ExitOK},
		{"writeback drop x", "", ExitNotFound},
		{"undo", "took back", ExitOK},
	} {
		code, out, errs := do(c.line, "--dry-run")
		if code != c.code || !strings.Contains(out, c.says) || code == ExitOK != strings.Contains(out, "nothing has changed") || code == ExitOK != (errs == "") {
			t.Errorf("crmsync %s --dry-run: exit %d, %q %q", c.line, code, out, errs)
		}
	}
	var act rehearsedAct
	if _, out, errs := do("match accept --dry-run --json", row.Record); json.Unmarshal([]byte(out), &act) != nil || !act.DryRun || act.Act != string(crmsync.ActMatchAccept) {
		t.Errorf("for scripts: %q %q", out, errs)
	}
	if _, after, _ := do("audit --limit 1 --json"); after != trail {
		t.Errorf("something was done: %s", after)
	}
	if _, out, _ := do("users list --json"); slices.ContainsFunc(strings.Split(out, "\n"), func(line string) bool { return strings.Contains(line, "new@example.com") }) {
		t.Error("a seat was added")
	}
}
