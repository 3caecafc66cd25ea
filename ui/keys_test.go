package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	crmsync "crmsync/sync"
)

// A burst of keys read at once comes as one message; none may be lost.
func TestBurstOfKeys(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4")
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jjjj")})
	c.sees("5 of 300")
}

// Keys pressed before the list was read are not lost: the cursor goes there once the rows are known.
func TestBurstBeforeTheRowsCame(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("4" + strings.Repeat("j", 9) + "kkk")})
	c.sees("7 of 300")
}

// A list that is read anew comes back to its row, also when that is not on the first page.
func TestRefreshComesBackToTheRow(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4")
	for range 200 {
		c.press("j")
	}
	c.sees("201 of 300")
	c.press("R")
	c.sees("201 of 300")
	c.press("k")
	c.sees("200 of 300")
}

// Letters behind ":" in one burst belong to the palette, not to the screen below.
func TestBurstOpensPaletteFirst(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4")
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(":rar")})
	c.sees("Command", "rar")
	if len(w.did) != 0 {
		t.Errorf("the burst did %q", w.did)
	}
}

// A paste stays whole.
func TestPasteIsOneMessage(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4", "/")
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("veolia q"), Paste: true})
	c.sees("veolia q")
}

// A dialog that asks drops keys until they rest: a key that repeats cannot answer it.
func TestGrace(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "b")
	for range 3 { // 100 ms apart, as a repeating key
		c.now = c.now.Add(100 * time.Millisecond)
		c.send(keyOf("y"))
	}
	if len(w.did) != 0 {
		t.Fatalf("early keys did %q", w.did)
	}
	c.sees("Accept in bulk")
	c.now = c.now.Add(graceRest)
	c.send(keyOf("y"))
	if !slices.Equal(w.did, []string{"bulk  95"}) {
		t.Errorf("after the rest it did %q", w.did)
	}
}

// Keys that never rest are let through after a while, so that nobody is locked out.
func TestGraceEnds(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "b")
	for range 20 {
		c.now = c.now.Add(100 * time.Millisecond)
		c.send(keyOf("y"))
	}
	if len(w.did) != 1 {
		t.Errorf("it did %q", w.did)
	}
}

// Cancel has the focus: enter changes nothing.
func TestEnterCancels(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "b", "enter")
	c.lacks("Accept in bulk")
	c.press("2", "D", "enter")
	c.press("5", "space", "enter")
	if len(w.did) != 0 {
		t.Errorf("enter did %q", w.did)
	}
	c.press("space", "right", "enter")
	if !slices.Equal(w.did, []string{"kind message false"}) {
		t.Errorf("the chosen button did %q", w.did)
	}
}

func TestDecideUndoRedo(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "a")
	c.sees("Accepted Ann Okafor = Dmitri Ivanov.", "u undo", "2 of 300")
	c.press("r", "u", "ctrl+r")
	want := []string{"accept " + w.matches[0].Record, "reject " + w.matches[1].Record + " p-1", "undo audit-2", "undo audit-3"}
	if !slices.Equal(w.did, want) {
		t.Errorf("did %q\nwant %q", w.did, want)
	}
}

func TestMarkedAreDecidedTogether(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "space", "space", "A")
	c.sees("Accept the marked", "Accept 2")
	c.press("y")
	if len(w.did) != 2 || !strings.HasPrefix(w.did[0], "accept ") {
		t.Errorf("did %q", w.did)
	}
	c.sees("Accepted 2 matches.")
	c.press("u", "u")
	if len(w.did) != 4 || w.did[2] != "undo audit-2" || w.did[3] != "undo audit-1" {
		t.Errorf("each is taken back by itself, the newest first: %q", w.did)
	}
}

func TestRematch(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "m", "J", "b", "y", "space", "p", "h", "o", "n", "e", "enter", "j", "enter")
	if want := []string{`rematch ` + w.matches[0].Record + ` p-901 "by phone"`}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
	c.sees("1 of 300", "Chose Eva Novak")
}

// q is a letter while a field has the focus.
func TestFieldsTakeLetters(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4", "/", "q", "u", "a")
	c.sees("qua")
	c.press("esc", "4")
	c.sees("1 of 300")
}

func TestFilter(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("4", "/")
	for range 20 {
		c.press("backspace")
	}
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("object:lead score:80.. okafor"), Paste: true})
	c.press("enter")
	c.sees("Lead, all, score 80–100, “okafor”, best first", "1 of 2")
	c.press("esc")
	c.sees("1 of 300")
}

// A role that may not do an act gets the name of who can, and the key stays out of the footer.
func TestReadOnly(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}})
	c.press("4")
	c.lacks("a accept")
	c.press("a")
	c.sees("! read only: ask an admin to accept")
	c.press("b", "8", "enter", "2", "D")
	if len(w.did) != 0 {
		t.Errorf("support did %q", w.did)
	}
}

// The support role sees names of people and nothing else of them (decision 15).
func TestSupportSeesNamesOnly(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}, w: 120, h: 40})
	c.press("4")
	c.lacks("c.martin@veolia.fr")
	c.press("enter")
	c.lacks("+33 1 71")
	c.press("esc", "m")
	c.lacks("+33 1 71")
}

// A late answer of an earlier filter is dropped.
func TestLateAnswersAreDropped(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4")
	screen := c.app.screen().(*matches)
	first := screen.list.reload(t.Context())
	c.press("]") // Contacts: reads anew
	c.sees("1 of 100")
	c.run(first)
	c.sees("object Contact", "1 of 100")
}

// A decision the store refuses is shown as not made.
func TestRefusedDecision(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4")
	w.err = errTest
	c.press("a")
	c.sees("✗ could not accept the match: the store is on strike")
	if got := c.app.screen().(*matches).decided; len(got) != 0 {
		t.Errorf("still marked as decided: %v", got)
	}
}

// The frame is the same without colour, but for the styles.
func TestColourChangesNoText(t *testing.T) {
	plain := start(t, setup{services: sampleWorld().services(), profile: termenv.Ascii})
	colour := start(t, setup{services: sampleWorld().services(), profile: termenv.TrueColor})
	for _, key := range []string{"1", "4", "5", "9"} {
		plain.press(key)
		colour.press(key)
		if plain.text() != colour.text() {
			t.Errorf("screen %s differs", key)
		}
		if strings.Contains(plain.app.View(), "\x1b[3") {
			t.Errorf("screen %s has colours although there are none", key)
		}
	}
}

// Plain ASCII marks leave nothing on the screen that an old terminal cannot draw, but for people's names.
func TestASCIIMarks(t *testing.T) {
	w := sampleWorld()
	for i := range w.matches {
		w.matches[i].Name, w.matches[i].Company, w.matches[i].MemberName = "Ann", "Acme", "Ann"
		w.explain[w.matches[i].Record] = sampleExplanation(w.matches[i])
	}
	c := start(t, setup{services: w.services(), ascii: true})
	c.press("4")
	for _, r := range c.text() {
		if r > '~' && r != '…' {
			t.Fatalf("%q is on the screen:\n%s", r, c.text())
		}
	}
}
