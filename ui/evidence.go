package ui

import (
	"fmt"
	"math"
	"strings"
)

// The columns of the waterfall before its bars, and the least that the bars need.
const (
	evidenceField = 15
	evidenceLevel = 13
	evidenceBits  = 6
	evidenceBars  = 20
)

// levelWidth is how wide the words of the levels are drawn: whole, as long as the bars keep their room.
func levelWidth(x Explanation, w int) int {
	n := evidenceLevel
	for _, row := range x.Rows {
		n = max(n, width(clean(row.Level))+1)
	}
	return max(evidenceLevel, min(n, w-evidenceField-evidenceBits-2-evidenceBars))
}

// signed writes bits with their sign: "+4.1".
func signed(bits float64) string {
	if math.Abs(bits) < 0.05 {
		return "+0.0"
	}
	return fmt.Sprintf("%+.1f", bits)
}

// waterfall draws the evidence from the prior to the total: each bar begins where the one above ended, and
// a dotted line stands at even odds, so that the total is where the bars end.
func (t *Theme) waterfall(x Explanation, w int) []string {
	levels := levelWidth(x, w)
	room := w - evidenceField - levels - evidenceBits - 2
	axis := newAxis(x, max(1, room))
	head := func(field, level, bits string) string {
		return fit(field, evidenceField) + fit(level, levels) + fitRight(bits, evidenceBits)
	}
	lines := []string{t.Text.Render(head("prior", oneIn(x.Prior), signed(x.Prior))) + "  " + axis.mark(t, x.Prior)}
	at := x.Prior
	for _, row := range x.Rows {
		bar := axis.bar(t, at, at+row.Bits, row.Bits)
		left := t.Text.Render(fit(clean(row.Field), evidenceField)) + t.Quiet.Render(fit(clean(row.Level), levels)) + t.Text.Render(fitRight(signed(row.Bits), evidenceBits))
		lines = append(lines, left+"  "+bar)
		at += row.Bits
	}
	total := t.Strong.Render(head("total", "", signed(x.Total))) + "  " + t.Text.Render(odds(x.Total)+", ") + t.Strong.Render(fmt.Sprintf("%d %%", percent(x.Probability)))
	return append(lines, total)
}

// axis places bits on columns.
type axis struct {
	low, high float64
	columns   int
}

func newAxis(x Explanation, columns int) axis {
	a := axis{low: min(0, x.Prior), high: max(0, x.Prior), columns: columns}
	at := x.Prior
	for _, row := range x.Rows {
		at += row.Bits
		a.low, a.high = min(a.low, at), max(a.high, at)
	}
	return a
}

func (a axis) at(bits float64) int {
	if a.high <= a.low {
		return 0
	}
	return int(math.Round((bits - a.low) / (a.high - a.low) * float64(a.columns-1)))
}

// mark draws where the prior stands and the line of even odds.
func (a axis) mark(t *Theme, bits float64) string {
	line := a.blank(t)
	line[a.at(bits)] = t.Bar.Render(t.Start)
	return strings.Join(line, "")
}

// bar draws one piece of evidence.
func (a axis) bar(t *Theme, from, to, bits float64) string {
	if math.Abs(bits) < 0.05 {
		return strings.Join(a.blank(t), "")
	}
	low, high := a.at(min(from, to)), a.at(max(from, to))
	if high == low {
		low, high = min(low, a.columns-1), min(low, a.columns-1)+1
	}
	style, cell := t.For, t.Block
	if bits < 0 {
		style, cell = t.Against, t.Shade
	}
	line := a.blank(t)
	return strings.Join(line[:low], "") + style.Render(strings.Repeat(cell, high-low)) + strings.Join(line[high:], "")
}

// blank is a row with nothing but the line of even odds.
func (a axis) blank(t *Theme) []string {
	line := make([]string, a.columns)
	for i := range line {
		line[i] = " "
	}
	line[a.at(0)] = t.Line.Render(t.Even)
	return line
}

// comparison draws one row per field that a side knows: what the CRM says, what the directory says, and how they compare.
func (t *Theme) comparison(x Explanation, w int, personal bool) []string {
	field := 15
	left := min(24, max(14, (w-field-6)/2))
	right := max(1, w-field-left-5)
	object := strings.ToUpper(clean(x.Object))
	if object == "" {
		object = "RECORD"
	}
	lines := []string{t.Quiet.Render(spaces(1+field) + fit("CRM "+object, left) + "  " + " DIRECTORY")}
	for _, row := range x.Rows {
		if row.Record == "" && row.Other == "" {
			continue // nothing to compare; the evidence below names it still
		}
		mine, theirs := orDash(t, clean(row.Record)), orDash(t, clean(row.Other))
		if !personal && !isName(row.Field) {
			mine, theirs = "hidden", "hidden"
		}
		lines = append(lines, " "+t.Text.Render(fit(clean(row.Field), field)+fit(mine, left))+" "+t.agreement(row.Agree)+" "+t.Text.Render(cut(theirs, right)))
	}
	return lines
}

// isName reports whether a field is a name, all that the support role sees of a person (decision 15).
func isName(field string) bool { return field == "name" || strings.HasSuffix(field, " name") }

func (t *Theme) agreement(a Agreement) string {
	switch a {
	case AgreeSame:
		return t.Good.Render(t.Same)
	case AgreeAlike:
		return t.Warn.Render(t.Alike)
	case AgreeDiffer:
		return t.Bad.Render(t.Differ)
	case AgreeUnknown:
	}
	return " "
}
