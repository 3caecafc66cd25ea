package sync

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
)

// crmPeople puts roles and users into the store as an import does. A user is "name role", with "!" in front
// for an inactive one; their address is name@acme.test.
func (h *harness) crmPeople(roles []crmRole, users ...string) {
	h.t.Helper()
	stamp := h.clock.Now().Format("2006-01-02T15:04:05.000Z")
	var roleRows, userRows [][]string
	for _, role := range roles {
		roleRows = append(roleRows, []string{role.ID, stamp, role.Name, role.ParentID})
	}
	for _, user := range users {
		active := !strings.HasPrefix(user, "!")
		name, role, _ := strings.Cut(strings.TrimPrefix(user, "!"), " ")
		mail := strings.ToLower(name) + "@acme.test"
		if strings.HasPrefix(name, "nomail") {
			mail = ""
		}
		userRows = append(userRows, []string{"005" + name, stamp, name, mail, fmt.Sprint(active), role})
	}
	rows := func(all [][]string) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) {
			for _, row := range all {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	err := h.store.Write(h.t.Context(), func(tx *store.Tx) error {
		if _, err := tx.UpsertRecords("UserRole", []string{"Id", "SystemModstamp", "Name", "ParentRoleId"}, rows(roleRows), "run"); err != nil {
			return err
		}
		_, err := tx.UpsertRecords("User", []string{"Id", "SystemModstamp", "Name", "Email", "IsActive", "UserRoleId"}, rows(userRows), "run")
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// salesTeam is an offline Enterprise contract with a small tree: Acme > EMEA > West, and Acme > APAC.
func salesTeam(t *testing.T) *harness {
	h := offline(t)
	h.crmPeople([]crmRole{{"r1", "Acme", ""}, {"r2", "EMEA", "r1"}, {"r3", "West", "r2"}, {"r4", "APAC", "r1"}},
		"Ann r2", "Ben r3", "!Cid r3", "Dot r4", "nomail r2", "Eve ")
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingEdition, EditionEnterprise))
	return h
}

// seatsNow lists the seats with a licence by the name in their address, and those that lost it with a "-".
func (h *harness) seatsNow() string {
	h.t.Helper()
	seats, err := h.store.Seats(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for _, seat := range seats {
		name, _, _ := strings.Cut(seat.Email, "@")
		if !seat.Licensed() {
			name = "-" + name
			if seat.MayAutosave || seat.MayWriteback {
				h.t.Errorf("%s has no licence and may still %+v", name, seat)
			}
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func (h *harness) plan(choice LicenceChoice) LicencePlan {
	h.t.Helper()
	plan, err := h.engine.PlanLicences(h.t.Context(), choice)
	if err != nil {
		h.t.Fatalf("%+v: %v", choice, err)
	}
	return plan
}

func namesOf(holders []LicenceHolder) string {
	var names []string
	for _, holder := range holders {
		names = append(names, holder.Name)
	}
	return strings.Join(names, " ")
}

// S17, S120, decision 14: a plan by role shows who is added, who cannot be and what it costs, changes nothing,
// is applied as one, and is taken back as one.
func TestLicences_S17_byRole(t *testing.T) {
	h := salesTeam(t)
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingLicenceCost, "1200.50"))
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingCurrency, "eur"))
	plan := h.plan(LicenceChoice{Roles: []string{"EMEA"}})
	if got := namesOf(plan.Added); got != "Ann Ben" {
		t.Errorf("added %q", got)
	}
	if got := namesOf(plan.Skipped); got != "nomail" {
		t.Errorf("skipped %q", got)
	}
	if plan.Before != 0 || plan.After != 2 || plan.Cost.After != "2401" || plan.Cost.Currency != "EUR" || plan.Problem != "" {
		t.Errorf("plan %+v", plan)
	}
	if h.seatsNow() != "" {
		t.Errorf("planning made seats: %s", h.seatsNow())
	}
	event := h.must(h.engine.ApplyLicences(t.Context(), h.admin, plan))
	if h.seatsNow() != "ann ben" {
		t.Errorf("seats %s", h.seatsNow())
	}
	seat, err := h.store.SeatByEmail(t.Context(), "ann@acme.test")
	if err != nil || seat.UserID != "005Ann" || !seat.MayWriteback {
		t.Errorf("%+v, %v", seat, err)
	}
	undo := h.must(h.engine.Undo(t.Context(), h.admin, event))
	if h.seatsNow() != "" {
		t.Errorf("after the undo: %s", h.seatsNow())
	}
	h.must(h.engine.Undo(t.Context(), h.admin, undo))
	if h.seatsNow() != "ann ben" {
		t.Errorf("after the redo: %s", h.seatsNow())
	}
}

// Who loses a licence keeps the seat and its history; nothing of theirs is written any more.
func TestLicences_onlyTheChosenKeepOne(t *testing.T) {
	h := salesTeam(t)
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Add: []string{"dot@acme.test", "005Ben"}})))
	if h.seatsNow() != "ben dot" {
		t.Fatalf("seats %s", h.seatsNow())
	}
	plan := h.plan(LicenceChoice{Roles: []string{"west"}, Only: true})
	if namesOf(plan.Removed) != "Dot" || namesOf(plan.Added) != "" || plan.After != 1 {
		t.Fatalf("plan %+v", plan)
	}
	event := h.must(h.engine.ApplyLicences(t.Context(), h.admin, plan))
	if h.seatsNow() != "ben -dot" {
		t.Errorf("seats %s", h.seatsNow())
	}
	_, err := h.engine.AllowSeat(t.Context(), h.admin, "dot@acme.test", true, true)
	h.code(err, "seat.unlicensed")
	inventory, err := h.engine.Licences(t.Context())
	if err != nil || inventory.Used != 1 || namesOf(inventory.Ended) != "Dot" {
		t.Errorf("%+v, %v", inventory, err)
	}
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Add: []string{"dot@acme.test"}})))
	if h.seatsNow() != "ben dot" {
		t.Errorf("given back: %s", h.seatsNow())
	}
	_, err = h.engine.Undo(t.Context(), h.admin, event)
	h.code(err, "undo.stale")
}

