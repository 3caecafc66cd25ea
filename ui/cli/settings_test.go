package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// A setting tells what it is for and which values it takes, as people and as scripts read it.
func TestSettingsTellWhatTheyTake(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	ok(t, home, dir, "settings", "set", "match.floor", "30")
	out := ok(t, home, dir, "settings", "show", "match.floor")
	for _, part := range []string{"30; the default is 20", "a percentage, a whole number from 1 to 99", "shown for review"} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in:\n%s", part, out)
		}
	}
	for text := range strings.Lines(ok(t, home, dir, "settings", "--json")) {
		var line settingLine
		if err := json.Unmarshal([]byte(text), &line); err != nil || line.Takes == "" || line.Text == "" {
			t.Errorf("%s %v", text, err)
		}
	}
	if code, _, errs := call(t, home, "--dir", dir, "settings", "show", "frob"); code != ExitNotFound {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// Who has a user of that name already is told how to give another key.
func TestKeyOfSomebodyWhoIsThere(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	ok(t, home, dir, "user", "add", "ana", "--role", "support")
	key := home + "/ana.pub"
	writeFile(t, key, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAFPzUrFRgovLueZhy8nYsk98fF9TzzyMpk6q9VJVx98 ana@example.com\n")
	code, _, errs := call(t, home, "--dir", dir, "key", "add", "ana", key, "--role", "admin")
	if code != ExitFailed || !strings.Contains(errs, "crmsync key add ana FILE") || !strings.Contains(errs, "crmsync user add ana") {
		t.Errorf("exit %d: %s", code, errs)
	}
	ok(t, home, dir, "key", "add", "ana", key)
}
