package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// picker is what screens share on which one of a few hits is chosen: a search, a note for the audit trail, the hits and
// the cursor on them.
type picker[T any] struct {
	stage
	search  *field
	note    *field
	hits    []T
	asked   string // the text of the hits
	ask     int
	started time.Time
	lasted  time.Duration
	reading bool
	err     error
	cursor  int
	top     int
	rows    int
}

// foundMsg carries the hits of one search.
type foundMsg[T any] struct {
	owner  *picker[T]
	ask    int
	hits   []T
	lasted time.Duration
	err    error
}

func newPicker[T any](s *Session, hint string) picker[T] {
	return picker[T]{stage: stage{Session: s}, search: newField(s.Theme, hint), note: newField(s.Theme, "why, for the audit trail")}
}

// seek runs a search of the present text.
func (p *picker[T]) seek(find func(ctx context.Context, text string) ([]T, error)) tea.Cmd {
	p.ask++
	ask, text := p.ask, p.search.value()
	p.asked, p.reading, p.started = text, true, p.now()
	began, screen := p.started, p.screen
	return func() tea.Msg {
		hits, err := find(screen, text)
		return foundMsg[T]{p, ask, hits, p.Now().Sub(began), err}
	}
}

// take keeps the hits of the newest search.
func (p *picker[T]) take(msg foundMsg[T]) {
	if msg.owner != p || msg.ask != p.ask || cancelled(msg.err) {
		return
	}
	p.hits, p.err, p.lasted, p.reading = msg.hits, msg.err, msg.lasted, false
	p.cursor, p.top = 0, 0
}

// typed gives letters to the field that has the focus; owner searches once no more come.
func (p *picker[T]) typed(owner Screen, msg tea.KeyMsg) tea.Cmd {
	focused := p.search
	if p.note.focused() {
		focused = p.note
	}
	switch keyName(msg) {
	case "enter", "esc", "tab":
		p.search.blur()
		p.note.blur()
		return nil
	case "ctrl+l":
		focused.set("")
	default:
		focused.key(msg)
	}
	if p.search.focused() {
		return p.wait(p.screen, typeAfter, searchMsg{owner, p.search.value()})
	}
	return nil
}

// Editing is true while a field has the focus.
func (p *picker[T]) Editing() bool { return p.search.focused() || p.note.focused() }

// moves are the keys that move the cursor.
func (p *picker[T]) moves() []Action {
	return strides("list", "List", "row", func() int { return p.rows }, func(n int) tea.Cmd {
		p.cursor = max(0, min(p.cursor+n, len(p.hits)-1))
		return nil
	})
}

// line says what a choice means, or how the field is left, and where the cursor is.
func (p *picker[T]) line(means string) (left, right string) {
	if len(p.hits) > 0 {
		right = number(p.cursor+1) + " of " + number(len(p.hits))
	}
	if p.Editing() {
		return "enter or esc leaves the field", right
	}
	return means, right
}

// searchLine is the search with what it found.
func (p *picker[T]) searchLine(w int) string {
	t, found := p.Theme, ""
	switch {
	case p.err != nil:
		found = t.Bad.Render(cut(p.wentWrong("search", p.err), w-50))
	case p.reading && p.now().Sub(p.started) >= slowAfter:
		found = t.Info.Render("searching …")
	case !p.reading:
		found = t.Quiet.Render(number(len(p.hits)) + " found in " + tookShort(p.lasted))
	}
	return "  " + t.Quiet.Render("Search  ") + fit(p.search.view(34), 36) + "  " + found
}

// scroll fits the hits into room rows with the cursor among them, and returns the range that is shown.
func (p *picker[T]) scroll(room int) (from, to int) {
	p.rows = max(1, min(len(p.hits), room))
	p.top = max(0, min(p.top, len(p.hits)-p.rows))
	p.top = max(min(p.top, p.cursor), p.cursor-p.rows+1)
	return p.top, min(p.top+p.rows, len(p.hits))
}

// empty reports whether a search ended and found nothing.
func (p *picker[T]) empty() bool { return len(p.hits) == 0 && !p.reading && p.err == nil }
