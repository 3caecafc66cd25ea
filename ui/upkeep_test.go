package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

type personFake struct{ *world }

func (f personFake) Held(_ context.Context, id string) (Held, error) {
	out := Held{ID: id, Name: "Dmitri Ivanov"}
	facts := HeldPart{Title: "Facts", Note: "as the network's files say"}
	activities := HeldPart{Title: "Activities", Note: "with their texts"}
	for i, name := range hostile {
		facts.Rows = append(facts.Rows, HeldRow{Name: "name", Value: name})
		activities.Rows = append(activities.Rows, HeldRow{Name: "2 Nov 2026 message", Value: "about " + number(i), Text: "Dear " + name + ", a long text about the winter festival, which goes on for more than one line of any window that people have."})
	}
	out.Parts = []HeldPart{facts, {Title: "Positions"}, activities}
	f.retext(&out)
	return out, f.err
}
func (f personFake) Dossier(context.Context, string) ([]byte, error) { return []byte("{}\n"), f.err }
func (f personFake) Erase(_ context.Context, id, typed string) ([]string, error) {
	_, err := f.note("erase %s typed %s", id, typed)
	return []string{"by ana, audit a-1", "person: 1 row"}, err
}

type setupFake struct{ *world }

func (f setupFake) Text(context.Context) (string, error) {
	return "# crmsync config export\nformat = 1\n[settings]\n\"match.floor\" = \"33\"\n\n[[users]]\nname = \"" + hostile[0] + "\"\n", f.err
}
func (f setupFake) Compare(_ context.Context, file string) (crmsync.Config, crmsync.ConfigDiff, error) {
	diff := crmsync.ConfigDiff{Changes: []crmsync.ConfigChange{{What: "setting match.floor", Before: "20", After: "33"},
		{What: "user " + hostile[1], Before: "(none)", After: "role=admin os_user=dmitri email= seat= public_key=" + hostile[7]}}}
	if file == "bad.toml" {
		diff.Changes[0].Problem, diff.Problem = "there is no such floor", "there is no such floor"
	}
	f.retext(&diff)
	return crmsync.Config{Format: 1}, diff, f.err
}
func (f setupFake) Import(context.Context, crmsync.Config) (string, error) {
	return f.note("import the set-up")
}

type upkeepFake struct{ *world }

func (f upkeepFake) Backup(_ context.Context, file, passphrase string) ([]string, error) {
	_, err := f.note("back up to %s with %d letters", file, len(passphrase))
	return []string{"/home/ana/" + file, "1,204 bytes"}, err
}
func (f upkeepFake) Verify(context.Context) (lines, findings []string, err error) {
	_, err = f.note("verify")
	return []string{"schema 14, 12 sealed values opened, nothing is wrong"}, f.findings, err
}

// Everything about a person is shown, written to a file, and erased once the name is typed.
func TestPersonIsShownExportedAndErased(t *testing.T) {
	w := sampleWorld()
	c := start(t, withFiles(w))
	c.press("F", "enter", "K")
	c.sees("all that is kept", "Facts 2", "Activities", "the audit trail keeps that you looked")
	c.press("e")
	c.sees("Everything about Dmitri Ivanov", "/home/ana/crmsync-person-")
	c.press("esc", "X")
	c.sees("Erase for good", "nothing takes that back")
	c.press("N", "o", "enter")
	c.sees("the name is not typed yet: Dmitri Ivanov")
	c.press("backspace", "backspace")
	for _, r := range "Dmitri Ivanov" {
		c.press(strings.ReplaceAll(string(r), " ", "space"))
	}
	c.press("enter")
	c.sees("Erased", "person: 1 row")
	c.press("esc")
	c.sees("Search")
	if len(w.did) != 1 || !strings.HasSuffix(w.did[0], "typed Dmitri Ivanov") {
		t.Errorf("did %q", w.did)
	}
}

// withFiles is a console in a large window.
func withFiles(w *world) setup { return setup{services: w.services(), w: 120, h: 40} }

// A set-up is compared with a file, and set up so after a question.
func TestSetupAsText(t *testing.T) {
	w := sampleWorld()
	c := start(t, withFiles(w))
	c.press("8", "T")
	c.sees("Set-up as text", "[settings]")
	c.press("a")
	c.sees("no file was compared yet")
	c.press("e")
	c.sees("/home/ana/crmsync-contract-")
	c.press("esc", "i", "b", "a", "d", ".", "t", "o", "m", "l", "enter")
	c.sees("there is no such floor")
	c.press("a")
	c.sees("it cannot be applied")
	c.press("i", "x", "enter", "a")
	c.sees("Apply a set-up", "Apply 2")
	c.press("y")
	c.sees("Set up as the file says: 2 changes.")
	if !slices.Equal(w.did, []string{"import the set-up"}) {
		t.Errorf("did %q", w.did)
	}
}

// A backup asks where to and twice for the passphrase; a verification says what is wrong.
func TestBackupAndVerify(t *testing.T) {
	w := sampleWorld()
	c := start(t, withFiles(w))
	c.press("8", "B", "b", "tab")
	c.press(strings.Split("short", "")...)
	c.press("enter", "enter")
	c.sees("the passphrase needs 12 characters")
	c.press("shift+tab")
	c.press(strings.Split("-but-now-long", "")...)
	c.press("enter", "enter")
	c.sees("the two passphrases differ")
	c.press(strings.Split("short-but-now-long", "")...)
	c.press("enter")
	c.sees("Back up: done", "/home/ana/crmsync-2026")
	w.findings = []string{"a page is damaged"}
	c.press("v")
	c.sees("a page is damaged", "crmsync restore FILE")
	if len(w.did) != 2 || !strings.HasSuffix(w.did[0], "with 18 letters") || w.did[1] != "verify" {
		t.Errorf("did %q", w.did)
	}
}

// Over SSH no file of the server is read or written: the screens say where it is done.
func TestUpkeepOverSSH(t *testing.T) {
	w := sampleWorld()
	s := withFiles(w)
	s.services.Files, s.services.Upkeep = nil, nil
	c := start(t, s)
	c.press("8", "B")
	c.sees("crmsync backup FILE")
	c.press("T", "i")
	c.sees("over SSH no file of the server is read")
	c.press("e")
	c.sees("y copies the text")
}
