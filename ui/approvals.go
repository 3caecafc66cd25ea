package ui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// approvals are the acts that were proposed to a second admin, with what would be done.
type approvals struct {
	listing[Approval]
}

func newApprovals(s *Session) *approvals {
	a := &approvals{newListing(s, "The proposed acts", source[Approval]{page: func(ctx context.Context, seek Seek) (Page[Approval], error) {
		return s.Services.Approvals.Page(ctx, seek)
	}}, []column[Approval]{
		{title: "PROPOSED", width: 12, cell: func(r *Approval) string { return stamp(r.At.In(s.now().Location()), s.now()) }, style: quietly[Approval](s.Theme)},
		{title: "BY", width: 14, cell: func(r *Approval) string { return r.By }},
		{title: "WHAT", width: 20, grow: 1, cell: func(r *Approval) string { return orDash(s.Theme, r.Summary) }},
		{title: "STATE", width: 11, cell: func(r *Approval) string { state, word := r.word(); return s.Theme.mark(state) + " " + word },
			style: func(r *Approval) lipgloss.Style { state, _ := r.word(); return s.Theme.style(state) }},
		{title: "DECIDED BY", width: 14, from: 90, cell: func(r *Approval) string { return orDash(s.Theme, r.SettledBy) }},
	})}
	a.list.more = []column[Approval]{{title: "APPROVAL", cell: func(r *Approval) string { return r.ID }}, {title: "AT", cell: func(r *Approval) string { return moment(r.At) }},
		{title: "ACT", cell: func(r *Approval) string { return string(r.Act) }}, {title: "NOTE", cell: func(r *Approval) string { return r.Note }}, {title: "EVENT", cell: func(r *Approval) string { return r.Event }}}
	return a
}

// Title is the screen's name.
func (a *approvals) Title() string { return "Approvals" }

// Update takes rows and reads again after a change.
func (a *approvals) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := a.list.update(a.screen, msg); ok {
		return cmd
	}
	switch msg := msg.(type) {
	case actedMsg:
		return a.changed()
	case eventMsg:
		if msg.Kind == crmsync.EventApprovals {
			return a.arrived(0)
		}
	}
	return nil
}

// Actions decide about what is chosen.
func (a *approvals) Actions() []Action {
	id := "APPROVAL"
	if r := a.list.current(); r != nil {
		id = ShellWord(r.ID)
	}
	return append([]Action{
		{ID: "approval.approve", Act: crmsync.ActApprove, Keys: []string{"a"}, Group: "Decide", Name: "Approvals: approve what another admin proposed", Short: "approve", Foot: true, Why: a.cannotDecide, Do: a.askApprove, Shell: "crmsync approvals approve " + id},
		{ID: "approval.refuse", Act: crmsync.ActRefuse, Keys: []string{"x"}, Group: "Decide", Name: "Approvals: refuse what another admin proposed", Short: "refuse", Foot: true, Why: a.cannotRefuse, Do: a.askRefuse, Shell: "crmsync approvals refuse " + id},
		{ID: "approval.withdraw", Act: crmsync.ActWithdraw, Keys: []string{"w"}, Group: "Decide", Name: "Approvals: withdraw what you proposed", Short: "withdraw", Foot: true, Why: a.cannotWithdraw, Do: a.withdraw, Shell: "crmsync approvals withdraw " + id},
		{ID: "approval.show", Keys: []string{"enter"}, Group: "Out", Name: "Approvals: everything about this one", Short: "details", Foot: true, Why: a.none, Do: a.open, Shell: "crmsync approvals show " + id},
		{ID: "approval.copy", Keys: []string{"y"}, Group: "Out", Name: "Approvals: copy the id", Short: "copy id", Local: true, Why: a.none, Do: func() tea.Cmd { return send(copyMsg{a.list.current().ID}) }},
		{ID: "approval.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Approvals: back to the audit trail", Short: "back", Foot: true, Local: true, Hidden: true, Do: a.leave},
	}, a.walk(nil)...)
}

func (a *approvals) none() string {
	if a.list.current() == nil {
		return "nothing was proposed"
	}
	return ""
}

func (a *approvals) cannotDecide() string {
	r := a.list.current()
	switch {
	case r == nil:
		return a.none()
	case !r.waits():
		_, word := r.word()
		return "it does not wait: " + word
	case r.By == a.Actor.Name:
		return "you proposed it, so another admin decides; " + a.keyOf("approval.withdraw") + " withdraws it"
	}
	return ""
}

func (a *approvals) cannotRefuse() string {
	if r := a.list.current(); r != nil && r.State == "interrupted" {
		return "it was begun already; " + a.keyOf("approval.approve") + " goes on with it"
	}
	return a.cannotDecide()
}

func (a *approvals) cannotWithdraw() string {
	r := a.list.current()
	switch {
	case r == nil:
		return a.none()
	case r.By != a.Actor.Name:
		return "only " + clean(r.By) + " withdraws it; " + a.keyOf("approval.refuse") + " refuses it"
	case r.State != "waiting" && r.State != "granted":
		_, word := r.word()
		return "it does not wait: " + word
	}
	return ""
}

// askApprove shows once more what is done, and does it.
func (a *approvals) askApprove() tea.Cmd {
	r := *a.list.current()
	act, _ := crmsync.LookAct(r.Act)
	done := "Approved and done: " + clean(r.Summary) + "."
	note := "Done at once, in the name of " + clean(r.By) + "."
	if r.Granted {
		done, note = "Approved; "+clean(r.By)+" can do it now.", clean(r.By)+" does it then."
	}
	return a.tell(openMsg{&confirm{Session: a.Session, title: "Approve", yes: "Approve",
		lines: func(w int) []string {
			lines := a.previewLines(r, w, 9, "the details show them")
			var first []string // never cut off below
			for _, part := range wrap(note, w) {
				first = append(first, a.Theme.Text.Render(part))
			}
			if act.Level == crmsync.Forever {
				first = append(first, a.Theme.Bad.Render(cut("Nothing takes this back.", w)))
			}
			return slices.Insert(lines, 1, append(first, "")...)
		},
		do: func() tea.Cmd {
			return a.act("approve it", done, func(ctx context.Context) (string, error) { return a.Services.Approvals.Approve(ctx, r.ID) })
		}}})
}

func (a *approvals) withdraw() tea.Cmd {
	r := *a.list.current()
	return a.act("withdraw it", "Withdrew: "+clean(r.Summary)+".", func(ctx context.Context) (string, error) {
		return "", a.Services.Approvals.Withdraw(ctx, r.ID)
	})
}

func (a *approvals) open() tea.Cmd {
	r := *a.list.current()
	return a.tell(openMsg{&notice{Session: a.Session, title: "Approval", lines: func(w int) []string {
		return append(append(a.previewLines(r, w, len(r.Preview), ""), a.fateLines(r, w)...), "", a.Theme.Faint.Render("approval "+clean(r.ID)))
	}}})
}
