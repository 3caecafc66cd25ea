package sync

import (
	"time"

	"crmsync/sync/salesforce"
)

// smallWindow is the number of rows under which the query API is cheaper than
// a bulk job.
const smallWindow = 2000

// window is the time span of one import of one object: after < stamp <= until.
// A zero after has no lower bound.
type window struct {
	after time.Time
	until time.Time
}

// nextWindow makes the window that follows a watermark. serverNow is the
// org's clock (its Date header), never ours. A full import has no lower bound.
func nextWindow(watermark, serverNow time.Time, full bool) window {
	if full {
		watermark = time.Time{}
	}
	after, until := salesforce.NewWindow(watermark.UTC().Truncate(time.Second), serverNow.UTC().Truncate(time.Second))
	if watermark.IsZero() {
		after = time.Time{}
	}
	if !after.IsZero() && !after.Before(until) {
		// The org's clock went back: read the overlap again, never nothing.
		after = until.Add(-salesforce.WindowOverlap)
	}
	return window{after: after, until: until}
}

// salesforceBegan is before any record of any org.
var salesforceBegan = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)

// halves splits a window that was too large for the org to answer. It is false
// when there is nothing left to split.
func (w window) halves() (first, second window, ok bool) {
	if w.after.IsZero() {
		w.after = salesforceBegan
	}
	if w.until.Sub(w.after) < 2*time.Second {
		return window{}, window{}, false
	}
	middle := w.after.Add(w.until.Sub(w.after) / 2).Truncate(time.Second)
	return window{w.after, middle}, window{middle, w.until}, true
}
