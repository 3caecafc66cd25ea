package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
)

// Line says what the screen is for.
func (a *approvals) Line() (left, right string) {
	if !a.overview.SecondAdmin {
		return "acts are done at once: contract.second_admin is off", a.list.position()
	}
	return "bulk acts, and those that nothing takes back, need a second admin", a.list.position()
}

// View draws the list and, below, what would be done.
func (a *approvals) View(w, h int) string {
	t := a.Theme
	if a.isEmpty() {
		return t.emptyPage(StateOff, "Nothing was proposed", []string{"With contract.second_admin on (" + a.placeOf("Settings") + "), bulk acts and those that nothing takes back wait here for another admin.", "crmsync help approvals"}, w, h)
	}
	lines := []string{t.heading("Audit "+t.Crumb+" approvals", "who proposes does not approve", w), ""}
	below := 0
	if h >= 12 {
		below = min(h/2, 16)
	}
	lines = append(lines, a.lines(w, min(h-len(lines)-below, max(5, a.list.pager.Rows()+1)))...)
	if r := a.list.current(); r != nil && below > 0 {
		lines = append(lines, "", t.heading(cut("Proposed by "+clean(r.By), max(20, w-50)), "approval "+clean(r.ID), w))
		fate := a.fateLines(*r, w-4)
		room := max(0, h-len(lines)-len(fate)-3) // the line in short, what is left out, an empty one
		for _, line := range append(a.previewLines(*r, w-4, room, a.keyOf("approval.show")+" shows them"), fate...) {
			lines = append(lines, "  "+line)
		}
	}
	return page(lines, w, h)
}

// previewLines are what would be done: in a line, then most of its preview; rest says where the others are.
func (a *approvals) previewLines(r Approval, w, most int, rest string) []string {
	t := a.Theme
	lines := []string{t.Strong.Render(cut(orDash(t, clean(r.Summary)), w))}
	for i, line := range r.Preview {
		if i == most {
			lines = append(lines, t.Quiet.Render("… "+number(len(r.Preview)-most)+" more lines; "+rest))
			break
		}
		lines = append(lines, t.Quiet.Render(cut(clean(line), w)))
	}
	return append(lines, "")
}

// fateLines say where it stands and what happens next.
func (a *approvals) fateLines(r Approval, w int) []string {
	t := a.Theme
	state, word := r.word()
	word = clean(word)
	until := r.Expires.In(a.now().Location()).Format("2 Jan 15:04")
	switch r.State {
	case "waiting":
		word = "waits for another admin until " + until
	case "granted":
		word = "approved by " + clean(r.SettledBy) + "; " + clean(r.By) + " can do it until " + until
	case "interrupted":
		word = "approved by " + clean(r.SettledBy) + " and cut off; approving it again goes on with it"
	case "done":
		word = "done, approved by " + clean(r.SettledBy)
	case "expired":
		word = "nobody decided until " + until + "; nothing was done"
	case "refused", "withdrawn":
		word += " by " + clean(r.SettledBy)
	}
	var lines []string
	for i, part := range wrap(word, w-2) {
		if i == 0 {
			lines = append(lines, t.sign(state, part))
			continue
		}
		lines = append(lines, "  "+t.style(state).Render(part))
	}
	if r.Note != "" {
		for _, part := range wrap(clean(r.Note), w) {
			lines = append(lines, t.Text.Render(part))
		}
	}
	return lines
}

// refusalDialog asks why, and refuses.
type refusalDialog struct {
	*Session
	row Approval
	why *field
}

func (a *approvals) askRefuse() tea.Cmd {
	d := &refusalDialog{Session: a.Session, row: *a.list.current(), why: newField(a.Theme, "why, for "+clean(a.list.current().By)+"; may stay empty")}
	d.why.focus()
	return a.tell(openMsg{d})
}

// Update takes the letters of the reason.
func (d *refusalDialog) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keyName(key) {
	case "esc":
		return d.tell(closeMsg{})
	case "enter":
		d.tell(closeMsg{})
		id, why := d.row.ID, d.why.value()
		return d.act("refuse it", "Refused: "+clean(d.row.Summary)+".", func(ctx context.Context) (string, error) {
			return "", d.Services.Approvals.Refuse(ctx, id, why)
		})
	}
	d.why.key(key)
	return nil
}

// View says what is refused.
func (d *refusalDialog) View(w, _ int) []string {
	inner := min(64, w-8)
	lines := []string{d.Theme.Strong.Render(cut(clean(d.row.Summary), inner)), d.Theme.Quiet.Render(cut("proposed by "+clean(d.row.By)+"; nothing is done", inner)), ""}
	return d.Theme.box("Refuse", append(lines, d.why.view(inner-2)), inner, d.Theme.Warning)
}

// Actions are the keys of the question.
func (d *refusalDialog) Actions() []Action {
	nothing := func() tea.Cmd { return nil }
	return []Action{
		{ID: "dialog.yes", Keys: []string{"enter"}, Short: "refuse", Foot: true, Local: true, Do: nothing},
		{ID: "dialog.no", Keys: []string{"esc"}, Short: "cancel", Foot: true, Local: true, Do: nothing},
	}
}

// Line says that nothing has happened yet.
func (d *refusalDialog) Line() string { return "it still waits" }

// Guarded is true: the question must be read before it is answered.
func (d *refusalDialog) Guarded() bool { return true }
