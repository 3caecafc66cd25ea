package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// width is the number of columns s takes, styles and links not counted. Most of what is drawn is plain letters,
// lines and colours, for which no cluster of characters has to be found; that takes half the time of a frame.
func width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= ' ' && c < 0x7f:
			n, i = n+1, i+1
		case c == 0x1b:
			size := sequence(s[i:])
			if size == 0 {
				return ansi.StringWidth(s)
			}
			i += size
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !single(r) {
				return ansi.StringWidth(s)
			}
			n, i = n+1, i+size
		}
	}
	return n
}

// single reports whether a rune takes one column and joins no other: the lines, bars and marks of the console.
func single(r rune) bool {
	switch {
	case r >= 0x2500 && r < 0x25b0: // lines and blocks
		return true
	case r >= 0xc0 && r < 0x250: // Latin letters
		return true
	}
	return strings.ContainsRune("…·–—“”„‘’●○◆✓✗↻↑↓→←≈≠×", r)
}

// sequence is the length of the colour or the link that s begins with, or 0 when it is anything else.
func sequence(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '[':
		for i := 2; i < len(s); i++ {
			switch c := s[i]; {
			case c == 'm':
				return i + 1
			case (c < '0' || c > ';') && c != ':':
				return 0
			}
		}
	case ']':
		for i := 2; i < len(s); i++ {
			switch c := s[i]; {
			case c == 7:
				return i + 1
			case c == 0x1b && strings.HasPrefix(s[i:], "\x1b\\"):
				return i + 2
			case c < ' ' || c >= 0x7f:
				return 0
			}
		}
	}
	return 0
}
