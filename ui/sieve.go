package ui

import (
	"context"
	"math"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"crmsync/store"
)

// sieve is the text that a list is narrowed to: one for every list, so that the same keys filter all of them. It is
// typed into the line above the keys, and stands there as long as it narrows the list.
type sieve struct {
	*Session
	field  *field
	text   string         // what the list is narrowed to; "" is all of it
	before string         // what esc in the field goes back to
	reload func() tea.Cmd // reads the list anew with the text
	ctx    func() context.Context
	few    func() bool        // nothing is there to be filtered; may be nil
	among  string             // what is searched, when that is not all
	says   func(w int) string // how it stands instead, where nothing is left out; may be nil
}

// sieveMsg comes when typing rested.
type sieveMsg struct {
	sieve *sieve
	text  string
}

// sieved is a screen whose list in front has a filter; nil when what is in front has none.
type sieved interface{ Sieve() *sieve }

func newSieve(s *Session) *sieve {
	return &sieve{Session: s, field: newField(s.Theme, "words that stand in a row")}
}

// action is the key of the filter.
func (f *sieve) action() Action {
	return Action{ID: "list.filter", Keys: []string{"/"}, Group: "Everywhere", Name: "List: filter", Short: "filter", Foot: true, Local: true, Why: f.nothing, Do: f.edit}
}

func (f *sieve) nothing() string {
	if f.text == "" && f.few != nil && f.few() {
		return "there is nothing to filter"
	}
	return ""
}

// noHit says that no row is left.
func (f *sieve) noHit() string {
	return "  " + f.Theme.Quiet.Render("no row has “"+cut(f.text, 30)+"”"+f.among+"; "+f.keyOf("console.back")+" shows all")
}

func (f *sieve) edit() tea.Cmd {
	f.before = f.text
	f.field.set(f.text)
	f.field.focus()
	return nil
}

// editing is true while the text is typed.
func (f *sieve) editing() bool { return f.field.focused() }

// key takes a letter; the list follows when typing rests.
func (f *sieve) key(msg tea.KeyMsg) tea.Cmd {
	switch keyName(msg) {
	case "enter":
		f.field.blur()
		return f.narrow(f.field.value())
	case "esc":
		f.field.blur()
		return f.narrow(f.before)
	}
	f.field.key(msg)
	return f.wait(f.ctx(), typeAfter, sieveMsg{f, f.field.value()})
}

// rested narrows the list when nothing was typed since.
func (f *sieve) rested(msg sieveMsg) tea.Cmd {
	if !f.editing() || msg.text != f.field.value() {
		return nil
	}
	return f.narrow(msg.text)
}

// narrow reads the list anew with another text; the query before is given up.
func (f *sieve) narrow(text string) tea.Cmd {
	if text == f.text {
		return nil
	}
	f.text = text
	return f.reload()
}

// back clears the filter and reports whether there was one.
func (f *sieve) back() (tea.Cmd, bool) {
	if f.text == "" {
		return nil, false
	}
	return f.narrow(""), true
}

// line is how the filter stands, in at most w columns; "" when there is none.
func (f *sieve) line(w int) string {
	switch {
	case f.editing():
		return f.Theme.Key.Render("/ ") + f.field.view(max(8, w))
	case f.text != "" && f.says != nil:
		return f.says(w)
	case f.text != "":
		return "only rows with “" + cut(f.text, max(8, w-30-width(f.among))) + "”" + f.among + "; " + f.keyOf("console.back") + " shows all"
	}
	return ""
}

// takes reports whether each word of the filter stands in one of the texts.
func (f *sieve) takes(texts ...string) bool { return standsIn(f.text, texts...) }

// standsIn reports whether each word of a text stands in one of the texts, whatever the capitals and accents.
func standsIn(text string, texts ...string) bool {
	all := store.SortName(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(store.SortName(text)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// inMemory makes a list that is read whole, because it is short, narrow itself by what its columns show.
func (l *list[T]) inMemory() {
	whole, ok := l.pager.source.(source[T])
	if !ok {
		return
	}
	l.pager.source = source[T]{total: whole.total, page: func(ctx context.Context, seek Seek) (Page[T], error) {
		if seek.Text == "" {
			return whole.page(ctx, seek)
		}
		page, err := whole.page(ctx, Seek{Limit: math.MaxInt32})
		if err != nil {
			return Page[T]{}, err
		}
		var rows []T
		for i := range page.Rows {
			if l.shows(&page.Rows[i], seek.Text) {
				rows = append(rows, page.Rows[i])
			}
		}
		return cutPage(rows, seek), nil
	}}
}

// shows reports whether each word of a text stands in one of a row's columns, also of those left out for want of room.
func (l *list[T]) shows(row *T, text string) bool {
	cells := make([]string, 0, len(l.columns))
	for i := range l.columns { // not by value: drawing sets the widths meanwhile
		cells = append(cells, clean(l.columns[i].cell(row)))
	}
	return standsIn(text, cells...)
}
