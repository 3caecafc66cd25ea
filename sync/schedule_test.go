package sync

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// S66: twelve hours after the last import began, whatever the chance.
func TestCadence_S66_importEveryTwelveHours(t *testing.T) {
	began := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	c := importCadence(12)
	if got := c.next(began, 0); !got.Equal(began.Add(12 * time.Hour)) {
		t.Errorf("got %v", got)
	}
	if got := c.next(began, 0.999); got.After(began.Add(12*time.Hour + 5*time.Minute)) {
		t.Errorf("too late: %v", got)
	}
	if got := c.next(time.Time{}, 0.5); !got.IsZero() {
		t.Errorf("a first import is due at once (S65), got %v", got)
	}
}

// S83: never more often than 2 minutes, never less often than 5.
func TestCadence_S83_writebackTwoToFiveMinutes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		began := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "began"), 0).UTC()
		c := writebackCadence(rapid.IntRange(2, 5).Draw(t, "minutes"))
		wait := c.next(began, rapid.Float64Range(0, 0.9999).Draw(t, "chance")).Sub(began)
		if wait < 2*time.Minute || wait > 5*time.Minute {
			t.Fatalf("waits %v", wait)
		}
	})
}

func TestCadence_clockSetBackDoesNotStopTheJob(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	c := importCadence(12)
	due := c.sane(now.Add(90*24*time.Hour), now)
	if due.Sub(now) > 12*time.Hour+5*time.Minute {
		t.Errorf("due in %v", due.Sub(now))
	}
	soon := now.Add(time.Hour)
	if got := c.sane(soon, now); !got.Equal(soon) {
		t.Errorf("a sane due time was moved to %v", got)
	}
}

func TestCadence_retriesBackOffToThePeriod(t *testing.T) {
	c := importCadence(12)
	want := []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 12 * time.Hour}
	for i, w := range want {
		if got := c.retryWait(i + 1); got != w {
			t.Errorf("failure %d: waits %v, want %v", i+1, got, w)
		}
	}
}
