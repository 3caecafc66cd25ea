package sync

import (
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// A wrong profile address is mended in place, with the value before in the trail, and taken back.
func TestEditSeat(t *testing.T) {
	h := connected(t, orgsim.Config{})
	const email, wrong, right = "ada@acme.test", "https://www.linkedin.com/in/someone-else", "https://www.linkedin.com/in/ada"
	_, _, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: email, Name: "Ada", ProfileURL: "nonsense"})
	h.code(err, "usage.profile")
	if _, _, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: email, Name: "Ada", ProfileURL: wrong}); err != nil {
		t.Fatal(err)
	}
	now := func() string {
		t.Helper()
		seat, err := h.store.SeatByEmail(t.Context(), email)
		if err != nil || seat.Name != "Ada" {
			t.Fatalf("%+v %v", seat, err)
		}
		return seat.ProfileURL
	}
	edit := func(address string) (string, error) {
		return h.engine.EditSeat(t.Context(), h.admin, email, SeatEdit{ProfileURL: &address})
	}
	event, err := edit("http://linkedin.com/in/ada/?trk=x")
	if err != nil || now() != right {
		t.Fatalf("%q %v", now(), err)
	}
	_, err = edit(right)
	h.code(err, "seat.no_change")
	_, err = edit("nonsense")
	h.code(err, "usage.profile")
	_, err = h.engine.EditSeat(t.Context(), Actor{Name: "mia", Role: RoleMember}, email, SeatEdit{})
	h.code(err, "act.not_allowed")
	if _, err := h.engine.Undo(t.Context(), h.admin, event); err != nil || now() != wrong {
		t.Fatalf("after undo %q %v", now(), err)
	}
	if _, err := edit(" "); err != nil || now() != "" {
		t.Fatalf("unknown again: %q %v", now(), err)
	}
}
