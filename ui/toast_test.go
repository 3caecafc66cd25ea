package ui

import (
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// What went wrong is told to its end, which is where what to do about it stands, and the frame keeps its size.
func TestLongFailuresAreToldInFull(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 60, h: 16})
	c.press("3")
	c.send(toastMsg{state: StateBad, text: "could not map the seat: there is no CRM user \"har\". Look for one with crmsync users find, or import first"})
	c.sees("could not map the seat", "import first")
	c.send(toastMsg{state: StateBad, text: strings.Repeat("a very long sentence ", 40)})
	c.sees("…")
	checkFrame(t, "a long toast", c.app.View(), 60, 16)
}

// A refusal is about the screen it was said on: the next screen has its own line again.
func TestRefusalsStayWhereTheyWereSaid(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}})
	c.press("4", "a")
	c.sees("ask an admin to accept")
	c.press("3")
	c.lacks("ask an admin to accept")
}

// Who looks for somebody types the name at once; enter on an empty field means the row.
func TestSearchTakesLettersAtOnce(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("F", "o", "k", "a", "f", "enter")
	c.sees("Ann Okafor", "1 of 6")
	c.press("enter")
	c.sees("Person")
}

// Where no match waits at the score that the engine accepts by itself, the bulk begins at the highest band that has
// some, with Cancel in focus.
func TestBulkBeginsWhereSomethingWaits(t *testing.T) {
	b := &bulk{filter: BulkFilter{Min: bulkScore}}
	bands := []BandCount{{"A", 95, 100, 0}, {"B", 85, 94, 14}, {"C", 70, 84, 3}, {"D", 20, 69, 30}}
	if from, better := b.begin(BulkPreview{Bands: bands}); !better || from != 85 {
		t.Errorf("begins at %d, %v", from, better)
	}
	if _, better := b.begin(BulkPreview{Bands: bands, Accept: 3}); better {
		t.Error("moves from a score at which some wait")
	}
	bands[1].Waiting, bands[2].Waiting = 0, 0
	if from, better := b.begin(BulkPreview{Bands: bands}); better {
		t.Errorf("begins at %d, below the least", from)
	}
	b.moved = true
	bands[1].Waiting = 14
	if _, better := b.begin(BulkPreview{Bands: bands}); better {
		t.Error("moves what somebody chose")
	}
}

// The palette finds an action by the word that the help has for it.
func TestPaletteKnowsTheWordsOfTheHelp(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4", ":", "d", "u", "p", "l")
	c.sees("the records that compete for this person")
}
