package ui

import (
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
)

// namedKeys are the keys that have a name of their own, such as "enter", "ctrl+d" and "pgdown".
var namedKeys = func() map[string]tea.KeyType {
	out := map[string]tea.KeyType{}
	for kind := tea.KeyType(-128); kind < 128; kind++ {
		if name := (tea.Key{Type: kind}).String(); kind != tea.KeyRunes && utf8.RuneCountInString(name) > 1 {
			out[name] = kind
		}
	}
	return out
}()

// keyNamed makes the message of a key by its name in the action table.
func keyNamed(name string) (tea.KeyMsg, bool) {
	rest, alt := strings.CutPrefix(name, "alt+")
	if kind, ok := namedKeys[rest]; ok {
		return tea.KeyMsg{Type: kind, Alt: alt}, true
	}
	if rest == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}, Alt: alt}, true
	}
	if utf8.RuneCountInString(rest) != 1 || rest == " " {
		return tea.KeyMsg{}, false
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(rest), Alt: alt}, true
}
