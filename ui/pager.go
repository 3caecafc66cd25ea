package ui

import (
	"context"
	"errors"
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// pageRows is how many rows one page holds; the pager keeps at most keptPages of them.
const (
	pageRows  = 128
	keptPages = 3
)

// Edge says from where a page is read.
type Edge int

// The edges.
const (
	First  Edge = iota // the first rows
	Last               // the last rows
	Before             // the rows just before the cursor
	After              // the rows just after the cursor
)

// Seek asks for one page by keyset: no row is ever skipped over.
type Seek struct {
	Edge   Edge
	Cursor string // of the neighbouring page; "" with First and Last
	Limit  int
	Text   string // only rows with these words; "" is all
}

// Page is some rows in order with the cursors of its two ends; "" where nothing lies beyond.
type Page[T any] struct {
	Rows         []T
	Prior, After string
}

// Source reads pages and counts; both are called from commands, never while drawing.
type Source[T any] interface {
	Page(ctx context.Context, seek Seek) (Page[T], error)
	Count(ctx context.Context) (int64, error)
}

// source makes a Source of two functions.
type source[T any] struct {
	page  func(ctx context.Context, seek Seek) (Page[T], error)
	total func(ctx context.Context) (int64, error) // nil: the length is what was read
}

// Page reads one page.
func (s source[T]) Page(ctx context.Context, seek Seek) (Page[T], error) { return s.page(ctx, seek) }

// Count counts, where that can be done.
func (s source[T]) Count(ctx context.Context) (int64, error) {
	if s.total == nil {
		return 0, errNotCounted
	}
	return s.total(ctx)
}

// errNotCounted says that a list has no count; its length shows once its end was read.
var errNotCounted = errors.New("the list has no count")

// Pager is a window of at most three pages on a list of any length. It reads ahead when the screen nears
// an edge of the window, so that no "loading" row is seen, and drops answers that came too late.
type Pager[T any] struct {
	source     Source[T]
	text       string             // what the list is narrowed to; what is narrowed is not counted
	generation int                // of the newest Reload
	request    int                // of the newest page asked for; an older answer is dropped
	cancel     context.CancelFunc // of the newest Reload; nil before it
	giveUp     context.CancelFunc // of the newest page asked for; nil before it
	busy       bool
	loaded     bool // a first answer came
	err        error
	from       int // position of the first row held
	pages      []Page[T]
	total      int64 // -1 until counted
	countless  bool  // the list is not counted; its length shows once its end was read
}

// pageMsg carries one page to the pager that asked.
type pageMsg[T any] struct {
	pager   *Pager[T]
	request int
	edge    Edge
	page    Page[T]
	err     error
}

// countMsg carries the length of the list.
type countMsg[T any] struct {
	pager      *Pager[T]
	generation int
	total      int64
	err        error
}

// NewPager makes an empty pager over the source.
func NewPager[T any](source Source[T]) *Pager[T] { return &Pager[T]{source: source, total: -1} }

// Reload reads the first page and then counts, and forgets what was held once the page is there.
func (p *Pager[T]) Reload(ctx context.Context) tea.Cmd {
	p.generation++
	p.err = nil
	p.total = -1
	if p.cancel != nil {
		p.cancel() // nobody waits for what was asked before
	}
	ctx, p.cancel = context.WithCancel(ctx)
	page, count, there := p.read(ctx, Seek{Edge: First}), p.count(ctx), make(chan struct{})
	return tea.Batch(func() tea.Msg {
		defer close(there)
		return page()
	}, func() tea.Msg {
		select {
		case <-there: // what is seen comes first
		case <-ctx.Done():
		}
		return count()
	})
}

// Rows is how many rows are known to exist.
func (p *Pager[T]) Rows() int {
	held := p.from + p.held()
	if p.total > int64(held) {
		return int(p.total)
	}
	return held
}

// Counted reports the exact length, once it is known.
func (p *Pager[T]) Counted() (int64, bool) {
	if p.total < 0 {
		if n := len(p.pages); n > 0 && p.pages[n-1].After == "" {
			return int64(p.from + p.held()), true
		}
		return 0, false
	}
	return max(p.total, int64(p.from+p.held())), true
}

// empty reports whether the list was read and has no row.
func (p *Pager[T]) empty() bool {
	return p.loaded && p.Rows() == 0 && len(p.pages) > 0 && p.pages[len(p.pages)-1].After == ""
}

// At returns a pointer to the row at a position, or nil while it is not held.
func (p *Pager[T]) At(position int) *T {
	i := position - p.from
	if i < 0 {
		return nil
	}
	for n := range p.pages {
		if i < len(p.pages[n].Rows) {
			return &p.pages[n].Rows[i]
		}
		i -= len(p.pages[n].Rows)
	}
	return nil
}

// Seen keeps the window round the rows [top, top+height) and returns the command that reads what is missing.
func (p *Pager[T]) Seen(ctx context.Context, top, height int) tea.Cmd {
	if p.busy || !p.loaded || p.err != nil || len(p.pages) == 0 {
		return nil
	}
	end := p.from + p.held()
	last := p.pages[len(p.pages)-1]
	switch {
	case top-height < p.from && p.pages[0].Prior != "":
		return p.read(ctx, Seek{Edge: Before, Cursor: p.pages[0].Prior})
	case top+2*height > end && last.After != "":
		return p.read(ctx, Seek{Edge: After, Cursor: last.After})
	}
	return nil
}

// Jump reads the first or the last page when it is not held.
func (p *Pager[T]) Jump(ctx context.Context, edge Edge) tea.Cmd {
	if len(p.pages) == 0 || edge == First && p.pages[0].Prior == "" || edge == Last && p.pages[len(p.pages)-1].After == "" {
		return nil
	}
	return p.read(ctx, Seek{Edge: edge})
}

// Update takes the pager's own messages and reports whether msg was one.
func (p *Pager[T]) Update(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case pageMsg[T]:
		if msg.pager != p {
			return false
		}
		if msg.request == p.request {
			p.apply(msg)
		}
		return true
	case countMsg[T]:
		if msg.pager != p {
			return false
		}
		if msg.generation == p.generation {
			p.counted(msg.total, msg.err)
		}
		return true
	}
	return false
}

