package ui

import (
	"context"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
)

// slowAfter is how long a load may last before grey bars say so.
const slowAfter = 150 * time.Millisecond

// column is one column of a list. Cells are cleaned before they are drawn.
type column[T any] struct {
	title string
	width int // the least; no width and no growth means the column is left out
	grow  int // share of the columns left over
	from  int // shown only in panes at least this wide
	right bool
	cell  func(*T) string
	style func(*T) lipgloss.Style // nil for plain text
}

// list is a windowed table over a pager: it holds what is on the screen and little more.
type list[T any] struct {
	*Session
	pager   *Pager[T]
	columns []column[T]
	more    []column[T]     // written to files only, such as ids
	lead    func(*T) string // drawn before the first column, such as a mark
	leadPad string          // the same width, for the header
	cursor  int
	top     int
	aim     int       // the row number to come to once so many rows are known; the cursor otherwise
	height  int       // rows drawn last; a page for pgdown
	arrived int       // rows that came since it was read
	moved   bool      // rows changed since, nobody counted how many
	asked   time.Time // when the load that is under way began
}

// reload reads the list anew from its first row.
func (l *list[T]) reload(ctx context.Context) tea.Cmd {
	l.cursor, l.top, l.aim = 0, 0, 0
	l.arrived, l.moved = 0, false
	l.asked = l.now()
	return tea.Batch(l.pager.Reload(ctx), l.wait(ctx, slowAfter, redrawMsg{}))
}

// update takes the pager's messages and reports whether msg was one.
func (l *list[T]) update(ctx context.Context, msg tea.Msg) (tea.Cmd, bool) {
	if !l.pager.Update(msg) {
		return nil, false
	}
	l.approach()
	return l.pager.Seen(ctx, l.top, max(1, l.height)), true
}

// reading is how it stands with the list.
func (l *list[T]) reading(noun string, again func() tea.Cmd) reading {
	r := reading{noun: lowerFirst(noun), known: l.pager.loaded, again: again}
	if l.pager.busy {
		r.since = l.asked
	} else if !cancelled(l.pager.err) {
		r.err = l.pager.err
	}
	return r
}

// current is the row under the cursor, or nil.
func (l *list[T]) current() *T { return l.pager.At(l.cursor) }

// farthest is the row number that a list read anew still comes back to; it is reached page by page.
const farthest = 4096

// reloadAt reads the list anew and comes back to the row number it was at, unless that is far down.
func (l *list[T]) reloadAt(ctx context.Context) tea.Cmd {
	cursor, top := l.cursor, l.top
	cmd := l.reload(ctx)
	if cursor <= farthest {
		l.cursor, l.top, l.aim = cursor, top, cursor
	}
	return cmd
}

// approach puts the cursor at the row it aims at, or as near as the rows known so far allow. Keys pressed
// before the first page came are aimed as well: a fast hand on a slow line goes to where it meant.
func (l *list[T]) approach() {
	if !l.pager.loaded {
		return
	}
	l.cursor = l.aim
	l.settle()
	if _, counted := l.pager.Counted(); counted {
		l.aim = l.cursor
	}
}

// settle keeps the cursor on a row and the row on the screen. At an edge it scrolls by the row; where that
// would cost a long frame for each key, by half a screen.
func (l *list[T]) settle() {
	l.cursor = max(0, min(l.cursor, l.pager.Rows()-1))
	h := max(1, l.height)
	switch below := l.cursor - l.top - h + 1; {
	case l.smooth && l.cursor < l.top:
		l.top = l.cursor
	case l.smooth && below > 0:
		l.top += below
	case l.cursor < l.top || below > 0:
		l.top = l.cursor - h/2
	}
	l.top = max(0, min(l.top, l.pager.Rows()-h))
}

// move puts the cursor n rows on.
func (l *list[T]) move(ctx context.Context, n int) tea.Cmd {
	if !l.pager.loaded {
		l.aim = min(max(0, l.aim+n), farthest)
		return nil
	}
	l.cursor += n
	l.settle()
	l.aim = l.cursor
	return l.pager.Seen(ctx, l.top, max(1, l.height))
}

// edge puts the cursor at the first or the last row.
func (l *list[T]) edge(ctx context.Context, edge Edge) tea.Cmd {
	cmd := l.pager.Jump(ctx, edge)
	l.cursor = 0
	if edge == Last {
		l.cursor = l.pager.Rows() - 1
	}
	l.settle()
	l.aim = l.cursor
	return cmd
}

