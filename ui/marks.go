package ui

import "strings"

// Marks are the characters that carry meaning beside colour. Terminals that draw East Asian ambiguous
// characters wide, or know no Unicode, take the ASCII set.
type Marks struct {
	Logo, Cursor, Step, Crumb, Dot, Dash, Arrow, Becomes string
	Good, Warn, Bad, On, Off, Run                        string
	Same, Alike, Differ                                  string
	BarFull, BarRest, Block, Shade, Even, Start          string
	Line, Heavy, Upright                                 string
	TopLeft, TopRight, BottomLeft, BottomRight           string
	Open, Closed, Loading, Choice, Up, Down, Left, Right string
	Spark                                                []string

	words *strings.Replacer // what else of the console's own text the terminal cannot draw; nil for nothing
}

// UnicodeMarks is the usual set.
func UnicodeMarks() Marks {
	return Marks{
		Logo: "◆", Cursor: "▌", Step: "▸", Crumb: "›", Dot: "·", Dash: "—", Arrow: "←", Becomes: "→",
		Good: "✓", Warn: "!", Bad: "✗", On: "●", Off: "○", Run: "↻",
		Same: "=", Alike: "≈", Differ: "≠",
		BarFull: "━", BarRest: "─", Block: "▆", Shade: "▒", Even: "┊", Start: "▏",
		Line: "─", Heavy: "━", Upright: "│",
		TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
		Open: "▾", Closed: "▸", Loading: "░", Choice: "▸", Up: "↑", Down: "↓", Left: "←", Right: "→",
		Spark: []string{"▁", "▂", "▃", "▄", "▅", "▆", "▇"},
	}
}

// ASCIIMarks is the set for terminals that cannot draw the usual one.
func ASCIIMarks() Marks {
	return Marks{
		Logo: "#", Cursor: ">", Step: ">", Crumb: ">", Dot: "-", Dash: "-", Arrow: "<", Becomes: ">",
		Good: "+", Warn: "!", Bad: "x", On: "*", Off: "o", Run: "~",
		Same: "=", Alike: "~", Differ: "#",
		BarFull: "=", BarRest: "-", Block: "#", Shade: "%", Even: ":", Start: "|",
		Line: "-", Heavy: "=", Upright: "|",
		TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
		Open: "v", Closed: ">", Loading: ".", Choice: ">", Up: "up", Down: "down", Left: "left", Right: "right",
		Spark: []string{"_", ".", ":", "-", "=", "+", "#"},
		words: strings.NewReplacer("…", "~", "–", "-", "—", "-", "“", `"`, "”", `"`, "‘", "'", "’", "'", "·", "-", "›", ">", "→", ">", "←", "<", "×", "x"),
	}
}
