package ui

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	crmsync "crmsync/sync"
)

// console drives an App without a terminal: commands run at once, one after the other, and every wait
// passes at once unless it is a second or longer.
type console struct {
	t   *testing.T
	app *App
	now time.Time

	held bool // commands are not run: nothing that is asked for arrives
}

type setup struct {
	services Services
	actor    crmsync.Actor
	profile  termenv.Profile
	ascii    bool
	w, h     int
}

// start is a console that has read its first screen.
func start(t *testing.T, s setup) *console {
	t.Helper()
	c := begin(t, s)
	c.run(c.app.Init())
	return c
}

// begin is a console that has read nothing yet.
func begin(t *testing.T, s setup) *console {
	t.Helper()
	c := &console{t: t, now: testNow}
	if s.actor.Name == "" {
		s.actor = admin()
	}
	if s.w == 0 {
		s.w, s.h = 80, 24
	}
	renderer := lipgloss.NewRenderer(&strings.Builder{})
	renderer.SetColorProfile(s.profile)
	marks := UnicodeMarks()
	if s.ascii {
		marks = ASCIIMarks()
	}
	session := &Session{Theme: NewTheme(renderer, ModeDark, marks), Services: s.services, Actor: s.actor, Now: func() time.Time { return c.now },
		trace: func(string, error) string { return "7f3a91c2" }, log: "/home/ana/.local/share/crmsync/crmsync.log",
		ctx: t.Context(), sleep: func(_ context.Context, d time.Duration) bool { return d < time.Second }}
	c.app = newApp(session)
	c.send(tea.WindowSizeMsg{Width: s.w, Height: s.h})
	return c
}

// send gives the model a message and runs what comes of it.
func (c *console) send(msg tea.Msg) {
	_, cmd := c.app.Update(msg)
	c.run(cmd)
}

// run runs a command and the commands its message leads to.
func (c *console) run(cmd tea.Cmd) {
	if cmd == nil || c.held {
		return
	}
	msg := cmd()
	if msg == nil {
		return
	}
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[tea.Cmd]() { // a batch or a sequence
		for i := range v.Len() {
			c.run(v.Index(i).Interface().(tea.Cmd))
		}
		return
	}
	if _, quit := msg.(tea.QuitMsg); quit {
		return
	}
	c.send(msg)
}

// press presses keys by name, one message each.
func (c *console) press(names ...string) {
	c.t.Helper()
	for _, name := range names {
		c.now = c.now.Add(2 * time.Second) // no key is part of another's grace
		c.send(keyOf(name))
	}
}

// text is the frame without styles.
func (c *console) text() string { return ansi.Strip(c.app.View()) }

// sees fails unless the frame holds all of the words.
func (c *console) sees(words ...string) {
	c.t.Helper()
	frame := c.text()
	for _, word := range words {
		if !strings.Contains(frame, word) {
			c.t.Fatalf("no %q on the screen:\n%s", word, frame)
		}
	}
}

// lacks fails when the frame holds a word.
func (c *console) lacks(word string) {
	c.t.Helper()
	if frame := c.text(); strings.Contains(frame, word) {
		c.t.Fatalf("%q should not be on the screen:\n%s", word, frame)
	}
}

// keyOf makes the message of a named key; what is no key's name is text.
func keyOf(name string) tea.KeyMsg {
	if key, ok := keyNamed(name); ok {
		return key
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}
