package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// field is one line a person types into. It is a text input with every style set, since the ones it brings
// belong to the process and not to the session.
type field struct {
	input  textinput.Model
	theme  *Theme
	secret bool // drawn as marks
}

func newField(theme *Theme, hint string) *field {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = 2000
	input.Placeholder = hint
	input.PromptStyle, input.TextStyle = theme.Text, theme.Text
	input.PlaceholderStyle, input.CompletionStyle = theme.Faint, theme.Faint
	input.Cursor.Style, input.Cursor.TextStyle = theme.Caret, theme.Text
	input.Cursor.SetMode(0)
	return &field{input: input, theme: theme}
}

// focus puts the cursor into the field. It does not blink: nothing moves by itself.
func (f *field) focus() {
	f.input.Focus()
	f.input.Cursor.Blink = false
}

func (f *field) blur()            { f.input.Blur() }
func (f *field) focused() bool    { return f.input.Focused() }
func (f *field) value() string    { return clean(f.input.Value()) }
func (f *field) set(value string) { f.input.SetValue(value); f.input.CursorEnd() }

// key gives the field a key; the blink command of the input is left out.
func (f *field) key(msg tea.KeyMsg) {
	f.input, _ = f.input.Update(msg)
	f.input.Cursor.Blink = false
}

// view draws the field in w columns, underlined, the cursor as one cell of the accent.
func (f *field) view(w int) string {
	value := f.input.Value()
	if f.secret {
		value = strings.Repeat("*", len([]rune(value)))
	}
	text := clean(value)
	if text == "" && !f.focused() {
		return f.theme.Faint.Render(fit(f.input.Placeholder, w))
	}
	if !f.focused() {
		return f.theme.Input.Render(cut(text, w))
	}
	if value == "" && f.input.Placeholder != "" { // what to type, behind the cursor
		return f.theme.Caret.Render(" ") + f.theme.Faint.Render(cut(f.input.Placeholder, max(0, w-1)))
	}
	shown := []rune(value)
	at := min(f.input.Position(), len(shown))
	before, after := clean(string(shown[:at])), clean(string(shown[at:]))
	if at > 0 && shown[at-1] == ' ' {
		before += " "
	}
	for width(before) > w-2 {
		before = string([]rune(before)[1:])
	}
	under, rest := " ", ""
	if after != "" {
		r := []rune(after)
		under, rest = string(r[0]), string(r[1:])
	}
	line := f.theme.Input.Render(before) + f.theme.Caret.Render(under) + f.theme.Input.Render(cut(rest, max(0, w-width(before)-width(under))))
	return line
}
