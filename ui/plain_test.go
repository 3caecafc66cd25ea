package ui

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// converse runs plain mode over a script of lines and returns what was said.
func converse(t *testing.T, w *world, actor crmsync.Actor, script ...string) string {
	t.Helper()
	var out bytes.Buffer
	err := Plain(t.Context(), Options{Services: w.services(), Actor: actor, Input: strings.NewReader(strings.Join(script, "\n") + "\n"), Output: &out})
	if err != nil {
		t.Fatalf("plain mode ended with %v after\n%s", err, out.String())
	}
	return out.String()
}

// said fails unless the words were said in this order.
func said(t *testing.T, text string, words ...string) {
	t.Helper()
	rest := text
	for _, word := range words {
		_, after, ok := strings.Cut(rest, word)
		if !ok {
			t.Fatalf("%q was not said, or not in its place:\n%s", word, text)
		}
		rest = after
	}
}

// A review and its undo, by keys and by words, with nothing but text.
func TestPlainReview(t *testing.T) {
	w := sampleWorld()
	text := converse(t, w, admin(), "matches", "j", "accept", "undo", "q", "q")
	said(t, text, "Screen: Home", "Screen: Matches", "Accepted", "undo takes it back", "Taken back", "Screen: Home")
	if len(w.did) != 2 || !strings.HasPrefix(w.did[0], "accept ") || !strings.HasPrefix(w.did[1], "undo") {
		t.Errorf("the acts were %q", w.did)
	}
	for _, r := range text {
		if r == '\x1b' || r >= 0x2500 && r < 0x25a0 {
			t.Fatalf("plain mode said %U:\n%s", r, text)
		}
	}
}

// After a key only what is new is said: not the whole screen again.
func TestPlainSaysWhatIsNew(t *testing.T) {
	text := converse(t, sampleWorld(), admin(), "4", "j", "q", "q")
	_, text, _ = strings.Cut(text, "Screen: Matches")
	if n := strings.Count(text, "CRM RECORD"); n != 1 {
		t.Errorf("the column titles were said %d times:\n%s", n, text)
	}
}

// A question is answered with yes or no, at once; the key that opened it does not answer.
func TestPlainQuestions(t *testing.T) {
	w := sampleWorld()
	said(t, converse(t, w, admin(), "2", "D", "no", "q", "q"), "Question: Disconnect", "yes or no: ", "Screen: Connect")
	if len(w.did) != 0 {
		t.Errorf("no was answered, and done was %q", w.did)
	}
	converse(t, w, admin(), "2", "D", "yes", "q", "q")
	if len(w.did) != 1 || w.did[0] != "disconnect" {
		t.Errorf("yes was answered, and done was %q", w.did)
	}
}

// A filter is a question for its text; the palette takes text and keys.
func TestPlainText(t *testing.T) {
	text := converse(t, sampleWorld(), admin(), "4", "/", "status:accepted", ":", "sync now", "esc", "q", "q")
	said(t, text, "Text (an empty line leaves): ", "accepted, best first", "Question: Command", "Sync: run now")
}

// The list of commands says why one is off, and who may.
func TestPlainCommands(t *testing.T) {
	said(t, converse(t, sampleWorld(), admin(), "?", "nonsense", "q"), "redo (not now: nothing to redo)", "There is no nonsense here")
	support := crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}
	said(t, converse(t, sampleWorld(), support, "4", "?", "a", "q", "q"), "a: accept (read only: ask an admin to accept)", "read only: ask an admin to accept")
}

// The end of the input and a cancelled context end it.
func TestPlainEnds(t *testing.T) {
	said(t, converse(t, sampleWorld(), admin(), "4"), "Screen: Matches")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Plain(ctx, Options{Services: sampleWorld().services(), Actor: admin(), Input: blocked{ctx}, Output: &bytes.Buffer{}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// blocked is an input on which nothing is ever typed.
type blocked struct{ ctx context.Context }

func (b blocked) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

// What cannot be read is said once, with how it is tried again: nothing happens by itself between two lines.
func TestPlainFailure(t *testing.T) {
	w := sampleWorld()
	w.err = busyError{}
	text := converse(t, w, admin(), "matches", "R", "q", "q")
	said(t, text, "Matches could not be loaded", "the store is busy", "It is not tried again by itself. R tries again.")
	if strings.Contains(text, "This takes longer") || strings.Contains(text, "Trying again in") {
		t.Errorf("something waits by itself:\n%s", text)
	}
}
