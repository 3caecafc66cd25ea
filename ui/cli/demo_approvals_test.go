package cli

import (
	"encoding/json"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// demoApprovals switches the second admin on, proposes and approves, and has it switched off again.
func demoApprovals(t *testing.T, home, dir string) {
	setting := []string{"settings", "set", crmsync.SettingSecondAdmin}
	ok(t, home, dir, "user", "add", "bea", "--role", "admin", "--email", "bea@example.com")
	ok(t, home, dir, append(setting, "on")...) // the demo has an admin of its own besides

	proposed := func(args ...string) approvalLine {
		t.Helper()
		code, out, errs := call(t, home, append([]string{"--dir", dir, "--json"}, args...)...)
		var line struct{ Proposed approvalLine }
		if code != ExitRunning || errs != "" || json.Unmarshal([]byte(out), &line) != nil || line.Proposed.State != "waiting" || line.Proposed.Summary == "" {
			t.Fatalf("%q: exit %d: %s%s", args, code, out, errs)
		}
		return line.Proposed
	}
	row := proposed("writeback", "disable")
	code, out, _ := call(t, home, "--dir", dir, "writeback", "disable")
	if code != ExitRunning || !strings.Contains(out, "proposed, not done yet") || !strings.Contains(out, "crmsync approvals approve "+row.ID) {
		t.Errorf("exit %d: %s", code, out)
	}
	if out := ok(t, home, dir, "approvals"); !strings.Contains(out, row.ID) || !strings.Contains(out, "waiting") {
		t.Errorf("list: %s", out)
	}
	if out := ok(t, home, dir, "approvals", "show", row.ID); !strings.Contains(out, "turn writeback off") || !strings.Contains(out, "it is on now") {
		t.Errorf("show: %s", out)
	}
	if code, _, errs := call(t, home, "--dir", dir, "approvals", "approve", row.ID, "--yes"); code != ExitForbidden {
		t.Errorf("approved by oneself: exit %d: %s", code, errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "--as", "bea@example.com", "approvals", "approve", row.ID); code != ExitUsage || !strings.Contains(errs, "--yes") {
		t.Errorf("approved without being asked: exit %d: %s", code, errs)
	}
	var done struct{ Approval approvalLine }
	if err := json.Unmarshal([]byte(ok(t, home, dir, "--as", "bea@example.com", "--json", "approvals", "approve", row.ID, "--yes")), &done); err != nil || done.Approval.State != "done" {
		t.Fatalf("%+v %v", done, err)
	}
	if out := ok(t, home, dir, "audit", "--limit", "5"); !strings.Contains(out, "+ bea") {
		t.Errorf("the trail names one: %s", out)
	}
	ok(t, home, dir, "undo", done.Approval.Event)

	ok(t, home, dir, "approvals", "withdraw", proposed("writeback", "disable").ID)
	refused := proposed("writeback", "disable")
	ok(t, home, dir, "--as", "bea@example.com", "approvals", "refuse", refused.ID, "--why", "we need it")
	if out := ok(t, home, dir, "approvals", "show", refused.ID); !strings.Contains(out, "we need it") {
		t.Errorf("refused: %s", out)
	}
	if code, _, _ := call(t, home, "--dir", dir, "approvals", "show", "nothing"); code != ExitNotFound {
		t.Errorf("no such: exit %d", code)
	}
	off := proposed(append(setting, "off")...)
	ok(t, home, dir, "--as", "bea@example.com", "approvals", "approve", off.ID, "--yes")
	ok(t, home, dir, "user", "remove", "bea")
}
