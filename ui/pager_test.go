package ui

import (
	"context"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"
)

// numbers is a source of the numbers below n.
func numbers(n int) Source[int] {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return source[int]{
		page:  func(_ context.Context, seek Seek) (Page[int], error) { return paged(rows, seek) },
		total: func(context.Context) (int64, error) { return int64(n), nil },
	}
}

// settleAll runs a command and gives what comes of it to the pager.
func settleAll(p *Pager[int], cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			settleAll(p, c)
		}
	default:
		p.Update(msg)
	}
}

// However one walks, the row at a position is the row of that position, three pages at most are held, and
// what is on the screen is there once reading has settled.
func TestPagerShowsEveryPosition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3000).Draw(t, "rows")
		height := rapid.IntRange(1, 60).Draw(t, "height")
		p := NewPager(numbers(n))
		settleAll(p, p.Reload(t.Context()))
		top := 0
		for range rapid.IntRange(1, 40).Draw(t, "moves") {
			switch rapid.IntRange(0, 3).Draw(t, "move") {
			case 0:
				settleAll(p, p.Jump(t.Context(), First))
				top = 0
			case 1:
				settleAll(p, p.Jump(t.Context(), Last))
				top = max(0, n-height)
			case 2:
				top = min(max(0, n-height), top+rapid.IntRange(1, height).Draw(t, "down"))
			case 3:
				top = max(0, top-rapid.IntRange(1, height).Draw(t, "up"))
			}
			for cmd := p.Seen(t.Context(), top, height); cmd != nil; cmd = p.Seen(t.Context(), top, height) {
				settleAll(p, cmd)
			}
			if len(p.pages) > keptPages {
				t.Fatalf("%d pages are held", len(p.pages))
			}
			if p.Rows() != n {
				t.Fatalf("%d rows are known of %d", p.Rows(), n)
			}
			for i := top; i < min(top+height, n); i++ {
				if row := p.At(i); row == nil || *row != i {
					t.Fatalf("position %d of %d (top %d, height %d): %v", i, n, top, height, row)
				}
			}
		}
	})
}

// An answer that was overtaken by a newer question changes nothing.
func TestPagerDropsLateAnswers(t *testing.T) {
	p := NewPager(numbers(1000))
	settleAll(p, p.Reload(t.Context()))
	late := p.Jump(t.Context(), Last)
	settleAll(p, p.Reload(t.Context()))
	settleAll(p, late)
	if row := p.At(0); row == nil || *row != 0 {
		t.Errorf("the first row is %v", row)
	}
}

// What nobody waits for any more is given up by its context: a page of another list or place, and the count with it.
func TestPagerGivesUpTheQuestionBefore(t *testing.T) {
	var pages, counts []context.Context
	p := NewPager(source[int]{
		page: func(ctx context.Context, seek Seek) (Page[int], error) {
			pages = append(pages, ctx)
			return paged(make([]int, 1000), seek)
		},
		total: func(ctx context.Context) (int64, error) { counts = append(counts, ctx); return 1000, nil },
	})
	settleAll(p, p.Reload(t.Context()))
	settleAll(p, p.Jump(t.Context(), Last))
	if pages[0].Err() == nil || pages[1].Err() != nil || counts[0].Err() != nil {
		t.Errorf("after a jump: first page %v, last page %v, count %v", pages[0].Err(), pages[1].Err(), counts[0].Err())
	}
	settleAll(p, p.Reload(t.Context()))
	if pages[1].Err() == nil || counts[0].Err() == nil || pages[2].Err() != nil || counts[1].Err() != nil {
		t.Errorf("after reading anew: page before %v, count before %v, page %v, count %v", pages[1].Err(), counts[0].Err(), pages[2].Err(), counts[1].Err())
	}
}

// A list that is not counted says how many rows are there at least, until its end was read.
func TestPositionOfAListWithoutACount(t *testing.T) {
	for _, c := range []struct {
		rows int
		want string
	}{{300, "1 of 128+"}, {40, "1 of 40"}} {
		rows := make([]int, c.rows)
		p := NewPager(source[int]{page: func(_ context.Context, seek Seek) (Page[int], error) { return paged(rows, seek) }})
		l := list[int]{pager: p}
		settleAll(p, p.Reload(t.Context()))
		if got := l.position(); got != c.want {
			t.Errorf("%d rows: %q, not %q", c.rows, got, c.want)
		}
	}
}
