package ui

import (
	"errors"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

var errTest = errors.New("the store is on strike")

// everyScreen opens every screen, also those above others, and gives its table.
func everyScreen(t *testing.T) map[string][]Action {
	t.Helper()
	out := map[string][]Action{}
	for _, keys := range [][]string{{"1"}, {"I", "esc"}, {"4", "D"}, {"2"}, {"2", "P"}, {"2", "P", "tab", "tab"}, {"3"}, {"3", "]"}, {"3", "["}, {"4"}, {"4", "enter"}, {"4", "m"}, {"4", "t"}, {"4", "T"}, {"5"}, {"5", "]"}, {"5", "]", "]"}, {"5", "]", "]", "]"}, {"5", "[", "["}, {"5", "["}, {"5", "[", "m"}, {"6"}, {"6", "tab"}, {"6", "t"}, {"F"}, {"F", "enter", "j"}, {"7"}, {"7", "i"}, {"7", "i", "enter"}, {"8"}, {"8", "T"}, {"8", "B"}, {"F", "enter", "K"}, {"9"}, {"9", "v"}, {"0"}} {
		c := start(t, setup{services: sampleWorld().services()})
		c.press(keys...)
		out[strings.Join(keys, " ")] = c.app.actions()
	}
	return out
}

// Every action has a key or a palette entry, a name, a word for the footer, a group for the help, and does
// something; one that does more than move inside the console has a shell command; one that changes
// something has an act, whose roles and level come from package sync.
func TestActionsAreComplete(t *testing.T) {
	for screen, actions := range everyScreen(t) {
		for _, a := range actions {
			if a.ID == "" || a.Short == "" || a.Do == nil {
				t.Errorf("%s: %+v lacks an id, a word or what it does", screen, a)
			}
			if len(a.Keys) == 0 && (a.Hidden || a.Name == "") {
				t.Errorf("%s: %s can be reached neither by key nor by palette", screen, a.ID)
			}
			if len(a.Keys) > 0 && a.Group == "" {
				t.Errorf("%s: %s is in no group of the help", screen, a.ID)
			}
			if !a.Local && !strings.HasPrefix(a.Shell, "crmsync ") {
				t.Errorf("%s: %s has no shell command", screen, a.ID)
			}
			if a.Act == "" {
				continue
			}
			if _, ok := crmsync.LookAct(a.Act); !ok {
				t.Errorf("%s: %s performs %q, which is no act", screen, a.ID, a.Act)
			}
			if a.Local {
				t.Errorf("%s: %s performs an act and so is not local", screen, a.ID)
			}
		}
	}
}

// No two actions of one screen answer to the same key, but for what a screen takes over from the console.
func TestKeysAreUnique(t *testing.T) {
	for screen, actions := range everyScreen(t) {
		first := map[string]string{}
		for _, a := range actions {
			for _, key := range a.Keys {
				other, taken := first[key]
				taken = taken && !strings.HasPrefix(a.ID, "console.") && a.ID != "undo" && a.ID != "redo" && !strings.HasPrefix(a.ID, "list.")
				if taken && other != a.ID {
					t.Errorf("%s: %q means %s and %s", screen, key, other, a.ID)
				}
				if !taken {
					first[key] = a.ID
				}
			}
		}
	}
}

// Every act a person can do in the console is offered by the palette from anywhere.
func TestPaletteReachesEveryScreen(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	offered := map[crmsync.ActID]bool{}
	for _, a := range c.app.everyAction() {
		offered[a.Act] = true
	}
	for _, act := range []crmsync.ActID{crmsync.ActConnect, crmsync.ActDisconnect, crmsync.ActSettingSet, crmsync.ActSeatAllow, crmsync.ActSeatPin, crmsync.ActLicences, crmsync.ActSaveRemove,
		crmsync.ActImportRun, crmsync.ActUndo, crmsync.ActAlertRead, crmsync.ActROIConsent, crmsync.ActROIReport, crmsync.ActMatchAccept, crmsync.ActMatchReject, crmsync.ActMatchRematch, crmsync.ActMatchBulk, crmsync.ActOptIn,
		crmsync.ActWritebackSwitch, crmsync.ActWritebackKind, crmsync.ActOutboxRetry, crmsync.ActOutboxDrop} {
		if !offered[act] {
			t.Errorf("the palette does not offer %s", act)
		}
	}
}

// There is no action that opts anybody else in (S25): the only opt-in is on one's own screen.
func TestNobodyIsOptedInByOthers(t *testing.T) {
	for screen, actions := range everyScreen(t) {
		for _, a := range actions {
			if a.Act == crmsync.ActOptIn && screen != "0" {
				t.Errorf("%s offers %s", screen, a.ID)
			}
		}
	}
}

// The palette goes to the screen and part of an action before it does it.
func TestPaletteGoesThere(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press(":")
	for _, r := range "retry this" {
		c.press(strings.ReplaceAll(string(r), " ", "space"))
	}
	c.sees("Outbox: retry this item")
	c.press("tab")
	c.sees("$ crmsync writeback retry")
	c.press("enter")
	c.sees("▸ Outbox")
	c.press("5")
}
