package ui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// In a filtered list n and N go through the rows that are left, each of which is a hit; in a list that is not they say so.
func TestHitsOfList(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("3", "n")
	c.sees("nothing was searched for", "/ does")
	c.press("/", "a", "enter")
	c.sees("1 of ")
	c.press("n", "n")
	c.sees("3 of ")
	c.press("N")
	c.sees("2 of ")
	c.press("4", "n")
	c.sees("nothing was searched for")
	c.press("/", "a", "n", "enter", "n")
	c.sees("2 of ")
}

// In a text that is read through a search leaves nothing out: it marks its hits, n and N go round, and esc ends it before it leaves.
func TestHitsOfText(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 100, h: 16})
	c.press("8", "T")
	before := c.text()
	c.press("/", "=", "enter")
	c.sees("1 of 3 lines with “=”", "n and N go on", "[settings]")
	c.press("n")
	c.sees("2 of 3")
	c.press("N", "N")
	c.sees("3 of 3")
	c.press("n")
	c.sees("1 of 3")
	c.press("esc")
	c.lacks("with “=”")
	c.sees("Set-up as text")
	c.press("/", "q", "q", "q", "enter")
	c.sees("no line has “qqq”")
	c.press("esc", "g")
	if after := c.text(); after != before {
		t.Errorf("the search left something behind:\n%s", after)
	}
}

// A hit is found whatever the capitals and accents, and where it is.
func TestHitIn(t *testing.T) {
	for _, c := range []struct {
		line, text string
		want       int
	}{{"  Šimková,  Hana", "simk", 2}, {"AB  ab", "b  A", 1}, {"abc", "abcd", -1}, {"abc", "", -1}, {"佐藤 文子", "文", 3}, {"", "a", -1}} {
		if got := hitIn(c.line, c.text); got != c.want {
			t.Errorf("hitIn(%q, %q) = %d, want %d", c.line, c.text, got, c.want)
		}
	}
}

// n and N are of the hits everywhere, but for n in Re-match, which says that it is none of these.
func TestHitsKeepTheirKeys(t *testing.T) {
	for name, actions := range everyScreen(t) {
		for _, a := range actions {
			taken := slices.ContainsFunc(a.Keys, func(key string) bool { return key == "n" || key == "N" })
			if taken && !strings.HasPrefix(a.ID, "hit.") && a.ID != "rematch.none" {
				t.Errorf("%s: %s takes %v", name, a.ID, a.Keys)
			}
		}
	}
}

// In the help and other notices / searches too: esc ends the search before it closes, and letters are letters while they are typed.
func TestHitsOfNotice(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 80, h: 24})
	c.press("4", "?")
	before := c.text()
	c.press("/", "q", "esc")
	if after := c.text(); after != before {
		t.Errorf("the field left something behind:\n%s", after)
	}
	c.press("/", "m", "a", "r", "k", "enter")
	c.sees(" with “mark”", "1 of ", "esc ends it")
	c.press("n")
	c.sees("2 of ")
	c.press("N", "N")
	c.lacks("2 of ")
	c.press("esc")
	c.lacks("with “mark”")
	c.press("g")
	c.sees("row up")
	c.press("esc")
	c.lacks("row up")
}

// Each hit of a line is marked, and nothing of the line is lost.
func TestMarkedLine(t *testing.T) {
	theme := start(t, setup{services: sampleWorld().services()}).app.Theme
	s := search{text: "an"}
	s.scan([]string{"An Ant and Ánna", "none"}, 0, 5)
	if got := ansi.Strip(s.marked(theme, 0, "x")); got != "An Ant and Ánna" {
		t.Errorf("the line says %q", got)
	}
	if got := s.marked(theme, 1, "as it was"); got != "as it was" {
		t.Errorf("a line without a hit became %q", got)
	}
}
