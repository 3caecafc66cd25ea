package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"crmsync/store"
)

// passing lets d pass second by second, with the message that a wait of a second would bring.
func (c *console) passing(d time.Duration) {
	for range int(d / time.Second) {
		c.now = c.now.Add(time.Second)
		c.send(againMsg(c.app.retry.ticket))
	}
}

// What could not be read is read again by itself, later each time, and the page counts down; after the last
// try only a person asks again. What was read at last is shown at once.
func TestReadAgainByItself(t *testing.T) {
	for _, keys := range [][]string{{"1"}, {"2"}, {"3"}, {"3", "]"}, {"3", "["}, {"4"}, {"5"}, {"5", "]"}, {"5", "]", "]"}, {"5", "["}, {"5", "[", "["}, {"6"}, {"6", "t"}, {"7"}, {"8"}, {"9"}, {"0"}, {"F"}} {
		t.Run(strings.Join(keys, " "), func(t *testing.T) {
			w := sampleWorld()
			w.err = store.ErrBusy
			c := start(t, setup{services: w.services()})
			for _, key := range keys {
				c.send(keyOf(key))
			}
			c.sees("could not be loaded", "nothing was lost", "Trying again in 4 s (1 of 5). R tries now.", "code store.busy")
			c.passing(time.Second)
			c.sees("Trying again in 3 s (1 of 5)")
			c.passing(3 * time.Second)
			c.sees("Trying again in 8 s (2 of 5)")
			c.press("R")
			c.sees("Trying again in 16 s (3 of 5)")
			c.passing(16*time.Second + 30*time.Second + 60*time.Second)
			c.sees("It is not tried again by itself. R tries again.")
			c.passing(time.Hour)
			c.sees("It is not tried again by itself.")
			w.err = nil
			c.press("R")
			c.lacks("could not be loaded")
		})
	}
}

// A success between two failures begins the delays anew, and leaving the screen ends the waiting.
func TestReadAgainBeginsAnew(t *testing.T) {
	w := sampleWorld()
	w.err = store.ErrBusy
	c := start(t, setup{services: w.services()})
	c.press("8")
	c.passing(4 * time.Second)
	c.sees("(2 of 5)")
	w.err = nil
	c.passing(8 * time.Second)
	c.lacks("could not be loaded")
	w.err = store.ErrBusy
	ticket := c.app.retry.ticket
	c.press("1")
	c.send(keyOf("4"))
	c.sees("Trying again in 4 s (1 of 5)")
	c.send(againMsg(ticket)) // of the screen that was left
	c.sees("Trying again in 4 s (1 of 5)")
}

// What was read before stays on the screen when reading it again fails; the line above the keys says so.
func TestFailureKeepsWhatIsShown(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4")
	w.err = errors.New("the disk is gone")
	c.press("R")
	c.sees("Ann Okafor", "could not load matches: the disk is gone. Trying again in 4 s (1 of 5). R tries now.")
	c.sees("e details", "c copy report")
	c.press("e")
	c.sees("What failed", "could not load matches at", "Your decisions are safe", "code internal")
	c.press("esc")
	w.err = nil
	c.passing(4 * time.Second)
	c.lacks("could not load")
	c.lacks("copy report")
}

// The details and the report of a failure name its code.
func TestFailureDetails(t *testing.T) {
	w := sampleWorld()
	w.err = store.ErrBusy
	c := start(t, setup{services: w.services()})
	copied := ""
	c.app.copied = func(text string) { copied = text }
	c.press("6", "e")
	c.sees("What failed", "could not load the opportunities at 22 Nov 2026", "nothing was lost", "code store.busy", "crmsync support-bundle")
	c.press("esc", "c")
	if !strings.HasPrefix(copied, "store.busy: ") {
		t.Errorf("copied %q", copied)
	}
}

// A failed act has its details and its report as long as its toast is shown, and then the keys are the screen's again.
func TestFailedActHasDetails(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	copied := ""
	c.app.copied = func(text string) { copied = text }
	c.press("6")
	c.lacks("copy report")
	c.send(actedMsg{what: "accept the match", err: store.ErrBusy})
	c.sees("could not accept the match", "e details", "c copy report")
	c.press("c")
	if !strings.HasPrefix(copied, "store.busy: ") {
		t.Errorf("copied %q", copied)
	}
	c.lacks("copy report")
	c.send(actedMsg{what: "accept the match", err: store.ErrBusy})
	c.press("e")
	c.sees("What failed", "could not accept the match at 22 Nov 2026", "What was decided before is kept", "code store.busy")
}
