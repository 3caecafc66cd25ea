package ui

import "testing"

// Among actions that hold what was typed, the usual one stands before its variant.
func TestPaletteRanksTheUsualFirst(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	palette := newPalette(c.app.Session, c.app.everyAction())
	for _, typed := range []string{"tri", "trial", "run a trial"} {
		palette.field.set(typed)
		palette.find()
		place := map[string]int{}
		for i, a := range palette.found {
			place[a.ID] = i + 1
		}
		if place["trial.run"] == 0 || place["trial.keep"] == 0 || place["trial.run"] > place["trial.keep"] {
			t.Errorf("%q: the trial is number %d, the one that keeps its contact %d", typed, place["trial.run"], place["trial.keep"])
		}
	}
}
