package ui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	crmsync "crmsync/sync"
)

// clickOn presses the left button on the first place of the frame that holds the text.
func (c *console) clickOn(text string) {
	c.t.Helper()
	for y, line := range strings.Split(c.text(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			c.now = c.now.Add(2 * time.Second)
			c.send(tea.MouseMsg{X: width(before), Y: y, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
			return
		}
	}
	c.t.Fatalf("no %q to click on:\n%s", text, c.text())
}

// clickTab presses the left button on a tab.
func (c *console) clickTab(key string) {
	c.t.Helper()
	x := strings.Index(strings.Split(c.text(), "\n")[tabRow], key)
	c.now = c.now.Add(2 * time.Second)
	c.send(tea.MouseMsg{X: x, Y: tabRow, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
}

func TestClicks(t *testing.T) {
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 40}} {
		for _, profile := range []termenv.Profile{termenv.Ascii, termenv.ANSI256} {
			c := start(t, setup{services: sampleWorld().services(), w: size[0], h: size[1], profile: profile, ascii: size[0] == 80})
			c.clickTab("4")
			c.sees("1 of 300")
			row, ok := c.app.cursorRow()
			if !ok {
				t.Fatalf("no cursor is found:\n%s", c.text())
			}
			c.send(tea.MouseMsg{X: 9, Y: firstRow + row + 2, Action: tea.MouseActionPress, Button: tea.MouseButtonLeft})
			c.sees("3 of 300")
			c.clickOn("Ann Okafor")
			c.sees("1 of 300")
			c.clickOn("? help")
			if len(c.app.dialogs) != 1 {
				t.Fatalf("the key of the help in the last line opens nothing:\n%s", c.text())
			}
			c.press("esc", "/")
			if e, ok := c.app.screen().(editor); !ok || !e.Editing() {
				t.Fatalf("the filter is not open:\n%s", c.text())
			}
			c.clickOn("王 偉") // while a field is open the rows stand still
			c.press("esc")
			c.sees("1 of 300")
			c.send(wheelMsg(4))
			c.sees("5 of 300")
			c.send(wheelMsg(-1))
			c.sees("4 of 300")
		}
	}
}

// A click below a heading goes to the row it is on; one on the heading stays near.
func TestClickAmongHeadings(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 80, h: 24})
	c.press("8")
	s := c.app.screen().(*settings)
	var last int
	for i, row := range s.all {
		if row.Group != s.all[0].Group {
			last = i
			break
		}
	}
	c.clickOn(s.all[last].Name)
	if s.cursor != last {
		t.Errorf("the click on row %d went to row %d", last, s.cursor)
	}
	c.clickOn(s.all[0].Group)
	if s.cursor > 1 {
		t.Errorf("the click on the first heading went to row %d", s.cursor)
	}
}

// A role meets its refusals by the mouse as well, and a dialog cannot be clicked through.
func TestClicksAskNobodysLeave(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}})
	c.press("?")
	before := c.text()
	c.clickTab("4")
	if got := c.text(); got != before {
		t.Errorf("a click changed what lies below a dialog:\n%s", got)
	}
}

func TestTurnsOfTheWheelAreTakenTogether(t *testing.T) {
	now := testNow
	filter := mouseFilter(func() time.Time { return now })
	turn := func(button tea.MouseButton, after time.Duration) tea.Msg {
		now = now.Add(after)
		return filter(nil, tea.MouseMsg{Action: tea.MouseActionPress, Button: button})
	}
	if got := turn(tea.MouseButtonWheelDown, 0); got != wheelMsg(1) {
		t.Errorf("the first turn became %v", got)
	}
	for range 5 {
		if got := turn(tea.MouseButtonWheelDown, 3*time.Millisecond); got != nil {
			t.Errorf("a turn much too soon became %v", got)
		}
	}
	if got := turn(tea.MouseButtonWheelDown, 3*time.Millisecond); got != wheelMsg(6) {
		t.Errorf("six turns became %v", got)
	}
	if got := turn(tea.MouseButtonWheelDown, time.Millisecond); got != nil {
		t.Errorf("a turn much too soon became %v", got)
	}
	if got := turn(tea.MouseButtonWheelUp, time.Second); got != wheelMsg(0) {
		t.Errorf("one down and, much later, one up became %v", got)
	}
	if got := filter(nil, tea.MouseMsg{Action: tea.MouseActionMotion}); got != nil {
		t.Errorf("a move became %v", got)
	}
	press := tea.MouseMsg{Action: tea.MouseActionPress, Button: tea.MouseButtonLeft}
	if got := filter(nil, press); got != press {
		t.Errorf("a click became %v", got)
	}
	if key := (tea.KeyMsg{Type: tea.KeyEnter}); filter(nil, key).(tea.KeyMsg).Type != key.Type {
		t.Error("a key was changed")
	}
}
