package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// document is what screens share whose lines are read through from the top.
type document struct {
	stage
	once
	top, rows, all int
	look           search
	find           *sieve // where what is looked for is typed; made when it is asked for
}

// through draws the h lines from the one scrolled to.
func (d *document) through(lines []string, h int) []string {
	d.rows, d.all = max(1, h), len(lines)
	d.top = max(0, min(d.look.scan(lines, d.top, d.rows), d.all-d.rows))
	shown := slices.Clone(lines[d.top:min(len(lines), d.top+d.rows)])
	for i, line := range shown {
		shown[i] = d.look.marked(d.Theme, d.top+i, line)
	}
	return shown
}

// position says which lines are shown, where not all are.
func (d *document) position() string {
	if d.all <= d.rows {
		return ""
	}
	return "lines " + number(d.top+1) + " to " + number(min(d.all, d.top+d.rows)) + " of " + number(d.all)
}

// moves are the actions that scroll.
func (d *document) moves() []Action {
	moves := strides("list", "List", "line", func() int { return d.rows - 2 }, func(n int) tea.Cmd {
		d.top = max(0, d.top+n) // View keeps it above the end
		return nil
	})
	find := d.Sieve().action()
	find.Name, find.Short = "Page: search", "search"
	moves = append(append(moves, find), d.Sieve().hits(func(n int) tea.Cmd { d.top = d.look.seek(n, d.top, d.rows); return nil })...)
	return append(moves, Action{ID: "document.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Page: back", Short: "back", Foot: true, Local: true, Hidden: true, Do: d.leave})
}

// leave ends the search, or else goes back to the screen below.
func (d *document) leave() tea.Cmd {
	if cmd, done := d.Sieve().back(); done {
		return cmd
	}
	return d.tell(popMsg{})
}
