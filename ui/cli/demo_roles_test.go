package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// A user's role, seat and address can be changed, one by one; the last admin stays one, and a name alone changes nothing.
func TestUserAdd_changesWhatIsNamed(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	ok(t, home, dir, "users", "add", "ana@acme.com")
	ok(t, home, dir, "user", "add", "ana", "--role", "support", "--email", "ana@acme.com")
	user := func(name string) (line userLine) {
		for text := range strings.Lines(ok(t, home, dir, "user", "list", "--json")) {
			var one userLine
			if err := json.Unmarshal([]byte(text), &one); err != nil {
				t.Fatal(err)
			}
			if one.Name == name {
				line = one
			}
		}
		return line
	}
	ok(t, home, dir, "user", "add", "ana", "--seat", "ana@acme.com")
	if ana := user("ana"); ana.Seat == "" || ana.Role != "support" || ana.Email != "ana@acme.com" {
		t.Errorf("with a seat she is %+v", ana)
	}
	ok(t, home, dir, "undo")
	if ana := user("ana"); ana.Seat != "" || ana.Role != "support" {
		t.Errorf("undone she is %+v", ana)
	}
	if code, _, errs := call(t, home, "--dir", dir, "user", "add", "ana"); code != ExitFailed || !strings.Contains(errs, "there is a user") {
		t.Errorf("a name alone: exit %d, %s", code, errs)
	}
	admin := ""
	for text := range strings.Lines(ok(t, home, dir, "user", "list", "--json")) {
		var one userLine
		if err := json.Unmarshal([]byte(text), &one); err == nil && one.Role == "admin" {
			admin = one.Name
		}
	}
	if code, _, errs := call(t, home, "--dir", dir, "user", "add", admin, "--role", "member"); code != ExitFailed || !strings.Contains(errs, "last admin") {
		t.Errorf("the last admin: exit %d, %s", code, errs)
	}
}

// demoRoles looks what members and support staff are shown (decision 15).
func demoRoles(t *testing.T, home, dir string) {
	const member, support = "tomas.arrieta@ostrevik.example", "sue@example.com"
	ok(t, home, dir, "user", "add", "sue", "--role", "support", "--email", support)
	for text := range strings.Lines(ok(t, home, dir, "--as", member, "writeback", "outbox", "--limit", "500", "--json")) {
		var item outboxLine
		if err := json.Unmarshal([]byte(text), &item); err != nil || item.Seat == "" || !strings.Contains(item.SeatName, "Arrieta") {
			t.Fatalf("a member sees an item of another: %s %v", text, err)
		}
	}
	for text := range strings.Lines(ok(t, home, dir, "--as", member, "audit", "--limit", "500", "--json")) {
		var event auditLine
		if err := json.Unmarshal([]byte(text), &event); err != nil || event.Actor != "tomas.arrieta" {
			t.Fatalf("a member sees an act of another: %s %v", text, err)
		}
	}
	if code, _, errs := call(t, home, "--dir", dir, "--as", member, "audit", "--who", "sue"); code != ExitForbidden {
		t.Errorf("acts of another by name: exit %d, %s", code, errs)
	}
	ok(t, home, dir, "users", "add", "nobody.yet@example.com") // its address is all there is of a name
	for _, list := range [][]string{{"users"}, {"user"}, {"licences"}, {"users", "suggest", member}, {"key", "list"}, {"writeback", "outbox"}, {"export", "outbox"}, {"audit"}} {
		if out := ok(t, home, dir, append([]string{"--as", support}, list...)...); strings.Contains(out, "@") {
			t.Errorf("support sees addresses in %v:\n%s", list, out)
		}
	}
	// --as is a person for every command, and a kind of file for those that read files.
	code, _, errs := call(t, home, "--dir", dir, "--as", member, "me", "import", "--as", "people", "nothing.csv")
	if code != ExitFailed || !strings.Contains(errs, "nothing.csv") {
		t.Errorf("a member's own file: exit %d, %s", code, errs)
	}
}
