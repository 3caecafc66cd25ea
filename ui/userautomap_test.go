package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

func (f userFake) Suggest(_ context.Context, seat string) ([]crmsync.UserSuggestion, error) {
	found := []crmsync.UserSuggestion{
		{UserID: "005A", Name: hostile[1], Email: "dmitri@acme.example", Why: "same e-mail address", Score: 99},
		{UserID: "005B", Name: hostile[7], Email: "d.ivanov@" + hostile[7], Why: "same name, other address", Score: 75},
	}
	f.retext(&found)
	return found, f.err
}
func (f userFake) PlanAutoMap(context.Context) (crmsync.AutoMapPlan, error) {
	plan := crmsync.AutoMapPlan{Left: 12}
	for i, name := range hostile {
		plan.Found = append(plan.Found, crmsync.SeatMapping{Seat: "seat-" + number(i), Name: name, Email: "someone@acme.com", UserID: "005", UserName: name})
	}
	f.retext(&plan)
	return plan, f.err
}
func (f userFake) AutoMap(context.Context) (string, error) { return f.note("map by e-mail") }

// A seat without a CRM user shows who may be meant; one is chosen and mapped.
func TestCandidatesOfASeat(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("3")
	c.sees("pins another by hand")
	c.press("enter")
	c.sees("the seat has a CRM user")
	c.press("j")
	c.sees("candidates by e-mail, then name", "same e-mail address", "d.ivanov@")
	c.press("c", "enter")
	c.press("k")
	if want := []string{"pin " + w.users[1].Seat + " 005B"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// Everybody is mapped by e-mail after a question, which needs a second admin where the contract says so.
func TestAutoMap(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("3", "A")
	c.sees("Map seats by e-mail", "12 seats are left over", "One undo takes all back.")
	c.press("y")
	c.sees("12 left over")
	if !slices.Equal(w.did, []string{"map by e-mail"}) {
		t.Errorf("did %q", w.did)
	}
	w = proposing()
	c = start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("3", "A")
	c.sees("Needs a second admin", "Propose: map")
}

// A seat's wrong profile address is mended where it stands; a name that is only the CRM user's is not kept as the seat's.
func TestSeatIsEdited(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("3", "E")
	c.sees("Seat of ", "Read their archive again")
	c.press("enter", "enter")
	c.sees("nothing is changed")
	c.press("x", "enter")
	if len(w.did) != 1 || !strings.Contains(w.did[0], "name false, profile \"x\"") {
		t.Errorf("did %q", w.did)
	}
}

// While letters are typed the last line names the two keys that are none, and not those of the list.
func TestFooterWhileTyping(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 80, h: 24})
	c.press("3")
	c.sees("pins another by hand")
	c.press("m")
	c.sees("enter map  esc leave")
	c.lacks("auto-save")
	c.press("esc")
	c.sees("a auto-save")
}
