package ui

import (
	"testing"

	crmsync "crmsync/sync"
)

// How fast activities get into the CRM stands on the writeback screen, and what was late is one key away (S83).
func TestPaceOnTheWritebackScreen(t *testing.T) {
	for name, c := range map[string]struct {
		pace crmsync.Pace
		says []string
	}{
		"in time":      {crmsync.Pace{Written: 40, P50: 41, P95: 125, Longest: 200}, []string{"half within 41 s, 95 of 100 within 2 m 05 s", "none over 5 min"}},
		"late":         {crmsync.Pace{Written: 40, P50: 41, P95: 400, Late: 3, WaitsLate: 1}, []string{"95 of 100 within 6 m 40 s", "4 late", "L late"}},
		"nothing yet":  {crmsync.Pace{Waiting: 2, Oldest: 70}, []string{"2 items are on the way, the oldest for 1 m 10 s"}},
		"slow":         {crmsync.Pace{Written: 40, P50: 3600, P95: 36000, Late: 1234, WaitsLate: 5}, []string{"95 of 100 within 10 h", "1,239 late L"}},
		"faster still": {crmsync.Pace{Written: 1, P50: 0, P95: 0.0002}, []string{"half within 1 ms"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := sampleWorld()
			w.types.Pace = c.pace
			s := start(t, setup{services: w.services(), w: 100, h: 30})
			s.press("5")
			s.sees(c.says...)
			s.press("L")
			if c.pace.Late == 0 {
				s.sees("nothing took longer than 5 min")
				return
			}
			s.sees("only what took longer than 5 min", "1 of 2")
			s.press("esc")
			s.sees("written every 2 to 5 minutes")
		})
	}
}
