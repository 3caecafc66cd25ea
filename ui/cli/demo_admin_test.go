package cli

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

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

// linesOf reads a list: one object a line, and at least one.
func linesOf[T any](t *testing.T, out string) (rows []T) {
	t.Helper()
	for line := range strings.Lines(out) {
		var row T
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		t.Fatalf("an empty list: %q", out)
	}
	return rows
}

// demoLicences plans licences by role, applies the plan from its file and takes it back.
func demoLicences(t *testing.T, home, dir string) {
	nodes := linesOf[crmsync.RoleNode](t, ok(t, home, dir, "licences", "roles", "--json"))
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

// demoPerson shows, exports and erases one person who is matched with a CRM record.
func demoPerson(t *testing.T, home, dir string) {
	line, _, _ := strings.Cut(ok(t, home, dir, "match", "list", "--json", "--object", "Contact", "--state", "auto", "--limit", "1"), "\n")
	var row struct{ Record, Member string }
	if err := json.Unmarshal([]byte(line), &row); err != nil || row.Record == "" {
		t.Fatalf("%q: %v", line, err)
	}
	file := filepath.Join(home, "person.json")
	ok(t, home, dir, "person", "export", row.Record, "--out", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var dossier struct {
		Person  struct{ ID, Name string }
		Matches []any
	}
	if err := json.Unmarshal(text, &dossier); err != nil || dossier.Person.ID == "" || len(dossier.Matches) == 0 {
		t.Fatalf("%+v, %v", dossier.Person, err)
	}
	if code, _, _ := call(t, home, "--dir", dir, "person", "export", row.Record, "--out", file); code == ExitOK {
		t.Error("an export was written over another file")
	}
	if code, _, errs := call(t, home, "--dir", dir, "person", "erase", row.Record, "--name", "nobody"); code != ExitUsage {
		t.Errorf("the wrong name: exit %d, %s", code, errs)
	}
	if code, _, errs := call(t, home, "--dir", dir, "person", "erase", row.Record); code != ExitUsage || !strings.Contains(errs, "--name") {
		t.Errorf("no name: exit %d, %s", code, errs)
	}
	if out := ok(t, home, dir, "person", "erase", row.Record, "--name", dossier.Person.Name); !strings.Contains(out, "0 still hold it") {
		t.Errorf("erase: %s", out)
	}
	if code, _, _ := call(t, home, "--dir", dir, "person", "show", dossier.Person.ID); code != ExitNotFound {
		t.Errorf("erased, yet shown: exit %d", code)
	}
	if out := ok(t, home, dir, "network", "sources"); !strings.Contains(out, "own data archive") {
		t.Errorf("sources: %s", out)
	}
}

// demoBackup backs the demo's store up, changes it and puts the backup back.
func demoBackup(t *testing.T, home, dir string) {
	secret, file := filepath.Join(home, "identity"), filepath.Join(home, "backup.age")
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(secret, []byte(identity.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ok(t, home, dir, "verify")
	ok(t, home, dir, "backup", file, "--recipient", identity.Recipient().String())
	ok(t, home, dir, "settings", "set", "import.every_hours", "7")
	if code, _, errs := call(t, home, "--dir", dir, "restore", file); code != ExitUsage || !strings.Contains(errs, "--passphrase-file") {
		t.Errorf("no passphrase: exit %d, %s", code, errs)
	}
	if out := ok(t, home, dir, "restore", file, "--identity", secret, "--yes"); !strings.Contains(out, "what was there before") {
		t.Errorf("restore: %s", out)
	}
	if out := ok(t, home, dir, "settings", "list", "--json"); strings.Contains(out, `"import.every_hours","value":"7"`) {
		t.Errorf("the setting of after the backup is still there: %s", out)
	}
	ok(t, home, dir, "status")
}

// demoSupport makes a support bundle and looks in it for whatever is nobody else's business.
func demoSupport(t *testing.T, home, dir string) {
	file := filepath.Join(home, "support.zip")
	ok(t, home, dir, "init")
	ok(t, home, dir, "migrate")
	ok(t, home, dir, "support-bundle", file)
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var all strings.Builder
	for _, entry := range archive.File {
		in, err := entry.Open()
		if err == nil {
			_, err = io.Copy(&all, in)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	needles := []string{"@", "Ostrevik", "instance_url", "127.0.0.1", "Bearer", "linkedin.com"}
	var seats []struct{ Name, Email string }
	for line := range strings.Lines(ok(t, home, dir, "users", "--json")) {
		var seat struct{ Name, Email string }
		if err := json.Unmarshal([]byte(line), &seat); err != nil {
			t.Fatal(err)
		}
		seats, needles = append(seats, seat), append(needles, seat.Name, seat.Email)
	}
	if len(seats) == 0 || !strings.Contains(all.String(), `"Contact"`) || !strings.Contains(all.String(), "import.every_hours") {
		t.Errorf("%d seats; the bundle holds little:\n%s", len(seats), all.String())
	}
	for _, needle := range needles {
		if needle != "" && strings.Contains(all.String(), needle) {
			t.Errorf("%q is in the bundle", needle)
		}
	}
}
