package ui

import (
	"errors"
	"slices"
	"testing"
	"time"

	crmsync "crmsync/sync"
)

// sampleWriteback is a trial, a shadow run and failures of the sample world.
func sampleWriteback(w *world, at func(int, int) time.Time) {
	w.records = []RecordHit{{"0035g0000000000001", "Contact", "Marta da Silva", "Galp", "review", "", false, 66}, {"00Q5g0000000000002", "Lead", hostile[7], "Galp Energia", "auto", "Marta Silva", false, 0}}
	w.retries = RetryPreview{Items: 3, Groups: []RetryGroup{{"FIELD_INTEGRITY_EXCEPTION", "WhatId is not a valid Opportunity", 2}, {"ENTITY_IS_DELETED", "entity is deleted", 1}}}
	w.shadows = []ShadowItem{
		{ID: "a", Kind: "Message", Member: "Hugo Weiß", With: "Ada Keller", Object: "Task", State: "queued", Fields: []ShadowField{{"Status", "Completed", ""}, {"Subject", "Sales Navigator Message: " + hostile[7], ""}, {"WhoId", "0035g0000000000001", ""}}},
		{ID: "b", Kind: "Note", Member: hostile[3], Object: "Note", State: "held", Hold: "no record is matched", Unassigned: true, Differs: 2, Problems: []string{"Region__c: the org requires it and crmsync does not fill it"},
			Notes: []string{"no record is matched: it is written unassigned"}, Fields: []ShadowField{{"Body", "Asked for a quote", ""}, {"OwnerId", "0055g0000000000001", "hidden from the integration user, or not to be set"}}}}
	w.shadowed = crmsync.ShadowSummary{Looked: 12_480, Fine: 12_092, Refused: 388, Unassigned: 1_204,
		Problems: map[string]int{"OwnerId: the seat has no active CRM user": 380, "Region__c: the org requires it and crmsync does not fill it" + hostile[7]: 8},
		Notes:    map[string]int{"no record is matched: it is written unassigned": 1_204}, Holds: map[string]int{crmsync.HoldOptIn.Code: 12_000, "": 480}}
	w.trial = TrialPlan{Steps: crmsync.TrialSteps(), Seat: "Ana Lima", Kinds: []string{"Message", "Note"}, Org: "Acme", Earlier: []TrialEarlier{{at(8, 0).AddDate(0, 0, -2), "ana", "all fields equal, cleaned up", StateGood}, {at(8, 0).AddDate(0, 0, -20), "tess", "INSUFFICIENT_ACCESS on insert", StateBad}}}
	w.result = TrialResult{OK: true, Removed: true, Contact: "0035g0000000000T12", Sent: []TrialSent{{"Message", "Task", "00T5g0000000000T12", []Field{{"Status", "Completed"}, {"Subject", "Sales Navigator Message: trial"}}}, {"Note", "Note", "0025g0000000000T13", nil}}}
	for i, name := range crmsync.TrialSteps() {
		w.result.Steps = append(w.result.Steps, TrialStep{Name: name, Detail: "done", State: StateGood, Took: time.Duration(i+1) * 100 * time.Millisecond})
	}
}

// A trial asks first with Cancel focused, shows each step as it goes, and what was sent (S106).
func TestTrialInTheConsole(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "]", "]")
	c.sees("▸ Trial", "1  Make the test contact", "7  Remove contact and activities", "Earlier trials", "INSUFFICIENT_ACCESS")
	c.press("enter")
	c.sees("▸[ Cancel ]", "Zz Sync Test", "Acme")
	c.press("enter")
	if len(w.did) != 0 {
		t.Fatalf("Cancel did %q", w.did)
	}
	c.press("enter", "y")
	c.sees("✓ 6  Compare every field", "600 ms", "What was sent: Message", "read back equal")
	if !slices.Equal(w.did, []string{"trial false"}) {
		t.Errorf("did %q", w.did)
	}
	c.press("f")
	c.sees("00T5g0000000000T12")
	c.press("esc", "x")
	c.sees("nothing of a trial is in the org")
}

