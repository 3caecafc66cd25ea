package ui

import (
	tea "github.com/charmbracelet/bubbletea"
)

// keys turns a key message into actions. Letters that were read together come as one message, "jjj": they
// are taken one by one, or a fast hand on a slow line loses them. A paste stays whole.
func (a *App) keys(msg tea.KeyMsg) tea.Cmd {
	if msg.Type == tea.KeyRunes && len(msg.Runes) > 1 && !msg.Paste {
		var cmds []tea.Cmd
		for _, r := range msg.Runes {
			cmds = append(cmds, a.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}), a.drain())
		}
		return tea.Batch(cmds...)
	}
	return a.key(msg)
}

// key gives one key to whoever has the focus: the top dialog, an open field, else the action table.
func (a *App) key(msg tea.KeyMsg) tea.Cmd {
	name := keyName(msg)
	if name == "ctrl+c" {
		return tea.Quit
	}
	if a.tooSmall() {
		if name == "q" {
			return tea.Quit
		}
		return nil
	}
	if n := len(a.dialogs); n > 0 {
		top := a.dialogs[n-1]
		if help, asked := top.askedHelp(name); asked {
			return help.Do()
		}
		if !top.takes(a.now()) {
			return nil
		}
		return top.Update(msg)
	}
	if f := a.sieve(); f != nil && f.editing() {
		return f.key(msg)
	}
	if e, ok := a.screen().(editor); ok && e.Editing() {
		return a.screen().Update(msg)
	}
	if action, ok := findAction(a.actions(), name); ok {
		return a.perform(action)
	}
	return nil
}

// sieve is the filter of the list in front, or nil.
func (a *App) sieve() *sieve {
	if s, ok := a.screen().(sieved); ok {
		return s.Sieve()
	}
	return nil
}

// perform does an action, or says why not.
func (a *App) perform(action Action) tea.Cmd {
	if !action.allowed(a.Actor) {
		return a.say(toastMsg{state: StateWarn, text: refusal(a.Actor, action)})
	}
	if why := action.off(); why != "" {
		return a.say(toastMsg{state: StateWarn, text: why})
	}
	return action.Do()
}

// actions is the table in force: the screen's rows, then those that hold everywhere.
func (a *App) actions() []Action {
	own := a.bindings.bind(append(a.screen().Actions(), a.global()...))
	if m := a.mishap(); m != nil {
		first := a.bindings.bind(a.failureActions(m))
		own = append(first, withoutKeysOf(own, first)...)
	}
	return own
}

// everyAction is the table of the palette: what can be done here, then on the other screens. An action of
// another screen goes there first; whether it can be done is asked there.
func (a *App) everyAction() []Action {
	out := a.bindings.bind(append(tableOf(a.screen()), a.global()...))
	seen := map[string]bool{}
	for _, action := range out {
		seen[action.ID] = true
	}
	for i, t := range a.tabs {
		if i == a.active {
			continue
		}
		for _, action := range a.bindings.bind(tableOf(t.top())) {
			if seen[action.ID] || action.Local {
				continue
			}
			seen[action.ID] = true
			there := action
			there.Why = nil
			there.Do = func() tea.Cmd {
				a.tell(gotoMsg{tab: i, part: action.Part})
				return a.tell(runMsg{action})
			}
			out = append(out, there)
		}
	}
	return out
}

// tableOf is a screen's whole table: a screen with parts tells what can be done in each.
func tableOf(s Screen) []Action {
	if whole, ok := s.(interface{ Table() []Action }); ok {
		return whole.Table()
	}
	return s.Actions()
}

