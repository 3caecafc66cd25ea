package ui

import (
	"slices"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// The path of S97: the two labels one after the other, the warning of S99, the typed name, the export first, the receipt.
func TestPurgeLeadsThroughBothLabels_S97(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("2", "D")
	c.sees(crmsync.LabelDisconnect, crmsync.LabelPurge, "Not recommended when you only disconnect")
	c.press("P")
	c.sees(crmsync.LabelPurge, "1,502,640", "type the org's name Acme", "[x] first export", "when the name is right")
	c.press("A", "c", "m", "tab", "tab", "enter")
	c.sees("the name of the org is not typed yet: Acme")
	if len(w.did) != 0 {
		t.Fatalf("did %q", w.did)
	}
	c.press("tab", "e", "tab", "tab", "enter")
	c.sees("Deleted all imported CRM data of Acme", "612,480", "4 files read for 35 ids", "/home/ana/crmsync-decisions-")
	if !slices.Equal(w.did, []string{"purge Acme"}) || len(w.files) != 1 {
		t.Errorf("did %q with %d files", w.did, len(w.files))
	}
	for _, text := range w.files {
		if !strings.Contains(text.String(), `"record":"0035g0000000000001"`) || strings.Contains(text.String(), "\x1b") {
			t.Errorf("exported %q", text)
		}
	}
}

// Enter after the name goes to the button that leaves, and changes nothing.
func TestPurgeIsLeftByEnter(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 80, h: 24})
	c.press("2", "P", "A", "c", "m", "e", "enter", "enter")
	c.sees("Can we work with this org?")
	if len(w.did) != 0 {
		t.Errorf("did %q", w.did)
	}
}

// Without the file that was asked for nothing is deleted.
func TestPurgeNeedsItsExport(t *testing.T) {
	w := sampleWorld()
	services := w.services()
	services.Files = liveFiles{[]string{"/nowhere/at/all"}}
	c := start(t, setup{services: services, w: 120, h: 40})
	c.press("2", "P", "A", "c", "m", "e", "tab", "tab", "enter")
	c.sees("make the file")
	if len(w.did) != 0 {
		t.Errorf("did %q", w.did)
	}
	c.press("space", "enter")
	if !slices.Equal(w.did, []string{"purge Acme"}) {
		t.Errorf("did %q", w.did)
	}
}
