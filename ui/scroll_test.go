package ui

import "testing"

// At the edge of a list the row under the cursor scrolls in by itself where frames are thinned out. Elsewhere each such
// frame is a whole one, so the list goes on by half a screen, and the keys after it cost a line each.
func TestEdgeOfAList(t *testing.T) {
	for _, c := range []struct {
		smooth   bool
		down, up int // the first row on the screen after a step over the lower and over the upper edge
	}{{true, 1, 19}, {false, 5, 14}} {
		p := NewPager(numbers(200))
		settleAll(p, p.Reload(t.Context()))
		l := list[int]{Session: &Session{smooth: c.smooth}, pager: p, height: 10, cursor: 9}
		l.cursor++
		if l.settle(); l.top != c.down {
			t.Errorf("smooth %v: row 10 leaves row %d on top, want %d", c.smooth, l.top, c.down)
		}
		tops := map[int]bool{}
		for l.cursor < 100 {
			l.cursor++
			l.settle()
			tops[l.top] = true
			if l.cursor < l.top || l.cursor >= l.top+l.height {
				t.Fatalf("smooth %v: row %d is not on the screen from %d", c.smooth, l.cursor, l.top)
			}
		}
		if whole := len(tops); c.smooth == (whole < 90) {
			t.Errorf("smooth %v: 90 steps scroll %d times", c.smooth, whole)
		}
		l.cursor, l.top = 20, 20
		l.cursor--
		if l.settle(); l.top != c.up {
			t.Errorf("smooth %v: row 19 leaves row %d on top, want %d", c.smooth, l.top, c.up)
		}
	}
}
