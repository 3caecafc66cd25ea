package ui

import (
	"errors"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// What nobody foresaw is told with the id that finds it in the log, what was foreseen with its hint.
func TestUnforeseenFailuresHaveATrace(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
	c.send(actedMsg{what: "accept the match", err: errors.New("disk I/O error")})
	c.sees("could not accept the match: disk I/O error. Trace 7f3a91c2 in the log")
	c.send(actedMsg{what: "accept the match", err: busyError{}})
	if frame := c.app.View(); strings.Contains(frame, "7f3a91c2") || !strings.Contains(frame, "A backup or another command may be at work") {
		t.Errorf("a failure that was foreseen:\n%s", frame)
	}
}

// A page that could not be loaded says code, trace and where the log is; so do its details, and what is copied.
func TestErrorPageSaysWhereToLook(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services()})
	w.err = busyError{}
	c.press("6")
	c.sees("code store.busy")
	c.sees("trace 7f3a91c2   log /home/ana/.local/share/crmsync/crmsync.log")
	var copied string
	c.app.copied = func(text string) { copied = text }
	c.press("c")
	if !strings.Contains(copied, "store.busy") || !strings.Contains(copied, "trace 7f3a91c2") {
		t.Errorf("copied %q", copied)
	}
	c.press("e")
	c.sees("trace 7f3a91c2, in the log:")
}

// A path that is too long keeps its beginning and its end.
func TestCutLeft(t *testing.T) {
	if got := cutLeft("trace 7f3a91c2   log /srv/very/long/way/to/crmsync.log", 40); width(got) != 40 || !strings.HasPrefix(got, "trace 7f3a91") || !strings.HasSuffix(got, "crmsync.log") {
		t.Errorf("%q", got)
	}
	if got := cutLeft("short", 40); got != "short" {
		t.Errorf("%q", got)
	}
}

// faulty is a model that breaks where it is told to.
type faulty struct{ take, draw, work bool }

func (f faulty) Init() tea.Cmd { return nil }

func (f faulty) Update(tea.Msg) (tea.Model, tea.Cmd) {
	if f.take {
		panic("index out of range")
	}
	fine := func() tea.Msg { return tea.KeyMsg{} }
	return f, tea.Batch(fine, func() tea.Msg {
		if f.work {
			panic("index out of range")
		}
		return nil
	})
}

func (f faulty) View() string {
	if f.draw {
		panic("index out of range")
	}
	return "frame"
}

// A fault while a message is taken or a frame is drawn ends the console with an error that says where to look, and that
// of a command is told; nothing of it reaches Bubble Tea.
func TestFaultsOfTheConsole(t *testing.T) {
	for name, model := range map[string]faulty{"none": {}, "a message": {take: true}, "a frame": {draw: true}, "a command": {work: true}} {
		quit := make(chan struct{}, 1)
		s := &sturdy{Model: model, log: "/data/crmsync.log", quit: func() { quit <- struct{}{} },
			tell: func(what string, value any, stack []byte) string {
				if !strings.HasPrefix(what, "the console: ") || value != "index out of range" || !strings.Contains(string(stack), "fault_test.go") {
					t.Errorf("%s: told %s, %v\n%s", name, what, value, stack)
				}
				return "7f3a91c2"
			}}
		_, cmd := s.Update(tea.KeyMsg{})
		frame := s.View()
		var said []string
		for _, one := range commandsOf(cmd) {
			switch msg := one().(type) {
			case toastMsg:
				said = append(said, msg.text)
			case tea.QuitMsg:
				said = append(said, "quit")
			}
		}
		fault := s.ended()
		switch name {
		case "none":
			if fault != nil || frame != "frame" || len(said) > 0 {
				t.Errorf("%s: %v, %q, %q", name, fault, frame, said)
			}
		case "a command":
			if fault != nil || len(said) != 1 || !strings.Contains(said[0], "a fault of the console: index out of range. Trace 7f3a91c2 in the log") {
				t.Errorf("%s: %v, %q", name, fault, said)
			}
			continue
		case "a frame":
			<-quit
		case "a message":
			if len(said) != 1 || said[0] != "quit" {
				t.Errorf("%s: %q", name, said)
			}
		}
		if name != "none" && (fault == nil || crmsync.CodeOf(fault) != "console.fault" || !strings.Contains(crmsync.HintOf(fault), "/data/crmsync.log")) {
			t.Errorf("%s: ended with %v", name, fault)
		}
	}
}

// commandsOf are the commands of a batch, or the one.
func commandsOf(cmd tea.Cmd) []tea.Cmd {
	msg := cmd()
	if several, ok := msg.(tea.BatchMsg); ok {
		return several
	}
	return []tea.Cmd{func() tea.Msg { return msg }}
}
