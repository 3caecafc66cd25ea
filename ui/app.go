package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// The least size the console draws in.
const (
	leastWidth  = 60
	leastHeight = 16
)

// tab is one of the numbered screens with what is opened above it.
type tab struct {
	key, name string
	stack     []Screen
	badge     func() int64
}

func (t *tab) top() Screen { return t.stack[len(t.stack)-1] }

// App is the one Bubble Tea model: it owns the size, the tabs, the dialogs and the toast, turns keys into
// actions, and hands every other message to the screens.
type App struct {
	*Session
	width, height int
	tabs          []*tab
	active        int
	dialogs       []*opened
	toast         toastMsg
	toastID       int
	undo, redo    []string // audit ids of what this session did and took back
	progress      progress
	stale         bool      // something happened since the overview was asked for
	refreshed     time.Time // when a run that goes on made the overview be read last
	retry         retrying
	mouse         bool
	copied        func(string)
	clip          func(string) tea.Cmd // the same by a command
}

// overviewMsg carries what Home and the header show.
type overviewMsg struct {
	overview Overview
	err      error
}

// runMsg runs an action chosen in the palette.
type runMsg struct{ action Action }

// newApp makes the model with its tabs; nothing is read yet.
func newApp(s *Session) *App {
	a := &App{Session: s, copied: func(string) {}, clip: clipboardBy(s.ctx, nil)}
	a.tabs = newTabs(s, &a.progress)
	return a
}

// Init reads the overview and shows the first screen.
func (a *App) Init() tea.Cmd {
	return tea.Batch(a.readOverview(), a.show(a.active), a.nextMinute())
}

// Update takes every message, and what the screens have told the root since.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.take(msg)
	return a, tea.Batch(cmd, a.drain(), a.watch())
}

// drain does what was told to the root.
func (a *App) drain() tea.Cmd {
	var cmds []tea.Cmd
	for len(a.pending) > 0 {
		msg := a.pending[0]
		a.pending = a.pending[1:]
		cmds = append(cmds, a.take(msg))
	}
	return tea.Batch(cmds...)
}

// take does one message: keys become actions, what concerns the whole console is done here, and the rest
// goes to the screens.
func (a *App) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		return nil
	case tea.KeyMsg:
		return a.keys(msg)
	case tea.MouseMsg:
		return a.click(msg)
	case wheelMsg:
		return a.wheel(msg)
	case runMsg:
		return a.perform(msg.action)
	case startMsg:
		return msg.cmd
	case undoMsg:
		return a.takeBack(false)
	case gotoMsg:
		return a.visit(msg)
	case openMsg:
		a.openDialog(msg.dialog)
		return nil
	case closeMsg:
		a.closeDialog()
		return nil
	case pushMsg:
		return a.push(msg.screen)
	case popMsg:
		return a.pop()
	case copyMsg:
		a.copied(msg.text)
		return tea.Batch(a.clip(msg.text), a.say(toastMsg{state: StateGood, text: "copied " + clean(msg.text)}))
	case toastMsg:
		return a.say(msg)
	case expireMsg:
		if int(msg) == a.toastID {
			a.toast = toastMsg{}
		}
		return nil
	case againMsg:
		return a.retried(msg)
	case lookMsg:
		return a.readOverview()
	case sieveMsg:
		return msg.sieve.rested(msg)
	case minuteMsg:
		return a.nextMinute()
	case overviewMsg:
		return tea.Batch(a.learned(msg), a.forward(msg))
	case actedMsg:
		return tea.Batch(a.acted(msg), a.forward(msg))
	case eventMsg:
		return tea.Batch(a.event(crmsync.Event(msg)), a.forward(msg))
	case elsewhereMsg:
		return tea.Batch(a.elsewhere(crmsync.Event(msg)), a.forward(msg))
	}
	return a.forward(msg)
}

// openDialog puts a dialog above what is shown.
func (a *App) openDialog(d dialog) {
	now := a.now()
	a.dialogs = append(a.dialogs, &opened{dialog: d, since: now, lastKey: now})
}

// closeDialog takes the topmost dialog away; the grace of the one below begins anew.
func (a *App) closeDialog() {
	a.dialogs = a.dialogs[:max(0, len(a.dialogs)-1)]
	if n := len(a.dialogs); n > 0 {
		a.dialogs[n-1].again(a.now())
	}
}

// forward hands a message to every screen and dialog; each knows its own.
func (a *App) forward(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, t := range a.tabs {
		for _, screen := range t.stack {
			cmds = append(cmds, screen.Update(msg))
		}
	}
	for _, o := range a.dialogs {
		cmds = append(cmds, o.Update(msg))
	}
	return tea.Batch(cmds...)
}

func (a *App) screen() Screen { return a.tabs[a.active].top() }

// show tells the screen of a tab that it is in front.
func (a *App) show(at int) tea.Cmd {
	a.active = at
	if s, ok := a.screen().(shower); ok {
		return s.Show(a.ctx)
	}
	return nil
}

func (a *App) hide() {
	if s, ok := a.screen().(shower); ok {
		s.Hide()
	}
}

