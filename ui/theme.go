package ui

import (
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"crmsync/ui/early"
)

// Mode chooses the colours.
type Mode string

// The modes. Auto takes dark or light by the terminal's COLORFGBG and no colour where there is none.
const (
	ModeAuto  Mode = "auto"
	ModeDark  Mode = "dark"
	ModeLight Mode = "light"
	ModeMono  Mode = "mono"
)

// Palette is the semantic colours of a theme. The values are indices of the 256-colour table, so that a
// terminal with and one without true colour show the same. The four state colours keep a contrast of 4.5:1
// on the usual backgrounds and stay apart under the three kinds of colour blindness; a test proves both.
type Palette struct {
	Text, Strong, Quiet, Faint, Line    lipgloss.TerminalColor
	Accent, Link, Key, Border           lipgloss.TerminalColor
	Good, Warn, Bad, Info               lipgloss.TerminalColor
	For, Against, Bar, Spark            lipgloss.TerminalColor
	SelectedText, SelectedBack, Warning lipgloss.TerminalColor
}

// DarkPalette is for dark backgrounds.
func DarkPalette() Palette {
	c := func(index string) lipgloss.TerminalColor { return lipgloss.Color(index) }
	return Palette{
		Text: c("252"), Strong: c("255"), Quiet: c("248"), Faint: c("246"), Line: c("238"),
		Accent: c("75"), Link: c("75"), Key: c("75"), Border: c("75"),
		Good: c("43"), Warn: c("172"), Bad: c("203"), Info: c("105"),
		For: c("43"), Against: c("131"), Bar: c("105"), Spark: c("105"),
		SelectedText: c("255"), SelectedBack: lipgloss.CompleteColor{TrueColor: "#1f3450", ANSI256: "237", ANSI: "8"}, Warning: c("172"),
	}
}

// LightPalette is for light backgrounds.
func LightPalette() Palette {
	c := func(index string) lipgloss.TerminalColor { return lipgloss.Color(index) }
	return Palette{
		Text: c("235"), Strong: c("232"), Quiet: c("240"), Faint: c("242"), Line: c("250"),
		Accent: c("25"), Link: c("25"), Key: c("25"), Border: c("25"),
		Good: c("23"), Warn: c("94"), Bad: c("52"), Info: c("62"),
		For: c("23"), Against: c("131"), Bar: c("62"), Spark: c("62"),
		SelectedText: c("232"), SelectedBack: c("153"), Warning: c("94"),
	}
}

// Theme is everything a screen needs to draw: styles made by one session's renderer, and marks.
type Theme struct {
	Marks
	Text, Strong, Quiet, Faint, Line lipgloss.Style
	Accent, Link, Key, Title         lipgloss.Style
	Good, Warn, Bad, Info            lipgloss.Style
	For, Against, Bar, Spark         lipgloss.Style
	Selected, Input, Border, Warning lipgloss.Style
	Caret                            lipgloss.Style // the cell of the cursor in a field; it stands out more than a chosen row

	links bool
}

// NewTheme makes a theme for one session from its renderer. The renderer's colour profile decides how the
// colours come out; a profile without colour makes every mode mono.
func NewTheme(renderer *lipgloss.Renderer, mode Mode, marks Marks) *Theme {
	if renderer.ColorProfile() == termenv.Ascii {
		mode = ModeMono
	}
	switch mode {
	case ModeMono:
		return monoTheme(renderer, marks)
	case ModeLight:
		return colourTheme(renderer, LightPalette(), marks)
	case ModeAuto, ModeDark:
	}
	return colourTheme(renderer, DarkPalette(), marks)
}

// ModeFor settles "auto" from COLORFGBG ("" when the terminal does not set it).
func ModeFor(mode Mode, colorfgbg string) Mode {
	if mode != ModeAuto && mode != "" {
		return mode
	}
	if early.Dark(colorfgbg) {
		return ModeDark
	}
	return ModeLight
}

func colourTheme(r *lipgloss.Renderer, p Palette, marks Marks) *Theme {
	fg := func(c lipgloss.TerminalColor) lipgloss.Style { return r.NewStyle().Foreground(c) }
	return &Theme{
		Marks: marks,
		Text:  fg(p.Text), Strong: fg(p.Strong).Bold(true), Quiet: fg(p.Quiet), Faint: fg(p.Faint), Line: fg(p.Line),
		Accent: fg(p.Accent).Bold(true), Link: fg(p.Link).Bold(true).Underline(true), Key: fg(p.Key), Title: fg(p.Strong).Bold(true),
		Good: fg(p.Good), Warn: fg(p.Warn), Bad: fg(p.Bad), Info: fg(p.Info),
		For: fg(p.For), Against: fg(p.Against), Bar: fg(p.Bar), Spark: fg(p.Spark),
		Selected: fg(p.SelectedText).Background(p.SelectedBack).Bold(true),
		Input:    fg(p.Text).Underline(true), Border: fg(p.Border), Warning: fg(p.Warning),
		Caret: fg(p.Accent).Reverse(true),
		links: true,
	}
}

// monoTheme tells things apart by weight alone: bold, faint, underlined, reversed.
func monoTheme(r *lipgloss.Renderer, marks Marks) *Theme {
	plain := r.NewStyle()
	bold := r.NewStyle().Bold(true)
	faint := r.NewStyle().Faint(true)
	return &Theme{
		Marks: marks,
		Text:  plain, Strong: bold, Quiet: plain, Faint: faint, Line: faint,
		Accent: bold, Link: plain.Underline(true), Key: bold, Title: bold,
		Good: plain, Warn: bold, Bad: bold, Info: plain,
		For: plain, Against: faint, Bar: plain, Spark: plain,
		Selected: plain.Reverse(true), Input: plain.Underline(true), Border: plain, Warning: bold,
		Caret: plain.Reverse(true),
		links: true,
	}
}
