package ui

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// The rows of a frame that are not the screen's own.
const (
	tabRow   = 1 // the tabs
	firstRow = 3 // the first of the screen
	footRows = 3 // a line, the toast, the keys
)

// wheelEvery is how long turns of the wheel are taken together.
const wheelEvery = 16 * time.Millisecond

// wheelMsg is how many rows the wheel was turned by, down if more than 0.
type wheelMsg int

// mouseFilter takes turns of the wheel together before they queue: a touchpad sends hundreds in a second, and
// each would lead to a frame. It is called by the program's own goroutine alone.
func mouseFilter(now func() time.Time) func(tea.Model, tea.Msg) tea.Msg {
	var passed time.Time
	held := 0
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		mouse, ok := msg.(tea.MouseMsg)
		if !ok {
			return msg
		}
		switch {
		case mouse.Action != tea.MouseActionPress:
			return nil // moves and releases mean nothing here
		case mouse.Button == tea.MouseButtonWheelUp:
			held--
		case mouse.Button == tea.MouseButtonWheelDown:
			held++
		default:
			return msg
		}
		at := now()
		since := at.Sub(passed)
		if since < wheelEvery {
			return nil
		}
		if since > 10*wheelEvery { // what was left of an earlier turn is of no interest now
			held = max(-1, min(1, held))
		}
		turned := wheelMsg(held)
		passed, held = at, 0
		return turned
	}
}

// wheel moves the cursor of what is in front: an open dialog by its keys, else the screen's list.
func (a *App) wheel(rows wheelMsg) tea.Cmd {
	if len(a.dialogs) == 0 {
		if e, ok := a.screen().(editor); ok && e.Editing() || a.tooSmall() {
			return nil
		}
		return a.step(int(rows))
	}
	key := tea.KeyMsg{Type: tea.KeyDown}
	if rows < 0 {
		key, rows = tea.KeyMsg{Type: tea.KeyUp}, -rows
	}
	var cmds []tea.Cmd
	for range rows {
		cmds = append(cmds, a.key(key))
	}
	return tea.Batch(cmds...)
}

// click does what is written where the mouse was pressed: a tab, a key of the last line, or a row.
func (a *App) click(msg tea.MouseMsg) tea.Cmd {
	if msg.Button != tea.MouseButtonLeft || a.tooSmall() {
		return nil
	}
	if msg.Y == a.height-1 {
		return a.clickFoot(msg.X)
	}
	if e, ok := a.screen().(editor); len(a.dialogs) > 0 || ok && e.Editing() {
		return nil
	}
	switch {
	case msg.Y == tabRow:
		_, spans := a.tabSpans(a.width)
		for _, s := range spans {
			if msg.X >= s.from && msg.X < s.to {
				return a.tell(gotoMsg{tab: s.tab})
			}
		}
	case msg.Y >= firstRow && msg.Y < a.height-footRows:
		return a.clickRow(msg.Y - firstRow)
	}
	return nil
}

// clickFoot presses the key that is written in the last line.
func (a *App) clickFoot(x int) tea.Cmd {
	at := 1
	for _, f := range a.feet(a.width) {
		if w := width(f.text); x < at+w {
			if key, ok := keyNamed(f.action.Keys[0]); ok && x >= at {
				return a.key(key)
			}
			return nil
		} else {
			at += w + len(footGap)
		}
	}
	return nil
}

// clickRow moves the cursor to a row of the screen, by the keys that move it. Where the rows do not follow one
// another, as below a heading, it goes as near as it gets.
func (a *App) clickRow(y int) tea.Cmd {
	at, ok := a.cursorRow()
	if !ok || at == y {
		return nil
	}
	cmds := []tea.Cmd{a.step(y - at)}
	at, ok = a.cursorRow()
	for range a.height {
		if !ok || at == y {
			break
		}
		way := 1
		if at > y {
			way = -1
		}
		cmds = append(cmds, a.step(way))
		before := at
		at, ok = a.cursorRow()
		if at == before || (at > y) != (before > y) && at != y { // at an end, or past it
			break
		}
	}
	return tea.Batch(cmds...)
}

// step moves the cursor of the screen by rows.
func (a *App) step(rows int) tea.Cmd {
	key := "down"
	if rows < 0 {
		key, rows = "up", -rows
	}
	var cmds []tea.Cmd
	for range rows {
		if move, ok := findAction(a.screen().Actions(), key); ok && move.off() == "" {
			cmds = append(cmds, move.Do())
		}
	}
	return tea.Batch(cmds...)
}

// cursorRow is the row of the screen on which its cursor is drawn.
func (a *App) cursorRow() (int, bool) {
	lines := strings.Split(ansi.Strip(a.body(a.width, a.height-firstRow-footRows)), "\n")
	at := slices.IndexFunc(lines, func(line string) bool {
		before, _, found := strings.Cut(line, a.Theme.Cursor)
		last, _ := utf8.DecodeLastRuneInString(before)
		return found && (strings.TrimSpace(before) == "" || string(last) == a.Theme.Upright || strings.HasSuffix(before, a.Theme.Upright+" "))
	})
	return at, at >= 0
}

// toggleMouse turns the mouse on or off for this session. While it is on, the terminal's own selection needs
// the shift key.
func (a *App) toggleMouse() tea.Cmd {
	a.mouse = !a.mouse
	if a.mouse {
		return tea.Batch(tea.EnableMouseCellMotion, a.say(toastMsg{state: StateOn, text: "mouse on: the wheel moves, a click chooses a row, a tab or a key"}))
	}
	return tea.Batch(tea.DisableMouse, a.say(toastMsg{state: StateOff, text: "mouse off"}))
}
