package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuditAndUndo(t *testing.T) {
	s := openTest(t)
	var ids []string
	add := func(x AuditEvent) string {
		write(t, s, func(tx *Tx) error {
			id, err := tx.AddAudit(x)
			ids = append(ids, id)
			return err
		})
		return ids[len(ids)-1]
	}
	accept := add(AuditEvent{Actor: "ana", Role: "admin", Via: "ssh", Act: "match.accept", Subject: "003A", Before: `{"state":"review"}`, After: `{"state":"accepted"}`})
	add(AuditEvent{Actor: "bo", Role: "tester", Act: "match.accept", Subject: "003B", Before: "null", After: "null"})
	hold := add(AuditEvent{Actor: "ana", Act: "activity.hold", Subject: "a1"})
	add(AuditEvent{Actor: "ana", Act: "import.run"}) // cannot be undone
	want := AuditEvent{ID: accept, At: clock, Actor: "ana", Role: "admin", Via: "ssh", Act: "match.accept", Subject: "003A", Before: `{"state":"review"}`, After: `{"state":"accepted"}`}
	if got, err := s.AuditEvent(t.Context(), accept); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%s %v", cmp.Diff(want, got), err)
	}
	undoable := []string{"match.accept", "activity.hold"}
	newest := func() string {
		x, err := s.NewestUndoable(t.Context(), "ana", undoable)
		if err != nil && !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		return x.ID
	}
	undo := func(id, by string) {
		write(t, s, func(tx *Tx) error { return tx.MarkUndone(id, by) })
	}
	if got := newest(); got != hold {
		t.Errorf("newest undoable: %s, want %s", got, hold)
	}
	undo(hold, "u1")
	if got := newest(); got != accept {
		t.Errorf("after one undo: %s, want %s", got, accept)
	}
	undo(accept, "u2")
	if got := newest(); got != "" {
		t.Errorf("after two undos: %s, want nothing", got)
	}
	undo(accept, "") // redone
	if got := newest(); got != accept {
		t.Errorf("after a redo: %s, want %s", got, accept)
	}
	if x, err := s.AuditEvent(t.Context(), hold); err != nil || x.UndoneBy != "u1" {
		t.Errorf("%+v %v", x, err)
	}
	if _, err := s.NewestUndoable(t.Context(), "ana", nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("no acts: %v", err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.MarkUndone("none", "x") }); !errors.Is(err, ErrNotFound) {
		t.Errorf("an event that is not there: %v", err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { _, err := tx.AddAudit(AuditEvent{ID: accept}); return err }); !errors.Is(err, ErrConflict) {
		t.Errorf("an event in place of another: %v", err)
	}
}
