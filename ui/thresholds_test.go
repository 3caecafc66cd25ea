package ui

import (
	"slices"
	"testing"
	"time"
)

// The bench says what another threshold would gain and break, lists those pairs, and sets it only after a question.
func TestThresholdsShowWhatWouldMove(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "T")
	c.sees("match.accept", "This is the present threshold", "212 pairs were judged, 40 are named by an id")
	c.press("k", "k")
	c.sees("At 84 you would gain 162 matches and break about 12.", "0.900 to 0.960")
	c.press("w")
	c.sees("Set match.accept to 84")
	c.now = c.now.Add(time.Second)
	c.press("y")
	if want := []string{"set match.accept 84, seen 95"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
	c.press("k", "k", "enter")
	c.sees("score 84–94")
	c.press("esc")
	c.sees("Matches › thresholds")
	c.press("tab")
	c.sees("match.floor")
}

// In the queue of telling pairs c confirms, o overrides and r rejects; outside o is still the link.
func TestQueueKeys(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "t")
	c.sees("doubts and checks", "1 of 20")
	c.press("c", "r")
	if len(w.did) != 2 || w.did[0][:6] != "accept" || w.did[1][:6] != "reject" {
		t.Errorf("did %q", w.did)
	}
	c.press("o")
	c.sees("Re-match")
	c.press("esc", "t")
	c.sees("best first", "1 of 300")
}
