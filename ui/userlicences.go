package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// inventoryMsg carries what the contract has.
type inventoryMsg struct {
	owner     *userParts
	inventory crmsync.LicenceInventory
	err       error
}

func (u *userParts) readInventory() tea.Cmd {
	screen := u.screen
	return func() tea.Msg {
		inventory, err := u.Services.Users.Licences(screen)
		return inventoryMsg{u, inventory, err}
	}
}

func (u *userParts) licenceColumns() []column[crmsync.LicenceHolder] {
	return []column[crmsync.LicenceHolder]{
		{title: "NAME", width: 16, grow: 1, cell: func(r *crmsync.LicenceHolder) string { return r.Name }},
		{title: "EMAIL", width: 20, grow: 1, from: 90, cell: func(r *crmsync.LicenceHolder) string { return r.Email }, style: quietly[crmsync.LicenceHolder](u.Theme)},
		{title: "CANNOT WRITE BACK", width: 26, grow: 1, cell: func(r *crmsync.LicenceHolder) string { return r.Why },
			style: func(*crmsync.LicenceHolder) lipgloss.Style { return u.Theme.Warn }},
		{title: "SINCE", width: 12, right: true, cell: func(r *crmsync.LicenceHolder) string { return stamp(r.Since.In(u.now().Location()), u.now()) }},
	}
}

// pageLicences reads the inventory; its list is of those whose licence is of no use, or over.
func (u *userParts) pageLicences(ctx context.Context, seek Seek) (Page[crmsync.LicenceHolder], error) {
	inventory, err := u.Services.Users.Licences(ctx)
	if err != nil {
		return Page[crmsync.LicenceHolder]{}, err
	}
	return cutPage(append(inventory.Lost, inventory.Ended...), seek), nil
}

func (u *userParts) licenceActions() []Action {
	return []Action{
		{ID: "licences.inactive", Act: crmsync.ActLicences, Keys: []string{"p"}, Group: "Decide", Name: "Licences: plan to take them from inactive users", Short: "plan: drop inactive", Verb: "plan licences", Foot: true,
			Do: func() tea.Cmd {
				return u.plan(crmsync.LicenceChoice{DropInactive: true}, "Take licences from the inactive")
			}, Shell: "crmsync licences plan --drop-inactive"},
	}
}

func (u *userParts) plan(choice crmsync.LicenceChoice, title string) tea.Cmd {
	return u.tell(openMsg{newLicencePlan(u.Session, choice, title)})
}

// licenceView draws what the contract has and who cannot use theirs.
func (u *userParts) licenceView(w, h int) string {
	t, x := u.Theme, u.inventory
	if !u.counted {
		return page(u.licences.lines(w, h), w, h)
	}
	used := number(x.Used) + " in use"
	if x.Total > 0 {
		used = t.bar(min(1, float64(x.Used)/float64(x.Total)), 16, t.Bar) + t.Text.Render(" "+number(x.Used)+" of "+number(x.Total)+" used, "+number(x.Free)+" free")
	} else {
		used = t.Text.Render(used) + t.Quiet.Render("; contract.licences in "+u.placeOf("Settings")+" says how many there are")
	}
	lines := []string{ends("  "+used, t.Quiet.Render(clean(x.Edition))+" ", w)}
	if x.Cost.After != "" {
		lines = append(lines, "  "+t.Quiet.Render("a year: "+money(x.Cost.After, x.Cost.Currency)+" at "+money(x.Cost.Each, "")+" each"))
	}
	if x.Inactive > 0 {
		lines = append(lines, "  "+t.sign(StateWarn, count(x.Inactive, "licence is held by an inactive CRM user", "licences are held by inactive CRM users")))
	}
	lines = append(lines, "")
	if u.licences.isEmpty() {
		return page(append(lines, "  "+t.Quiet.Render("Every seat with a licence can write back.")), w, h)
	}
	return page(append(lines, u.licences.lines(w, h-len(lines))...), w, h)
}

// licencePlan shows what a choice would change, and applies it. Cancel has the focus.
type licencePlan struct {
	confirm
	choice crmsync.LicenceChoice
	plan   crmsync.LicencePlan
	read   bool
	err    error
	from   int // first person shown
}

