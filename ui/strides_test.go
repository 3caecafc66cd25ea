package ui

import (
	"slices"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// What is walked by the page is walked by half a page and to its ends, too; tab has its way back everywhere.
func TestMovesAreTheSameEverywhere(t *testing.T) {
	for screen, actions := range everyScreen(t) {
		does := map[string]string{}
		for _, a := range actions {
			for _, key := range a.Keys {
				does[key] = a.ID
			}
		}
		if does["tab"] != "" && does["shift+tab"] == "" {
			t.Errorf("%s: tab has no way back", screen)
		}
		if does["pgdown"] == "" {
			continue
		}
		for _, key := range []string{"up", "down", "k", "j", "pgup", "ctrl+u", "ctrl+d", "g", "G", "home", "end"} {
			if does[key] == "" {
				t.Errorf("%s: %s does nothing", screen, key)
			}
		}
		if does["ctrl+d"] == does["pgdown"] || does["ctrl+u"] == does["pgup"] {
			t.Errorf("%s: half a page is a whole one", screen)
		}
	}
}

func TestStrides(t *testing.T) {
	at, page := 0, 10
	moves := strides("list", "List", "row", func() int { return page }, func(n int) tea.Cmd { at += n; return nil })
	press := func(key string) int {
		at = 0
		moves[slices.IndexFunc(moves, func(a Action) bool { return slices.Contains(a.Keys, key) })].Do()
		return at
	}
	for key, want := range map[string]int{"j": 1, "up": -1, "pgdown": 10, "pgup": -10, "ctrl+d": 5, "ctrl+u": -5, "g": -utmost, "end": utmost} {
		if got := press(key); got != want {
			t.Errorf("%s moves by %d, not %d", key, got, want)
		}
	}
	page = -1 // nothing was drawn yet
	if press("pgdown") != 1 || press("ctrl+u") != -1 {
		t.Error("a page of nothing does not move")
	}
}

// The help is walked so, too.
func TestHelpByHalfPages(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 60, h: 16})
	c.press("4", "?")
	top := c.text()
	c.press("ctrl+d")
	half := c.text()
	c.press("ctrl+u", "pgdown")
	if page := c.text(); half == top || half == page {
		t.Errorf("half a page shows\n%s", half)
	}
	c.press("G")
	c.sees("esc closes")
	c.press("home")
	if got := c.text(); got != top {
		t.Errorf("home shows\n%s", got)
	}
}
