package ui

import (
	"fmt"
	"runtime/debug"
	gosync "sync"

	tea "github.com/charmbracelet/bubbletea"
)

// sturdy is a model whose panics do not reach Bubble Tea, which would print them over the terminal, or on the server's
// for a session over SSH. A fault while a message is taken or a frame is drawn ends the console, with an error that says
// where to look; a fault of a command is told and the console goes on.
type sturdy struct {
	tea.Model
	tell func(what string, value any, stack []byte) string // writes it to the log, and returns its id there
	log  string
	quit func()

	mu    gosync.Mutex
	fault error
}

// Init begins as the model does.
func (s *sturdy) Init() tea.Cmd { return s.sturdily(s.Model.Init()) }

// Update takes a message.
func (s *sturdy) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer func() {
		if value := recover(); value != nil {
			s.ends("take "+fmt.Sprintf("%T", msg), value)
			cmd = tea.Quit
		}
	}()
	_, cmd = s.Model.Update(msg)
	return s, s.sturdily(cmd)
}

// View draws a frame.
func (s *sturdy) View() (frame string) {
	defer func() {
		if value := recover(); value != nil {
			s.ends("draw", value)
			go s.quit() // the program, which waits for this frame, takes it after that
		}
	}()
	return s.Model.View()
}

// sturdily is a command whose fault is told as a message.
func (s *sturdy) sturdily(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if value := recover(); value != nil {
				msg = toastMsg{state: StateBad, text: s.note("work", value).Error()}
			}
		}()
		msg = cmd()
		if several, ok := msg.(tea.BatchMsg); ok {
			for i := range several {
				several[i] = s.sturdily(several[i])
			}
		}
		return msg
	}
}

// ends keeps the fault that the console ends with.
func (s *sturdy) ends(what string, value any) {
	err := s.note(what, value)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == nil {
		s.fault = err
	}
}

// ended is the fault that the console ended with, if any.
func (s *sturdy) ended() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// note writes a fault to the log.
func (s *sturdy) note(what string, value any) error {
	f := programFault{value: value}
	if s.tell != nil {
		f.trace, f.log = s.tell("the console: "+what, value, debug.Stack()), s.log
	}
	return f
}

// programFault is a fault of the console's own code.
type programFault struct {
	value      any
	trace, log string
}

func (f programFault) Error() string {
	text := clean(fmt.Sprintf("a fault of the console: %v", f.value))
	if f.trace != "" {
		text += ". Trace " + f.trace + " in the log"
	}
	return text
}

// Code is the stable name of a fault.
func (f programFault) Code() string { return "console.fault" }

// Hint says where to look.
func (f programFault) Hint() string {
	if f.log == "" {
		return "What was decided is kept; start the console again."
	}
	return "What was decided is kept; start the console again. The log is " + f.log + "; crmsync support-bundle FILE gathers what a report needs."
}
