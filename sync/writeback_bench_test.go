package sync

import (
	"flag"
	"fmt"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// drainQueued is how much the drain's benchmark queues:
// go test ./sync -run xxx -bench Drain -benchtime 1x -queued 100000.
var drainQueued = flag.Int("queued", 10_000, "activities that BenchmarkDrain sends")

// BenchmarkDrain sends queued messages and notes to the built-in org and reads them back, every one.
func BenchmarkDrain(b *testing.B) {
	queued := *drainQueued
	for range b.N {
		b.StopTimer()
		w := writers(b, orgsim.Config{Contacts: 600, DailyRequests: 1 << 30})
		fillOutbox(b, w, queued)
		before := w.engine.session.client.Calls()
		b.StartTimer()
		report := w.cycle()
		b.StopTimer()
		if report.Written != queued || report.Verified != queued {
			b.Fatalf("%+v", report)
		}
		b.ReportMetric(float64(w.engine.session.client.Calls()-before)/float64(queued)*200, "calls/200")
		b.StartTimer()
	}
	b.ReportMetric(float64(queued*b.N)/b.Elapsed().Seconds(), "activities/s")
}

// fillOutbox puts messages, and every fifth time a note, with all linked people into the outbox.
func fillOutbox(b *testing.B, w *writer, n int) {
	b.Helper()
	book, err := w.engine.loadGates(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	var linked []string
	for _, match := range matchesOf(b, w.harness, "Contact") {
		if match.State == store.MatchAuto {
			linked = append(linked, match.MemberID)
		}
	}
	err = w.store.Write(b.Context(), func(tx *store.Tx) error {
		for i := range n {
			kind := KindMessage
			if i%5 == 0 {
				kind = KindNote
			}
			activity := store.Activity{ID: store.NewID(), Ident: fmt.Sprint("bench/", i), Kind: string(kind), SeatID: w.seat.ID,
				PersonID: linked[i%len(linked)], OccurredAt: w.clock.Now(), Subject: "about it", Body: fmt.Sprint("message ", i), AddedAt: w.clock.Now()}
			if _, err := tx.AddActivity(activity); err != nil {
				return err
			}
			if err := tx.PutOutbox(book.first(activity, w.clock.Now())); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
