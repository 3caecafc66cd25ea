package ui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// maxMarks is how many combining marks one base character may carry; more only smear over neighbouring rows.
const maxMarks = 2

// clean makes text from outside safe to draw on one line: control characters, line breaks and tabs become
// spaces, and marks that reorder or join text, or have no width, are left out. The store keeps the original.
func clean(s string) string {
	if isPlain(s) {
		return strings.TrimSpace(s)
	}
	marks := 0
	s = strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
			marks = 0
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Cs, unicode.Co):
			return -1
		case unicode.In(r, unicode.Mn, unicode.Me):
			marks++
			if marks > maxMarks {
				return -1
			}
			return r
		case unicode.IsSpace(r):
			marks = 0
			return ' '
		}
		marks = 0
		return r
	}, s)
	return strings.TrimSpace(s)
}

// isPlain reports whether s is printable ASCII with nothing to clean, the common case.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cut shortens s to at most w columns, with an ellipsis where something was left out.
func cut(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// fit returns s in exactly w columns: shortened with an ellipsis, or padded at the right.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = cut(s, w)
	return s + spaces(w-width(s))
}

// fitRight is fit with the padding at the left, for numbers.
func fitRight(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = cut(s, w)
	return spaces(w-width(s)) + s
}

// center returns s in exactly w columns, in the middle.
func center(s string, w int) string {
	s = cut(s, w)
	left := max(0, (w-width(s))/2)
	return fit(spaces(left)+s, w)
}

// ends returns left and right at the two ends of exactly w columns; the left gives way.
func ends(left, right string, w int) string {
	r := width(right)
	if r >= w {
		return fit(right, w)
	}
	return fit(left, w-r) + right
}

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }

// page returns lines as exactly h lines of exactly w columns.
func page(lines []string, w, h int) string {
	var b strings.Builder
	for i := range max(0, h) {
		if i > 0 {
			b.WriteByte('\n')
		}
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		b.WriteString(fit(line, w))
	}
	return b.String()
}

// wrap breaks text into lines of at most w columns, between words where it can.
func wrap(s string, w int) []string {
	if w <= 0 || s == "" {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}

// overlay lays the lines of box over the lines of under, with its top left corner at x, y.
func overlay(under, box []string, x, y, w int) []string {
	out := make([]string, len(under))
	copy(out, under)
	for i, line := range box {
		at := y + i
		if at < 0 || at >= len(out) {
			continue
		}
		left := ansi.Truncate(out[at], x, "")
		left += spaces(x - width(left))
		end := x + width(line)
		right := ansi.TruncateLeft(out[at], end, "")
		if width(right) > w-end { // a wide character that the box cuts in half goes whole
			right = ansi.TruncateLeft(out[at], end+1, "")
		}
		right = spaces(w-end-width(right)) + right
		out[at] = left + "\x1b[m" + line + "\x1b[m" + right
	}
	return out
}

// beside joins two columns of lines with a separator, h lines in all.
func beside(left, right []string, separator string, leftWidth, rightWidth, h int) []string {
	out := make([]string, h)
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return ""
	}
	for i := range out {
		out[i] = fit(at(left, i), leftWidth) + separator + fit(at(right, i), rightWidth)
	}
	return out
}
