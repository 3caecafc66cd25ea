package sync

import (
	"fmt"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

func TestPaceOfNothing(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	pace, err := h.engine.Pace(t.Context(), 24*time.Hour, 10)
	if err != nil || pace.Written != 0 || pace.Waiting != 0 || !pace.Kept() || pace.Breaches == nil {
		t.Errorf("%+v %v", pace, err)
	}
}

// The age of an activity runs from queued to written, through every refusal; what is held has none.
func TestPace_S83(t *testing.T) {
	w := writers(t, orgsim.Config{})
	for minutes := 1; minutes <= 4; minutes++ {
		w.add(KindNote, fmt.Sprint("in time ", minutes))
		w.clock.Advance(time.Duration(minutes) * time.Minute)
		w.cycle()
	}
	slow := w.add(KindNote, "late")
	w.clock.Advance(7 * time.Minute)
	w.cycle()
	w.fault("lock-row:*")
	stuck := w.add(KindMessage, "locked")
	w.cycle()
	w.clock.Advance(20 * time.Minute)
	pace, err := w.engine.Pace(t.Context(), 24*time.Hour, 10)
	if err != nil {
		t.Fatal(err)
	}
	if pace.Written != 5 || pace.Late != 1 || pace.P50 != 180 || pace.P95 != 420 || pace.Longest != 420 {
		t.Errorf("written: %+v", pace)
	}
	if pace.Waiting != 1 || pace.WaitsLate != 1 || pace.Oldest != 1200 || pace.Kept() || pace.Truncated {
		t.Errorf("waiting: %+v", pace)
	}
	if len(pace.Breaches) != 2 || pace.Breaches[0].ID != stuck || pace.Breaches[1].ID != slow {
		t.Fatalf("breaches: %+v", pace.Breaches)
	}
	if b := pace.Breaches[0]; b.State != store.OutboxQueued || b.Age != 1200 || b.Tries != 1 || b.Why != "UNABLE_TO_LOCK_ROW" || b.Kind != "inmail" || b.With == "" || b.By == "" {
		t.Errorf("waits: %+v", b)
	}
	if b := pace.Breaches[1]; b.State != store.OutboxWritten || b.Age != 420 || b.EndedAt.IsZero() {
		t.Errorf("was late: %+v", b)
	}
	if pace, err = w.engine.Pace(t.Context(), 24*time.Hour, 1); err != nil || len(pace.Breaches) != 1 || !pace.Truncated {
		t.Errorf("cut off: %+v %v", pace, err)
	}
	w.clock.Advance(25 * time.Hour)
	if pace, err = w.engine.Pace(t.Context(), 24*time.Hour, 10); err != nil || pace.Written != 0 {
		t.Errorf("a day later: %+v %v", pace, err)
	}
}
