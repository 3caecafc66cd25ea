package sync

import "testing"

// S119: seats get the CRM users of their e-mail addresses, all at once, and one undo takes all of them back. What
// somebody pinned stays, and so does what is taken.
func TestAutoMap_S119(t *testing.T) {
	h := salesTeam(t)
	ids := map[string]string{}
	for _, name := range []string{"ann", "ben", "dot", "nobody"} {
		id, _, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: name + "@acme.test", Name: name})
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = id
	}
	for _, name := range []string{"ann", "ben", "dot"} {
		h.must(h.engine.PinSeat(t.Context(), h.admin, ids[name], ""))
	}
	pinned := func(name string) string {
		seat, err := h.store.Seat(t.Context(), ids[name])
		if err != nil {
			t.Fatal(err)
		}
		return seat.UserID
	}
	_, err := h.engine.AutoMap(t.Context(), Actor{Name: "mia", Role: RoleMember})
	h.code(err, "act.not_allowed")
	plan, err := h.engine.PlanAutoMap(t.Context(), h.admin)
	if err != nil || len(plan.Found) != 3 || plan.Left != 1 || plan.Found[0].UserName == "" {
		t.Fatalf("%+v %v", plan, err)
	}
	h.must(h.engine.PinSeat(t.Context(), h.admin, ids["dot"], "005Eve"))
	report, err := h.engine.AutoMap(t.Context(), h.admin)
	if err != nil || len(report.Found) != 2 || pinned("ann") != "005Ann" || pinned("ben") != "005Ben" || pinned("dot") != "005Eve" {
		t.Fatalf("%+v %v", report, err)
	}
	h.must(h.engine.Undo(t.Context(), h.admin, report.Event))
	if pinned("ann")+pinned("ben") != "" || pinned("dot") != "005Eve" {
		t.Error("the undo did not take all of it back, or more")
	}
	h.must(h.engine.PinSeat(t.Context(), h.admin, ids["ann"], "005Ann"))
	h.must(h.engine.PinSeat(t.Context(), h.admin, ids["ben"], "005Ben"))
	_, err = h.engine.AutoMap(t.Context(), h.admin)
	h.code(err, "seat.nothing")
}
