package ui

import (
	"context"
	"slices"
	"testing"
)

type demoFake struct{ *world }

func (demoFake) Events() []DemoEvent {
	return []DemoEvent{{"merge", "merge", "two contacts become one"}, {"delete", "delete", "a contact goes into the recycle bin"}}
}
func (f demoFake) Happen(_ context.Context, event string) (string, error) {
	_, err := f.note("demo %s", event)
	return "Contact Ann was deleted", err
}

// In a store that the demo made the menu lets things happen in the built-in org; elsewhere there is no such key.
func TestDemoMenu(t *testing.T) {
	w := sampleWorld()
	services := w.services()
	services.Demo = demoFake{w}
	c := start(t, setup{services: services, w: 120, h: 40})
	c.press("!")
	c.sees("Demo: in the CRM", "two contacts become one")
	c.press("j", "enter")
	c.sees("Contact Ann was deleted in the CRM; a sync finds it five minutes later")
	if !slices.Equal(w.did, []string{"demo delete"}) {
		t.Errorf("did %q", w.did)
	}
	c = start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("!")
	c.lacks("Demo: in the CRM")
}

// The guides for Classic and for Lightning are reached from the Connect screen (S36).
func TestGuidesFromConnect_S36(t *testing.T) {
	services := sampleWorld().services()
	services.Guides = []Guide{{"Installing in Lightning", "Open Setup.\n  Then Apps."}, {"Installing in Classic", "Open Setup, as ever."}}
	c := start(t, setup{services: services, w: 120, h: 40})
	c.press("2", "H")
	c.sees("Installing in Lightning", "Then Apps.", "Installing in Classic")
}
