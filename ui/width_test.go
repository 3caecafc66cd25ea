package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// TestWidth compares the short way with the library's, on texts of everything a row may hold.
func TestWidth(t *testing.T) {
	pieces := append([]string{"plain", " ", "│", "━", "█", "●", "✓", "é", "ß", "…", "\x1b[1;38;5;12m", "\x1b[m", "\x1b[0m", "\x1b[38:2::1:2:3m", "\x1b[2J", "\x1b[", "\x1b", "\x1b]8;;https://example.org\x1b\\",
		"\x1b]8;;\a", "\x1b]8;;", "\u0301", "\ufe0f", "\u200d", "\xff", "\n", "\t", "\x7f", "👩", "佐", "한", "ｆ", "\u0600"}, hostile...)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8).Draw(t, "pieces"), "")
		if got, want := width(text), ansi.StringWidth(text); got != want {
			t.Fatalf("%q takes %d columns, reckoned %d", text, want, got)
		}
	})
	for r := rune(0); r < 0x3000; r++ {
		if got, want := width(string(r)), ansi.StringWidth(string(r)); got != want {
			t.Errorf("%U takes %d columns, reckoned %d", r, want, got)
		}
		if joined := "a" + string(r) + "b"; width(joined) != ansi.StringWidth(joined) {
			t.Errorf("%U between letters takes %d columns, reckoned %d", r, ansi.StringWidth(joined), width(joined))
		}
	}
}
