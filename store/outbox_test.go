package store

import (
	"errors"
	"testing"
)

func TestOutboxVersions(t *testing.T) {
	s := openTest(t)
	seat, person := addSeat(t, s, "ana@acme.test"), addPerson(t, s, "in/ann", "Ann")
	write(t, s, func(tx *Tx) error {
		added, err := tx.AddActivity(Activity{ID: "a1", Ident: "x", Kind: "note", SeatID: seat, PersonID: person, OccurredAt: clock, AddedAt: clock})
		if !added {
			t.Error("the first activity was not added")
		}
		again, err2 := tx.AddActivity(Activity{ID: "a2", Ident: "x", Kind: "note", SeatID: seat, PersonID: person, OccurredAt: clock, AddedAt: clock})
		if again {
			t.Error("the same activity was added twice")
		}
		return errors.Join(err, err2, tx.PutOutbox(OutboxItem{ActivityID: "a1", State: OutboxQueued, QueuedAt: clock, NextAt: clock}))
	})
	item, err := s.OutboxItem(t.Context(), "a1")
	if err != nil {
		t.Fatal(err)
	}
	sending := item
	sending.State, sending.SentAt, sending.Request = OutboxSending, clock, []byte("{}")
	write(t, s, func(tx *Tx) error { return tx.PutOutbox(sending) })
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOutbox(item) }); !errors.Is(err, ErrStale) {
		t.Errorf("an old version: %v, want stale", err)
	}
	written := sending
	written.Version++
	written.State = OutboxWritten
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOutbox(written) }); !errors.Is(err, ErrConflict) {
		t.Errorf("written without an id: %v, want a conflict", err)
	}
	counts, err := s.CountOutbox(t.Context())
	if err != nil || counts[OutboxSending] != 1 || counts[OutboxQueued] != 0 {
		t.Errorf("counts: %v %v", counts, err)
	}
	page, err := s.Outbox(t.Context(), OutboxQuery{States: []OutboxState{OutboxSending}})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].MemberName != "Ann" {
		t.Errorf("outbox page: %+v %v", page, err)
	}
}