// global are the actions of every screen.
func (a *App) global() []Action {
	out := []Action{
		{ID: "console.palette", Keys: []string{":"}, Group: "Everywhere", Name: "Console: find a command", Short: "command", Foot: true, Local: true, Hidden: true,
			Do: func() tea.Cmd { return a.tell(openMsg{newPalette(a.Session, a.everyAction())}) }},
		{ID: "console.help", Keys: []string{"?"}, Group: "Everywhere", Name: "Console: help of this screen", Short: "help", Foot: true, Local: true,
			Do: func() tea.Cmd { return a.tell(openMsg{a.help()}) }, Shell: "crmsync help console"},
		{ID: "undo", Act: "undo", Keys: []string{"u"}, Group: "Everywhere", Name: "Undo what you did last", Short: "undo", Why: a.noAudit,
			Do: func() tea.Cmd { return a.takeBack(false) }, Shell: "crmsync undo"},
		{ID: "redo", Act: "undo", Keys: []string{"ctrl+r"}, Group: "Everywhere", Name: "Redo what you took back", Short: "redo", Why: a.nothingToRedo,
			Do: func() tea.Cmd { return a.takeBack(true) }, Shell: "crmsync undo --redo"},
		{ID: "sync.now", Act: "import.run", Keys: []string{"S"}, Group: "Work", Name: "Sync: run now", Short: "sync now", Foot: a.active == 0, Why: a.cannotSync,
			Do: a.syncNow, Shell: "crmsync import"},
		{ID: "search", Keys: []string{"F"}, Group: "Everywhere", Name: "Search: people and companies of the network", Short: "find people", Why: a.noNetwork,
			Do: a.openNetwork, Local: true},
		{ID: "network.import", Act: "network.import", Keys: []string{"I"}, Group: "Work", Name: "Network: read a file of a member", Short: "read network", Verb: "read a network file", Foot: a.active == 0 && a.known && !a.overview.Network, Why: a.noNetwork,
			Do: func() tea.Cmd { return a.tell(pushMsg{newReader(a.Session)}) }, Shell: "crmsync network import FILE --seat EMAIL"},
		{ID: "console.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Console: back", Short: "back", Local: true, Hidden: true, Do: a.back},
		{ID: "console.quit", Keys: []string{"q"}, Group: "Everywhere", Name: "Console: quit", Short: "back, quit", Local: true, Do: a.quit},
		{ID: "console.redraw", Keys: []string{"ctrl+l"}, Group: "Everywhere", Name: "Console: redraw", Short: "redraw", Local: true,
			Do: func() tea.Cmd { return tea.ClearScreen }},
		{ID: "console.mouse", Keys: []string{"M"}, Group: "Everywhere", Name: "Console: mouse on or off", Short: "mouse", Local: true, Do: a.toggleMouse},
	}
	out = append(out, a.demoActions()...)
	for i, t := range a.tabs {
		out = append(out, Action{ID: "screen." + t.name, Keys: []string{t.key}, Group: "Screens", Name: "Go to " + t.name, Short: t.name, Local: true,
			Do: func() tea.Cmd { return a.tell(gotoMsg{tab: i}) }})
	}
	return out
}

func (a *App) noAudit() string {
	if a.Services.Audit == nil {
		return "undo needs the audit trail, which is not here"
	}
	return ""
}

func (a *App) noNetwork() string {
	if a.Services.Network == nil {
		return "the network cannot be read here"
	}
	return ""
}

// openNetwork opens the search above the present screen, unless it is there.
func (a *App) openNetwork() tea.Cmd {
	if n, ok := a.screen().(*network); ok {
		return n.edit()
	}
	return a.tell(pushMsg{newNetwork(a.Session)})
}

func (a *App) nothingToRedo() string {
	if len(a.redo) == 0 {
		return "nothing to redo"
	}
	return a.noAudit()
}

func (a *App) cannotSync() string {
	switch {
	case a.Services.Home == nil:
		return "no engine here; crmsync import runs one"
	case a.known && a.overview.Connected != ConnectedYes:
		return "not connected: " + a.placeOf("Connect") + " leads there"
	case a.progress.running:
		return "a run is under way"
	}
	return ""
}

// back closes what is nearest: a filter, a screen above another.
func (a *App) back() tea.Cmd {
	if f := a.sieve(); f != nil {
		if cmd, done := f.back(); done {
			return cmd
		}
	}
	if b, ok := a.screen().(backer); ok {
		if cmd, done := b.Back(); done {
			return cmd
		}
	}
	if len(a.tabs[a.active].stack) > 1 {
		return a.tell(popMsg{})
	}
	return nil
}

// quit goes back, and from Home ends the console.
func (a *App) quit() tea.Cmd {
	if len(a.tabs[a.active].stack) > 1 || a.active != 0 {
		return a.tell(popMsg{})
	}
	return tea.Quit
}

func (a *App) help() dialog {
	note := "All of it by shell: crmsync --help"
	if n, ok := a.screen().(interface{ HelpNote() string }); ok {
		note = n.HelpNote()
	}
	return newHelp(a.Session, a.screen().Title(), a.actions(), note)
}
