package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// toastMsg shows a line for a while.
type toastMsg struct {
	state   State
	text    string
	address string  // the text is a link there, where the terminal knows links
	failed  *mishap // the act that the toast says failed; nil for any other
}

// linkTo shows an address as a link to click, or to copy where links are not known.
func linkTo(address string) tea.Cmd {
	return send(toastMsg{state: StateNone, text: address, address: address})
}

// actedMsg tells that an act ended. With an audit id it can be taken back.
type actedMsg struct {
	text   string
	audit  string
	audits []string // when it was many acts, each taken back by itself
	err    error
	what   string // what was tried, for an error: "accept the match"
	redo   bool   // the act was an undo, so what takes it back is a redo
}

// gotoMsg switches the screen; part is a sub-part or filter the screen understands.
type gotoMsg struct {
	tab  int
	part string
}

// openMsg puts a dialog on top, closeMsg takes the top one away.
type (
	openMsg  struct{ dialog dialog }
	closeMsg struct{}
)

// pushMsg opens a screen above the present one in the same tab, popMsg goes back.
type (
	pushMsg struct{ screen Screen }
	popMsg  struct{}
)

// copyMsg puts text into the terminal's clipboard.
type copyMsg struct{ text string }

// eventMsg is one event of the engine.
type eventMsg crmsync.Event

// lookMsg asks the root to read the overview again.
type lookMsg struct{}

// redrawMsg only asks for a new frame.
type redrawMsg struct{}

// minuteMsg comes once a minute, for the clock and the relative times of the header.
type minuteMsg struct{}

// expireMsg ends a toast, unless a newer one has taken its place.
type expireMsg int

// send makes a command of a message that is known already.
func send(msg tea.Msg) tea.Cmd { return func() tea.Msg { return msg } }

// Session is what every screen of one person's console shares.
type Session struct {
	Theme    *Theme
	Services Services
	Actor    crmsync.Actor
	Now      func() time.Time

	ctx      context.Context // of the session; ends with it
	sleep    func(ctx context.Context, d time.Duration) bool
	still    bool // nothing happens by itself on the screen: lines are printed once
	smooth   bool // the output sends a scroll as one: lists scroll by the row
	bindings Bindings
	usual    map[string][]string // the keys of the actions that are not bound otherwise; nil until asked for
	editor   *hostEditor         // nil: none can be opened here
	overview Overview
	known    bool           // an overview was read
	own      map[string]int // acts of this session by record, whose event has not come back yet
	looking  once           // how reading it stands
	pending  []tea.Msg      // for the root, before the next key
	trace    func(what string, err error) string
	log      string // where what was traced is written
}

// tell hands the root a message that must be done before the next key is looked at, such as opening a
// dialog: the keys of one burst must not fall through to what lies below.
func (s *Session) tell(msg tea.Msg) tea.Cmd {
	s.pending = append(s.pending, msg)
	return nil
}

// now is the time in the person's zone.
func (s *Session) now() time.Time { return s.Now() }

// wait returns a command that sends msg after d, or nothing when ctx ends first.
func (s *Session) wait(ctx context.Context, d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		if s.sleep(ctx, d) {
			return msg
		}
		return nil
	}
}

// sleepFor waits for d and reports whether it passed before ctx ended.
func sleepFor(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// act makes a command that performs a change and reports how it ended.
func (s *Session) act(what, done string, perform func(context.Context) (string, error)) tea.Cmd {
	return func() tea.Msg {
		audit, err := perform(s.ctx)
		return actedMsg{text: done, audit: audit, err: err, what: what}
	}
}

// may reports whether the actor may perform the act.
func (s *Session) may(id crmsync.ActID) bool { return crmsync.Allowed(s.Actor, id) == nil }

// seesPersonal reports whether the role may see more of a person than the name (decision 15).
func (s *Session) seesPersonal() bool { return s.Actor.Role != crmsync.RoleSupport }

// runNowWords name a job that is asked for: as a thing, and after "to".
var runNowWords = map[crmsync.JobKind]struct{ thing, verb string }{
	crmsync.JobImport:    {"sync", "sync"},
	crmsync.JobMatch:     {"matching", "match"},
	crmsync.JobWriteback: {"writeback", "write back"},
}

// syncNow asks for an import now.
func (s *Session) syncNow() tea.Cmd { return s.runNow(crmsync.JobImport) }

// runNow asks for a job now.
func (s *Session) runNow(job crmsync.JobKind) tea.Cmd {
	words := runNowWords[job]
	return func() tea.Msg {
		ended, err := s.Services.Home.RunNow(s.ctx, job)
		text := "The " + words.thing + " was handed to the engine; it begins at once"
		if ended {
			text = "The " + words.thing + " has ended"
		}
		return actedMsg{err: err, text: text, what: words.verb}
	}
}
