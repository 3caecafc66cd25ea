package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// audit is the trail of everything that was done, with undo.
type audit struct {
	listing[AuditEvent]
	filter AuditFilter
	field  *field
}

func newAudit(s *Session) *audit {
	a := &audit{field: newField(s.Theme, "who")}
	src := source[AuditEvent]{
		page: func(ctx context.Context, seek Seek) (Page[AuditEvent], error) {
			return s.Services.Audit.Page(ctx, a.filter, seek)
		},
		total: func(ctx context.Context) (int64, error) { return s.Services.Audit.Count(ctx, a.filter) },
	}
	a.listing = newListing(s, "The audit trail", src, a.columns(s))
	a.sieve = nil
	a.list.more = []column[AuditEvent]{{title: "ID", cell: func(e *AuditEvent) string { return e.ID }}, {title: "AT", cell: func(e *AuditEvent) string { return moment(e.At) }}, {title: "ACT", cell: func(e *AuditEvent) string { return e.Act }}}
	return a
}

func (a *audit) columns(s *Session) []column[AuditEvent] {
	return []column[AuditEvent]{
		{title: "WHEN", width: 11, cell: func(e *AuditEvent) string { return stampSeconds(e.At.In(s.now().Location()), s.now()) }, style: quietly[AuditEvent](s.Theme)},
		{title: "WHO", width: 14, cell: func(e *AuditEvent) string { return e.Who }},
		{title: "WHAT", width: 20, grow: 1, cell: func(e *AuditEvent) string { return e.What }},
		{title: "FROM", width: 12, from: 90, cell: func(e *AuditEvent) string { return e.Via }, style: quietly[AuditEvent](s.Theme)},
		{title: "UNDO", width: 12, from: 60, cell: func(e *AuditEvent) string { state, word := undoOf(e); return s.Theme.mark(state) + " " + word },
			style: func(e *AuditEvent) lipgloss.Style { state, _ := undoOf(e); return s.Theme.style(state) }},
	}
}

func undoOf(e *AuditEvent) (State, string) {
	switch {
	case e.Undone:
		return StateOff, "undone"
	case e.Undoable:
		return StateGood, "can undo"
	}
	return StateOff, "—"
}

// Title is the screen's name.
func (a *audit) Title() string { return "Audit" }

// Update takes rows, letters of the filter, and news.
func (a *audit) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := a.list.update(a.screen, msg); ok {
		return cmd
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		switch keyName(msg) {
		case "enter":
			a.field.blur()
			a.filter.Who = a.field.value()
			return a.list.reload(a.screen)
		case "esc":
			a.field.blur()
		default:
			a.field.key(msg)
		}
	case actedMsg:
		return a.changed()
	case eventMsg:
		if msg.Kind == crmsync.EventAudit && (a.filter.Who == "" || a.filter.Who == msg.Actor) {
			return a.arrived(1)
		}
	}
	return nil
}

// Editing is true while the filter is typed.
func (a *audit) Editing() bool { return a.field.focused() }

// Typing is what ends the typing.
func (a *audit) Typing() (enter, esc string) { return "apply", "leave" }

// Back clears the filter.
func (a *audit) Back() (tea.Cmd, bool) {
	if a.filter == (AuditFilter{}) {
		return nil, false
	}
	a.filter = AuditFilter{}
	a.field.set("")
	return a.list.reload(a.screen), true
}

// Actions undo, show and filter.
func (a *audit) Actions() []Action {
	id := "ID"
	if e := a.list.current(); e != nil {
		id = ShellWord(e.ID)
	}
	return append([]Action{
		{ID: "audit.undo", Act: crmsync.ActUndo, Keys: []string{"u"}, Group: "Decide", Name: "Audit: undo this", Short: "undo this", Foot: true, Why: a.cannotUndo, Do: a.undo, Shell: "crmsync undo " + id},
		{ID: "audit.show", Keys: []string{"enter"}, Group: "Out", Name: "Audit: details of this line", Short: "details", Foot: true, Local: true, Why: a.noRow, Do: a.open},
		{ID: "audit.copy", Keys: []string{"y"}, Group: "Out", Name: "Audit: copy the line's id", Short: "copy id", Local: true, Why: a.noRow, Do: func() tea.Cmd { return send(copyMsg{a.list.current().ID}) }},
		{ID: "audit.approvals", Keys: []string{"v"}, Group: "Show", Name: "Audit: what waits for a second admin", Short: "approvals", Foot: a.overview.SecondAdmin, Why: a.noApprovals, Do: a.openApprovals, Shell: "crmsync approvals list"},
		{ID: "audit.filter", Keys: []string{"/"}, Group: "Everywhere", Name: "Audit: only what one person did", Short: "filter", Foot: true, Local: true, Do: func() tea.Cmd { a.field.focus(); return nil }, Shell: "crmsync audit"},
	}, append(a.walk(nil), hitActions(func() string {
		if a.filter == (AuditFilter{}) {
			return notFiltered(a.Session, "audit.filter")
		}
		return ""
	}, a.step(func() tea.Cmd { return nil }))...)...)
}

