package sync

import (
	"context"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// ownClock gives the engine a clock that the test moves against the org's.
func (w *writer) ownClock() *time.Duration {
	w.t.Helper()
	ahead := new(time.Duration)
	engine, err := New(Options{Store: w.store, Dir: w.store.Dir(), Now: func() time.Time { return w.clock.Now().Add(*ahead) },
		Sleep: func(ctx context.Context, d time.Duration) error { w.clock.Advance(d); return ctx.Err() }})
	if err != nil {
		w.t.Fatal(err)
	}
	w.engine = engine
	return ahead
}

// The clock jumps, by as much as it takes to look for a lost row in the wrong minutes, in the middle of everything. What is compared with
// the org's stamps is kept in the org's time, so that nothing is taken for absent and sent again.
func TestClockJumpsDoubleNothing(t *testing.T) {
	for _, jump := range []time.Duration{20 * time.Minute, -20 * time.Minute, 26 * time.Hour, -26 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			w := writers(t, orgsim.Config{})
			ahead := w.ownClock()
			w.add(KindNote, "before")
			w.cycle()
			*ahead = jump
			w.clock.Advance(3 * time.Minute)
			note := w.add(KindNote, "after")
			if w.item(note).State == store.OutboxHeld { // by its own clock it happened before the opt-in
				w.must(w.engine.ReleaseActivity(t.Context(), w.member, note))
			}
			w.fault("lost-reply:1", "drop-connection=queryAll:1")
			_, _ = w.engine.WritebackCycle(t.Context(), w.admin)
			w.fault()
			for range 40 {
				w.clock.Advance(time.Minute)
				w.cycle()
			}
			w.wants(note, store.OutboxWritten)
			w.once("Note", "before", "after")
		})
	}
}

// A process that is stopped between committing its intent and sending, by a signal or by a computer that sleeps, sends
// late: the row is looked for in all the time that its request may have taken.
func TestPausedBetweenIntentAndRequest_ExactlyOnce(t *testing.T) {
	w := writers(t, orgsim.Config{})
	note := w.add(KindNote, "slept over")
	w.fault("lost-reply:1", "drop-connection=queryAll:1")
	ctx := withSteps(t.Context(), func(at string) error {
		if at == stepIntended {
			w.clock.Advance(10 * time.Hour)
		}
		return nil
	})
	_, _ = w.engine.WritebackCycle(ctx, w.admin)
	w.fault()
	w.settleAll()
	w.wants(note, store.OutboxWritten)
	w.once("Note", "slept over")
}
