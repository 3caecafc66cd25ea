package ui

import (
	"slices"
	"strings"
	"testing"
)

// Removing what was written asks for the org's name, and a record that somebody changed stays (decision 12).
func TestRemoveAWrittenRecord(t *testing.T) {
	w := sampleWorld()
	at := slices.IndexFunc(w.outbox, func(r OutboxItem) bool { return r.State == "written" })
	if at < 0 {
		t.Fatal("the sample has nothing written")
	}
	written := w.outbox[at]
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	w.outbox = []OutboxItem{written}
	c.press("5", "[", "[", "X")
	c.sees("Remove from the CRM", "00T5g0000000000001", "Type the org's name Acme")
	c.sees("[ ] first write what was sent to a file")
	c.press("tab")
	c.sees("[x] first write what was sent to a file")
	c.press("A", "c", "m", "enter")
	c.sees("the name of the org is not typed yet: Acme")
	c.press("e", "enter")
	if !slices.Equal(w.did, []string{"remove " + written.ID + " of Acme"}) {
		t.Errorf("did %q", w.did)
	}
	if text := w.files["crmsync-removed-00T5g0000000000001.ndjson"]; text == nil || !strings.Contains(text.String(), "00T5g0000000000001") {
		t.Errorf("the files are %v", w.files)
	}
	written.State = "unassigned"
	w.outbox = []OutboxItem{written}
	c.press("1", "5", "X") // the screen keeps its part
	c.sees("The record stays: it was changed in Salesforce since: WhoId")
	c.press("enter")
	if len(w.did) != 1 {
		t.Errorf("did %q", w.did)
	}
}
