package cli

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

const (
	tableGap    = 2  // columns between two cells
	leastColumn = 12 // a column is not made narrower than this
)

// table writes rows under a header in aligned columns; cells are made printable. On a terminal the widest columns
// of words give way until a row fits a line; ids stay whole, since they are there to be copied.
func (a *app) table(header []string, rows [][]string) error {
	lines := make([][]string, 0, len(rows)+1)
	lines = append(lines, header)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = printable(cell)
		}
		lines = append(lines, cells)
	}
	widths := naturalWidths(lines)
	if isTerminal(a.stdout) {
		narrow(widths, identities(lines), a.columns())
	}
	out := bufio.NewWriter(a.stdout)
	for _, cells := range lines {
		var line strings.Builder
		for i, cell := range cells {
			cell = ansi.Truncate(cell, widths[i], "…")
			line.WriteString(cell + strings.Repeat(" ", widths[i]-ansi.StringWidth(cell)+tableGap))
		}
		if _, err := out.WriteString(strings.TrimRight(line.String(), " ") + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

// labelWidth is how wide the label at the front of a line of the status is.
const labelWidth = 11

// labelled writes a line that begins with a label of labelWidth columns.
func (a *app) labelled(format string, args ...any) {
	line := sprintf(format, args...)
	a.hanging(line[:labelWidth], line[labelWidth:])
}

// hanging writes text after a lead; on a terminal it is broken between words, and goes on below where it began.
func (a *app) hanging(lead, text string) {
	lines := []string{text}
	if isTerminal(a.stdout) {
		lines = wordwrap(text, max(leastColumn, a.columns()-ansi.StringWidth(lead)))
	}
	a.printf("%s%s\n", lead, strings.Join(lines, "\n"+strings.Repeat(" ", ansi.StringWidth(lead))))
}

// naturalWidths is how wide each column is, in cells of a terminal.
func naturalWidths(lines [][]string) (widths []int) {
	for _, cells := range lines {
		for i, cell := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], ansi.StringWidth(cell))
		}
	}
	return widths
}

// identities tells which columns hold ids, addresses and the like: long cells of one word each.
func identities(lines [][]string) []bool {
	out := make([]bool, len(naturalWidths(lines)))
	for i := range out {
		long := false
		out[i] = !slices.ContainsFunc(lines[1:], func(cells []string) bool {
			if i >= len(cells) {
				return false
			}
			long = long || len(cells[i]) >= 15
			return strings.Contains(cells[i], " ")
		}) && long
	}
	return out
}

// narrow takes from the widest columns that may give way until all of them fit. Where that would leave too little of
// them nothing is taken: a row over two lines can be read, one of stumps cannot.
func narrow(widths []int, whole []bool, room int) {
	was := slices.Clone(widths)
	total := -tableGap
	for _, w := range widths {
		total += w + tableGap
	}
	for ; total > room; total-- {
		widest := -1
		for i, w := range widths {
			if !whole[i] && w > leastColumn && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			copy(widths, was)
			return
		}
		widths[widest]--
	}
}

// columns is how wide the terminal is: what COLUMNS says, else what the terminal says, else 80.
func (a *app) columns() int { return columnsOf(a.stdout) }

func columnsOf(stream any) int {
	if width, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && width > 0 {
		return width
	}
	if file, ok := stream.(*os.File); ok {
		if width, _, err := term.GetSize(file.Fd()); err == nil && width > 0 {
			return width
		}
	}
	return 80
}