// licencePlanMsg carries a plan.
type licencePlanMsg struct {
	owner *licencePlan
	plan  crmsync.LicencePlan
	err   error
}

func newLicencePlan(s *Session, choice crmsync.LicenceChoice, title string) *licencePlan {
	p := &licencePlan{choice: choice}
	p.confirm = confirm{Session: s, title: title, act: crmsync.ActLicences, lines: p.content, do: p.apply}
	p.more = []Action{
		{ID: "plan.down", Keys: []string{"down", "j"}, Short: "more", Local: true, Do: func() tea.Cmd { p.from++; return nil }},
		{ID: "plan.up", Keys: []string{"up", "k"}, Short: "back", Local: true, Do: func() tea.Cmd { p.from = max(0, p.from-1); return nil }},
	}
	s.pending = append(s.pending, startMsg{func() tea.Msg {
		plan, err := s.Services.Users.PlanLicences(s.ctx, choice)
		return licencePlanMsg{p, plan, err}
	}})
	return p
}

// Update takes the plan, else asks.
func (p *licencePlan) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(licencePlanMsg); ok {
		if msg.owner == p {
			p.plan, p.err, p.read = msg.plan, msg.err, true
			if n := len(p.plan.Added) + len(p.plan.Removed); p.err == nil && n > 0 && p.plan.Problem == "" {
				p.yes, p.note = "Apply to "+number(n), "One undo takes all back."
			}
		}
		return nil
	}
	return p.confirm.Update(msg)
}

func (p *licencePlan) apply() tea.Cmd {
	plan := p.plan
	return func() tea.Msg {
		audit, err := p.Services.Users.ApplyLicences(p.ctx, plan)
		return actedMsg{text: "Licences: " + number(len(plan.Added)) + " given, " + number(len(plan.Removed)) + " taken.", audit: audit, err: err, what: "apply the plan"}
	}
}

// planShown is how many people a plan shows at once.
const planShown = 8

// content is the sums, then the people.
func (p *licencePlan) content(w int) []string {
	t := p.Theme
	switch {
	case !p.read:
		return []string{t.Quiet.Render("working it out …")}
	case p.err != nil:
		var lines []string
		for _, line := range wrap(p.wentWrong("plan it", p.err), w) {
			lines = append(lines, t.Bad.Render(line))
		}
		return lines
	}
	sums := number(p.plan.Before) + " licences now, " + number(p.plan.After) + " then"
	if p.plan.Total > 0 {
		sums += ", of " + number(p.plan.Total)
	}
	lines := []string{t.Text.Render(sums)}
	if c := p.plan.Cost; c.After != "" {
		lines = append(lines, t.Quiet.Render("a year: "+money(c.Before, c.Currency)+" now, "+money(c.After, c.Currency)+" then"))
	}
	for _, line := range wrap(clean(p.plan.Problem), w) {
		if line != "" {
			lines = append(lines, t.Bad.Render(line))
		}
	}
	return append(append(lines, ""), p.people(w)...)
}

// people are the rows of the plan from the one scrolled to.
func (p *licencePlan) people(w int) []string {
	t := p.Theme
	var rows []string
	add := func(style lipgloss.Style, word string, holders []crmsync.LicenceHolder) {
		for _, h := range holders {
			why := h.Why
			if h.Writes && word == "loses" {
				why = "their writeback ends"
			}
			rows = append(rows, style.Render(fit(word, 8))+t.Text.Render(fit(clean(h.Name), 22))+" "+t.Quiet.Render(cut(clean(strings.TrimSpace(h.Role+" "+why)), w-33)))
		}
	}
	add(t.Good, "gets", p.plan.Added)
	add(t.Bad, "loses", p.plan.Removed)
	add(t.Warn, "cannot", p.plan.Skipped)
	add(t.Warn, "keeps", p.plan.Inactive)
	if len(rows) == 0 {
		return []string{t.Quiet.Render("Nothing changes: everyone has what is chosen.")}
	}
	p.from = max(0, min(p.from, len(rows)-planShown))
	shown := rows[p.from:min(len(rows), p.from+planShown)]
	if len(rows) > planShown {
		shown = append(append([]string{}, shown...), t.Faint.Render(number(p.from+len(shown))+" of "+number(len(rows))+", "+t.upDown()+" for the rest"))
	}
	return shown
}
