package ui

import (
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// elsewhereDone are the acts that have no action of their own in the console, and why.
var elsewhereDone = map[crmsync.ActID]string{
	crmsync.ActSaveRestore:    "undo restores a save that was removed",
	crmsync.ActAlertUnread:    "undo marks alerts as unread",
	crmsync.ActScheduleResume: "the action that pauses resumes what is paused",
	crmsync.ActPropose:        "an act that needs a second admin proposes itself",
	crmsync.ActRestore:        "a store that the console has open cannot be replaced under it",
}

// Every act can be done in the console, or has a reason why not.
func TestEveryActHasAnAction(t *testing.T) {
	have := map[crmsync.ActID]bool{}
	for _, actions := range everyScreen(t) {
		for _, a := range actions {
			have[a.Act] = true
		}
	}
	for _, act := range crmsync.Acts() {
		why := elsewhereDone[act.ID]
		if !have[act.ID] && why == "" {
			t.Errorf("nothing in the console does %s", act.ID)
		}
		if have[act.ID] && why != "" {
			t.Errorf("%s has an action although it says: %s", act.ID, why)
		}
	}
}

// What is asked for in a prompt arrives as it was typed, without the spaces around it.
func TestActsThatAsk(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		does string
		sees string
	}{
		"a seat":              {[]string{"3", "+", "text: ana@acme.com ", "enter", "text:Ana", "enter", "enter"}, "add {Email:ana@acme.com Name:Ana ProfileURL:}", "Added the seat of ana@acme.com."},
		"a seat goes":         {[]string{"3", "X"}, "remove seat-0", "Removed the seat"},
		"a user":              {[]string{"3", "C", "text:ana", "enter", "text:admin", "enter", "enter", "enter", "text:ana", "enter"}, "user {Name:ana OSUser:ana Email: Role:admin Seat: PublicKey:}", "ana may use the console as admin."},
		"a user without role": {[]string{"3", "C", "text:ana", "enter", "enter", "enter", "enter", "enter"}, "", "a role is missing: admin, tester, support, member"},
		"a key":               {[]string{"3", "K", "text:ana", "enter", "text:ssh-ed25519 AAAA ana@home", "enter"}, "key of ana: ssh-ed25519 AAAA ana@home", "Changed the key of ana."},
		"a user goes":         {[]string{"3", "D", "text:ana", "enter"}, "remove user ana", "ana may not use the console any more."},
		"a call":              {[]string{"0", "+", "backspace", "backspace", "backspace", "backspace", "text:call", "enter", "text:003A", "enter", "text:Offer", "enter", "text:Wants it", "enter", "text:12", "enter"}, "add call with 003A for 12m0s: Offer, Wants it", "Added the call."},
		"a message":           {[]string{"0", "+", "backspace", "backspace", "backspace", "backspace", "text:message", "enter", "enter", "enter", "enter", "enter"}, "", "the kind is note or call"},
		"half a minute":       {[]string{"0", "+", "enter", "text:003A", "enter", "enter", "enter", "text:0.5", "enter"}, "", "minutes are a whole number"},
		"matching":            {[]string{"1", "m"}, "match", "The matching was handed to the engine"},
		"writing":             {[]string{"1", "w"}, "write back", "The writeback was handed to the engine"},
	} {
		t.Run(name, func(t *testing.T) {
			w := sampleWorld()
			s := start(t, setup{services: w.services()})
			for _, key := range c.keys {
				if text, ok := strings.CutPrefix(key, "text:"); ok {
					for _, letter := range strings.Split(text, "") {
						s.press(strings.ReplaceAll(letter, " ", "space"))
					}
					continue
				}
				s.press(key)
			}
			s.sees(c.sees)
			if did := strings.Join(w.did, "; "); did != c.does {
				t.Errorf("it did %q, want %q", did, c.does)
			}
		})
	}
}
