package ui

import (
	"slices"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/teatest"

	crmsync "crmsync/sync"
)

// Journey: the org took the authorisation back. Home says so with what waits, and on Connect one key signs in again.
func TestJourneySignInAgain(t *testing.T) {
	w := sampleWorld()
	waits := refused(crmsync.Grace{Since: testNow.Add(-72 * time.Hour), Queued: 12, From: testNow.Add(-80 * time.Hour), Until: testNow.Add(12 * 24 * time.Hour)}, testNow)
	w.conn.State, w.conn.Refused, w.conn.LoginHost, w.conn.ClientID = ConnectedRevoked, waits, "https://acme.my.salesforce.com", "3MVG9.key"
	w.overview.Connected, w.overview.Refused = ConnectedRevoked, waits
	m := program(t, w)
	until(t, m, "signed out by the CRM "+stamp(testNow.Add(-72*time.Hour), testNow)+": sign in again", "12 activities wait, nothing missed for 12 days")
	m.Type("2")
	until(t, m, "signs in again.", "12 activities wait", "goes on where it stopped")
	m.Type("s")
	until(t, m, "ssh -L 14711:127.0.0.1:14711 HOST")
	m.Send(tea.KeyMsg{Type: tea.KeyCtrlC})
	m.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
	if want := []string{"sign in again at https://acme.my.salesforce.com"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// Before the first import there is nothing to miss, and after the org's memory is over everything is compared.
func TestRefusedSaysWhatItMeans(t *testing.T) {
	for name, c := range map[string]struct {
		grace crmsync.Grace
		want  string
	}{
		"no import yet": {crmsync.Grace{Queued: 1}, "1 activity waits"},
		"in time":       {crmsync.Grace{From: testNow, Until: testNow.Add(5 * time.Hour)}, "0 activities wait, nothing missed for 5 h"},
		"too late":      {crmsync.Grace{From: testNow.Add(-400 * time.Hour), Until: testNow.Add(-time.Hour)}, "0 activities wait, the next import compares all"},
	} {
		if got := refused(c.grace, testNow); len(got) != 2 || got[1] != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
