package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// ok runs a command that has to succeed and returns what it printed.
func ok(t *testing.T, home, dir string, args ...string) string {
	t.Helper()
	code, out, errs := call(t, home, append([]string{"--dir", dir}, args...)...)
	if code != ExitOK {
		t.Fatalf("%q: exit %d: %s", args, code, errs)
	}
	return out
}

// demoLicences plans licences by role, applies the plan from its file and takes it back.
func demoLicences(t *testing.T, home, dir string) {
	var nodes []crmsync.RoleNode
	if err := json.Unmarshal([]byte(ok(t, home, dir, "licences", "roles", "--json")), &nodes); err != nil || len(nodes) == 0 {
		t.Fatalf("%d roles, %v", len(nodes), err)
	}
	top := nodes[0]
	code, _, errs := call(t, home, "--dir", dir, "licences", "plan", "--role", top.ID)
	if code == ExitOK || !strings.Contains(errs, "Enterprise") {
		t.Errorf("a Team contract: exit %d, %q", code, errs)
	}
	code, _, errs = call(t, home, "--dir", dir, "licences", "plan")
	if code != ExitUsage || !strings.Contains(errs, "nobody is chosen") {
		t.Errorf("no choice: exit %d, %q", code, errs)
	}
	ok(t, home, dir, "settings", "set", "contract.edition", "Enterprise")
	file := filepath.Join(home, "plan.json")
	out := ok(t, home, dir, "licences", "plan", "--role", top.ID, "--out", file)
	if !strings.Contains(out, "+ gets one") || !strings.Contains(out, "kept in") {
		t.Errorf("plan: %s", out)
	}
	var done struct{ Event string }
	if err := json.Unmarshal([]byte(ok(t, home, dir, "licences", "apply", file, "--json")), &done); err != nil || done.Event == "" {
		t.Fatalf("%+v, %v", done, err)
	}
	code, _, errs = call(t, home, "--dir", dir, "licences", "apply", file)
	if code == ExitOK || !strings.Contains(errs, "since the plan was made") {
		t.Errorf("applied twice: exit %d, %q", code, errs)
	}
	if out := ok(t, home, dir, "licences"); !strings.Contains(out, "edition: Enterprise") {
		t.Errorf("inventory: %s", out)
	}
	ok(t, home, dir, "undo", done.Event)
}
