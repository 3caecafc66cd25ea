package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call runs a command line in a data directory of its own, with a key of its own.
func call(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	t.Setenv("XDG_DATA_HOME", filepath.Join(dir, "share"))
	t.Setenv("CRMSYNC_DIR", "")
	t.Setenv(ballastVariable, "64KiB")
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

func TestWrongCallsSaySoAndExitTwo(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"unknown command":       {[]string{"matsch"}, `no command "matsch"`},
		"unknown subcommand":    {[]string{"match", "lst"}, `no command "lst" under "crmsync match"`},
		"unknown flag":          {[]string{"status", "--frob"}, "unknown flag: --frob"},
		"surplus argument":      {[]string{"version", "now"}, "takes no argument"},
		"missing argument":      {[]string{"match", "accept"}, "needs the id or address of a record"},
		"again with more":       {[]string{"connect", "--again", "--client-id", "k"}, "takes nothing else"},
		"no file":               {[]string{"network", "import"}, "at least one file"},
		"size":                  {[]string{"demo", "--size", "huge"}, "neither small, medium nor a number"},
		"public plain http":     {[]string{"org", "serve", "--listen", "0.0.0.0:0"}, "plain http"},
		"eval without files":    {[]string{"match", "eval"}, "--crm and --directory are needed"},
		"eval of what":          {[]string{"match", "eval", "--object", "dog"}, "person or company"},
		"no rows":               {[]string{"match", "list", "--limit", "0"}, "a whole number from 1 on"},
		"no rows of saves":      {[]string{"saves", "--limit", "-1"}, "a whole number from 1 on"},
		"score over all":        {[]string{"match", "list", "--min", "200"}, "a score from 0 to 100"},
		"bulk from what":        {[]string{"match", "bulk", "--from", "x"}, "a score from 0 to 100"},
		"object":                {[]string{"match", "list", "--object", "User"}, "Lead, Contact or Account"},
		"state of a match":      {[]string{"match", "list", "--state", "new"}, "auto, review, accepted, overridden, rejected or none"},
		"state of an item":      {[]string{"writeback", "outbox", "--state", "new"}, "held, queued, sending"},
		"activity with nobody":  {[]string{"activity", "add", "--body", "x"}, "--with is needed"},
		"late items":            {[]string{"writeback", "status", "--late", "-1"}, "invalid argument"},
		"no requests":           {[]string{"writeback", "shadow", "--limit", "-1"}, "a whole number from 1 on"},
		"eval from what":        {[]string{"match", "eval", "--threshold", "NaN"}, "a probability from 0 to 1"},
		"look how often":        {[]string{"network", "watch", "x", "--every", "-1s"}, "above zero"},
		"idle":                  {[]string{"serve", "--idle", "0s"}, "above zero"},
		"undo of two things":    {[]string{"undo", "--to", "2026-11-24 09:00", "--redo"}, "neither an event nor --redo"},
		"bench without a place": {[]string{"bench", "match"}, "--data is needed"},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			if code, _, errs := call(t, home, "init"); code != ExitOK {
				t.Fatal(errs)
			}
			code, out, errs := call(t, home, c.args...)
			if name != "public plain http" && code != ExitUsage {
				t.Errorf("exit code %d, want %d", code, ExitUsage)
			}
			if code == ExitOK || !strings.Contains(errs, c.says) || out != "" {
				t.Errorf("exit %d, stdout %q, stderr %q; want it to say %q", code, out, errs, c.says)
			}
			if !strings.Contains(errs, "\n  ") { // the hint
				t.Errorf("no hint in %q", errs)
			}
		})
	}
}

func TestErrorsAsJSON(t *testing.T) {
	code, _, errs := call(t, t.TempDir(), "status", "--json")
	var answer struct {
		Error struct{ Code, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(errs), &answer); err != nil {
		t.Fatalf("%q is no JSON: %v", errs, err)
	}
	if code != ExitNotConnected || answer.Error.Code != "connect.none" || answer.Error.Hint == "" {
		t.Errorf("exit %d, %+v", code, answer.Error)
	}
}

// A directory without a store, perhaps mistyped, is said to be one, and stays as it is.
func TestNoStore(t *testing.T) {
	home := t.TempDir()
	for _, command := range []string{"match list", "audit", "settings list", "undo", "import", "writeback run", "disconnect", "verify", "person show x"} {
		code, out, errs := call(t, home, append([]string{"--dir", filepath.Join(home, "typo")}, strings.Fields(command)...)...)
		if code != ExitNotConnected || out != "" || !strings.Contains(errs, "there is no store in") {
			t.Errorf("%s: exit %d, %q %q", command, code, out, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(home, "typo")); err == nil {
		t.Error("a store was made")
	}
	file := filepath.Join(home, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"match list", "init"} {
		if code, _, errs := call(t, home, append([]string{"--json", "--dir", filepath.Join(file, "store")}, strings.Fields(command)...)...); code != ExitFailed || !strings.Contains(errs, "store.directory") {
			t.Errorf("below a file: %s: exit %d, %s", command, code, errs)
		}
	}
}

func TestStatusMakesNoStore(t *testing.T) {
	dir := t.TempDir()
	call(t, dir, "status")
	if _, err := os.Stat(filepath.Join(dir, "share", "crmsync")); err == nil {
		t.Error("asking for the status made a data directory")
	}
}

func TestDemoLeavesOtherDirectoriesAlone(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.Mkdir(precious, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(precious, "thesis.txt")
	if err := os.WriteFile(file, []byte("three years"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := call(t, dir, "demo", "--once", "--dir", precious)
	if code == ExitOK || !strings.Contains(errs, "did not make") {
		t.Errorf("exit %d, %q", code, errs)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "three years" {
		t.Errorf("the file is %q, %v", text, err)
	}
}

func TestRecordID(t *testing.T) {
	for in, want := range map[string]string{
		"0035g00000AbCdEAAV": "0035g00000AbCdEAAV",
		"https://acme.lightning.force.com/lightning/r/Contact/0035g00000AbCdEAAV/view": "0035g00000AbCdEAAV",
		"https://acme.my.salesforce.com/0035g00000AbCdE?from=list":                     "0035g00000AbCdE",
		"https://acme.my.salesforce.com/":                                              "https://acme.my.salesforce.com/",
	} {
		if got := recordID(in); got != want {
			t.Errorf("recordID(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPrintableTakesAwayWhatSteersATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"Ann \x1b[31mOkafor": "Ann  [31mOkafor",
		"two\nlines\ttab":    "two lines tab",
		"\u202egnirts\u202c": "gnirts",
		"c1 \u009b1m":        "c1  1m",
		"田中 Ōe עברית":        "田中 Ōe עברית",
	} {
		if got := printable(in); got != want {
			t.Errorf("printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for code, want := range map[string]int{
		"cli.usage": ExitUsage, "usage.role": ExitUsage, "settings.invalid": ExitUsage,
		"act.not_allowed": ExitForbidden, "act.unknown_user": ExitForbidden, "connect.revoked": ExitForbidden,
		"record.not_found": ExitNotFound, "connect.none": ExitNotConnected, "engine.locked": ExitLocked,
		"import.partial": ExitPartial, "store.busy": ExitFailed,
	} {
		if got := exitCode(fmt.Errorf("wrapped: %w", &failure{code: code})); got != want {
			t.Errorf("%s exits %d, want %d", code, got, want)
		}
	}
	if got := exitCode(errors.New("plain")); got != ExitFailed {
		t.Errorf("an error without a code exits %d", got)
	}
}
