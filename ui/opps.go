package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// opps are the open opportunities and what was saved for their owners.
type opps struct {
	listing[Opportunity]
	rule   SaveRule
	ruleOK bool
	totals string // of the opportunity list, by currency; "" until they are counted
	saves  []Save
	of     string // the opportunity the saves belong to
	ask    int
	inside bool // the saves have the cursor
	cursor int
}

// The messages of the screen.
type (
	ruleMsg struct {
		owner *opps
		rule  SaveRule
		err   error
	}
	totalsMsg struct {
		owner  *opps
		totals string
		err    error
	}
	savesMsg struct {
		owner *opps
		ask   int
		of    string
		saves []Save
		err   error
	}
	savesRestMsg struct {
		owner *opps
		ask   int
	}
)

func newOpps(s *Session) *opps {
	o := &opps{}
	o.listing = newListing(s, "The opportunities", source[Opportunity]{
		page:  s.Services.Saves.Page,
		total: s.Services.Saves.Count,
	}, []column[Opportunity]{
		{title: "OPPORTUNITY", width: 18, grow: 2, cell: func(r *Opportunity) string { return r.Name }},
		{title: "OWNER", width: 14, grow: 1, from: 90, cell: func(r *Opportunity) string { return r.Owner }},
		{title: "STAGE", width: 12, grow: 1, from: 70, cell: func(r *Opportunity) string { return r.Stage }},
		{title: "CLOSES", width: 11, cell: func(r *Opportunity) string { return stamp(r.Closes, s.now()) }, style: quietly[Opportunity](s.Theme)},
		{title: "AMOUNT", width: 13, right: true, cell: func(r *Opportunity) string { return r.Amount }},
		{title: "SAVES", width: 12, cell: func(r *Opportunity) string { return s.Theme.mark(r.State) + " " + r.Word },
			style: func(r *Opportunity) lipgloss.Style { return s.Theme.style(r.State) }},
	})
	return o
}

// Title is the screen's name.
func (o *opps) Title() string { return "Opps" }

// Show reads the rule beside the list.
func (o *opps) Show(ctx context.Context) tea.Cmd {
	cmd := o.listing.Show(ctx)
	screen := o.screen
	return tea.Batch(cmd, func() tea.Msg {
		rule, err := o.Services.Saves.Rule(screen)
		return ruleMsg{o, rule, err}
	}, func() tea.Msg {
		totals, err := o.Services.Saves.Totals(screen)
		return totalsMsg{o, totals, err}
	})
}

// Update takes rows, the rule and the saves of the chosen opportunity.
func (o *opps) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := o.list.update(o.screen, msg); ok {
		return tea.Batch(cmd, o.look())
	}
	switch msg := msg.(type) {
	case ruleMsg:
		if msg.owner == o && msg.err == nil {
			o.rule, o.ruleOK = msg.rule, true
		}
	case totalsMsg:
		if msg.owner == o && msg.err == nil {
			o.totals = msg.totals
		}
	case savesRestMsg:
		if msg.owner == o && msg.ask == o.ask {
			return o.readSaves()
		}
	case savesMsg:
		if msg.owner == o && msg.ask == o.ask && msg.err == nil {
			o.saves, o.of = msg.saves, msg.of
			o.cursor = max(0, min(o.cursor, len(o.saves)-1))
		}
	case actedMsg:
		o.of = ""
		return tea.Batch(o.changed(), o.look())
	case eventMsg:
		if msg.Kind == crmsync.EventSaves {
			return o.arrived(0)
		}
	}
	return nil
}

// look asks for the saves of the row under the cursor, after a rest.
func (o *opps) look() tea.Cmd {
	r := o.list.current()
	if r == nil || !o.shown() || r.ID == o.of {
		return nil
	}
	o.ask++
	o.inside = false
	return o.wait(o.screen, drawAfter, savesRestMsg{o, o.ask})
}

func (o *opps) readSaves() tea.Cmd {
	r := o.list.current()
	if r == nil {
		return nil
	}
	ask, id, screen := o.ask, r.ID, o.screen
	return func() tea.Msg {
		saves, err := o.Services.Saves.Saves(screen, id)
		return savesMsg{o, ask, id, saves, err}
	}
}

