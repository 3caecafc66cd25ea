package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// An import of which the org gives some objects and not all says so to scripts by its exit code.
func TestImportDoneInPart(t *testing.T) {
	home := t.TempDir()
	dir := home + "/store"
	ok(t, home, dir, "init")
	signInTo(t, dir, orgsim.Config{Contacts: 20, Scenarios: []string{"query-timeout=15"}})
	code, out, errs := call(t, home, "--dir", dir, "import", "--json")
	var answer struct{ Error struct{ Code, Hint string } }
	if err := json.Unmarshal([]byte(errs), &answer); err != nil || code != ExitPartial || answer.Error.Code != "import.partial" || answer.Error.Hint == "" {
		t.Errorf("exit %d, want %d: %s%s", code, ExitPartial, out, errs)
	}
	if code, out, errs := call(t, home, "--dir", dir, "status"); code != ExitFailed || !strings.Contains(out, "the last import failed") || !strings.Contains(errs, "not healthy") {
		t.Errorf("status after it: exit %d: %s%s", code, out, errs)
	}
}

// One process is the engine of a store; a second one is told so at once, by name.
func TestSecondEngineIsLocked(t *testing.T) {
	s := newSSHServer(t)
	s.start()
	for _, command := range []string{"serve", "serve --ssh 127.0.0.1:0"} {
		var errs bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		code := run(ctx, append([]string{"--dir", s.dir, "--json"}, strings.Fields(command)...), strings.NewReader(""), &errs, &errs)
		cancel()
		if code != ExitLocked || !strings.Contains(errs.String(), `"engine.locked"`) {
			t.Errorf("%s beside another engine: exit %d, want %d: %s", command, code, ExitLocked, errs.String())
		}
	}
}
