package sync

import (
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Decision 12: what crmsync wrote can be removed again, by an admin, when it was switched on, and nothing else.
func TestRemoveWritten_Decision12(t *testing.T) {
	w := writers(t, orgsim.Config{})
	note, call, edited := w.add(KindNote, "a note"), w.add(KindCall, "a call"), w.add(KindNote, "an edited note")
	w.cycle()
	waiting := w.add(KindNote, "waits")
	items := []string{note, call, edited, waiting, note}

	if _, err := w.engine.PreviewRemoveWritten(t.Context(), w.admin, items); CodeOf(err) != "written.off" {
		t.Fatalf("off by default: %v", err)
	}
	w.must(w.engine.SetSetting(t.Context(), w.admin, SettingDeleteOwn, "on"))
	if _, err := w.engine.PreviewRemoveWritten(t.Context(), w.member, items); CodeOf(err) != "act.not_allowed" {
		t.Fatalf("for admins only: %v", err)
	}
	if _, err := w.org.Change(orgsim.Change{Kind: "update", ID: w.item(edited).SalesforceID, Fields: fieldsOf("Body", "somebody's own words")}); err != nil {
		t.Fatal(err)
	}
	preview, err := w.engine.PreviewRemoveWritten(t.Context(), w.admin, items)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for _, row := range preview.Rows {
		kept[row.Activity] = row.Kept
	}
	if len(preview.Rows) != 4 || kept[note] != "" || kept[call] != "" || !strings.Contains(kept[edited], "Body") || !strings.Contains(kept[waiting], "queued") {
		t.Fatalf("preview: %+v", preview.Rows)
	}
	if _, err := w.engine.RemoveWritten(t.Context(), w.admin, items, "some other org"); CodeOf(err) != "usage.org_name" {
		t.Fatalf("the org's name is asked for: %v", err)
	}
	w.once("Note", "a note")

	connection, err := w.store.Connection(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for round, want := range []int{2, 0} { // repeating it removes nothing more
		report, err := w.engine.RemoveWritten(t.Context(), w.admin, items, connection.OrgName)
		if err != nil || report.Removed != want || (report.Event == "") != (want == 0) {
			t.Fatalf("round %d: %+v %v", round, report, err)
		}
	}
	for _, id := range []string{note, call} {
		if item := w.wants(id, store.OutboxDropped); item.ErrorCode != CodeRemoved || item.SalesforceID == "" {
			t.Errorf("%+v", item)
		}
		if _, err := w.engine.RetryOutbox(t.Context(), w.admin, id); CodeOf(err) != "outbox.move" {
			t.Errorf("a removed record could be written again: %v", err)
		}
	}
	w.wants(edited, store.OutboxWritten)
	w.cycle()
	for object, want := range map[string]int{"Note": 2, "Task": 0} { // the edited note and the one that waited
		if live := w.liveOf(object, connection.UserID); live != want {
			t.Errorf("%d rows of %s are left, want %d", live, object, want)
		}
	}
}

// liveOf counts the rows of an object that a user made and that are still in the org.
func (w *writer) liveOf(object, user string) (live int) {
	client, _, err := w.engine.client(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, err := range client.Query(w.t.Context(), "SELECT Id FROM "+object+" WHERE CreatedById = '"+user+"'") {
		if err != nil {
			w.t.Fatal(err)
		}
		live++
	}
	return live
}
