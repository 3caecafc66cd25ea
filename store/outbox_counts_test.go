package store

import (
	"context"
	"errors"
	"testing"
)

// The outbox is counted again once an item has changed, and not before; whoever gives up waiting for a count gets none.
func TestTallyOutboxCountsWhatChanged(t *testing.T) {
	s := openTest(t)
	ids := addActivities(t, s, 4)
	tally := func() []OutboxTally {
		t.Helper()
		rows, err := s.TallyOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if rows := tally(); len(rows) != 0 {
		t.Errorf("an empty outbox: %+v", rows)
	}
	for i, id := range ids {
		write(t, s, func(tx *Tx) error { return tx.PutOutbox(OutboxItem{ActivityID: id, State: OutboxQueued}) })
		if rows := tally(); len(rows) != 1 || rows[0].N != int64(i+1) || rows[0].State != OutboxQueued || rows[0].SeatID != "s" || rows[0].Kind != "note" {
			t.Errorf("after %d: %+v", i+1, rows)
		}
	}
	before := tally()
	if again := tally(); &again[0] != &before[0] {
		t.Error("it was counted again though nothing has changed")
	}
	item, err := s.OutboxItem(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	item.State, item.ErrorCode, item.EndedAt = OutboxFailed, "x", clock
	write(t, s, func(tx *Tx) error { return tx.PutOutbox(item) })
	if rows := tally(); len(rows) != 2 || rows[0].State != OutboxFailed || rows[0].N != 1 || !rows[0].Last.Equal(clock) || rows[1].N != 3 {
		t.Errorf("after one has failed: %+v", rows)
	}
	s.tallies.turn <- struct{}{} // somebody counts
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.TallyOutbox(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up waiting: %v", err)
	}
	<-s.tallies.turn
}
