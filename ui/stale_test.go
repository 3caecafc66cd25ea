package ui

import (
	"slices"
	"testing"
	"time"
)

// Home leads to the stale saves; one is removed at once, all of them only after a question.
func TestStaleSaves(t *testing.T) {
	w := sampleWorld()
	w.overview.Stale, w.overview.Alerts, w.overview.Alarms = 19, 2, []string{"Account.Website is read no more\x1b[2J"}
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.sees("19 saves are stale")
	c.sees("2 alerts are new to you")
	c.sees("Account.Website is read no more")
	c.press("down", "down", "down", "down", "enter")
	c.sees("Opps › stale saves")
	c.press("j", "d")
	c.sees("is not saved again for this opportunity")
	c.press("C")
	c.sees("All stale saves")
	c.now = c.now.Add(time.Second)
	c.press("y")
	if want := []string{"unsave save-1", "clean up saves"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// What a setting would change is shown before it is applied.
func TestSettingsShowTheirEffect(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("8", "enter", "9", "enter", "w")
	c.sees("opportunities on the list: 12 now, 7 then")
	if len(w.did) != 0 {
		t.Errorf("a preview did %q", w.did)
	}
}
