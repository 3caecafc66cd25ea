package diffout

import (
	"strconv"
)

// What a scroll costs on the wire, and how many columns must differ before one is looked for.
const (
	scrollCost  = 24
	worthScroll = 160
	rowCost     = 8 // of a row that differs at all: a move and a colour
)

// shift is a block of rows that has moved: row y of the next screen is row y+by of the one shown.
type shift struct{ from, to, by int }

// scroll looks for the one block of rows whose move seems to save most.
func (w *Writer) scroll(next []*row) (best shift, found bool) {
	if len(w.shown) != len(next) {
		return shift{}, false
	}
	stay, all := make([]int, len(next)), 0
	for y := range next {
		if !w.shown[y].known || next[y].raw != "" {
			return shift{}, false
		}
		stay[y] = cost(w.shown[y], next[y])
		all += stay[y]
	}
	if all < worthScroll {
		return shift{}, false
	}
	saves := 0
	for by := 1; by < len(next)-1; by++ {
		for _, by := range []int{by, -by} {
			if s, saved := w.blockOf(next, stay, by); saved > saves {
				best, saves = s, saved
			}
		}
	}
	return best, saves > 0
}

// cost is about how many bytes it takes to turn one row into another.
func cost(before, now *row) int {
	if before == now {
		return 0
	}
	n := 0
	for x := range max(len(before.cells), len(now.cells)) {
		if before.at(x) != now.at(x) {
			n++
		}
	}
	if n > 0 && (before.shaky || now.shaky) {
		n = len(now.cells)
	}
	if n > 0 {
		n += rowCost
	}
	return n
}

// blockOf finds the run of rows that saves most by moving, and what it saves in all.
func (w *Writer) blockOf(next []*row, stay []int, by int) (shift, int) {
	var best shift
	most, sum, from := 0, 0, 0
	for y := max(0, -by); y < min(len(next), len(next)-by); y++ {
		if sum <= 0 {
			sum, from = 0, y
		}
		sum += stay[y] - cost(w.shown[y+by], next[y])
		if sum > most {
			most, best = sum, shift{from, y + 1, by}
		}
	}
	if most == 0 {
		return best, 0
	}
	for y := best.top(); y < best.bottom(); y++ {
		if y < best.from || y >= best.to { // the scroll leaves this row blank
			most -= cost(&row{known: true}, next[y]) - stay[y]
		}
	}
	return best, most - scrollCost
}

// top is the first row of the region that scrolls, bottom the one after its last.
func (s shift) top() int    { return min(s.from, s.from+s.by) }
func (s shift) bottom() int { return max(s.to, s.to+s.by) }

// append appends the scroll of a block.
func (s shift) append(b []byte) []byte {
	number := func(n int) { b = strconv.AppendInt(b, int64(n), 10) }
	b = append(b, "\x1b["...)
	number(s.top() + 1)
	b = append(b, ';')
	number(s.bottom())
	b = append(b, "r\x1b["...)
	if s.by > 0 {
		number(s.by)
		b = append(b, 'S')
	} else {
		number(-s.by)
		b = append(b, 'T')
	}
	return append(b, "\x1b[r"...)
}

// moved is the rows after the scroll of a block.
func (s shift) moved(shown []*row) []*row {
	after := append([]*row(nil), shown...)
	for y := s.top(); y < s.bottom(); y++ {
		after[y] = &row{known: true}
		if y >= s.from && y < s.to {
			after[y] = shown[y+s.by]
		}
	}
	return after
}