// visit switches the tab.
func (a *App) visit(msg gotoMsg) tea.Cmd {
	if msg.tab < 0 || msg.tab >= len(a.tabs) {
		return nil
	}
	var cmd tea.Cmd
	if msg.tab != a.active {
		a.hush()
		a.hide()
		cmd = a.show(msg.tab)
	}
	if p, ok := a.screen().(parter); ok && msg.part != "" {
		return tea.Batch(cmd, p.Part(msg.part))
	}
	return cmd
}

// push opens a screen above the present one.
func (a *App) push(screen Screen) tea.Cmd {
	a.hush()
	a.hide()
	t := a.tabs[a.active]
	t.stack = append(t.stack, screen)
	return a.show(a.active)
}

// pop goes back to the screen below, or to Home from the lowest.
func (a *App) pop() tea.Cmd {
	t := a.tabs[a.active]
	if len(t.stack) == 1 {
		return a.visit(gotoMsg{tab: 0})
	}
	a.hush()
	a.hide()
	t.stack = t.stack[:len(t.stack)-1]
	return a.show(a.active)
}

// say shows a toast for a while: longer when it is an error.
func (a *App) say(msg toastMsg) tea.Cmd {
	a.toastID++
	a.toast = msg
	stay := 6 * time.Second
	if msg.state == StateBad {
		stay = 20 * time.Second
	}
	return a.wait(a.ctx, stay, expireMsg(a.toastID))
}

// acted tells how an act ended and keeps what takes it back.
func (a *App) acted(msg actedMsg) tea.Cmd {
	if toast, proposed := a.proposed(msg.err); proposed {
		return tea.Batch(a.say(toast), a.readOverview())
	}
	if msg.err != nil {
		return a.say(a.failedActing(msg.what, msg.err))
	}
	audits := msg.audits
	if msg.audit != "" {
		audits = append(audits, msg.audit)
	}
	if msg.redo {
		a.redo = append(a.redo, audits...)
	} else {
		a.undo = append(a.undo, audits...)
	}
	return tea.Batch(a.say(toastMsg{state: StateGood, text: msg.text}), a.readOverview())
}

// takeBack undoes the newest act of this session, or redoes the newest undo.
func (a *App) takeBack(redo bool) tea.Cmd {
	from, what, done := &a.undo, "undo", "Taken back."
	if redo {
		from, what, done = &a.redo, "redo", "Done again."
	}
	audit := ""
	if n := len(*from); n > 0 {
		audit, *from = (*from)[n-1], (*from)[:n-1]
	}
	return func() tea.Msg {
		var id string
		var err error
		if audit == "" {
			id, err = a.Services.Audit.UndoLast(a.ctx)
		} else {
			id, err = a.Services.Audit.Undo(a.ctx, audit)
		}
		return actedMsg{text: done, audit: id, err: err, what: what, redo: !redo}
	}
}

// readOverview reads the header's and Home's figures; one reading at a time.
func (a *App) readOverview() tea.Cmd {
	if a.Services.Home == nil {
		return nil
	}
	if !a.looking.since.IsZero() {
		a.stale = true
		return nil
	}
	a.stale = false
	return tea.Batch(a.looking.begin(a.ctx, a.Session), func() tea.Msg {
		overview, err := a.Services.Home.Overview(a.ctx)
		return overviewMsg{overview, err}
	})
}

func (a *App) learned(msg overviewMsg) tea.Cmd {
	if a.looking.end(msg.err) {
		a.overview, a.known = msg.overview, true
	}
	if a.stale {
		return a.readOverview()
	}
	return nil
}

// event follows the engine.
func (a *App) event(event crmsync.Event) tea.Cmd {
	before := a.progress.followed
	a.progress.follow(event)
	if event.Kind == crmsync.EventProgress {
		return a.refresh(before)
	}
	cmd := a.readOverview()
	if event.Kind == crmsync.EventAudit && event.Actor != "" && !a.isOwn(event) {
		a.tell(elsewhereMsg(event))
	}
	if event.Kind == crmsync.EventRunEnded && event.Err != nil {
		cmd = tea.Batch(cmd, a.say(a.failedActing("run the "+string(event.Job), event.Err)))
	}
	return cmd
}

// refreshEvery is how often Home's figures are read anew while a run goes on.
const refreshEvery = 5 * time.Second

// refresh reads Home's figures anew while a run goes on: when an object is done, and from time to time.
func (a *App) refresh(before followed) tea.Cmd {
	done := before.object != "" && before.object != a.progress.object
	if now := a.now(); done || now.Sub(a.refreshed) >= refreshEvery {
		a.refreshed = now
		return a.readOverview()
	}
	return nil
}

// nextMinute wakes the clock when the minute changes.
func (a *App) nextMinute() tea.Cmd {
	now := a.now()
	return a.wait(a.ctx, now.Truncate(time.Minute).Add(time.Minute).Sub(now), minuteMsg{})
}

// stop ends what the screens were doing.
func (a *App) stop(cancel context.CancelFunc) {
	a.hide()
	cancel()
}