// moves are the actions that walk a list; ctx is asked when one is done.
func (l *list[T]) moves(ctx func() context.Context, moved func() tea.Cmd) []Action {
	step := func(n func() int) func() tea.Cmd {
		return func() tea.Cmd { return tea.Batch(l.move(ctx(), n()), moved()) }
	}
	to := func(edge Edge) func() tea.Cmd {
		return func() tea.Cmd { return tea.Batch(l.edge(ctx(), edge), moved()) }
	}
	move := func(id, short string, do func() tea.Cmd, keys ...string) Action {
		return Action{ID: "list." + id, Keys: keys, Group: "Move", Name: "List: " + short, Short: short, Local: true, Hidden: true, Do: do}
	}
	return []Action{
		move("up", "row up", step(func() int { return -1 }), "up", "k"),
		move("down", "row down", step(func() int { return 1 }), "down", "j"),
		move("pageup", "page up", step(func() int { return -max(1, l.height-1) }), "pgup", "ctrl+b"),
		move("pagedown", "page down", step(func() int { return max(1, l.height-1) }), "pgdown", "ctrl+f"),
		move("halfup", "half up", step(func() int { return -max(1, l.height/2) }), "ctrl+u"),
		move("halfdown", "half down", step(func() int { return max(1, l.height/2) }), "ctrl+d"),
		move("first", "first row", to(First), "g", "home"),
		move("last", "last row", to(Last), "G", "end"),
	}
}

// widths shares w columns among the columns that fit, gaps of one between them.
func (l *list[T]) widths(w int) []int {
	out := make([]int, len(l.columns))
	used, grow := width(l.leadPad)+1, 0 // one for the cursor
	shown := 0
	for i, c := range l.columns {
		if w < c.from {
			continue
		}
		out[i] = c.width
		used += c.width
		grow += c.grow
		shown++
	}
	left := w - used - max(0, shown-1) - 1 // one free at the right
	for i, c := range l.columns {
		if out[i] == 0 && c.width > 0 || w < c.from || c.grow == 0 || grow == 0 {
			continue
		}
		share := left * c.grow / grow
		out[i] = max(1, out[i]+share)
		left -= share
		grow -= c.grow
	}
	return out
}

// header draws the column titles.
func (l *list[T]) header(w int) string {
	cells := make([]string, 0, len(l.columns))
	for i, n := range l.widths(w) {
		if n > 0 {
			cells = append(cells, align(l.columns[i].title, n, l.columns[i].right))
		}
	}
	return fit(" "+l.leadPad+l.Theme.Quiet.Render(strings.Join(cells, " ")), w)
}

func align(s string, n int, right bool) string {
	if right {
		return fitRight(s, n)
	}
	return fit(s, n)
}

// rows draws h rows of w columns.
func (l *list[T]) rows(w, h int) []string {
	l.height = h
	l.settle()
	widths := l.widths(w)
	out := make([]string, 0, h)
	if !l.pager.loaded {
		return l.bars(widths, w, h)
	}
	for i := l.top; i < min(l.top+h, l.pager.Rows()); i++ {
		out = append(out, l.line(l.pager.At(i), widths, w, i == l.cursor))
	}
	return out
}

func (l *list[T]) line(row *T, widths []int, w int, selected bool) string {
	if row == nil {
		return fit("", w)
	}
	lead := ""
	if l.lead != nil {
		lead = l.lead(row)
	}
	cells := make([]string, 0, len(widths))
	for i, n := range widths {
		if n <= 0 {
			continue
		}
		c := l.columns[i]
		text := align(clean(c.cell(row)), n, c.right)
		if !selected {
			style := l.Theme.Text
			if c.style != nil {
				style = c.style(row)
			}
			text = style.Render(text)
		}
		cells = append(cells, text)
	}
	return l.Theme.row(lead+strings.Join(cells, " "), w, selected)
}

// bars stands for rows that are being read, once that takes long.
func (l *list[T]) bars(widths []int, w, h int) []string {
	if l.now().Sub(l.asked) < slowAfter || l.pager.err != nil {
		return nil
	}
	out := make([]string, 0, h)
	for i := range h {
		cells := make([]string, 0, len(widths))
		for j, n := range widths {
			if n > 0 && j < 2 {
				cells = append(cells, fit(strings.Repeat(l.Theme.Loading, min(n, 8+(i*(2+j)+5*j)%9)), n))
			}
		}
		out = append(out, fit(" "+l.leadPad+l.Theme.Faint.Render(strings.Join(cells, " ")), w))
	}
	return out
}

// position is the text at the right above the keys: "3 of 1,204", "3 of …" while it is counted, and "3 of 128+" of a
// list that is not counted, whose end was not read yet.
func (l *list[T]) position() string {
	total, counted := l.pager.Counted()
	switch {
	case !l.pager.loaded && counted:
		return "… of " + number(total)
	case !l.pager.loaded:
		return ""
	case !counted && l.pager.countless:
		return number(l.cursor+1) + " of " + number(l.pager.Rows()) + "+"
	case !counted:
		return number(l.cursor+1) + " of …"
	case total == 0:
		return "0 of 0"
	}
	return number(l.cursor+1) + " of " + number(total)
}
