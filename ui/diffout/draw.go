package diffout

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// leastErase is how many blanks in the middle of a row are worth an erase and a move.
const leastErase = 12

// brush is where the cursor is and what it draws with, while one frame is sent.
type brush struct {
	names  *table
	buffer []byte
	pen    uint16
	y, x   int // y is -1 while the place is not known
}

// draw appends what turns the shown rows into the next ones.
func (w *Writer) draw(to []byte, shown, next []*row) []byte {
	b := &brush{names: w.names, buffer: to, y: -1}
	last := len(next) - 1
	below := last+1 < len(shown) // rows below have gone; the last row goes with them, and is drawn again
	if below {
		b.move(last, 0)
		b.buffer = append(b.buffer, ansi.EraseScreenBelow...)
	}
	for y, now := range next {
		before := rowAt(shown, y)
		if below && y == last {
			before = &row{known: true}
		}
		switch {
		case now == before || now.same(before):
		case now.raw != "":
			b.move(y, 0)
			b.with(0)
			b.buffer = append(append(b.buffer, now.raw...), "\x1b[m"...)
			b.y = -1
		case !before.known || before.shaky || now.shaky:
			b.whole(y, now)
		default:
			b.shorter(y, before, now)
		}
	}
	b.with(0)
	return b.buffer
}

// shorter draws what differs, or the row anew, whichever takes less.
func (b *brush) shorter(y int, before, now *row) {
	began := *b
	b.differences(y, before, now)
	other := began
	other.buffer = append([]byte(nil), began.buffer[:len(began.buffer):len(began.buffer)]...)
	other.anew(y, now)
	if len(other.buffer) < len(b.buffer) {
		b.buffer = append(b.buffer[:len(began.buffer)], other.buffer[len(began.buffer):]...)
		b.pen, b.y, b.x = other.pen, other.y, other.x
	}
}

// anew erases a row and draws what is not blank.
func (b *brush) anew(y int, now *row) {
	b.move(y, 0)
	b.plain()
	b.buffer = append(b.buffer, ansi.EraseLineRight...)
	for x := 0; x < len(now.cells); {
		from := x
		for x < len(now.cells) && now.cells[x] == blank {
			x++
		}
		if x-from > 5 {
			b.move(y, x)
		} else {
			b.blanks(x - from)
		}
		for from = x; x < len(now.cells) && now.cells[x] != blank; x++ {
		}
		b.span(now, from, x)
	}
}

// whole draws a row from its first column and erases what is right of it.
func (b *brush) whole(y int, now *row) {
	b.move(y, 0)
	b.span(now, 0, len(now.cells))
	if !now.edge {
		b.plain()
		b.buffer = append(b.buffer, ansi.EraseLineRight...)
	}
	if now.shaky {
		b.y = -1 // where the cursor is now depends on the terminal
	}
}

// differences draws the columns that differ.
func (b *brush) differences(y int, before, now *row) {
	end := len(now.cells)
	for x := 0; x < end; x++ {
		if now.cells[x] == before.at(x) {
			continue
		}
		from := x
		for from > 0 && now.cells[from].glyph == 0 {
			from-- // a wide cell is drawn from its left half
		}
		to := x + 1
		for to < end && (now.cells[to].glyph == 0 || now.cells[to] != before.at(to)) {
			to++
		}
		b.reach(y, from, now)
		b.span(now, from, to)
		x = to - 1
	}
	if len(before.cells) > end {
		b.reach(y, end, now)
		b.plain()
		b.buffer = append(b.buffer, ansi.EraseLineRight...)
	}
}

// reach puts the cursor at a column, by writing the columns between again when that is shorter than a move.
func (b *brush) reach(y, x int, now *row) {
	if b.y == y && b.x < x && x-b.x <= 4 {
		again := true
		for _, c := range now.cells[b.x:min(x, len(now.cells))] {
			again = again && c.glyph > 0 && c.glyph < 0x80 && (c.pen == b.pen || c == blank && !b.names.pens[b.pen].showsBlank())
		}
		if again && x <= len(now.cells) {
			b.span(now, b.x, x)
			return
		}
	}
	b.move(y, x)
}

// span draws columns [from, to), the cursor being at from.
func (b *brush) span(r *row, from, to int) {
	for x := from; x < to; {
		c := r.cells[x]
		if c == blank {
			n := 1
			for x+n < to && r.cells[x+n] == blank {
				n++
			}
			b.blanks(n)
			x += n
			continue
		}
		b.with(c.pen)
		b.buffer = b.names.appendGlyph(b.buffer, c.glyph)
		for x++; x < to && r.cells[x].glyph == 0; x++ {
		}
		b.x = x
	}
}

// blanks draws n blank columns.
func (b *brush) blanks(n int) {
	b.plain()
	if n >= leastErase {
		b.buffer = strconv.AppendInt(append(b.buffer, "\x1b["...), int64(n), 10)
		b.buffer = append(b.buffer, 'X')
		b.move(b.y, b.x+n)
		return
	}
	for range n {
		b.buffer = append(b.buffer, ' ')
	}
	b.x += n
}

// plain makes the pen one whose blanks look erased.
func (b *brush) plain() {
	if b.names.pens[b.pen].showsBlank() {
		b.with(0)
	}
}

// with makes the pen the one of that number.
func (b *brush) with(number uint16) {
	if number != b.pen {
		b.buffer = appendChange(b.buffer, b.names.pens[b.pen], b.names.pens[number])
		b.pen = number
	}
}

// move puts the cursor at a row and column by the shortest sequence.
func (b *brush) move(y, x int) {
	switch {
	case b.y == y && b.x == x:
		return
	case b.y == y && x == 0:
		b.buffer = append(b.buffer, '\r')
	case b.y == y && x > b.x:
		b.buffer = strconv.AppendInt(append(b.buffer, "\x1b["...), int64(x-b.x), 10)
		b.buffer = append(b.buffer, 'C')
	case b.y >= 0 && y == b.y+1 && x == 0:
		b.buffer = append(b.buffer, "\r\n"...)
	default:
		b.buffer = append(strconv.AppendInt(append(b.buffer, "\x1b["...), int64(y+1), 10), ';')
		if x == 0 {
			b.buffer = b.buffer[:len(b.buffer)-1]
		} else {
			b.buffer = strconv.AppendInt(b.buffer, int64(x+1), 10)
		}
		b.buffer = append(b.buffer, 'H')
	}
	b.y, b.x = y, x
}
