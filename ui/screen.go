package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// Screen is one page of the console. Screens have pointer receivers and keep their state when they are
// left. View returns exactly h lines of exactly w columns.
type Screen interface {
	Update(msg tea.Msg) tea.Cmd
	View(w, h int) string
	Actions() []Action
	Title() string
}

// A screen may also be any of these.
type (
	// shower is told when it comes to the front and when it is left; ctx ends when it is left.
	shower interface {
		Show(ctx context.Context) tea.Cmd
		Hide()
	}
	// liner fills the line above the keys: a text at the left when no toast is shown, the position at the right.
	liner interface{ Line() (left, right string) }
	// editor takes every key itself while a field has the focus.
	editor interface{ Editing() bool }
	// backer takes one esc for itself, such as clearing a filter, and reports whether it did.
	backer interface{ Back() (tea.Cmd, bool) }
	// parter understands the part of a gotoMsg.
	parter interface{ Part(name string) tea.Cmd }
)

// stage keeps what a screen needs between Show and Hide.
type stage struct {
	*Session
	screen context.Context // ends when the screen is left
	cancel context.CancelFunc
}

// context is the screen's, or the session's before it was first shown.
func (s *stage) context() context.Context {
	if s.screen != nil {
		return s.screen
	}
	return s.ctx
}

func (s *stage) show(ctx context.Context) {
	if s.cancel != nil {
		s.cancel()
	}
	s.screen, s.cancel = context.WithCancel(ctx)
}

// Hide ends what the screen was doing.
func (s *stage) Hide() {
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
}

// shown reports whether the screen is in front.
func (s *stage) shown() bool { return s.cancel != nil }
