package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// hinted finds what reads as a hint on a key: "u takes it back", "2 Connect".
var hinted = regexp.MustCompile(`(?m)(?:^|[ ;:(])((?:[b-zE-Z]|space|\^[a-z]) [a-z]+s\b|[0-9] (?:Home|Connect|Users|Matches|Writeback|Opps|ROI|Settings|Audit|Mine)\b)`)

// everyKeyBound binds every action to a letter of its own that nothing uses.
func everyKeyBound() Bindings {
	bound, letter := Bindings{}, rune(0x100)
	for _, table := range keyTables() {
		for _, a := range table {
			if _, done := bound[a.ID]; !done {
				bound[a.ID] = []string{string(letter)}
				letter++
			}
		}
	}
	return bound
}

// Every action that a text names has a key of its own that is known, or the text would name the palette's.
func TestHintedActionsAreKnown(t *testing.T) {
	known, source := usualKeys(), regexp.MustCompile(`\.keyOf\("([a-z.]+)"\)`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	hints := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range source.FindAllStringSubmatch(string(text), -1) {
			if hints++; len(known[found[1]]) == 0 {
				t.Errorf("%s names the key of %s, which has none", name, found[1])
			}
		}
	}
	if hints < 20 {
		t.Errorf("only %d hints were found", hints)
	}
}

// Texts name the keys that are bound: with every action bound otherwise no usual key is left in any frame or dialog, whether
// it stands in the tabs, in a hint, in the last line or in what a key says that is off.
func TestHintsNameTheBoundKeys(t *testing.T) {
	bound := everyKeyBound()
	for _, p := range append(append(screens(), above()...), dialogsOpen()...) {
		for _, state := range p.drawn() {
			if state != usual && state != empty && state != readOnly {
				continue
			}
			c := p.in(t, state)
			c.resize(120, 40)
			c.app.bindings = bound
			texts := []string{ansi.Strip(c.app.View())}
			for _, a := range c.app.actions() {
				texts = append(texts, a.off())
			}
			for _, text := range texts {
				for _, hint := range hinted.FindAllString(text, -1) {
					t.Errorf("%s, %s: %q names a key that is bound to something else", p.name, state, hint)
				}
			}
		}
	}
}
