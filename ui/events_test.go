package ui

import (
	"slices"
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

// byKaja is what the engine tells of an act of somebody else.
func byKaja(act crmsync.ActID, subject string) eventMsg {
	return eventMsg{Kind: crmsync.EventAudit, Text: string(act), Actor: "kaja", Subject: subject, Audit: "a-1", At: testNow}
}

// What a session did itself is no news to it; a run of the engine, and what others did to rows it does not hold, is.
func TestNewsOfMatches(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("4", "a")
	own := byKaja(crmsync.ActMatchAccept, "record 0035g0000000000000")
	own.Actor = "ana"
	c.send(own)
	c.send(eventMsg{Kind: crmsync.EventMatches, Text: string(crmsync.ActMatchAccept), Subject: own.Subject})
	c.lacks("matches changed")
	c.lacks("elsewhere")
	c.now = c.now.Add(time.Minute)
	c.send(expireMsg(c.app.toastID))
	c.send(byKaja(crmsync.ActMatchAccept, "record 003000000000000AAA"))
	c.sees("matches changed; R loads them")
	c.press("R")
	c.lacks("matches changed")
	c.send(eventMsg{Kind: crmsync.EventMatches, Job: crmsync.JobMatch})
	c.sees("matches changed; R loads them")
}

// When somebody else decides the pair under the cursor, the row shows it as it is now and says who it was; the cursor and
// the rest of the list stay where they are.
func TestSomeoneElseDecidesThePair(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "j", "j")
	record := w.matches[2].Record
	c.sees("Chloé Martin", "3 of 300")
	x := w.explain[record]
	x.State = "rejected"
	w.explain[record] = x
	c.send(byKaja(crmsync.ActMatchReject, "record "+record))
	c.sees("↻ kaja rejected it at 10:46; this shows it as it is now", "Chloé Martin ≠ ", "3 of 300")
	c.send(expireMsg(c.app.toastID))
	c.sees("↻ kaja rejected it at 10:46")
	c.press("r")
	c.sees("it is rejected already")
	c.press("j")
	c.send(expireMsg(c.app.toastID))
	c.lacks("kaja")
	c.send(byKaja(crmsync.ActUndo, "record "+record)) // not under the cursor: no toast, the row only
	c.lacks("kaja")
	c.press("k")
	c.sees("kaja took a decision back at 10:46")
}

// The same person in another window is somebody else, and is called "you".
func TestOneselfElsewhere(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4")
	x := w.explain[w.matches[0].Record]
	x.State = "accepted"
	w.explain[x.Record] = x
	event := byKaja(crmsync.ActMatchAccept, "record "+x.Record)
	event.Actor = "ana"
	c.send(event)
	c.sees("you, elsewhere, accepted it at 10:46", "accepted")
}

// Who decides on a pair that somebody else has changed is told so, and sees the row as it is.
func TestDecisionComesTooLate(t *testing.T) {
	w := sampleWorld()
	w.late = codedError{"match.changed", "kaja rejected it at 10:45 UTC"}
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4")
	x := w.explain[w.matches[0].Record]
	x.State = "rejected"
	w.explain[x.Record] = x
	c.press("a")
	c.sees("could not accept the match: kaja rejected it at 10:45 UTC")
	c.press("k")
	c.send(expireMsg(c.app.toastID))
	c.sees("Ann Okafor ≠ Dmitri Ivanov", "kaja rejected it at 10:45 UTC")
}

// On every other screen an act of somebody else that the screen offers reads it again and says who; acts that do not
// concern it change nothing.
func TestSomeoneElseChangesAScreen(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("8")
	w.settings = slices.Clone(w.settings)
	w.settings[0].Value = "6"
	c.send(byKaja(crmsync.ActSeatPin, "seat seat-1"))
	c.sees("12 hours")
	c.send(byKaja(crmsync.ActSettingSet, "setting import.every_hours"))
	c.sees("6 hours", "↻ kaja changed this at 10:46; this shows it as it is now")
	c.press("3")
	w.users[0].Name = "Renamed Elsewhere"
	c.send(byKaja(crmsync.ActSeatPin, "seat seat-0"))
	c.sees("Renamed Elsewhere", "kaja mapped seat at 10:46")
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

// c stops the import that runs; with none, and while writeback sends, it says why not.
func TestARunIsStopped(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 100, h: 30})
	c.press("c")
	c.sees("nothing is running")
	c.send(eventMsg{Kind: crmsync.EventRunStarted, Job: crmsync.JobImport, At: testNow})
	for second := range 3 {
		c.send(eventMsg{Kind: crmsync.EventProgress, Job: crmsync.JobImport, Object: "Contact", Step: "pages", Done: int64(100 * second), Total: 400, At: testNow.Add(time.Duration(second) * time.Second)})
	}
	c.sees("c stops it, losing nothing", "c stop")
	c.press("c")
	c.sees("Stopped; what was read is kept")
	c.send(eventMsg{Kind: crmsync.EventRunEnded, Job: crmsync.JobImport, At: testNow})
	c.send(eventMsg{Kind: crmsync.EventRunStarted, Job: crmsync.JobWriteback, At: testNow})
	c.press("c")
	c.sees("writeback finishes what it sends")
	if want := []string{"stop import"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}