// counted keeps the length, or that there is none to come.
func (p *Pager[T]) counted(total int64, err error) {
	p.countless = errors.Is(err, errNotCounted)
	if err == nil {
		p.total = total
	}
}

// read asks for a page, and gives up the one asked for before: its answer would be dropped.
func (p *Pager[T]) read(ctx context.Context, seek Seek) tea.Cmd {
	if p.giveUp != nil {
		p.giveUp()
	}
	ctx, p.giveUp = context.WithCancel(ctx)
	p.busy = true
	seek.Limit, seek.Text = pageRows, p.text
	p.request++
	request := p.request
	return func() tea.Msg {
		page, err := p.source.Page(ctx, seek)
		return pageMsg[T]{pager: p, request: request, edge: seek.Edge, page: page, err: err}
	}
}

func (p *Pager[T]) count(ctx context.Context) tea.Cmd {
	generation := p.generation
	if p.text != "" {
		return func() tea.Msg { return countMsg[T]{pager: p, generation: generation, err: errNotCounted} }
	}
	return func() tea.Msg {
		total, err := p.source.Count(ctx)
		return countMsg[T]{pager: p, generation: generation, total: total, err: err}
	}
}

// apply joins a page to the window and lets go of the page at the other end.
func (p *Pager[T]) apply(msg pageMsg[T]) {
	p.busy = false
	if msg.err != nil {
		p.err = msg.err
		return
	}
	p.err, p.loaded = nil, true
	switch msg.edge {
	case First:
		p.from, p.pages = 0, []Page[T]{msg.page}
	case Last:
		p.from, p.pages = max(0, int(p.total)-len(msg.page.Rows)), []Page[T]{msg.page}
	case Before:
		p.pages = slices.Insert(p.pages, 0, msg.page)
		p.from = max(0, p.from-len(msg.page.Rows))
		if msg.page.Prior == "" {
			p.from = 0
		}
		p.pages = p.pages[:min(len(p.pages), keptPages)]
	case After:
		p.pages = append(p.pages, msg.page)
		if len(p.pages) > keptPages {
			p.from += len(p.pages[0].Rows)
			p.pages = slices.Delete(p.pages, 0, 1)
		}
	}
}

func (p *Pager[T]) held() int {
	n := 0
	for i := range p.pages {
		n += len(p.pages[i].Rows)
	}
	return n
}
