package ui

import (
	"errors"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// Keys that were chosen work, and the help, the footer and the palette show them.
func TestChosenKeys(t *testing.T) {
	keys, err := ReadKeys("# mine\nmatch.accept = \"z\" # nearer\n\n[list]\ndown = [\"down\", \"ctrl+y\"]\n[console]\nmouse = []\n")
	if err != nil {
		t.Fatal(err)
	}
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.app.bindings = keys
	c.press("4", "ctrl+y")
	c.sees("2 of ", "z accept")
	c.press("a")
	if len(w.did) != 0 {
		t.Errorf("the key that was given up did %q", w.did)
	}
	c.press("z")
	c.sees("Accepted ")
	c.press("?")
	c.sees("z       accept")
	c.press("esc", "M")
	if c.app.mouse {
		t.Error("an action without a key was reached by its old one")
	}
	c.press(":")
	c.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("accept this"), Paste: true})
	c.sees("z  ")
}

// A mistake is told with its line.
func TestKeyFileMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"\nmatch.acept = \"a\"":                           "line 2: there is no action match.acept",
		"match.accept = \"F99x\"":                         "line 1: \"F99x\" is no key",
		"match.accept = a":                                "line 1: the key is written",
		"match.accept":                                    "line 1: a line is written",
		"match.accept = \"z\" \"y\"":                      "line 1: \"\\\"y\\\"\" follows",
		"[match\naccept = \"z\"":                          "line 1: a table is written",
		"match.accept = \"z\"\nmatch.accept = \"y\"":      "line 2: match.accept stands in line 1",
		"match.accept = \"ctrl+c\"":                       "ctrl+c always ends",
		"match.accept = \"r\"":                            "\"r\" would mean both match.accept and match.reject",
		"match.accept = \"4\"":                            "\"4\" would mean both match.accept and screen.Matches",
		"match.accept = \"z\"\nmatch.reject = \"z\"":      "\"z\" would mean both",
		"console.palette = []":                            "needs a key",
		"match.accept = 7":                                "\"7\" is no key",
		"match.accept = \"r\"\nmatch.reject = \"ctrl+x\"": "",
	} {
		_, err := ReadKeys(text)
		var wrong *KeyFileError
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != "" && (!errors.As(err, &wrong) || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// The template changes nothing as it is, and its lines are right when the mark of a comment is taken away.
func TestKeyTemplate(t *testing.T) {
	template := KeyTemplate()
	if keys, err := ReadKeys(template); err != nil || len(keys) != 0 {
		t.Errorf("the template chose %v, %v", keys, err)
	}
	_, lines, _ := strings.Cut(template, "\n")
	keys, err := ReadKeys(strings.ReplaceAll("\n"+lines, "\n# ", "\n"))
	if err != nil || len(keys) < 60 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}
