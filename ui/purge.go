package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// The places of the purge screen that can have the focus, in the order of tab.
const (
	purgeName = iota
	purgeBack
	purgeGo
	purgePlaces
)

// purge deletes everything that came from the CRM (S96, S97). It cannot be undone: the org's name is typed, an
// export of the decisions is offered first, and the button to leave comes before the one that deletes.
type purge struct {
	stage
	once
	plan    PurgePlan
	typed   *field
	focus   int
	export  bool
	busy    bool
	failed  error
	receipt *PurgeReceipt
	file    string // of the exported decisions
}

// The messages of the screen.
type (
	purgePlanMsg struct {
		owner *purge
		plan  PurgePlan
		err   error
	}
	purgedMsg struct {
		owner   *purge
		file    string
		receipt PurgeReceipt
		err     error
	}
)

func newPurge(s *Session) *purge {
	return &purge{stage: stage{Session: s}, typed: newField(s.Theme, ""), export: s.Services.Files != nil}
}

// Title is the screen's name.
func (p *purge) Title() string { return "Purge" }

// Show counts what would be deleted.
func (p *purge) Show(ctx context.Context) tea.Cmd {
	p.show(ctx)
	p.typed.focus()
	return p.load()
}

func (p *purge) load() tea.Cmd {
	screen := p.screen
	return tea.Batch(p.begin(screen, p.Session), func() tea.Msg {
		plan, err := p.Services.Connect.PurgePlan(screen)
		return purgePlanMsg{p, plan, err}
	})
}

// Reading is how it stands with the plan.
func (p *purge) Reading() reading { return p.once.of("what would be deleted", p.load) }

// Update takes the plan, the receipt and the letters of the name.
func (p *purge) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case purgePlanMsg:
		if msg.owner == p && p.end(msg.err) {
			p.plan = msg.plan
		}
	case purgedMsg:
		if msg.owner == p {
			return p.purged(msg)
		}
	case tea.KeyMsg:
		return p.typing(msg)
	}
	return nil
}

func (p *purge) typing(msg tea.KeyMsg) tea.Cmd {
	switch keyName(msg) {
	case "esc":
		return p.tell(popMsg{})
	case "tab", "enter", "down":
		p.turn(1)
	case "shift+tab", "up":
		p.turn(-1)
	default:
		p.typed.key(msg)
	}
	return nil
}

// turn moves the focus.
func (p *purge) turn(n int) {
	p.focus = (p.focus + n + purgePlaces) % purgePlaces
	p.typed.blur()
	if p.focus == purgeName && p.receipt == nil {
		p.typed.focus()
	}
}

// Editing is true while the name is typed.
func (p *purge) Editing() bool {
	return p.once.known && p.typed.focused() && !p.busy && p.receipt == nil
}

// Actions are the buttons.
func (p *purge) Actions() []Action {
	turn := func(n int) func() tea.Cmd { return func() tea.Cmd { p.turn(n); return nil } }
	back := func() tea.Cmd { return p.tell(popMsg{}) }
	out := []Action{
		{ID: "purge.next", Keys: []string{"tab", "right", "down", "j"}, Group: "Move", Name: "Purge: next", Short: "next", Foot: true, Local: true, Hidden: true, Do: turn(1)},
		{ID: "purge.before", Keys: []string{"shift+tab", "left", "up", "k"}, Group: "Move", Name: "Purge: before", Short: "before", Local: true, Hidden: true, Do: turn(-1)},
		{ID: "purge.export", Keys: []string{"space"}, Group: "Decide", Name: "Purge: export the decisions first", Short: "export first", Foot: true, Local: true, Hidden: true, Why: p.noFiles, Do: func() tea.Cmd { p.export = !p.export; return nil }},
		{ID: "purge.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Purge: back, change nothing", Short: "back, change nothing", Foot: true, Local: true, Hidden: true, Do: back},
	}
	if p.focus == purgeGo {
		return append(out, Action{ID: "purge", Act: crmsync.ActPurge, Keys: []string{"enter"}, Group: "Decide", Short: "delete", Hidden: true, Why: p.cannot, Do: p.run, Shell: "crmsync disconnect --purge"})
	}
	return append(out, Action{ID: "purge.leave", Keys: []string{"enter"}, Group: "Decide", Name: "Purge: leave", Short: "back", Local: true, Hidden: true, Do: back})
}

// cannot says why the button does not work yet.
func (p *purge) cannot() string {
	switch {
	case p.busy:
		return "it is under way"
	case p.receipt != nil:
		return "it is done"
	case !p.known:
		return "what would be deleted was not counted yet"
	case p.plan.OrgName == "":
		return "this store was never connected, so there is nothing to delete"
	case p.typed.value() != clean(p.plan.OrgName):
		return "the name of the org is not typed yet: " + clean(p.plan.OrgName)
	}
	return ""
}

// run exports the decisions when that is wanted, and deletes only when the file is written.
func (p *purge) run() tea.Cmd {
	p.busy, p.failed = true, nil
	name, export := p.plan.OrgName, p.export
	return func() tea.Msg {
		out := purgedMsg{owner: p}
		if export {
			what := exporter{name: "decisions", headers: []string{"ID", "RECORD", "MEMBER", "VERDICT", "WHO", "NOTE", "PERCENT", "AT", "ENDED", "MOVED FROM"}, rows: p.Services.Connect.Decisions}
			if out.file, _, out.err = p.writeExport(what, "ndjson", "crmsync-decisions-"+p.now().Format("20060102-150405")+".ndjson"); out.err != nil {
				return out
			}
		}
		out.receipt, out.err = p.Services.Connect.Purge(p.ctx, name)
		return out
	}
}

// purged shows the receipt, also when the purge could not be proved: what was deleted is deleted.
func (p *purge) purged(msg purgedMsg) tea.Cmd {
	p.busy, p.failed, p.file = false, msg.err, msg.file
	if _, proposed := p.proposed(msg.err); proposed {
		p.failed = nil
		p.tell(popMsg{})
		return send(actedMsg{err: msg.err})
	}
	if msg.receipt.Audit == "" {
		return send(toastMsg{state: StateBad, text: p.wentWrong("delete the data", msg.err)})
	}
	p.receipt, p.focus = &msg.receipt, purgeBack
	return send(actedMsg{text: "Deleted all imported CRM data of " + clean(msg.receipt.Org), what: "purge"})
}

// Line says that there is no way back.
func (p *purge) Line() (left, right string) {
	switch {
	case p.busy:
		return p.Theme.sign(StateRun, "deleting"), "Purge"
	case p.receipt != nil:
		return "enter goes back; " + p.placeOf("Connect") + " connects again", "Purge"
	}
	if p.cannot() != "" {
		return p.Theme.sign(StateBad, "this cannot be undone; the button works when the name is right"), "Purge"
	}
	return p.Theme.sign(StateBad, "this cannot be undone"), "Purge"
}
