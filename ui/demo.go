package ui

import (
	tea "github.com/charmbracelet/bubbletea"
)

// DemoEvent is something that can happen to records in the built-in org of a demo.
type DemoEvent struct{ ID, Name, What string }

// demoMenu lets the org's own users do something, so that the next sync has something to find.
type demoMenu struct {
	*Session
	events []DemoEvent
	cursor int
}

// demoActions is the key of the menu, in a store that the demo made.
func (a *App) demoActions() []Action {
	if a.Services.Demo == nil {
		return nil
	}
	return []Action{{ID: "demo", Keys: []string{"!"}, Group: "Work", Name: "Demo: let something happen in the CRM", Short: "demo", Foot: a.active == 0, Local: true,
		Do: func() tea.Cmd {
			return a.tell(openMsg{&demoMenu{Session: a.Session, events: a.Services.Demo.Events()}})
		}}}
}

// Update chooses and lets it happen.
func (d *demoMenu) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keyName(key) {
	case "up", "k":
		d.cursor = max(0, d.cursor-1)
	case "down", "j":
		d.cursor = max(0, min(d.cursor+1, len(d.events)-1))
	case "esc", "q":
		return d.tell(closeMsg{})
	case "enter":
		d.tell(closeMsg{})
		if d.cursor < len(d.events) {
			return d.happen(d.events[d.cursor])
		}
	}
	return nil
}

func (d *demoMenu) happen(event DemoEvent) tea.Cmd {
	return func() tea.Msg {
		what, err := d.Services.Demo.Happen(d.ctx, event.ID)
		if err != nil {
			return actedMsg{err: err, what: "let it happen"}
		}
		return toastMsg{state: StateGood, text: clean(what) + " in the CRM; a sync finds it five minutes later"}
	}
}

// View lists what can happen.
func (d *demoMenu) View(w, _ int) []string {
	t := d.Theme
	inner := min(66, w-8)
	var lines []string
	for _, part := range wrap("The org's own people do it, as in a real CRM; the next sync finds it.", inner) {
		lines = append(lines, t.Quiet.Render(part))
	}
	lines = append(lines, "")
	for i, e := range d.events {
		text := fit(clean(e.Name), 16) + " " + clean(e.What)
		if i == d.cursor {
			lines = append(lines, t.Accent.Render(t.Cursor)+t.Selected.Render(fit(" "+text, inner-1)))
			continue
		}
		lines = append(lines, "  "+t.Text.Render(cut(text, inner-2)))
	}
	return t.box("Demo: in the CRM", lines, inner, t.Border)
}

// Actions are the keys of the menu.
func (d *demoMenu) Actions() []Action {
	nothing := func() tea.Cmd { return nil }
	return []Action{
		{ID: "demo.happen", Keys: []string{"enter"}, Short: "let it happen", Foot: true, Local: true, Do: nothing},
		{ID: "dialog.no", Keys: []string{"esc"}, Short: "leave", Foot: true, Local: true, Do: nothing},
		d.dialogHelp("Demo", func() []Action {
			return []Action{{Keys: []string{"enter"}, Group: "Answer", Short: "let it happen"}, {Keys: []string{"esc"}, Group: "Answer", Short: "leave"}, {Keys: []string{"up", "k"}, Group: "Move", Short: "event up"}, {Keys: []string{"down", "j"}, Group: "Move", Short: "event down"}}
		}),
	}
}

// Line says whose doing it is.
func (d *demoMenu) Line() string { return "the built-in org only; your own data is not touched" }

// Guarded is false: it was asked for.
func (d *demoMenu) Guarded() bool { return false }
