package salesforce

import (
	"io"
	"testing"
	"time"
)

// watchedRead notices whether the guard watches while it is being read.
type watchedRead struct {
	guard   *stallGuard
	watched bool
}

func (r *watchedRead) Read(p []byte) (int, error) {
	r.watched = r.guard.timer.Stop() // true when it was running
	return copy(p, "x"), nil
}

func (r *watchedRead) Close() error { return nil }

// A consumer that takes long between two reads is no stall; a connection that takes long within one is.
func TestStallIsWatchedWhileReadingOnly(t *testing.T) {
	guard, ctx := newStallGuard(t.Context(), time.Hour)
	defer guard.stop()
	guard.rest()
	read := &watchedRead{guard: guard}
	body := &watchedBody{body: read, guard: guard, host: "h", ctx: ctx}
	if _, err := io.ReadFull(body, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	if !read.watched {
		t.Error("a read is not watched")
	}
	guard.expect(time.Hour)
	body.body = io.NopCloser(zeros{})
	if _, err := body.Read(make([]byte, 1)); err != nil || guard.timer.Stop() {
		t.Errorf("the watch goes on between reads: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
