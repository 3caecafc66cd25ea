package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// screen is one screen of a terminal, and how long it is shown.
type screen struct {
	rows  [][]cell
	shown time.Duration
}

// cell is one character cell. A wide character has two: the second one's text is "".
type cell struct {
	text string
	wide bool
	look look
}

// look is how a cell is drawn; colours are "#rrggbb", or "" for the terminal's own.
type look struct {
	front, back                    string
	bold, faint, italic, under, on bool // on: front and back are swapped
}

// readScreen reads lines of text with colours. What is neither text nor colour is left out.
func readScreen(text string) [][]cell {
	var rows [][]cell
	for line := range strings.Lines(text) {
		var row []cell
		var now look
		var state byte
		for rest := strings.TrimRight(line, "\r\n"); rest != ""; {
			seq, width, n, next := ansi.DecodeSequence(rest, state, nil)
			rest, state = rest[n:], next
			switch {
			case width > 0:
				row = append(row, cell{text: seq, wide: width > 1, look: now})
				for range width - 1 {
					row = append(row, cell{look: now})
				}
			case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
				now.apply(seq[2 : len(seq)-1])
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// apply changes the look by the parameters of one SGR sequence.
func (l *look) apply(parameters string) {
	codes := strings.FieldsFunc(parameters, func(r rune) bool { return r == ';' || r == ':' })
	if len(codes) == 0 {
		*l = look{}
	}
	for i := 0; i < len(codes); i++ {
		n, _ := strconv.Atoi(codes[i]) // an empty parameter is 0
		if n == 38 || n == 48 {
			colour, used := extended(codes[i+1:])
			i += used
			if n == 38 {
				l.front = colour
			} else {
				l.back = colour
			}
			continue
		}
		l.one(n)
	}
}

// one applies a parameter that stands alone.
func (l *look) one(n int) {
	switch {
	case n == 0:
		*l = look{}
	case n == 1:
		l.bold = true
	case n == 2:
		l.faint = true
	case n == 3:
		l.italic = true
	case n == 4:
		l.under = true
	case n == 7:
		l.on = true
	case n == 22:
		l.bold, l.faint = false, false
	case n == 23:
		l.italic = false
	case n == 24:
		l.under = false
	case n == 27:
		l.on = false
	case n == 39:
		l.front = ""
	case n == 49:
		l.back = ""
	case n >= 30 && n <= 37:
		l.front = indexed(n - 30)
	case n >= 40 && n <= 47:
		l.back = indexed(n - 40)
	case n >= 90 && n <= 97:
		l.front = indexed(n - 90 + 8)
	case n >= 100 && n <= 107:
		l.back = indexed(n - 100 + 8)
	}
}

// extended reads "5;N" or "2;R;G;B" and says how many parameters that took.
func extended(codes []string) (colour string, used int) {
	number := func(i int) int {
		if i >= len(codes) {
			return 0
		}
		n, _ := strconv.Atoi(codes[i])
		return min(255, max(0, n))
	}
	switch number(0) {
	case 5:
		return indexed(number(1)), min(2, len(codes))
	case 2:
		return fmt.Sprintf("#%02x%02x%02x", number(1), number(2), number(3)), min(4, len(codes))
	}
	return "", min(1, len(codes))
}

// basic are the sixteen colours that have names, as xterm has them.
var basic = [16]string{"#000000", "#cd3131", "#0dbc79", "#c7a500", "#2472c8", "#bc3fbc", "#11a8cd", "#cccccc",
	"#767676", "#f14c4c", "#23d18b", "#e5e510", "#3b8eea", "#d670d6", "#29b8db", "#ffffff"}

// indexed is a colour of the palette of 256.
func indexed(n int) string {
	switch {
	case n < 16:
		return basic[n]
	case n >= 232:
		grey := 8 + 10*(n-232)
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
	}
	level := func(i int) int {
		if i == 0 {
			return 0
		}
		return 55 + 40*i
	}
	n -= 16
	return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6))
}
