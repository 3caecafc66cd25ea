package ui

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/exp/teatest"
	"github.com/muesli/termenv"
)

// program starts the console with its real event loop and renderer.
func program(t *testing.T, w *world) *teatest.TestModel {
	t.Helper()
	renderer := lipgloss.NewRenderer(&bytes.Buffer{})
	renderer.SetColorProfile(termenv.ANSI256)
	session := &Session{Theme: NewTheme(renderer, ModeDark, UnicodeMarks()), Services: w.services(), Actor: admin(), Now: time.Now, ctx: t.Context(), sleep: sleepFor}
	return teatest.NewTestModel(t, newApp(session), teatest.WithInitialTermSize(100, 30))
}

// until waits for the words, in any order, in what the program has written since the last wait.
func until(t *testing.T, m *teatest.TestModel, words ...string) {
	t.Helper()
	teatest.WaitFor(t, m.Output(), func(out []byte) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !bytes.Contains(out, []byte(word)) })
	}, teatest.WithDuration(5*time.Second), teatest.WithCheckInterval(5*time.Millisecond))
}

// Journey: from Home to the first match that waits, accept it, take that back, leave.
func TestJourneyReview(t *testing.T) {
	w := sampleWorld()
	m := program(t, w)
	until(t, m, "Needs you", "matches wait for review")
	m.Send(keyOf("enter"))
	until(t, m, "CRM RECORD", "Ann Okafor", "9.8 to 1 for")
	m.Type("a")
	until(t, m, "Accepted Ann Okafor")
	m.Type("u")
	until(t, m, "Taken back.")
	m.Type("qq")
	m.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
	if want := []string{"accept " + w.matches[0].Record, "undo audit-1"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// Journey: connect for the first time. The browser is on another machine, so the address it ended at is pasted.
func TestJourneyConnect(t *testing.T) {
	w := sampleWorld()
	w.conn, w.overview = Connection{State: ConnectedNone}, Overview{Connected: ConnectedNone}
	m := program(t, w)
	until(t, m, "not connected to a CRM")
	m.Send(keyOf("enter"))
	until(t, m, "Which Salesforce org?")
	m.Send(keyOf("down"))
	m.Send(keyOf("enter"))
	m.Type("3MVG9.key")
	m.Send(keyOf("enter"))
	m.Send(keyOf("esc"))
	m.Type("s")
	until(t, m, "ssh -L 14711:127.0.0.1:14711 HOST")
	m.Type("p")
	m.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("http://127.0.0.1:14711/callback?code=abc&state=xyz"), Paste: true})
	m.Send(keyOf("enter"))
	until(t, m, "Can we work with this org?", "is not installed")
	m.Send(tea.KeyMsg{Type: tea.KeyCtrlC})
	m.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
	if want := []string{"sign in at " + usualHost}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// A redirected address that is none says so and leaves the sign-in open.
func TestConnectRefusedPaste(t *testing.T) {
	w := sampleWorld()
	w.conn = Connection{State: ConnectedNone}
	c := start(t, setup{services: w.services()})
	c.press("2")
	screen := c.app.screen().(*connect)
	screen.step, screen.waiting, screen.pending = stepSignIn, true, &pendingFake{world: w}
	c.press("p")
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("https://example.com/nothing"), Paste: true})
	c.press("enter")
	c.sees("could not sign in: the address has no code")
}

// When reading fails the screen says what is safe, and R reads again.
func TestErrorAndRetry(t *testing.T) {
	w := sampleWorld()
	w.err = errors.New("database is locked")
	c := start(t, setup{services: w.services()})
	c.press("4")
	c.sees("Matches could not be loaded", "database is locked", "nothing was lost", "R try again")
	w.err = nil
	c.press("R")
	c.sees("1 of 300")
}

// Below the least size the console gives the command line instead, and comes back when there is room.
func TestTooSmall(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 50, h: 12})
	c.sees("needs 60 x 16", "crmsync status")
	c.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	c.sees("Needs you")
}

// A screen without its service names the command that does the work.
func TestAbsentService(t *testing.T) {
	services := sampleWorld().services()
	services.Users = nil
	c := start(t, setup{services: services})
	c.press("3")
	c.sees("Users is not part of this console yet", "crmsync users")
}

// Copying writes OSC 52 whole between frames, and the text is shown.
func TestCopy(t *testing.T) {
	var out bytes.Buffer
	g := guard(&out, false)
	g.copy("https://acme.my.salesforce.com/003\x1b[2J")
	if got := out.String(); !strings.HasPrefix(got, "\x1b]52;c;") || strings.Contains(got[7:], "\x1b[") {
		t.Errorf("wrote %q", got)
	}
	c := start(t, setup{services: sampleWorld().services()})
	copied := ""
	c.app.copied = func(text string) { copied = text }
	c.press("4", "y")
	if copied != sampleWorld().matches[0].Address {
		t.Errorf("copied %q", copied)
	}
	c.sees("copied https://acme")
}

// Badge links are hyperlinks (OSC 8) to the record.
func TestBadgeLinks(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4", "enter")
	if want := "\x1b]8;;" + sampleWorld().matches[0].Address; !strings.Contains(c.app.View(), want) {
		t.Errorf("no link to the record in the frame")
	}
}

// S17, S120: roles are marked and planned for; the plan shows who gets and who loses a licence, Cancel has the
// focus, and only the answer applies it.
func TestLicencesArePlannedBeforeTheyAreApplied(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("3", "]", "j", "j", "space")
	c.sees("1 role marked", "[x] ┊ ┊ EMEA")
	c.press("P")
	c.sees("Licences for EMEA and nobody else", "231 licences now, 233 then, of 250", "EUR 279,600 then", "gets    Amir Haddad", "loses   Dana O'Neill", "their writeback ends", "Apply to 4")
	if len(w.did) != 0 {
		t.Fatalf("the plan alone did %q", w.did)
	}
	c.now = c.now.Add(time.Second)
	c.press("enter")
	if len(w.did) != 0 {
		t.Fatalf("enter on Cancel did %q", w.did)
	}
	c.press("P")
	c.now = c.now.Add(time.Second)
	c.press("y")
	if want := []string{"licences [00E3] only=true inactive=false"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
	c.sees("3 given, 1 taken")
	c.press("]")
	c.sees("231 of 250 used, 19 free", "1 licence is held by an inactive CRM user", "its CRM user is inactive")
}