// Actions walk the list, or the saves when they have the cursor.
func (o *opps) Actions() []Action {
	out := []Action{
		{ID: "opps.pane", Keys: []string{"tab", "shift+tab", "enter"}, Group: "Move", Name: "Opps: the saves of this opportunity", Short: "saves", Foot: true, Local: true, Why: o.noSaves, Do: func() tea.Cmd { o.inside = !o.inside; return nil }, Shell: "crmsync saves list"},
		{ID: "save.remove", Act: crmsync.ActSaveRemove, Keys: []string{"d"}, Group: "Decide", Name: "Opps: remove this save", Short: "remove save", Verb: "remove a save", Foot: o.inside, Why: o.noSave, Do: o.remove, Shell: "crmsync saves remove ID"},
		{ID: "opps.stale", Keys: []string{"t"}, Group: "Show", Name: "Opps: stale saves", Short: "stale saves", Foot: true, Do: func() tea.Cmd { return o.tell(pushMsg{newStale(o.Session)}) }, Shell: "crmsync saves list --stale"},
		{ID: "opps.rule", Keys: []string{"w"}, Group: "Out", Name: "Opps: change the rule in Settings", Short: "rule", Foot: true, Local: true, Do: func() tea.Cmd { return o.tell(gotoMsg{tab: 7}) }},
	}
	if o.inside {
		out[0].Keys = []string{"tab", "shift+tab"}
		out = append(out, Action{ID: "save.open", Keys: []string{"enter"}, Group: "Out", Name: "Opps: the page of this person or company", Short: "page", Foot: true, Local: true, Why: o.noPage, Do: func() tea.Cmd {
			s := o.saves[o.cursor]
			return o.openMember(s.Kind == "company", s.Member, s.Name)
		}})
		move := func(n int) func() tea.Cmd {
			return func() tea.Cmd { o.cursor = max(0, min(o.cursor+n, len(o.saves)-1)); return nil }
		}
		out = append(out,
			Action{ID: "list.up", Keys: []string{"up", "k"}, Group: "Move", Name: "List: row up", Short: "row up", Local: true, Hidden: true, Do: move(-1)},
			Action{ID: "list.down", Keys: []string{"down", "j"}, Group: "Move", Name: "List: row down", Short: "row down", Local: true, Hidden: true, Do: move(1)})
	}
	out = append(out, o.opportunityActions("opps", "Opps", func() string {
		if r := o.list.current(); r != nil {
			return r.ID
		}
		return ""
	})...)
	return append(out, o.walk(o.look)...)
}

func (o *opps) noSaves() string {
	if len(o.saves) == 0 {
		return "nothing was saved for this opportunity"
	}
	return ""
}

func (o *opps) noPage() string {
	if o.cursor >= len(o.saves) {
		return "no save is chosen"
	}
	return o.noMember(o.saves[o.cursor].Member)
}

func (o *opps) noSave() string {
	switch {
	case !o.inside || o.cursor >= len(o.saves):
		return "choose a save first: tab"
	case !o.saves[o.cursor].Removed.IsZero():
		return "it is removed already and is not saved again"
	}
	return ""
}

func (o *opps) remove() tea.Cmd {
	s := o.saves[o.cursor]
	return o.act("remove the save", "Removed "+clean(s.Name)+"; it is not saved again for this opportunity.", func(ctx context.Context) (string, error) {
		return o.Services.Saves.Remove(ctx, s.ID)
	})
}

// Part opens the stale saves, which Home leads to.
func (o *opps) Part(name string) tea.Cmd {
	if name == "stale" {
		return o.tell(pushMsg{newStale(o.Session)})
	}
	return nil
}

// Back leaves the saves.
func (o *opps) Back() (tea.Cmd, bool) {
	was := o.inside
	o.inside = false
	return nil, was
}

// Line tells how the last run of auto-save went.
func (o *opps) Line() (left, right string) { return clean(o.rule.LastRun), o.list.position() }

// View draws the rule, the list and the saves of the chosen opportunity.
func (o *opps) View(w, h int) string {
	t := o.Theme
	switched := t.sign(StateOff, "off")
	if o.rule.On {
		switched = t.sign(StateOn, "on")
	}
	if !o.ruleOK {
		switched = ""
	}
	stage := o.rule.FromStage
	if stage == "" {
		stage = "the first stage"
	}
	lines := []string{
		ends(" "+t.Title.Render("Auto-save"), switched+" ", w),
		"  " + t.Text.Render(cut("Each open opportunity's account and role contacts, for the seat that owns it", w-4)), "  " + t.Quiet.Render(cut(clean(o.totals), w-4)),
	}
	if h >= roomyPage {
		lines = append(lines, "")
	}
	lines = append(lines, t.heading("Opportunities the rule takes", "open, from "+clean(stage)+" on ("+o.placeOf("Settings")+")", w))
	if o.isEmpty() {
		return page(append(lines, "  "+t.Quiet.Render("no open opportunity is on the list")), w, h)
	}
	below := max(4, h/3)
	lines = append(lines, o.lines(w, min(h-len(lines)-below, o.list.pager.Rows()+1))...)
	lines = append(lines, "")
	return page(append(lines, o.saveLines(w, h-len(lines))...), w, h)
}

// roomyPage is the height from which the rule and the list have an empty line between them.
const roomyPage = 18

// saveLines are the saves of the chosen opportunity.
func (o *opps) saveLines(w, room int) []string {
	t := o.Theme
	r := o.list.current()
	if r == nil || room < 2 {
		return nil
	}
	lines := []string{t.heading(cut(clean(r.Name), w/2), "saves for "+cut(clean(r.Owner), w/3), w)}
	if o.of != r.ID {
		return lines
	}
	if len(o.saves) == 0 {
		return append(lines, "  "+t.Quiet.Render("nothing was saved: "+clean(r.Word)))
	}
	fits := room - 1
	from := max(0, min(o.cursor-fits+1, len(o.saves)-fits))
	for i := from; i < min(len(o.saves), from+fits); i++ {
		s := o.saves[i]
		state, word := StateGood, "saved "+stamp(s.At.In(o.now().Location()), o.now())
		if !s.Removed.IsZero() {
			state, word = StateOff, "removed "+stamp(s.Removed.In(o.now().Location()), o.now())
		}
		text := " " + t.Quiet.Render(fit(clean(s.Kind), 9)) + t.Text.Render(fit(clean(s.Name), min(36, w/2))) + " " + t.sign(state, word)
		lines = append(lines, t.row(text, w, o.inside && i == o.cursor))
	}
	return lines
}
