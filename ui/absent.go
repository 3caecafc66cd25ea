package ui

import tea "github.com/charmbracelet/bubbletea"

// absent stands for a screen this version does not have, and says what does the work instead.
type absent struct {
	*Session
	title, command string
}

// Title is the screen's name.
func (a *absent) Title() string { return a.title }

// Update has nothing to do.
func (a *absent) Update(tea.Msg) tea.Cmd { return nil }

// Actions is empty.
func (a *absent) Actions() []Action { return nil }

// View says what to use.
func (a *absent) View(w, h int) string {
	t := a.Theme
	return middle([]string{
		t.Strong.Render(a.title + " is not part of this console yet"), "",
		t.Quiet.Render("The command line does it where this version can:"), "",
		t.Text.Render(a.command),
	}, w, h)
}
