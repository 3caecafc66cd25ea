package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	crmsync "crmsync/sync"
)

// effect says what a threshold would do, in a sentence.
func (b *thresholds) effect(point crmsync.TunePoint) string {
	at := strconv.Itoa(percent(point.Threshold))
	noun := [2]string{"match", "matches"}
	if b.floor {
		noun = [2]string{"suggestion", "suggestions"}
	}
	switch {
	case point.Gained > 0:
		return fmt.Sprintf("At %s you would gain %s and break about %s.", at, count(point.Gained, noun[0], noun[1]), number(int(math.Round(point.Broken))))
	case point.Lost > 0:
		return fmt.Sprintf("At %s you would lose %s.", at, count(point.Lost, noun[0], noun[1]))
	case point.Threshold == b.threshold().Current.Threshold:
		return "This is the present threshold."
	}
	return "At " + at + " nothing would change."
}

// Line tells how much is known, and the position.
func (b *thresholds) Line() (left, right string) {
	if !b.known {
		return "", ""
	}
	judged := count(b.report.Decided, "pair was judged", "pairs were judged")
	return judged + ", " + count(b.report.ByID, "is named by an id", "are named by an id"), fmt.Sprintf("%d of %d", b.cursor+1, len(b.threshold().Curve))
}

// View draws the curve and the pairs that the chosen threshold would move.
func (b *thresholds) View(w, h int) string {
	t := b.Theme
	note := "from this score on pairs are linked"
	if b.floor {
		note = "from this score on pairs are shown for review"
	}
	lines := []string{t.heading("Matches "+t.Crumb+" thresholds "+t.Crumb+" "+b.key(), note, w), ""}
	if !b.known {
		return page(lines, w, h)
	}
	curve := b.threshold().Curve
	rows := min(len(curve), max(3, (h-6)*3/5))
	b.top = max(0, min(b.top, len(curve)-rows))
	b.top = max(min(b.top, b.cursor), b.cursor-rows+1)
	scale := b.scale()
	lines = append(lines, b.curveHeader(scale, w))
	for i := b.top; i < b.top+rows; i++ {
		lines = append(lines, b.curveLine(curve[i], i == b.cursor, scale, w))
	}
	point, _ := b.point()
	lines = append(lines, "", " "+t.Strong.Render(cut(b.effect(point), w-2)))
	return page(append(lines, b.pairLines(w, h-len(lines))...), w, h)
}

// bandFrom is the width from which the band is drawn, beside being written.
const bandFrom = 78

// curveColumns are the widths of the figures of a line.
var curveColumns = []int{4, 7, 9, 14, 6, 5, 6, 6, 5}

func (b *thresholds) curveHeader(scale float64, w int) string {
	titles := []string{"FROM", "PAIRS", "PRECISION", "95 % BAND", "RECALL", "F1", "GAINED", "WRONG", "LOST"}
	line := b.curveCells(titles, "", w-1)
	if n := bandRoom(line, w); n > 0 {
		line += bandGap + ends(strconv.FormatFloat(scale, 'f', 1, 64)+" precision", "1", n)
	}
	return fit(" "+b.Theme.Quiet.Render(line), w)
}

// bandGap stands between the figures and the drawn bands.
const bandGap = "  "

// bandRoom is how many columns the drawn bands have right of the figures, 0 where there is no room for them; the
// header writes above them from which precision to which they go.
func bandRoom(figures string, w int) int {
	room := w - width(figures+bandGap) - 3
	if room < 10 {
		return 0
	}
	return min(room, 40)
}

// curveCells sets the figures and the drawn band in columns; a narrow window has no room for the written band.
func (b *thresholds) curveCells(cells []string, band string, w int) string {
	var line strings.Builder
	for i, cell := range cells {
		if i == 3 && w < bandFrom {
			continue
		}
		line.WriteString(fitRight(cell, curveColumns[i]) + " ")
	}
	return line.String() + band
}

func (b *thresholds) curveLine(point crmsync.TunePoint, chosen bool, scale float64, w int) string {
	t := b.Theme
	share := func(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }
	cells := []string{strconv.Itoa(percent(point.Threshold)), number(point.Links), "~" + share(point.Expected), "not known", b.Theme.Dash, b.Theme.Dash, "", "", ""}
	value, low, high := point.Expected, point.Expected, point.Expected
	if b.threshold().Labels > 0 && point.Links > 0 {
		cells[2], cells[3], cells[4], cells[5] = share(point.Precision), share(point.Low)+" to "+share(point.High), share(point.Recall), share(point.F1)
		value, low, high = point.Precision, point.Low, point.High
	}
	if point.Gained > 0 {
		cells[6], cells[7] = number(point.Gained), "~"+number(int(math.Round(point.Broken)))
	}
	if point.Lost > 0 {
		cells[8] = number(point.Lost)
	}
	text := b.curveCells(cells, "", w-1)
	style := t.Text
	if point.Threshold == b.threshold().Current.Threshold {
		style = t.Strong
	}
	line := style.Render(text)
	if n := bandRoom(line, w); n > 0 && point.Links > 0 {
		line += bandGap + t.Accent.Render(bandBar(t, low, value, high, scale, n))
	}
	return t.row(line, w, chosen)
}

// scale is the share at which the drawn bands begin.
func (b *thresholds) scale() float64 {
	low := .9
	for _, point := range b.threshold().Curve {
		switch {
		case point.Links == 0:
		case b.threshold().Labels > 0:
			low = min(low, point.Low)
		default:
			low = min(low, point.Expected)
		}
	}
	return math.Floor(low*10) / 10
}

// bandBar draws a share and its band from scale to 1.
func bandBar(t *Theme, low, value, high, scale float64, n int) string {
	place := func(x float64) int { return max(0, min(n-1, int(math.Round((x-scale)/(1-scale)*float64(n-1))))) }
	return spaces(place(low)) + strings.Repeat(t.BarRest, place(value)-place(low)) + t.BarFull + strings.Repeat(t.BarRest, place(high)-place(value))
}

// pairLines are the pairs that the chosen threshold would move, the least sure first.
func (b *thresholds) pairLines(w, h int) []string {
	t := b.Theme
	if b.failed != nil {
		return []string{" " + t.Bad.Render(cut(b.wentWrong("read the pairs", b.failed), w-2))}
	}
	if b.pairsOf != b.ask {
		return nil
	}
	var lines []string
	name := max(8, (w-12)/2)
	for i := len(b.pairs) - 1; i >= 0 && len(lines) < h; i-- {
		r := b.pairs[i]
		lines = append(lines, " "+t.scoreStyle(r.Score).Render(score(r.Score))+"  "+t.Text.Render(fit(clean(r.Name), name))+" "+t.Same+" "+t.Text.Render(cut(clean(r.MemberName), name)))
	}
	return lines
}
