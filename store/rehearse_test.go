package store

import (
	"errors"
	"testing"
)

// What is written under a rehearsal is seen by the change itself, checked, told of, and not kept.
func TestRehearseKeepsNothing(t *testing.T) {
	s := openTest(t)
	ctx, rehearsal := Rehearse(t.Context())
	add := func(tx *Tx) error {
		id, err := tx.AddAudit(AuditEvent{Actor: "ana", Subject: "s", Act: "settings.set"})
		if err == nil {
			_, err = tx.AuditEvent(id)
		}
		return err
	}
	if err := s.Write(ctx, add); err != nil {
		t.Fatal(err)
	}
	if len(rehearsal.Events) != 1 || rehearsal.Events[0].Subject != "s" || !Rehearsing(ctx) || Rehearsing(t.Context()) {
		t.Fatalf("told of: %+v", rehearsal.Events)
	}
	kept := func() int {
		page, err := s.Audit(t.Context(), AuditQuery{PageQuery: PageQuery{Limit: 10}})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Rows)
	}
	if n := kept(); n != 0 {
		t.Errorf("%d events were kept", n)
	}
	refused := errors.New("refused")
	if err := s.Write(ctx, func(tx *Tx) error { return errors.Join(add(tx), refused) }); !errors.Is(err, refused) || len(rehearsal.Events) != 1 {
		t.Errorf("what is refused: %v, %d events", err, len(rehearsal.Events))
	}
	if err := s.Write(t.Context(), add); err != nil || kept() != 1 {
		t.Errorf("afterwards: %v, %d events", err, kept())
	}
}
