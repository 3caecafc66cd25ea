package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// candidateRest is how long the cursor rests on a seat before CRM users that look like its holder are searched.
const candidateRest = 150 * time.Millisecond

// candidates are the CRM users that look like the holder of a seat that has none.
type candidates struct {
	seat   string // they are of; "" = none is looked for
	ask    int
	read   bool
	err    error
	rows   []crmsync.UserSuggestion
	chosen int
}

// The messages of the users screen about candidates and the mapping by e-mail.
type (
	candidateRestMsg struct {
		owner *users
		ask   int
	}
	candidatesMsg struct {
		owner *users
		ask   int
		rows  []crmsync.UserSuggestion
		err   error
	}
	autoMapMsg struct {
		owner *autoMap
		plan  crmsync.AutoMapPlan
		err   error
	}
)

// lookAround looks for candidates once the cursor has come to another seat that has no CRM user.
func (u *users) lookAround() tea.Cmd {
	seat := ""
	if r := u.list.current(); r != nil && r.CRMUser == "" && !r.Unlicensed && u.seesPersonal() {
		seat = r.Seat
	}
	if seat == u.near.seat {
		return nil
	}
	u.near = candidates{seat: seat, ask: u.near.ask + 1}
	if seat == "" {
		return nil
	}
	return u.wait(u.ctx, candidateRest, candidateRestMsg{u, u.near.ask})
}

// suggested takes what comes of looking around, and reports whether msg was part of it.
func (u *users) suggested(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case candidateRestMsg:
		if msg.owner == u && msg.ask == u.near.ask {
			seat, ask := u.near.seat, u.near.ask
			return func() tea.Msg {
				rows, err := u.Services.Users.Suggest(u.ctx, seat)
				return candidatesMsg{u, ask, rows, err}
			}, true
		}
	case candidatesMsg:
		if msg.owner == u && msg.ask == u.near.ask {
			u.near.read, u.near.rows, u.near.err = true, msg.rows, msg.err
		}
	default:
		return nil, false
	}
	return nil, true
}

// candidateActions choose among the candidates, and map everybody by e-mail.
func (u *users) candidateActions(seat string) []Action {
	user := "USER-ID"
	if u.noCandidate() == "" {
		user = ShellWord(u.near.rows[u.near.chosen].UserID)
	}
	return []Action{
		{ID: "seat.map", Act: crmsync.ActSeatMap, Keys: []string{"A"}, Group: "Many", Name: "Users: map seats by e-mail", Short: "auto-map", Foot: true, Do: u.askAutoMap, Shell: "crmsync users automap --yes"},
		{ID: "seat.candidate", Act: crmsync.ActSeatPin, Keys: []string{"enter"}, Group: "Decide", Name: "Users: map this seat to the chosen candidate", Short: "map to candidate", Foot: u.noCandidate() == "", Why: u.noCandidate,
			Do: func() tea.Cmd { return u.pin(u.near.rows[u.near.chosen].UserID) }, Shell: "crmsync users map " + seat + " " + user},
		{ID: "seat.candidate.next", Keys: []string{"c"}, Group: "Move", Name: "Users: next candidate", Short: "next candidate", Foot: len(u.near.rows) > 1, Local: true, Hidden: true, Why: u.noCandidate,
			Do: func() tea.Cmd { u.near.chosen = (u.near.chosen + 1) % len(u.near.rows); return nil }},
	}
}

func (u *users) noCandidate() string {
	r := u.list.current()
	switch {
	case r == nil:
		return u.noRow()
	case r.CRMUser != "":
		return "the seat has a CRM user; " + u.keyOf("seat.pin") + " maps it to another"
	case u.near.seat != r.Seat || !u.near.read:
		return "candidates are looked for"
	case len(u.near.rows) == 0:
		return u.nobodyNear()
	}
	return ""
}

func (u *users) nobodyNear() string {
	return "no CRM user looks like the holder; " + u.keyOf("seat.pin") + " maps one by hand"
}

