package ui

import (
	"math"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// State is how something stands; it is always shown as mark, word and colour together.
type State int

// The states of a thing on a screen.
const (
	StateNone State = iota
	StateGood
	StateWarn
	StateBad
	StateOn
	StateOff
	StateRun
)

// mark returns the state's character.
func (t *Theme) mark(s State) string {
	switch s {
	case StateGood:
		return t.Marks.Good
	case StateWarn:
		return t.Marks.Warn
	case StateBad:
		return t.Marks.Bad
	case StateOn:
		return t.Marks.On
	case StateOff:
		return t.Marks.Off
	case StateRun:
		return t.Marks.Run
	case StateNone:
	}
	return " "
}

// style returns the state's style.
func (t *Theme) style(s State) lipgloss.Style {
	switch s {
	case StateGood, StateOn:
		return t.Good
	case StateWarn:
		return t.Warn
	case StateBad:
		return t.Bad
	case StateOff:
		return t.Faint
	case StateRun:
		return t.Info
	case StateNone:
	}
	return t.Text
}

// sign is a state's mark and its word in the state's colour.
func (t *Theme) sign(s State, word string) string {
	return t.style(s).Render(t.mark(s) + " " + word)
}

// bar draws share (0 to 1) of w columns full, in the given style.
func (t *Theme) bar(share float64, w int, style lipgloss.Style) string {
	full := int(math.Round(min(1, max(0, share)) * float64(w)))
	if share > 0 && full == 0 {
		full = 1
	}
	return style.Render(strings.Repeat(t.BarFull, full)) + t.Line.Render(strings.Repeat(t.BarRest, w-full))
}

// spark draws a series as one row of bars.
func (t *Theme) spark(days []int64) string {
	top := int64(0)
	for _, n := range days {
		top = max(top, n)
	}
	var b strings.Builder
	for _, n := range days {
		level := 0
		if top > 0 {
			level = int(n * int64(len(t.Marks.Spark)-1) / top)
			if n > 0 && level == 0 {
				level = 1
			}
		}
		b.WriteString(t.Marks.Spark[level])
	}
	return t.Spark.Render(b.String())
}

// score is the letter and the number of a score, six columns wide.
func score(n int) string {
	return band(n) + fitRight(number(n), 4)
}

// scoreStyle is the colour of a score's band.
func (t *Theme) scoreStyle(n int) lipgloss.Style {
	switch band(n) {
	case "A":
		return t.Good
	case "B":
		return t.Info
	case "C":
		return t.Warn
	}
	return t.Bad
}

// heading is a bold title with a quiet note at the right; where there is not room for both, the note gives way.
func (t *Theme) heading(title, note string, w int) string {
	if room := w - width(title) - 4; room < width(note) {
		note = cut(note, max(0, room))
	}
	return ends(" "+t.Title.Render(title), t.Quiet.Render(note)+" ", w)
}

// say is a text in a style, wrapped into lines of w columns with two free at each side.
func say(style lipgloss.Style, text string, w int) []string {
	lines := wrap(text, w-4)
	for i := range lines {
		lines[i] = "  " + style.Render(lines[i])
	}
	return lines
}

// link makes text a hyperlink (OSC 8) where the address is a web address.
func (t *Theme) link(text, address string) string {
	if !t.links || !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return text
	}
	return ansi.SetHyperlink(clean(address)) + text + ansi.ResetHyperlink()
}

// row draws a row of exactly w columns: the cursor and the selected style when it is chosen, else as given.
func (t *Theme) row(text string, w int, selected bool) string {
	if !selected {
		return fit(" "+text, w)
	}
	return t.Accent.Render(t.Cursor) + t.Selected.Render(fit(ansi.Strip(text), w-1))
}

// box draws a dialog's frame round lines of inner columns.
func (t *Theme) box(title string, lines []string, inner int, border lipgloss.Style) []string {
	out := make([]string, 0, len(lines)+2)
	head := border.Render(t.TopLeft+t.Marks.Line) + t.Title.Render(" "+title+" ")
	rest := max(0, inner+2-1-width(title)-2)
	out = append(out, head+border.Render(strings.Repeat(t.Marks.Line, rest)+t.TopRight))
	side := border.Render(t.Upright)
	for _, line := range lines {
		out = append(out, side+" "+fit(line, inner)+" "+side)
	}
	return append(out, border.Render(t.BottomLeft+strings.Repeat(t.Marks.Line, inner+2)+t.BottomRight))
}
