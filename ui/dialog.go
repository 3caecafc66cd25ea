package ui

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// A dialog that asks something drops keys until none came for graceRest, at most for graceMost: a key meant
// for the screen below, or a key that repeats by itself, must not answer.
const (
	graceRest = 425 * time.Millisecond
	graceMost = 1500 * time.Millisecond
)

// dialog is a box above the screen. View returns its lines, frame included.
type dialog interface {
	Update(msg tea.Msg) tea.Cmd
	View(w, h int) []string
	Actions() []Action // for the footer; nil keeps the footer of the screen below
	Line() string      // above the keys; "" keeps the line of the screen below
	Guarded() bool     // whether it asks, so that early keys are dropped
}

// opened is a dialog on the stack with what the grace needs.
type opened struct {
	dialog
	since, lastKey time.Time
	settled        bool
}

// takes reports whether the dialog may have a key that came now.
func (o *opened) takes(now time.Time) bool {
	if !o.Guarded() || o.settled {
		return true
	}
	rested := now.Sub(o.lastKey) >= graceRest
	o.lastKey = now
	if rested || now.Sub(o.since) >= graceMost {
		o.settled = true
		return true
	}
	return false
}

// confirm asks before an act that reaches many things or the outside. Cancel has the focus.
type confirm struct {
	*Session
	title  string
	lines  func(w int) []string
	note   string        // beside the buttons
	yes    string        // the button, a verb with its count
	act    crmsync.ActID // what it asks about, where that may need a second admin
	do     func() tea.Cmd
	line   string
	chosen bool // the yes button has the focus
	more   []Action
}

// Update moves between the buttons and answers.
func (c *confirm) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	name := keyName(key)
	if action, ok := findAction(c.more, name); ok && action.off() == "" {
		return action.Do()
	}
	switch name {
	case "left", "right", "tab", "shift+tab", "h", "l":
		c.chosen = !c.chosen
	case "esc", "n", "q":
		return c.tell(closeMsg{})
	case "y":
		return c.accept()
	case "enter":
		if c.chosen {
			return c.accept()
		}
		return c.tell(closeMsg{})
	}
	return nil
}

// askedHelp reports whether a key asks for the help of a dialog in which it is no letter.
func (o *opened) askedHelp(key string) (Action, bool) {
	action, ok := findAction(o.Actions(), key)
	return action, ok && action.ID == dialogHelpID
}

// again lets the grace of a dialog begin anew, when what stood before it is closed: a key meant for that must not answer.
func (o *opened) again(now time.Time) { o.since, o.lastKey, o.settled = now, now, false }

// dialogHelpID is the action of every dialog that has help.
const dialogHelpID = "dialog.help"

// dialogHelp shows the keys of a dialog above it; the dialog stays as it is.
func (s *Session) dialogHelp(title string, keys func() []Action) Action {
	return Action{ID: dialogHelpID, Keys: []string{"?"}, Group: "Everywhere", Short: "help", Foot: true, Local: true, Do: func() tea.Cmd {
		return s.tell(openMsg{newHelp(s, title, keys(), "The question stays as it is; nothing is done meanwhile.")})
	}}
}

func (c *confirm) accept() tea.Cmd {
	if c.yes == "" {
		return c.tell(closeMsg{})
	}
	c.tell(closeMsg{})
	return c.do()
}

// View draws the question with its buttons.
func (c *confirm) View(w, h int) []string {
	inner := min(64, w-8)
	lines, second, note := c.lines(inner), []string(nil), c.note
	if c.yes != "" {
		second = c.secondLines(c.act, inner)
	}
	if second != nil {
		note = ""
	}
	lines = lines[:min(len(lines), max(1, h-4-len(second)))]
	lines = append(append(lines, second...), "", ends(note, c.buttons()+"  ", inner))
	return c.Theme.box(c.title, lines, inner, c.Theme.Warning)
}

// label is what the button says: an act that needs a second admin is proposed.
func (c *confirm) label() string {
	if c.yes != "" && c.needsSecond(c.act) {
		return "Propose: " + lowerFirst(c.yes)
	}
	return c.yes
}

func (c *confirm) buttons() string {
	t := c.Theme
	cancel, yes := "[ Cancel ]", "[ "+c.label()+" ]"
	switch {
	case c.yes == "":
		return t.Accent.Render(t.Choice + "[ Close ]")
	case c.chosen:
		return " " + t.Quiet.Render(cancel) + " " + t.Accent.Render(t.Choice+yes)
	}
	return t.Accent.Render(t.Choice+cancel) + "  " + t.Quiet.Render(yes)
}

// Actions are the keys of the question.
func (c *confirm) Actions() []Action {
	nothing := func() tea.Cmd { return nil }
	out := []Action{{ID: "dialog.yes", Keys: []string{"y"}, Short: lowerFirst(c.label()), Foot: true, Local: true, Do: nothing}}
	if c.yes == "" {
		out = nil
	}
	out = append(out, c.more...)
	return append(out, Action{ID: "dialog.no", Keys: []string{"esc"}, Short: "cancel", Foot: true, Local: true, Do: nothing},
		c.dialogHelp(c.title, c.Keys))
}

// Keys are all keys of the question, for its help.
func (c *confirm) Keys() []Action {
	out := []Action{{ID: "dialog.yes", Keys: []string{"y"}, Group: "Answer", Short: lowerFirst(c.label())}}
	if c.yes == "" {
		out = nil
	}
	out = append(out, Action{ID: "dialog.no", Keys: []string{"esc", "n"}, Group: "Answer", Short: "cancel"},
		Action{ID: "dialog.chosen", Keys: []string{"enter"}, Group: "Answer", Short: "what is chosen"},
		Action{ID: "dialog.turn", Keys: []string{"tab", "left", "right"}, Group: "Move", Short: "other button"})
	for _, a := range c.more {
		a.Group = "Show"
		out = append(out, a)
	}
	return out
}

// Line says that nothing has happened yet.
func (c *confirm) Line() string {
	if c.line != "" {
		return c.line
	}
	return "preview only; nothing has changed"
}

// Guarded is true: the question must be read before it is answered.
func (c *confirm) Guarded() bool { return true }

// lowerFirst writes a button's text as a verb among keys: "accept 214".
func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
