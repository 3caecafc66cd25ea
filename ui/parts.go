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

// utmost is more lines than anything that is read whole has.
const utmost = 1 << 20

// strides are the keys of a list for what is read whole: by a line, half a page, a page, and to both ends. page tells
// how many lines a page is at present; by keeps what it moves within its bounds.
func strides(id, name, unit string, page func() int, by func(n int) tea.Cmd) []Action {
	stride := func(what, short string, n func() int, keys ...string) Action {
		return Action{ID: id + "." + what, Keys: keys, Group: "Move", Name: name + ": " + short, Short: short, Local: true, Hidden: true, Do: func() tea.Cmd { return by(n()) }}
	}
	whole := func() int { return max(1, page()) }
	half := func() int { return max(1, page()/2) }
	return []Action{
		stride("up", unit+" up", func() int { return -1 }, "up", "k"),
		stride("down", unit+" down", func() int { return 1 }, "down", "j"),
		stride("pageup", "page up", func() int { return -whole() }, "pgup", "ctrl+b"),
		stride("pagedown", "page down", whole, "pgdown", "ctrl+f"),
		stride("halfup", "half up", func() int { return -half() }, "ctrl+u"),
		stride("halfdown", "half down", half, "ctrl+d"),
		stride("first", "first "+unit, func() int { return -utmost }, "g", "home"),
		stride("last", "last "+unit, func() int { return utmost }, "G", "end"),
	}
}
