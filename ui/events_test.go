package ui

import (
	"testing"
	"testing/synctest"
	"time"

	crmsync "crmsync/sync"
)

// Progress reaches the screen twice a second at most and never after what ended it; every other event
// arrives at once and none is lost.
func TestMergeOfEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		incoming := make(chan crmsync.Event)
		var got []crmsync.Event
		done := make(chan struct{})
		go func() {
			defer close(done)
			merge(incoming, progressEvery, func(e crmsync.Event) { got = append(got, e) })
		}()
		began := time.Now()
		incoming <- crmsync.Event{Kind: crmsync.EventRunStarted}
		for i := range 100 {
			incoming <- crmsync.Event{Kind: crmsync.EventProgress, Done: int64(i)}
			time.Sleep(20 * time.Millisecond)
		}
		incoming <- crmsync.Event{Kind: crmsync.EventRunEnded}
		close(incoming)
		<-done
		passed := time.Since(began)
		if most := int(passed/progressEvery) + 3; len(got) > most {
			t.Errorf("%d events reached the screen in %v", len(got), passed)
		}
		if last := got[len(got)-1]; last.Kind != crmsync.EventRunEnded {
			t.Errorf("the last event is %v", last)
		}
		if before := got[len(got)-2]; before.Done != 99 {
			t.Errorf("the newest progress was lost: %v", before)
		}
	})
}

// What a session did itself is no news to it; what others did is.
func TestNewsOfMatches(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4", "a")
	c.send(eventMsg{Kind: crmsync.EventMatches, Text: string(crmsync.ActMatchAccept)})
	c.lacks("matches changed")
	c.now = c.now.Add(time.Minute)
	c.send(expireMsg(c.app.toastID))
	c.send(eventMsg{Kind: crmsync.EventMatches, Text: string(crmsync.ActMatchAccept)})
	c.sees("matches changed; R loads them")
	c.press("R")
	c.lacks("matches changed")
}

// A run that failed says why, wherever one is.
func TestFailedRun(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.send(eventMsg{Kind: crmsync.EventRunStarted, Job: crmsync.JobImport, At: testNow})
	c.sees("↻ syncing")
	c.send(eventMsg{Kind: crmsync.EventRunEnded, Job: crmsync.JobImport, Err: errTest})
	c.sees("✗ could not run the import: the store is on strike")
	c.lacks("↻ syncing")
}
