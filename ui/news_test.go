package ui

import (
	"slices"
	"testing"

	crmsync "crmsync/sync"
)

// A list that is open does not move under the cursor: what came is counted, and R loads it.
func TestListsDoNotMoveUnderTheCursor(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("9", "j", "j")
	before := c.text()
	for range 12 {
		w.audit = slices.Insert(w.audit, 0, AuditEvent{ID: "new", At: testNow, Who: "kaja", What: "mapped a seat"})
		c.send(byKaja(crmsync.ActSeatPin, "seat seat-1"))
	}
	c.sees("12 new; R loads them")
	c.lacks("mapped a seat")
	c.press("R")
	c.sees("mapped a seat")
	c.lacks("R loads them")
	if c.text() == before {
		t.Error("nothing was loaded")
	}
}

// What changed in the outbox is loaded when it comes to the front again, or by R.
func TestOutboxTellsThatItChanged(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "[", "[", "j")
	w.outbox = slices.Clone(w.outbox)
	w.outbox[0].Who = "Somebody New"
	c.send(eventMsg{Kind: crmsync.EventOutbox})
	c.sees("rows changed; R loads them")
	c.lacks("Somebody New")
	c.press("]", "[")
	c.sees("Somebody New")
	c.lacks("rows changed")
}

// An act of one's own shows at once: the list was only just read for it.
func TestOwnActIsNoNews(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("9", "u")
	event := byKaja(crmsync.ActUndo, "match m-1")
	event.Actor = "ana"
	c.send(event)
	c.lacks("R loads them")
}
