package sync

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

func TestNextWindow(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 999, time.FixedZone("x", 3600))
	until := time.Date(2026, 11, 24, 10, 55, 0, 0, time.UTC)
	first := nextWindow(time.Time{}, now, false)
	if !first.after.IsZero() || !first.until.Equal(until) {
		t.Errorf("first: %v", first)
	}
	later := nextWindow(now.Add(-12*time.Hour), now, false)
	if want := time.Date(2026, 11, 23, 22, 50, 0, 0, time.UTC); !later.after.Equal(want) || !later.until.Equal(until) {
		t.Errorf("later: %v", later)
	}
	if full := nextWindow(now, now, true); !full.after.IsZero() {
		t.Errorf("a full import has no lower bound: %v", full)
	}
}

// Two windows in a row leave no gap, whatever the clock does.
func TestNextWindow_leavesNoGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watermark := time.Unix(rapid.Int64Range(1e9, 2e9).Draw(t, "watermark"), 0)
		now := watermark.Add(time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(t, "shift")) * time.Second)
		w := nextWindow(watermark, now, false)
		if !w.after.Before(w.until) {
			t.Fatalf("empty window %v", w)
		}
		if w.after.After(watermark.Add(-salesforce.WindowLag)) {
			t.Fatalf("begins %v after the watermark less what may be late", w.after.Sub(watermark))
		}
	})
}

// The halves of a window are the window, without gap or overlap.
func TestWindow_halves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		after := time.Unix(rapid.Int64Range(1e9, 2e9).Draw(t, "after"), 0)
		w := window{after, after.Add(time.Duration(rapid.Int64Range(1, 1e7).Draw(t, "seconds")) * time.Second)}
		first, second, ok := w.halves()
		if !ok {
			if w.until.Sub(w.after) >= 2*time.Second {
				t.Fatal("could have been split")
			}
			return
		}
		if !first.after.Equal(w.after) || !first.until.Equal(second.after) || !second.until.Equal(w.until) {
			t.Fatalf("%v is split into %v and %v", w, first, second)
		}
		if !first.after.Before(first.until) || !second.after.Before(second.until) {
			t.Fatalf("an empty half: %v, %v", first, second)
		}
	})
}
