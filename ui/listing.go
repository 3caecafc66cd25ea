package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
)

// listing is what screens that are one list share: reading it when it is shown, walking it, its failure.
type listing[T any] struct {
	stage
	list  list[T]
	noun  string // "the audit trail", for failures
	stale bool   // something changed while the screen was away
	sieve *sieve // nil: the screen has a filter of its own
}

func newListing[T any](s *Session, noun string, src Source[T], columns []column[T]) listing[T] {
	return listing[T]{stage: stage{Session: s}, noun: noun, sieve: newSieve(s),
		list: list[T]{Session: s, pager: NewPager(src), columns: columns, lead: func(*T) string { return " " }, leadPad: " "}}
}

// Show reads the list the first time, when reading was cut short, and when something changed.
func (l *listing[T]) Show(ctx context.Context) tea.Cmd {
	l.show(ctx)
	if !l.list.pager.loaded || l.list.pager.err != nil || l.list.pager.busy || l.stale || l.list.moved || l.list.arrived > 0 {
		return l.again()
	}
	return nil
}

// again reads the list anew and stays on the same row number.
func (l *listing[T]) again() tea.Cmd {
	l.stale = false
	return l.list.reloadAt(l.screen)
}

// changed reads the list anew when it is in front, else when it comes there.
func (l *listing[T]) changed() tea.Cmd {
	if l.shown() {
		return l.again()
	}
	l.stale = true
	return nil
}

// walk are the actions of moving and reading again.
func (l *listing[T]) walk(moved func() tea.Cmd) []Action {
	if moved == nil {
		moved = func() tea.Cmd { return nil }
	}
	actions := l.list.moves(func() context.Context { return l.screen }, moved)
	if f := l.Sieve(); f != nil {
		actions = append(append(actions, f.action()), f.hits(l.step(moved))...)
	}
	return append(actions,
		Action{ID: "list.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "List: load again", Short: "load again", Local: true, Hidden: true, Do: l.again},
		l.exportAction(func() exporter { return l.list.exporter(l.noun) }))
}

// step moves by n rows.
func (l *listing[T]) step(moved func() tea.Cmd) func(n int) tea.Cmd {
	return func(n int) tea.Cmd { return tea.Batch(l.list.move(l.context(), n), moved()) }
}

// Reading is how it stands with the list.
func (l *listing[T]) Reading() reading { return l.list.reading(l.noun, l.again) }

// Sieve is the list's filter, or nil where the screen has its own.
func (l *listing[T]) Sieve() *sieve {
	if l.sieve == nil {
		return nil
	}
	l.sieve.ctx = l.context
	l.sieve.few = func() bool { return l.list.pager.empty() || l.list.pager.err != nil }
	l.sieve.reload = func() tea.Cmd {
		l.list.pager.text = l.sieve.text
		return l.list.reload(l.context())
	}
	return l.sieve
}

// leave clears the filter, or else goes back to the screen below.
func (l *listing[T]) leave() tea.Cmd {
	if f := l.Sieve(); f != nil {
		if cmd, done := f.back(); done {
			return cmd
		}
	}
	return l.tell(popMsg{})
}

// isEmpty reports whether the list was read and has no row at all; a filter that leaves none is no empty list.
func (l *listing[T]) isEmpty() bool { return l.list.pager.text == "" && l.list.pager.empty() }

// lines draws the header and as many rows as there are, at most h lines.
func (l *listing[T]) lines(w, h int) []string {
	if l.list.pager.text != "" && l.list.pager.empty() {
		return []string{l.list.header(w), l.sieve.noHit()}
	}
	return append([]string{l.list.header(w)}, l.list.rows(w, h-1)...)
}

// quietly is the style of a column that stands back.
func quietly[T any](t *Theme) func(*T) lipgloss.Style {
	return func(*T) lipgloss.Style { return t.Quiet }
}
