package diffout

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// mostNames bounds the tables of clusters and pens; when one is full, everything is forgotten and drawn anew.
const mostNames = 8192

// cell is one column of the screen. The glyph is a rune, or the number of a cluster of several runes above
// the runes; 0 is the right half of the wide cell before it.
type cell struct {
	glyph uint32
	pen   uint16
}

// blank is what an erased column holds.
var blank = cell{glyph: ' '}

// row is one line of the screen without the blanks at its end.
type row struct {
	cells []cell
	known bool   // the terminal shows exactly this
	shaky bool   // it holds a cluster on whose width terminals disagree
	edge  bool   // its last cell may be in the last column: an erase after it would take that cell
	raw   string // a line that is more than text, colours and links; drawn as it came
}

// at returns the cell of a column.
func (r *row) at(x int) cell {
	if x < len(r.cells) {
		return r.cells[x]
	}
	return blank
}

// same reports whether two rows show the same.
func (r *row) same(other *row) bool {
	if r.raw != "" || other.raw != "" || !r.known || !other.known || len(r.cells) != len(other.cells) {
		return false
	}
	for x, c := range r.cells {
		if other.cells[x] != c {
			return false
		}
	}
	return true
}

// table numbers the clusters of several runes and the pens that cells use.
type table struct {
	clusters map[string]uint32
	texts    []string
	numbers  map[pen]uint16
	pens     []pen
}

func newTable() *table {
	t := &table{clusters: map[string]uint32{}, numbers: map[pen]uint16{}}
	t.penNumber(pen{}) // 0 is the plain pen
	return t
}

// full reports whether the tables have outgrown their bound.
func (t *table) full() bool { return len(t.texts) > mostNames || len(t.pens) > mostNames }

// glyph returns the number of a cluster.
func (t *table) glyph(cluster string) uint32 {
	if r, size := utf8.DecodeRuneInString(cluster); size == len(cluster) {
		return uint32(r)
	}
	n, ok := t.clusters[cluster]
	if !ok {
		n = utf8.MaxRune + 1 + uint32(len(t.texts))
		cluster = string([]byte(cluster)) // a copy: the frame is not kept
		t.texts = append(t.texts, cluster)
		t.clusters[cluster] = n
	}
	return n
}

// appendGlyph appends what a glyph is on the wire.
func (t *table) appendGlyph(b []byte, glyph uint32) []byte {
	if glyph > utf8.MaxRune {
		return append(b, t.texts[glyph-utf8.MaxRune-1]...)
	}
	return utf8.AppendRune(b, rune(glyph))
}

// penNumber returns the number of a pen.
func (t *table) penNumber(p pen) uint16 {
	n, ok := t.numbers[p]
	if !ok {
		n = uint16(len(t.pens)) // bounded by full, which is asked before every frame
		t.pens = append(t.pens, p)
		t.numbers[p] = n
	}
	return n
}

// shaky reports whether terminals may disagree on the width of a cluster of several runes: those that count
// runes one by one come to another width than those that see one cluster.
func shaky(cluster string, width int) bool {
	return width != ansi.StringWidthWc(cluster)
}