// S28: by role needs Enterprise; by name does not. The contract's number holds, also for a seat added alone.
func TestLicences_editionAndLimit(t *testing.T) {
	h := salesTeam(t)
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingLicences, "1"))
	plan := h.plan(LicenceChoice{Roles: []string{"Acme"}})
	if plan.Problem == "" || plan.After != 3 || plan.Total != 1 {
		t.Errorf("%+v", plan)
	}
	_, err := h.engine.ApplyLicences(t.Context(), h.admin, plan)
	h.code(err, "licences.limit")
	if h.seatsNow() != "" {
		t.Errorf("part of it was applied: %s", h.seatsNow())
	}
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingEdition, EditionTeam))
	_, err = h.engine.PlanLicences(t.Context(), LicenceChoice{Roles: []string{"Acme"}})
	h.code(err, "licences.edition")
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Add: []string{"eve@acme.test"}})))
	_, _, err = h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: "zed@acme.test"})
	h.code(err, "licences.limit")
	_, err = h.engine.PlanLicences(t.Context(), LicenceChoice{Add: []string{"cid@acme.test"}}) // inactive
	h.code(err, "licences.not_found")
	_, err = h.engine.ApplyLicences(t.Context(), Actor{Name: "sue", Role: RoleSupport}, LicencePlan{})
	h.code(err, "act.not_allowed")
}

// A plan that would come out differently by now is not applied.
func TestLicences_anOldPlanIsRefused(t *testing.T) {
	h := salesTeam(t)
	plan := h.plan(LicenceChoice{Roles: []string{"EMEA"}})
	_, added, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: "ann@acme.test"})
	h.must(added, err)
	_, err = h.engine.ApplyLicences(t.Context(), h.admin, plan)
	h.code(err, "licences.changed")
	_, err = h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Add: []string{"ann@acme.test"}}))
	h.code(err, "licences.nothing")
}

// S121: a seat whose CRM user becomes inactive is listed, with when that was noticed, until it writes again.
func TestLicences_S121_whoLosesWritebackAndSinceWhen(t *testing.T) {
	h := salesTeam(t)
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Roles: []string{"Acme"}})))
	lost := func() []LicenceHolder {
		t.Helper()
		inventory, err := h.engine.Licences(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return inventory.Lost
	}
	if got := lost(); len(got) != 0 {
		t.Errorf("at first: %+v", got)
	}
	h.clock.Advance(time.Hour)
	noticed := h.clock.Now()
	h.crmPeople(nil, "!Ben r3")
	if _, err := h.engine.mapSeats(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Hour)
	if _, err := h.engine.mapSeats(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := lost(); len(got) != 1 || got[0].Name != "Ben" || got[0].Why != LossText(LossInactive) || !got[0].Since.Equal(noticed) {
		t.Errorf("lost %+v", got)
	}
	plan := h.plan(LicenceChoice{})
	if namesOf(plan.Inactive) != "Ben" || len(plan.Removed) != 0 {
		t.Errorf("inactive %+v", plan)
	}
	if plan = h.plan(LicenceChoice{DropInactive: true}); namesOf(plan.Removed) != "Ben" {
		t.Errorf("dropped %+v", plan)
	}
	h.crmPeople(nil, "Ben r3")
	h.clock.Advance(time.Hour)
	h.crmPeople(nil, "Ben r3")
	if _, err := h.engine.mapSeats(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := lost(); len(got) != 0 {
		t.Errorf("active again: %+v", got)
	}
	h.must(h.engine.AllowSeat(t.Context(), h.admin, "ann@acme.test", true, false))
	if got := lost(); len(got) != 1 || got[0].Why != LossText(LossForbidden) {
		t.Errorf("forbidden: %+v", got)
	}
}

func TestRoles_countsLicences(t *testing.T) {
	h := salesTeam(t)
	h.must(h.engine.ApplyLicences(t.Context(), h.admin, h.plan(LicenceChoice{Add: []string{"ann@acme.test", "eve@acme.test"}})))
	nodes, err := h.engine.Roles(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, node := range nodes {
		got = append(got, fmt.Sprintf("%s %d/%d/%d", node.Path, node.Total.Licensed, node.Total.Active, node.Total.Users))
	}
	want := []string{"Acme 1/4/5", "Acme / APAC 0/1/1", "Acme / EMEA 1/3/4", "Acme / EMEA / West 0/1/2", "(no role) 1/1/1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]string{"1200": "1200", "0.5": "0.50", "12.05": "12.05", "": "0", "007": "7"} {
		amount, err := parseAmount(text)
		if err != nil || formatAmount(amount) != want {
			t.Errorf("%q is %s (%v), want %s", text, formatAmount(amount), err, want)
		}
	}
	for _, text := range []string{"1,200", "-3", "1.", ".5", "1.234", "12e3", "1234567890123"} {
		if _, err := parseAmount(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	if got := formatAmount(-150); got != "-1.50" {
		t.Errorf("-150 is %s", got)
	}
}
