package sync

import (
	"errors"
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// offline is a harness for what needs no org.
func offline(t *testing.T) *harness { return newHarness(t, orgsim.Config{Contacts: 1}) }

func (h *harness) must(auditID string, err error) string {
	h.t.Helper()
	if err != nil {
		h.t.Fatalf("%v (%s)", err, CodeOf(err))
	}
	if auditID == "" {
		h.t.Fatal("no audit event")
	}
	return auditID
}

func (h *harness) setting(key string) string {
	h.t.Helper()
	settings, err := h.engine.settingsOf(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return settings.Text(key)
}

// Every act that has an inverse has a way back.
func TestUndo_everyInverseIsThere(t *testing.T) {
	for _, act := range Acts() {
		_, there := restoreOf(act.ID)
		if act.Inverse != "" && act.Level == Undoable && act.ID != ActUndo && !there {
			t.Errorf("%s has an inverse and no way back", act.ID)
		}
	}
}

func TestSetting_changeUndoRedo(t *testing.T) {
	h := offline(t)
	first := h.must(h.engine.SetSetting(t.Context(), h.admin, SettingImportHours, "6"))
	event, err := h.store.AuditEvent(t.Context(), first)
	if err != nil || event.Before != "null" || event.After != `{"value":"6"}` || event.Actor != "ana" || event.Act != string(ActSettingSet) {
		t.Errorf("event %+v, %v", event, err)
	}
	second := h.must(h.engine.SetSetting(t.Context(), h.admin, SettingImportHours, "24"))
	_, err = h.engine.Undo(t.Context(), h.admin, first)
	h.code(err, "undo.stale")
	undo := h.must(h.engine.Undo(t.Context(), h.admin, second))
	if got := h.setting(SettingImportHours); got != "6" {
		t.Errorf("after the undo it is %q", got)
	}
	_, err = h.engine.Undo(t.Context(), h.admin, second)
	h.code(err, "undo.done")
	h.must(h.engine.Undo(t.Context(), h.admin, undo))
	if got := h.setting(SettingImportHours); got != "24" {
		t.Errorf("after the redo it is %q", got)
	}
	h.must(h.engine.Undo(t.Context(), h.admin, second))
	h.must(h.engine.UndoLast(t.Context(), h.admin))
	if got := h.setting(SettingImportHours); got != "12" {
		t.Errorf("after all undos it is %q, the default is 12", got)
	}
	_, err = h.engine.UndoLast(t.Context(), h.admin)
	h.code(err, "undo.nothing")
	for _, want := range []string{"6", "24"} {
		h.must(h.engine.RedoLast(t.Context(), h.admin))
		if got := h.setting(SettingImportHours); got != want {
			t.Errorf("after redoing the newest undo it is %q, want %q", got, want)
		}
	}
	_, err = h.engine.RedoLast(t.Context(), h.admin)
	h.code(err, "redo.nothing")
}

func TestSetting_refusals(t *testing.T) {
	h := offline(t)
	cases := []struct {
		actor      Actor
		key, value string
		code       string
	}{
		{h.admin, SettingImportHours, "0", "settings.invalid"},
		{h.admin, "no.such", "1", "settings.not_found"},
		{h.admin, SettingWriteEnabled, "on", "settings.own_act"},
		{h.admin, SettingFromStage, "Proposal", "settings.no_stages"},
		{h.admin, SettingRevenueField, "Expected__c", "connect.none"},
		{Actor{Name: "sam", Role: RoleSupport}, SettingImportHours, "6", "act.not_allowed"},
		{Actor{Name: "mia", Role: RoleMember}, SettingImportHours, "6", "act.not_allowed"},
	}
	for _, c := range cases {
		_, err := h.engine.SetSetting(t.Context(), c.actor, c.key, c.value)
		if err == nil || CodeOf(err) != c.code {
			t.Errorf("%s %s=%s: got %v, want %s", c.actor.Role, c.key, c.value, err, c.code)
		}
	}
	events, err := h.store.Audit(t.Context(), store.AuditQuery{PageQuery: store.PageQuery{Limit: 10}})
	if err != nil || len(events.Rows) != 0 {
		t.Errorf("a refusal left %d audit events, %v", len(events.Rows), err)
	}
}

// S110c, S110d: stage and revenue field are checked against the org, and a
// preview tells what a stage would change.
func TestSetting_S110_againstTheOrg(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	stages, err := h.engine.stages(t.Context())
	if err != nil || len(stages) < 3 {
		t.Fatalf("stages %v, %v", stages, err)
	}
	_, err = h.engine.SetSetting(t.Context(), h.admin, SettingFromStage, "Nowhere")
	h.code(err, "settings.invalid")
	if !strings.Contains(err.Error(), stages[0].Name) {
		t.Errorf("the choices are not named: %v", err)
	}
	last := ""
	for _, stage := range stages {
		if !stage.Closed {
			last = stage.Name
		}
	}
	preview, err := h.engine.PreviewSetting(t.Context(), SettingFromStage, last)
	if err != nil || preview.Now == 0 || preview.Then >= preview.Now {
		t.Errorf("preview %+v, %v", preview, err)
	}
	if got := h.setting(SettingFromStage); got != "" {
		t.Errorf("a preview changed the setting to %q", got)
	}
	h.must(h.engine.SetSetting(t.Context(), h.admin, SettingFromStage, last))
	_, err = h.engine.SetSetting(t.Context(), h.admin, SettingRevenueField, "StageName")
	h.code(err, "settings.invalid")
}

func TestUsers_firstIsAdminAndTheLastAdminStays(t *testing.T) {
	h := offline(t)
	ana, err := h.engine.Whoami(t.Context(), "ana", "cli")
	if err != nil || ana.Role != RoleAdmin || ana.Via != "cli" {
		t.Fatalf("%+v, %v", ana, err)
	}
	_, err = h.engine.Whoami(t.Context(), "bob", "cli")
	h.code(err, "act.unknown_user")
	_, err = h.engine.RemoveUser(t.Context(), ana, "ana")
	h.code(err, "user.last_admin")
	added := h.must(h.engine.AddUser(t.Context(), ana, NewUser{Name: "bob", OSUser: "bob", Role: RoleAdmin}))
	_, err = h.engine.AddUser(t.Context(), ana, NewUser{Name: "bob", Role: RoleTester})
	h.code(err, "user.exists")
	_, err = h.engine.AddUser(t.Context(), ana, NewUser{Name: "eve", Role: "root"})
	h.code(err, "usage.role")
	bob, err := h.engine.Whoami(t.Context(), "bob", "ssh")
	if err != nil || bob.Role != RoleAdmin {
		t.Fatalf("%+v, %v", bob, err)
	}
	removed := h.must(h.engine.RemoveUser(t.Context(), bob, "ana"))
	_, err = h.engine.Undo(t.Context(), bob, added)
	h.code(err, "user.last_admin")
	h.must(h.engine.Undo(t.Context(), bob, removed))
	if again, err := h.engine.Whoami(t.Context(), "ana", "cli"); err != nil || again.Role != RoleAdmin {
		t.Errorf("%+v, %v", again, err)
	}
	h.must(h.engine.Undo(t.Context(), ana, added))
	_, err = h.engine.Whoami(t.Context(), "bob", "cli")
	h.code(err, "act.unknown_user")
}

// Members undo what they did themselves, and only what they may do.
func TestUndo_rights(t *testing.T) {
	h := offline(t)
	byAdmin := h.must(h.engine.SetSetting(t.Context(), h.admin, SettingImportHours, "6"))
	_, err := h.engine.Undo(t.Context(), Actor{Name: "mia", Role: RoleMember}, byAdmin)
	h.code(err, "act.not_allowed")
	_, err = h.engine.Undo(t.Context(), h.admin, store.NewID())
	h.code(err, "undo.not_found")
}

// S119: seats are mapped by e-mail; a pin outranks it and survives an import.
func TestSeats_S119_mappedByEmailAndPinned(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	var emails, users []string
	for record, err := range h.store.EachRecord(t.Context(), "User", store.RecordFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if record.Get("IsActive") == "true" && record.Get("Email") != "" {
			emails, users = append(emails, record.Get("Email")), append(users, record.ID)
		}
	}
	if len(emails) < 3 {
		t.Fatalf("only %d active users", len(emails))
	}
	id, added, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: strings.ToUpper(emails[0]), Name: "A"})
	h.must(added, err)
	if seat, err := h.store.Seat(t.Context(), id); err != nil || seat.UserID != users[0] || seat.Mapping != mappedByEmail {
		t.Fatalf("seat %+v, %v", seat, err)
	}
	_, _, err = h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: emails[0]})
	h.code(err, "seat.exists")
	_, _, err = h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: "nobody"})
	h.code(err, "usage.email")
	pinned := h.must(h.engine.PinSeat(t.Context(), h.admin, id, users[1]))
	if _, err := h.engine.mapSeats(t.Context()); err != nil {
		t.Fatal(err)
	}
	if seat, _ := h.store.Seat(t.Context(), id); seat.UserID != users[1] || seat.Mapping != mappedByPerson {
		t.Errorf("the pin did not hold: %+v", seat)
	}
	other, added, err := h.engine.AddSeat(t.Context(), h.admin, NewSeat{Email: emails[2]})
	h.must(added, err)
	_, err = h.engine.PinSeat(t.Context(), h.admin, other, users[1])
	h.code(err, "seat.user_taken")
	_, err = h.engine.PinSeat(t.Context(), h.admin, id, "005000000000000AAA")
	h.code(err, "user.not_found")
	h.must(h.engine.Undo(t.Context(), h.admin, pinned))
	if seat, _ := h.store.Seat(t.Context(), id); seat.UserID != users[0] {
		t.Errorf("the undo did not hold: %+v", seat)
	}
	h.must(h.engine.AllowSeat(t.Context(), h.admin, emails[2], false, true))
	if seat, _ := h.store.Seat(t.Context(), other); seat.MayAutosave || !seat.MayWriteback {
		t.Errorf("permissions %+v", seat)
	}
	h.must(h.engine.RemoveSeat(t.Context(), h.admin, emails[2]))
	if _, err := h.store.Seat(t.Context(), other); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("still there: %v", err)
	}
}
