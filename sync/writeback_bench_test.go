package sync

import (
	"fmt"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// BenchmarkDrain sends 5,000 queued messages to the built-in org and reads them back.
func BenchmarkDrain(b *testing.B) {
	const queued = 5000
	for range b.N {
		b.StopTimer()
		w := writers(b, orgsim.Config{})
		fillOutbox(b, w, queued)
		before := w.engine.session.client.Calls()
		b.StartTimer()
		report := w.cycle()
		b.StopTimer()
		if report.Written != queued || report.Verified != queued {
			b.Fatalf("%+v", report)
		}
		b.ReportMetric(float64(w.engine.session.client.Calls()-before)/queued*200, "calls/200")
		b.StartTimer()
	}
	b.ReportMetric(float64(queued*b.N)/b.Elapsed().Seconds(), "activities/s")
}

// fillOutbox puts messages of the linked person into the outbox.
func fillOutbox(b *testing.B, w *writer, n int) {
	b.Helper()
	book, err := w.engine.loadGates(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	err = w.store.Write(b.Context(), func(tx *store.Tx) error {
		for i := range n {
			activity := store.Activity{ID: store.NewID(), Ident: fmt.Sprint("bench/", i), Kind: string(KindMessage), SeatID: w.seat.ID,
				PersonID: w.linked.MemberID, OccurredAt: w.clock.Now(), Subject: "about it", Body: fmt.Sprint("message ", i), AddedAt: w.clock.Now()}
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
