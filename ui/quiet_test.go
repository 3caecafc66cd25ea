package ui

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// While letters are typed nothing is searched; once they rest for 80 ms, the last text alone is.
func TestSearchBeginsWhenTypingRests(t *testing.T) {
	for name, c := range map[string]struct {
		open  []string
		shows string // a row of the list as it is before
	}{
		"matches":       {keys("4", "/"), "Dmitri Ivanov"},
		"a list":        {keys("3", "/"), "Dmitri"},
		"opportunities": {keys("6", "/"), "EUR 1,200,000"},
		"search":        {keys("F"), "Dmitri Ivanov"},
		"re-match":      {keys("4", "m", "/"), ""}, // whose fake finds the same for every text
	} {
		t.Run(name, func(t *testing.T) {
			console := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
			console.press(c.open...)
			var waits []time.Duration
			console.app.sleep = func(_ context.Context, d time.Duration) bool { waits = append(waits, d); return true }
			var rested []tea.Cmd
			for _, letter := range []string{"q", "x"} {
				_, cmd := console.app.Update(keyOf(letter))
				rested = append(rested, cmd)
			}
			before := console.text()
			console.run(rested[0])
			if len(waits) != 1 || waits[0] != 80*time.Millisecond {
				t.Fatalf("after a letter it waits for %v", waits)
			}
			if after := console.text(); after != before || !strings.Contains(after, c.shows) {
				t.Errorf("a letter that was followed by another was searched for:\n%s", after)
			}
			console.run(rested[1])
			if after := console.text(); c.shows != "" && (after == before || strings.Contains(after, c.shows)) {
				t.Errorf("what was typed was not searched for:\n%s", after)
			}
		})
	}
}

// A load that is quick shows nothing of itself: for 150 ms the layout stays without a word, and then it says what is
// being loaded.
func TestLoadingIsSaidAfterAWhile(t *testing.T) {
	for _, p := range screens() {
		if p.states != nil && !slices.Contains(p.states, loading) {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			c := p.in(t, loading)
			c.sees("loading ")
			c.now = c.now.Add(149*time.Millisecond - time.Second)
			c.lacks("loading ")
			c.lacks(c.app.Theme.Loading + c.app.Theme.Loading)
			c.now = c.now.Add(time.Millisecond)
			c.sees("loading ")
		})
	}
}

// Nothing else might happen while a load lasts, so the word comes by itself.
func TestLoadingIsDrawnByItself(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	var waits []time.Duration
	c.app.sleep = func(_ context.Context, d time.Duration) bool { waits = append(waits, d); return false }
	for _, key := range []string{"2", "3", "4", "5", "6", "7", "8", "9"} {
		waits = nil
		if c.press(key); !slices.Contains(waits, 150*time.Millisecond) {
			t.Errorf("screen %s waits for %v", key, waits)
		}
	}
}
