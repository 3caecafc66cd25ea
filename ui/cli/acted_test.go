package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// What a command prints when it is done says what was done, and the command it names takes it back in the same store
// as it stands there, also where the directory's name is one that a shell would read otherwise.
func TestActedSaysWhatAndHowBack(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, "Ana's store")
	ok(t, home, dir, "init")
	next := func(out, says, way string) []string {
		t.Helper()
		did, command, found := strings.Cut(strings.TrimSpace(out), "\n"+way+" with: ")
		if !found || !strings.Contains(did, says) {
			t.Fatalf("says %q, want %q and %q", out, says, way)
		}
		rest, found := strings.CutPrefix(command, `crmsync --dir '`+strings.ReplaceAll(dir, "'", `'\''`)+`' `)
		if !found {
			t.Fatalf("%q is not for %s", command, dir)
		}
		return strings.Fields(rest)
	}
	out := ok(t, home, dir, "settings", "set", "match.accept", "97")
	command := next(out, "97", "undo")
	command = next(ok(t, home, dir, command...), "took back: ", "the other way")
	next(ok(t, home, dir, command...), "did again: ", "the other way")
}

// Without --dir the next command needs none either.
func TestActedWithoutDirectory(t *testing.T) {
	home := t.TempDir()
	if code, _, errs := call(t, home, "init"); code != ExitOK {
		t.Fatal(errs)
	}
	code, out, errs := call(t, home, "settings", "set", "match.accept", "97")
	if code != ExitOK || !strings.Contains(out, "\nundo with: crmsync undo ") {
		t.Errorf("exit %d, %q, %s", code, out, errs)
	}
}

// Without an org nothing is due, whatever the schedule says.
func TestStatusWithoutOrgHasNothingDue(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, "store")
	ok(t, home, dir, "init")
	code, out, errs := call(t, home, "--dir", dir, "status")
	if code != ExitNotConnected || strings.Contains(out, "next") || !strings.Contains(out, "last sync  never") || !strings.Contains(errs, "crmsync connect") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

// The licence of a seat that a mistyped address made is free again with the command that is named.
func TestSeatMadeByMistakeLosesItsLicenceAsPrinted(t *testing.T) {
	home := t.TempDir()
	dir, file := filepath.Join(home, "store"), filepath.Join(home, "Connections.csv")
	writeFile(t, file, "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnn,Okafor,https://www.linkedin.com/in/ann-okafor,,Acme,Buyer,01 Nov 2026\n")
	ok(t, home, dir, "init")
	_, way, found := strings.Cut(ok(t, home, dir, "network", "import", file, "--seat", "anna@example.com"), "its licence is free again with: crmsync --dir "+dir+" ")
	way, _, _ = strings.Cut(way, "\n")
	if !found {
		t.Fatal("no way back is named")
	}
	if out := ok(t, home, dir, strings.Fields(way)...); !strings.HasPrefix(out, "assigned licences\n") {
		t.Errorf("says %q", out)
	}
	if out := ok(t, home, dir, "licences", "show"); !strings.Contains(out, "licences: 0 in use") {
		t.Errorf("the seat has its licence still:\n%s", out)
	}
}
