package sync

import (
	"slices"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// A shadow run over everything counts what the org would say, whatever the switches say, and sends nothing.
func TestShadowAllSumsUp(t *testing.T) {
	w := writers(t, orgsim.Config{})
	w.add(KindMessage, "one")
	w.addWith(KindMessage, otherPerson(t, w.harness).ID, "to a stranger")
	w.must(w.engine.SetContractSwitch(t.Context(), w.admin, false))
	sum, err := w.engine.ShadowAll(t.Context(), w.admin)
	if err != nil || sum.Looked < 2 || sum.Fine+sum.Refused != sum.Looked || sum.Unassigned == 0 {
		t.Fatalf("%+v, %v", sum, err)
	}
	held := 0
	for _, n := range sum.Holds {
		held += n
	}
	if held != sum.Looked || sum.Holds[""] != 0 {
		t.Errorf("the contract's switch is off: %+v", sum.Holds)
	}
	w.fault("no-record-type")
	w.engine.writing = writing{} // what describe said is read anew
	if sum, err = w.engine.ShadowAll(t.Context(), w.admin); err != nil {
		t.Fatal(err)
	}
	told := false
	for note := range sum.Notes {
		told = told || strings.Contains(note, "LID__Message is not visible")
	}
	if !told {
		t.Errorf("a record type the user may not see is not told of: %v", sum.Notes)
	}
	if rows := w.written("Task")["one"]; len(rows) != 0 {
		t.Error("it was sent")
	}
	if _, err := w.engine.ShadowAll(t.Context(), w.member); CodeOf(err) != "act.not_allowed" {
		t.Errorf("%v", err)
	}
}

// The sum is told in the words of its holds, the most first.
func TestTallies(t *testing.T) {
	got := Tallies(map[string]int{"": 3, HoldByHand.Code: 12, "Status: Done is not a value of this org": 12})
	want := []Tally{{"Status: Done is not a value of this org", 12}, {HoldByHand.Text, 12}, {"nothing: they are queued", 3}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