// nearLines are the candidates of the chosen seat, at most h lines; none while they are of another.
func (u *users) nearLines(w, h int) []string {
	r := u.list.current()
	if r == nil || u.near.seat != r.Seat || h < 3 {
		return nil
	}
	t := u.Theme
	lines := []string{"", t.heading(cut(clean(r.Name), w/2), "candidates by e-mail, then name", w)}
	switch {
	case u.near.err != nil:
		return append(lines, say(t.Bad, u.wentWrong("look for candidates", u.near.err), w)...)
	case !u.near.read:
		return append(lines, "  "+t.Quiet.Render("looking …"))
	case len(u.near.rows) == 0:
		return append(lines, "  "+t.Quiet.Render(cut(u.nobodyNear(), w-3)))
	}
	room := max(1, h-2)
	name, mail := 8, 8 // as wide as they are, while the reason keeps its room
	for _, c := range u.near.rows {
		name, mail = max(name, width(clean(c.Name))), max(mail, width(clean(c.Email)))
	}
	bar := func(int) string { return "" }
	lead := 14
	if w >= sideBySide { // in a narrow list the addresses tell more
		bar = func(n int) string { return t.bar(float64(n)/100, 8, t.scoreStyle(n)) }
		lead += 8
	}
	name = min(name, max(8, (w-lead)/3))
	mail = min(mail, max(8, w-lead-name-12))
	from := max(0, u.near.chosen-room+1) // the chosen one is always seen
	for i, c := range u.near.rows {
		if i < from || i >= from+room {
			continue
		}
		text := " " + t.scoreStyle(c.Score).Render(score(c.Score)) + " " + bar(c.Score) + "  " + t.Text.Render(fit(clean(c.Name), name)) + "  " +
			t.Text.Render(fit(clean(c.Email), mail)) + "  " + t.Quiet.Render(cut(clean(c.Why), max(1, w-name-mail-lead)))
		lines = append(lines, t.row(text, w, i == u.near.chosen))
	}
	return lines
}

// autoMap asks before seats are mapped by e-mail.
type autoMap struct {
	confirm
	plan crmsync.AutoMapPlan
	read bool
	err  error
}

func (u *users) askAutoMap() tea.Cmd {
	d := &autoMap{}
	d.confirm = confirm{Session: u.Session, title: "Map seats by e-mail", act: crmsync.ActSeatMap, lines: d.content}
	d.do = func() tea.Cmd {
		found, left := len(d.plan.Found), d.plan.Left
		return u.act("map seats by e-mail", "Auto-map: "+number(found)+" by e-mail, "+number(left)+" left over.", u.Services.Users.AutoMap)
	}
	u.tell(openMsg{d})
	return func() tea.Msg {
		plan, err := u.Services.Users.PlanAutoMap(u.ctx)
		return autoMapMsg{d, plan, err}
	}
}

// Update takes the plan, else asks.
func (d *autoMap) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(autoMapMsg); ok {
		if msg.owner == d {
			d.plan, d.err, d.read = msg.plan, msg.err, true
			if d.err == nil && len(d.plan.Found) > 0 {
				d.yes, d.note = "Map "+number(len(d.plan.Found)), "One undo takes all back."
			}
		}
		return nil
	}
	return d.confirm.Update(msg)
}

// autoMapShown is how many seats the question lists.
const autoMapShown = 8

// content is who would be mapped to whom.
func (d *autoMap) content(w int) []string {
	t := d.Theme
	switch {
	case d.err != nil:
		return wrap(d.wentWrong("look for CRM users", d.err), w)
	case !d.read:
		return []string{t.Quiet.Render("looking …")}
	}
	left := count(d.plan.Left, "seat is left over: the candidates below the list help", "seats are left over: the candidates below the list help")
	if len(d.plan.Found) == 0 {
		return wrap("No CRM user has the e-mail address of a seat without one; "+left+".", w)
	}
	lines := []string{t.Text.Render(count(len(d.plan.Found), "seat gets the CRM user of its e-mail address:", "seats get the CRM users of their e-mail addresses:")), ""}
	for i, m := range d.plan.Found {
		if i == autoMapShown {
			lines = append(lines, t.Quiet.Render("… "+number(len(d.plan.Found)-autoMapShown)+" more"))
			break
		}
		lines = append(lines, t.Text.Render(fit(clean(m.Name), w/3))+" "+t.Quiet.Render(fit(clean(m.Email), w/3))+" "+t.Text.Render(cut(clean(m.UserName), w-2*(w/3)-2)))
	}
	if d.plan.Left > 0 {
		lines = append(lines, "")
		for _, part := range wrap(left, w) {
			lines = append(lines, t.Quiet.Render(part))
		}
	}
	return lines
}

// Suggest looks for CRM users that look like a seat's holder.
func (u liveUsers) Suggest(ctx context.Context, seat string) ([]crmsync.UserSuggestion, error) {
	done, err := u.turn.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return u.engine.SuggestUsers(ctx, seat)
}

// PlanAutoMap tells which seats would be mapped by e-mail.
func (u liveUsers) PlanAutoMap(ctx context.Context) (crmsync.AutoMapPlan, error) {
	return u.engine.PlanAutoMap(ctx, u.actor)
}

// AutoMap maps them.
func (u liveUsers) AutoMap(ctx context.Context) (string, error) {
	report, err := u.engine.AutoMap(ctx, u.actor)
	return report.Event, err
}