func (a *audit) noApprovals() string {
	if a.Services.Approvals == nil {
		return "proposed acts cannot be read here"
	}
	return ""
}

func (a *audit) openApprovals() tea.Cmd { return a.tell(pushMsg{newApprovals(a.Session)}) }

// Part opens what waits for a second admin, which Home leads to.
func (a *audit) Part(name string) tea.Cmd {
	if name == "approvals" && a.noApprovals() == "" {
		return a.openApprovals()
	}
	return nil
}

func (a *audit) noRow() string {
	if a.list.current() == nil {
		return "no line is chosen"
	}
	return ""
}

func (a *audit) cannotUndo() string {
	e := a.list.current()
	switch {
	case e == nil:
		return "no line is chosen"
	case e.Undone:
		return "it was taken back already"
	case !e.Undoable:
		return "this cannot be taken back"
	}
	return ""
}

// undo takes the chosen act back; one that concerned many things, or went outward, is asked about first.
func (a *audit) undo() tea.Cmd {
	e := *a.list.current()
	do := func() tea.Cmd {
		return func() tea.Msg {
			id, err := a.Services.Audit.Undo(a.ctx, e.ID)
			return actedMsg{text: "Taken back: " + clean(e.What) + ".", audit: id, err: err, what: "undo", redo: true}
		}
	}
	if act, known := crmsync.LookAct(crmsync.ActID(e.Act)); !known || act.Level < crmsync.Bulk {
		return do()
	}
	return a.tell(openMsg{&confirm{Session: a.Session, title: "Undo", yes: "Undo", note: "Can be done again.", line: "nothing is taken back yet", do: do, lines: func(w int) []string {
		lines := append(wrap(clean(e.What), w), a.Theme.Quiet.Render("by "+clean(e.Who)+", "+stampSeconds(e.At.In(a.now().Location()), a.now())), "")
		return append(append(lines, a.changeLines(e, w, 4, ", in the details")...), a.undoNote(w)...)
	}}})
}

// undoNote says what an undo does not do.
func (a *audit) undoNote(w int) []string {
	lines := []string{""}
	for _, part := range wrap("It is all as before then; if any of it was changed since, nothing is taken back.", w) {
		lines = append(lines, a.Theme.Text.Render(part))
	}
	return lines
}

func (a *audit) open() tea.Cmd {
	e := *a.list.current()
	return a.tell(openMsg{&notice{Session: a.Session, title: "Audit", lines: func(w int) []string { return a.eventLines(e, w) }}})
}

// eventLines is one event with the value before and after.
func (s *Session) eventLines(e AuditEvent, w int) []string {
	t := s.Theme
	lines := []string{t.Strong.Render(cut(clean(e.What), w)),
		t.Quiet.Render(e.At.In(s.now().Location()).Format("2 Jan 2006 15:04:05") + "  by " + clean(e.Who) + " from " + clean(e.Via)), ""}
	lines = append(lines, s.changeLines(e, w, 100, "")...)
	return append(lines, "", t.Faint.Render("audit "+clean(e.ID)))
}

// Line says how long the trail is kept.
func (a *audit) Line() (left, right string) {
	if a.Editing() {
		return "enter applies the name, esc drops it", a.list.position()
	}
	return "every line names who, what and the value before", a.list.position()
}

// View draws the list and, below, the chosen line in full.
func (a *audit) View(w, h int) string {
	t := a.Theme
	who := orDash(t, a.filter.Who)
	if a.filter.Who == "" {
		who = "all"
	}
	head := " " + t.Quiet.Render("who ") + t.Text.Render(clean(who))
	if a.Editing() {
		head = " " + t.Key.Render("/ ") + a.field.view(40)
	}
	if a.isEmpty() {
		return page(append([]string{head, ""}, strings.Split(t.emptyPage(StateOff, "Nothing was done yet", []string{"Every change is kept here, with the value before."}, w, h-2), "\n")...), w, h)
	}
	lines := []string{head, ""}
	below := 0
	if h >= 15 {
		below = 5
	}
	lines = append(lines, a.lines(w, min(h-len(lines)-below, max(9, a.list.pager.Rows()+1)))...)
	if e := a.list.current(); e != nil && below > 0 {
		title, note := cut(clean(e.What), w-4), "audit "+clean(e.ID)
		if width(title)+width(note)+4 > w { // half an id helps nobody; the details have it whole
			note = ""
		}
		lines = append(lines, "", t.heading(title, note, w))
		lines = append(lines, a.changeLines(*e, w-2, 3, ", "+a.keyOf("audit.show")+" shows them")...)
	}
	return page(lines, w, h)
}
