package main

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// The size of a character cell and of the frame around the screen, in pixels.
const (
	cellWidth  = 8.4
	cellHeight = 18.0
	baseline   = 13.5
	margin     = 14.0
	fontSize   = 14
)

// paper is a terminal without anything on it.
type paper struct{ front, back, edge string }

var (
	dark   = paper{front: "#d4d8de", back: "#14181d", edge: "#2a3038"}
	bright = paper{front: "#24292f", back: "#ffffff", edge: "#d0d7de"}
)

// picture is one screen, or several one after the other.
type picture struct {
	paper   paper
	title   string
	screens []screen
}

// size is that of the largest screen, in cells.
func (p picture) size() (columns, rows int) {
	for _, s := range p.screens {
		rows = max(rows, len(s.rows))
		for _, row := range s.rows {
			columns = max(columns, len(row))
		}
	}
	return columns, rows
}

// svg draws the picture. Several screens become groups of which the style shows one at a time; who does not
// animate sees the first.
func (p picture) svg() string {
	columns, rows := p.size()
	w, h := float64(columns)*cellWidth+2*margin, float64(rows)*cellHeight+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">`+"\n", w, h, w, h)
	if p.title != "" {
		fmt.Fprintf(&b, "<title>%s</title>\n", html.EscapeString(p.title))
	}
	fmt.Fprintf(&b, "<style>text{font:%dpx ui-monospace,'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}%s</style>\n", fontSize, p.motion())
	fmt.Fprintf(&b, `<rect width="%.0f" height="%.0f" rx="8" fill="%s" stroke="%s"/>`+"\n", w, h, p.paper.back, p.paper.edge)
	for i, s := range p.screens {
		class := ""
		if len(p.screens) > 1 {
			class = fmt.Sprintf(` class="s s%d"`, i)
		}
		fmt.Fprintf(&b, `<g transform="translate(%.0f %.0f)"%s>`+"\n", margin, margin, class)
		for y, row := range s.rows {
			p.drawRow(&b, row, y)
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// motion is the style that shows the screens in turn.
func (p picture) motion() string {
	if len(p.screens) < 2 {
		return ""
	}
	total := time.Duration(0)
	for _, s := range p.screens {
		total += s.shown
	}
	var b strings.Builder
	fmt.Fprintf(&b, ".s{visibility:hidden;animation:%.2fs step-end infinite}.s0{visibility:visible}", total.Seconds())
	at := time.Duration(0)
	for i, s := range p.screens {
		from, to := percentOf(at, total), percentOf(at+s.shown, total)
		fmt.Fprintf(&b, "@keyframes k%d{0%%{visibility:%s}%s%%{visibility:visible}%s%%,100%%{visibility:hidden}}.s%d{animation-name:k%d}", i, map[bool]string{true: "visible", false: "hidden"}[i == 0], from, to, i, i)
		at += s.shown
	}
	return b.String()
}

func percentOf(part, whole time.Duration) string {
	return fmt.Sprintf("%.3f", 100*float64(part)/float64(whole))
}

// colours are the two colours of a look on the paper.
func (p picture) colours(l look) (front, back string) {
	front, back = l.front, l.back
	if front == "" {
		front = p.paper.front
	}
	if l.on {
		front, back = back, front
		if front == "" {
			front = p.paper.back
		}
	}
	return front, back
}

// drawRow draws the backgrounds of a row, then its characters in runs of one look.
func (p picture) drawRow(b *strings.Builder, row []cell, y int) {
	top := float64(y) * cellHeight
	for from := 0; from < len(row); {
		to := from + 1
		for to < len(row) && row[to].look == row[from].look {
			to++
		}
		front, back := p.colours(row[from].look)
		if back != "" {
			rect(b, float64(from)*cellWidth, top, float64(to-from)*cellWidth, cellHeight, back)
		}
		p.drawRun(b, row[from:to], from, top, front)
		from = to
	}
}

// drawRun draws cells of one look: lines and blocks as shapes, so that they join whatever the font, text as text
// that is held to its cells.
func (p picture) drawRun(b *strings.Builder, run []cell, at int, top float64, front string) {
	for from := 0; from < len(run); {
		if drawn := shape(b, run[from:], float64(at+from)*cellWidth, top, front); drawn > 0 {
			from += drawn
			continue
		}
		to := from + 1
		if !alone(run[from]) {
			for to < len(run) && run[to].text != "" && !alone(run[to]) && !isShape(run[to].text) && (run[to].text == " ") == (run[from].text == " ") {
				to++ // word by word: not everything that draws SVG keeps spaces
			}
		} else if run[from].wide {
			to++
		}
		p.drawText(b, run[from:min(to, len(run))], float64(at+from)*cellWidth, top, front)
		from = to
	}
}

// alone reports whether a cell is placed by itself: what is wide, or not in every font, would push what follows.
func alone(c cell) bool { return c.wide || len(c.text) > 1 && c.text > "\u02ff" }

func (p picture) drawText(b *strings.Builder, run []cell, x, top float64, front string) {
	var text strings.Builder
	for _, c := range run {
		text.WriteString(c.text)
	}
	if strings.TrimSpace(text.String()) == "" {
		return
	}
	l := run[0].look
	style := ""
	if l.bold {
		style += ` font-weight="700"`
	}
	if l.faint {
		style += ` opacity=".7"`
	}
	if l.italic {
		style += ` font-style="italic"`
	}
	if l.under {
		style += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>%s</text>`+"\n",
		x, top+baseline, front, float64(len(run))*cellWidth, style, html.EscapeString(text.String()))
}

func rect(b *strings.Builder, x, y, w, h float64, fill string) {
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", x, y, w, h, fill)
}

// lines are the horizontal lines and how thick they are.
var lines = map[string]float64{"─": 1.2, "━": 2.6}

// blocks are the blocks that stand on the bottom of their cell, by the eighths that they fill.
const blocks = "▁▂▃▄▅▆▇█"

func isShape(text string) bool {
	return lines[text] > 0 || text == "│" || text == "▌" || text == "▏" || text == "▒" || text == "┊" || text != "" && strings.Contains(blocks, text)
}

// shape draws the shape that a run begins with, and returns how many cells it takes; 0 when it is text.
func shape(b *strings.Builder, run []cell, x, top float64, front string) int {
	text := run[0].text
	middle := top + cellHeight/2
	switch {
	case lines[text] > 0:
		n := 1
		for n < len(run) && run[n].text == text {
			n++
		}
		rect(b, x, middle-lines[text]/2, float64(n)*cellWidth, lines[text], front)
		return n
	case text == "│":
		rect(b, x+cellWidth/2-.6, top, 1.2, cellHeight, front)
	case text == "┊":
		for i := range 4 {
			rect(b, x+cellWidth/2-.5, top+float64(i)*cellHeight/4+1, 1, cellHeight/8, front)
		}
	case text == "▌":
		rect(b, x, top, cellWidth/2, cellHeight, front)
	case text == "▏":
		rect(b, x, top, cellWidth/8, cellHeight, front)
	case text == "▒":
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" opacity=".5"/>`+"\n", x, top+cellHeight*.125, cellWidth, cellHeight*.875, front)
	case text != "" && strings.Contains(blocks, text):
		eighths := float64(strings.Index(blocks, text)/len(text) + 1)
		rect(b, x, top+cellHeight*(1-eighths/8), cellWidth, cellHeight*eighths/8, front)
	default:
		return 0
	}
	return 1
}
