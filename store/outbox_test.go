package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
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

// TestOutboxUnderRandomTransitions changes items at random, as several workers with versions of any age would,
// and holds the store to a model of it: what is stale or impossible changes nothing, and the counts, the
// lists and the rows always agree.
func TestOutboxUnderRandomTransitions(t *testing.T) {
	s := openTest(t)
	ids := addActivities(t, s, 6)
	rapid.Check(t, func(rt *rapid.T) {
		if _, err := s.write.Exec("DELETE FROM outbox; DELETE FROM outbox_count"); err != nil {
			rt.Fatal(err)
		}
		model := map[string]OutboxItem{}
		states := []OutboxState{OutboxHeld, OutboxQueued, OutboxSending, OutboxWritten, OutboxUnassigned, OutboxFailed, OutboxDoubtful, OutboxDropped}
		for range rapid.IntRange(5, 40).Draw(rt, "changes") {
			id := rapid.SampledFrom(ids).Draw(rt, "id")
			next := OutboxItem{ActivityID: id, State: rapid.SampledFrom(states).Draw(rt, "state"), Version: rapid.Int64Range(0, 4).Draw(rt, "version")}
			if rapid.Bool().Draw(rt, "sent") {
				next.SentAt, next.NextAt, next.SalesforceID, next.Request = clock, clock, "00T"+id, []byte(`{"a":1}`)
			}
			err := s.Write(rt.Context(), func(tx *Tx) error { return tx.PutOutbox(next) })
			old, exists := model[id]
			possible := !next.SentAt.IsZero() || !slices.Contains([]OutboxState{OutboxSending, OutboxWritten, OutboxUnassigned, OutboxDoubtful}, next.State)
			var want error
			switch {
			case next.Version == 0 && exists, next.Version > 0 && exists && old.Version == next.Version && !possible, next.Version == 0 && !possible:
				want = ErrConflict
			case next.Version > 0 && !exists:
				want = ErrNotFound
			case next.Version > 0 && old.Version != next.Version:
				want = ErrStale
			}
			if !errors.Is(err, want) {
				rt.Fatalf("putting %+v over %+v: %v, want %v", next, old, err, want)
			}
			if err == nil {
				next.Version, next.ChangedAt = next.Version+1, clock
				model[id] = next
			}
		}
		checkOutbox(rt, s, model, states)
	})
}

func addActivities(t *testing.T, s *Store, n int) (ids []string) {
	t.Helper()
	write(t, s, func(tx *Tx) error {
		if err := tx.PutSeat(Seat{ID: "s", Email: "ana@acme.test", AddedAt: clock}); err != nil {
			return err
		}
		person, _, err := tx.PutPerson(Person{Ident: "in/ann", Name: "Ann"})
		if err != nil {
			return err
		}
		for i := range n {
			ids = append(ids, fmt.Sprint("a", i))
			if _, err := tx.AddActivity(Activity{ID: ids[i], Ident: ids[i], Kind: "note", SeatID: "s", PersonID: person, OccurredAt: clock, AddedAt: clock}); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

func checkOutbox(t *rapid.T, s *Store, model map[string]OutboxItem, states []OutboxState) {
	ctx := t.Context()
	counts, err := s.CountOutbox(ctx)
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for _, state := range states {
		var want []OutboxItem
		for _, id := range slices.Sorted(maps.Keys(model)) {
			if model[id].State == state {
				want = append(want, model[id])
			}
		}
		rows, err := s.OutboxByState(ctx, state, "", 100)
		if err != nil || !cmp.Equal(rows, want) || counts[state] != int64(len(want)) {
			t.Fatalf("%s: count %d, rows %s %v", state, counts[state], cmp.Diff(want, rows), err)
		}
		p, err := s.Outbox(ctx, OutboxQuery{States: []OutboxState{state}})
		if err != nil || len(p.Rows) != len(want) {
			t.Fatalf("%s: a page of %d, want %d (%v)", state, len(p.Rows), len(want), err)
		}
		listed += len(p.Rows)
	}
	all, err := s.Outbox(ctx, OutboxQuery{SeatID: "s"})
	if err != nil || len(all.Rows) != listed || listed != len(model) {
		t.Fatalf("%d of the seat, %d by state, %d in all (%v)", len(all.Rows), listed, len(model), err)
	}
	due, err := s.DueOutbox(ctx, clock, 100)
	for _, item := range due {
		if item.State != OutboxQueued || item.NextAt.After(clock) {
			t.Fatalf("due: %+v", item)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestOutboxWorkLists(t *testing.T) {
	s := openTest(t)
	seat, person := addSeat(t, s, "ana@acme.test"), addPerson(t, s, "in/ann", "Ann")
	items := []OutboxItem{
		{ActivityID: "a1", State: OutboxQueued, NextAt: clock.Add(time.Minute)}, {ActivityID: "a2", State: OutboxQueued, NextAt: clock}, {ActivityID: "a3", State: OutboxQueued, NextAt: clock.Add(-time.Minute)},
		{ActivityID: "a4", State: OutboxHeld, Hold: "held.no_match"}, {ActivityID: "a5", State: OutboxHeld, Hold: "held.opt_in"}, {ActivityID: "a6", State: OutboxWritten, SalesforceID: "00T6", SentAt: clock},
	}
	write(t, s, func(tx *Tx) error {
		for _, x := range items {
			if _, err := tx.AddActivity(Activity{ID: x.ActivityID, Ident: x.ActivityID, Kind: "note", SeatID: seat, PersonID: person, OccurredAt: clock, AddedAt: clock, Subject: "Hello"}); err != nil {
				return err
			}
			if err := tx.PutOutbox(x); err != nil {
				return err
			}
		}
		return nil
	})
	ids := func(rows []OutboxItem, err error) (ids []string) {
		if err != nil {
			t.Error(err)
		}
		for _, x := range rows {
			ids = append(ids, x.ActivityID)
		}
		return ids
	}
	for name, test := range map[string]struct{ got, want []string }{
		"due, longest first":    {ids(s.DueOutbox(t.Context(), clock, 9)), []string{"a3", "a2"}},
		"due, one":              {ids(s.DueOutbox(t.Context(), clock, 1)), []string{"a3"}},
		"held for one reason":   {ids(s.HeldOutbox(t.Context(), "held.no_match", "", 9)), []string{"a4"}},
		"queued, after one":     {ids(s.OutboxByState(t.Context(), OutboxQueued, "a1", 9)), []string{"a2", "a3"}},
		"delivered, not proven": {ids(s.UnverifiedOutbox(t.Context(), "", 9)), []string{"a6"}},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: %v, want %v", name, test.got, test.want)
		}
	}
	if known, err := s.KnownSalesforceIDs(t.Context(), []string{"00T6", "00T7"}); err != nil || len(known) != 1 || !known["00T6"] {
		t.Errorf("known: %v %v", known, err)
	}
	if page, err := s.Outbox(t.Context(), OutboxQuery{States: []OutboxState{OutboxWritten}}); err != nil || len(page.Rows) != 1 || page.Rows[0].Subject != "Hello" || page.Rows[0].SeatName != "ana@acme.test" {
		t.Errorf("page: %+v %v", page.Rows, err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOutbox(OutboxItem{ActivityID: "none", State: OutboxHeld}) }); !errors.Is(err, ErrNotFound) {
		t.Errorf("an item of no activity: %v", err)
	}
	second := items[0]
	second.Version, second.SalesforceID = 1, "00T6"
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOutbox(second) }); !errors.Is(err, ErrConflict) {
		t.Errorf("two items with one id of the org: %v", err)
	}
}
