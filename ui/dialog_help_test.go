package ui

import (
	"slices"
	"testing"
	"time"
)

// ? in a question shows its keys, and leaves it as it was: the chosen button, and that early keys do not answer.
func TestHelpOfAQuestion(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	c.press("4", "b")
	c.sees("? help")
	c.press("right", "?")
	c.sees("Keys on Accept in bulk", "other button", "higher", "nothing is done meanwhile")
	c.now = c.now.Add(time.Second)
	for range 3 { // closes the help; the repeated key must not answer the question
		c.send(keyOf("enter"))
		c.now = c.now.Add(100 * time.Millisecond)
	}
	if len(w.did) != 0 {
		t.Fatalf("a key of the help did %q", w.did)
	}
	c.lacks("other button")
	c.sees("Accept in bulk")
	c.now = c.now.Add(graceRest)
	c.send(keyOf("enter"))
	if !slices.Equal(w.did, []string{"bulk  95"}) {
		t.Errorf("the chosen button is lost: it did %q", w.did)
	}
}

// Where letters are typed ? is one of them.
func TestQuestionMarkIsALetter(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("3", "+", "?")
	c.lacks("Keys on")
	c.press("esc", "4", "e", "?")
	c.sees("Keys on Export", "NDJSON")
	c.press("?", "esc")
	c.lacks("Export")
}
