package ui

import tea "github.com/charmbracelet/bubbletea"

// turnActions are the keys that turn to the next part of a screen and to the one before; name is the screen's.
func turnActions(id, name, shell string, turn func(n int) tea.Cmd) []Action {
	return []Action{
		{ID: id, Keys: []string{"]", "tab"}, Group: "Move", Name: name + ": next part", Short: "next part", Foot: true, Local: true, Do: func() tea.Cmd { return turn(1) }, Shell: shell},
		{ID: id + ".back", Keys: []string{"[", "shift+tab"}, Group: "Move", Name: name + ": part before", Short: "part before", Local: true, Hidden: true, Do: func() tea.Cmd { return turn(-1) }},
	}
}

// inPart marks actions as those of one part of a screen.
func inPart(part string, actions []Action) []Action {
	for i := range actions {
		actions[i].Part = part
	}
	return actions
}