// A step that fails is marked, with its reason, as its event says.
func TestTrialStepsFollowEvents(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.press("5", "]", "]")
	c.send(eventMsg{Kind: crmsync.EventTrial, Step: crmsync.TrialMake})
	c.sees("↻ 1  Make the test contact")
	c.send(eventMsg{Kind: crmsync.EventTrial, Step: crmsync.TrialMake, Text: "0035g0000000000T12"})
	c.send(eventMsg{Kind: crmsync.EventTrial, Step: crmsync.TrialMatch, Err: errors.New("out of luck"), Text: "done"})
	c.sees("✓ 1  Make the test contact", "0035g0000000000T12", "✗ 2  Match it", "out of luck")
}

// The shadow run names what the org would refuse, field by field, and sends nothing.
func TestShadowNamesDifferences(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "]", "]", "]", "enter")
	c.sees("✓ takes it", "✗ 2 problems", "1 request the org would refuse", "Sales Navigator Message")
	c.press("j")
	c.sees("≠ OwnerId", "the org: hidden from the integration user", "Region__c: the org requires it", "it would not go now: no record is matched")
	if len(w.did) != 0 {
		t.Errorf("did %q", w.did)
	}
}

// The sum of a shadow run over all that waits stands in the place of the requests; esc leaves it.
func TestShadowSumsUp(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "]", "]", "]")
	c.sees("a sums up all that waits")
	c.press("a")
	c.sees("All that waits, summed up", "12,480  queued or held", "12,092  the org would take, 1,204 of them unassigned", "388  the org would refuse", "380  OwnerId", "12,000  the member has not opted in", "✗ 388 activities the org would refuse")
	c.press("esc")
	c.lacks("summed up")
	c.press("enter")
	c.sees("What would be written, exactly", "1 request the org would refuse")
	if len(w.did) != 0 {
		t.Errorf("did %q", w.did)
	}
}

// In a small window the whole sum is reached with the keys of a list.
func TestShadowSumScrolls(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 60, h: 16})
	c.press("5", "]", "]", "]", "a")
	c.sees("queued or held", "line 1 of ")
	c.lacks("nothing: they are queued")
	c.press("G")
	c.sees("480  nothing: they are queued")
	c.press("g", "k")
	c.sees("12,480  queued or held", "line 1 of ")
}

// A run that ended with its screen does not stand in the way of the next one; an act elsewhere does not end it.
func TestShadowRunGivenUp(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "]", "]", "]")
	c.held = true
	c.press("a")
	c.held = false
	c.send(actedMsg{})
	c.press("enter")
	c.sees("a shadow run is under way")
	c.press("1", "5", "enter")
	c.sees("✓ takes it")
}

// The outbox retries all after a preview by code, holds, lets one's own go, and is narrowed to one state.
func TestOutboxActs(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "[", "[", "A")
	c.sees("FIELD_INTEGRITY_EXCEPTION", "ENTITY_IS_DELETED", "[ Retry 3 ]", "▸[ Cancel ]")
	c.press("y", "h", "l")
	c.sees("it is not held")
	c.press("f")
	c.sees("1 of 4")
	c.press("esc")
	c.sees("1 of 20")
	if want := []string{"retry all", "hold act-0"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// From what has no record m searches the records of the CRM, and a choice ties the two.
func TestUnassignedIsTied(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("5", "[")
	c.sees("BEST GUESS", "Marta da Silva  D  66")
	c.press("m")
	c.sees("The record of the person", "Marta da Silva", "D  66", "Marta Silva")
	c.press("j")
	c.sees("! Marta Silva loses this Lead")
	c.press("k", "J", "b", "y", "enter", "enter")
	c.sees("Chose Ann Okafor for Marta da Silva.", "▸ Unassigned")
	if want := []string{`rematch 0035g0000000000001 p-0 "by"`}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// Duplicates that compete for one person are seen side by side; one key gives the person to another record.
func TestDuplicatesCompete(t *testing.T) {
	w := sampleWorld()
	w.records = []RecordHit{{"0035g0000000000001", "Contact", "Eva Novak", "Škoda", "auto", "", true, 91}, {"0035g0000000000002", "Contact", "Eva Novak", "Skoda Auto", "none", "", false, 88}}
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "D")
	c.sees("✓ this one", "B  91", "B  88")
	c.press("enter")
	c.sees("it has this record already")
	c.press("j")
	c.sees("! Eva Novak loses it: one member belongs to one record")
	c.press("enter")
	if want := []string{`rematch 0035g0000000000002 p-0 ""`}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}
