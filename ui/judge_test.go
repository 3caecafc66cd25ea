package ui

import (
	"slices"
	"testing"
)

// A pair is judged with a note, and judged again: the history shows who said what, when and why.
func TestJudgeWithANoteAndAgain(t *testing.T) {
	w := sampleWorld()
	first := w.matches[0]
	x := w.explain[first.Record]
	x.History = append([]LatestLine{{testNow, "ben", "rejected Dmitri Ivanov: “another Dmitri, he left in 2019 and nobody has told the CRM of it since then”"}}, x.History...)
	w.explain[first.Record] = x
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "J")
	c.sees("Judge Ann Okafor", "ben", "he left in 2019", "nobody has", "matched Ivana Novak at 55", "Judgement", "accept")
	c.press("enter")
	for _, r := range "same" {
		c.press(string(r))
	}
	c.press("enter")
	c.sees("Accepted Ann Okafor")
	c.press("k", "J")
	c.sees("reject") // what an accepted pair would be judged anew
	c.press("enter", "n", "o", "enter")
	c.press("k", "J", "enter", "x", "enter")
	c.press("k", "J", "ctrl+u")
	for _, r := range "perhaps" {
		c.press(string(r))
	}
	c.press("enter", "enter")
	c.sees("a judgement is one of accept, reject, no match")
	c.press("shift+tab", "ctrl+u", "n", "enter", "enter")
	c.sees("has no match.")
	want := []string{"accept " + first.Record + " because same", "reject " + first.Record + " " + first.Member + " because no", "rematch " + first.Record + " " + first.Member + ` "x"`, "none " + first.Record + ` ""`}
	if !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

func TestJudgementOf(t *testing.T) {
	for typed, want := range map[string]string{"a": "accept", "Rej": "reject", " no match ": "no match", "": "", "  ": "", "yes": ""} {
		if got := judgementOf(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}
