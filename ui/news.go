package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// justRead is how long after it was asked for a list is read anew by itself when something changes: nobody's eyes rest
// on it yet, and the change is as a rule what the reader did.
const justRead = 2 * time.Second

// announcer is a screen whose list in front does not move under the cursor: what it would show if it was read now.
type announcer interface {
	News() string          // "" when nothing came since
	arrived(n int) tea.Cmd // n rows that are new, or 0 when that is not known
}

// arrived notes that the list changed: it stays as it is, and says so, until it is loaded.
func (l *listing[T]) arrived(n int) tea.Cmd {
	switch {
	case !l.shown():
		l.stale = true
		return nil
	case l.now().Sub(l.list.asked) < justRead:
		asked := l.list.asked
		cmd := l.again()
		l.list.asked = asked // a list that keeps changing is not read for ever
		return cmd
	case n == 0:
		l.list.moved = true
	}
	l.list.arrived += n
	return nil
}

// News says that rows came, or changed, since the list was read, and which key loads them.
func (l *listing[T]) News() string {
	loads := "; " + l.keyOf("list.reload") + " loads them"
	switch {
	case l.list.moved:
		return l.Theme.sign(StateRun, "rows changed"+loads)
	case l.list.arrived > 0:
		return l.Theme.sign(StateRun, number(l.list.arrived)+" new"+loads)
	}
	return ""
}
