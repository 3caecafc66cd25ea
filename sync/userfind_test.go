package sync

import (
	"strings"
	"testing"
)

// CRM users are found by a part of their name or address, and a seat is mapped by what only one has.
func TestFindUsers(t *testing.T) {
	h := salesTeam(t)
	all, err := h.engine.FindUsers(t.Context(), "")
	if err != nil || len(all) < 3 {
		t.Fatalf("%+v %v", all, err)
	}
	ann := all[0]
	for _, text := range []string{ann.Name, strings.ToUpper(ann.Name), ann.Email, " " + ann.Email + " "} {
		if found, err := h.engine.FindUsers(t.Context(), text); err != nil || len(found) != 1 || found[0].UserID != ann.UserID {
			t.Errorf("%q finds %+v %v", text, found, err)
		}
	}
	if found, err := h.engine.FindUsers(t.Context(), "zzz"); err != nil || len(found) != 0 {
		t.Errorf("%+v %v", found, err)
	}

	id, _, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: "somebody@elsewhere.test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{ann.UserID, ann.Email, strings.ToLower(ann.Name)} {
		h.must(h.engine.PinSeat(t.Context(), h.admin, id, who))
		if seat, err := h.store.Seat(t.Context(), id); err != nil || seat.UserID != ann.UserID {
			t.Errorf("%q maps to %q %v", who, seat.UserID, err)
		}
		h.must(h.engine.PinSeat(t.Context(), h.admin, id, ""))
	}
	_, err = h.engine.PinSeat(t.Context(), h.admin, id, "zzz")
	h.code(err, "user.not_found")
	_, err = h.engine.PinSeat(t.Context(), h.admin, id, "e") // of many
	h.code(err, "usage.user")
	if !strings.Contains(err.Error(), "@") || !strings.Contains(err.Error(), "…") {
		t.Errorf("it does not say which: %v", err)
	}
}

// Support sees names only: an address that stands for a name is none.
func TestNamesOnly(t *testing.T) {
	support, admin := Actor{Role: RoleSupport}, Actor{Role: RoleAdmin}
	inventory := LicenceInventory{Lost: []LicenceHolder{{Name: "Ann Lee", Email: "ann@acme.test"}, {Name: "ben@acme.test", Email: "ben@acme.test"}}}
	seen := inventory.SeenBy(support)
	if seen.Lost[0].Name != "Ann Lee" || seen.Lost[0].Email+seen.Lost[1].Email != "" || strings.Contains(seen.Lost[1].Name, "@") {
		t.Errorf("support sees %+v", seen.Lost)
	}
	if got := inventory.SeenBy(admin).Lost; got[1] != inventory.Lost[1] {
		t.Errorf("an admin sees %+v", got)
	}
	users := []UserSuggestion{{Name: "Ann Lee", Email: "ann@acme.test"}}
	if got := SuggestionsSeenBy(support, users); got[0].Email != "" || got[0].Name != "Ann Lee" || users[0].Email == "" {
		t.Errorf("support sees %+v of %+v", got, users)
	}
}
