package diffout

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// frame is one frame of the renderer, read.
type frame struct {
	lines   []string // "" is a line that has not changed
	repaint bool     // nothing that was drawn before is relied on
	below   bool     // what lies below the lines is erased
}

// readFrame reads one Write of the renderer and reports whether it is a frame.
func readFrame(p string) (frame, bool) {
	body, ok := strings.CutPrefix(p, ansi.CursorHomePosition)
	end := strings.LastIndex(body, "\x1b[")
	if !ok || end < 0 || !strings.HasSuffix(body, "H") {
		return frame{}, false
	}
	lines := strings.Count(body[:end], "\n") + 1
	if body[end:] != ansi.CursorPosition(0, lines) {
		return frame{}, false
	}
	var f frame
	body, f.repaint = strings.CutPrefix(body[:end], "\r")
	body, f.below = strings.CutSuffix(body, ansi.EraseScreenBelow)
	f.lines = strings.Split(body, "\n")
	for i := range f.lines[:len(f.lines)-1] {
		if f.lines[i] == "\r" { // drawn, and empty
			f.lines[i] = ansi.EraseLineRight
		}
		f.lines[i] = strings.TrimSuffix(f.lines[i], "\r")
	}
	return f, true
}

// rows returns the screen after the frame. Rows that have not changed are those of the screen before.
func (w *Writer) rows(f frame) []*row {
	if f.repaint {
		w.forget()
	}
	next := make([]*row, max(len(f.lines), len(w.shown)))
	for y := range next {
		next[y] = rowAt(w.shown, y)
		if y < len(f.lines) && f.lines[y] != "" {
			next[y] = w.readLine(f.lines[y], next[y])
		}
	}
	if f.below {
		next = next[:len(f.lines)]
	}
	return next
}

// readLine reads one line drawn over what the row showed.
func (w *Writer) readLine(line string, before *row) *row {
	text, erased := strings.CutSuffix(line, ansi.EraseLineRight)
	r := &row{known: true}
	var current pen
	number := uint16(0)
	var state byte
	for rest := text; len(rest) > 0; {
		seq, width, n, next := ansi.DecodeSequence(rest, state, nil)
		rest, state = rest[n:], next
		if width > 0 {
			w.put(r, seq, width, number)
			continue
		}
		if seq[0] >= 0x80 && len(r.cells) > 0 { // marks of the cluster before
			w.join(r, seq)
			continue
		}
		if !current.sequence(seq) {
			return &row{raw: line}
		}
		number = w.names.penNumber(current)
	}
	if !erased && len(r.cells) < len(before.cells) {
		r.cells = append(r.cells, before.cells[len(r.cells):]...)
		r.known = before.known
	}
	r.edge = !erased && len(r.cells) > 0 && r.cells[len(r.cells)-1] != blank
	for n := len(r.cells); n > 0 && r.cells[n-1] == blank; n-- {
		r.cells = r.cells[:n-1]
	}
	return r
}

// put appends a cluster. A blank whose pen does not show is an erased column.
func (w *Writer) put(r *row, cluster string, width int, number uint16) {
	if cluster == " " && !w.names.pens[number].showsBlank() {
		number = 0
	}
	r.cells = append(r.cells, cell{w.names.glyph(cluster), number})
	for range width - 1 {
		r.cells = append(r.cells, cell{0, number})
	}
	if len(cluster) > 1 && shaky(cluster, width) {
		r.shaky = true
	}
}

// join adds marks of no width to the last cluster.
func (w *Writer) join(r *row, marks string) {
	at := len(r.cells) - 1
	for at > 0 && r.cells[at].glyph == 0 {
		at--
	}
	cluster := string(w.names.appendGlyph(nil, r.cells[at].glyph)) + marks
	r.cells[at].glyph = w.names.glyph(cluster)
	r.shaky = true
}

// sequence changes the pen by an SGR sequence or a hyperlink and reports whether it was one of those.
func (p *pen) sequence(seq string) bool {
	if parameters, ok := strings.CutPrefix(seq, "\x1b["); ok {
		parameters, ok = strings.CutSuffix(parameters, "m")
		return ok && p.apply(parameters)
	}
	link, ok := strings.CutPrefix(seq, "\x1b]8;")
	if !ok {
		return false
	}
	for _, end := range []string{"\a", "\x1b\\"} {
		if l, ok := strings.CutSuffix(link, end); ok {
			if _, address, _ := strings.Cut(l, ";"); address == "" {
				l = ""
			}
			p.link = l
			return true
		}
	}
	return false
}
