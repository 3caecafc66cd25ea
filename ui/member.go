package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// member is the page of one person or company of the network: what the CRM holds (S13), the badge (S7, S56),
// what the network's files said, activities, saves, and who decided what.
type member struct {
	stage
	once
	company bool
	id      string
	name    string // until the page was read
	page    Member
	ask     int
	cursor  int  // among the items
	resting bool // the page shows its beginning; the next move down takes up the cursor
	top     int
	rows    int
}

// memberMsg carries a page.
type memberMsg struct {
	owner *member
	ask   int
	page  Member
	err   error
}

func newMember(s *Session, company bool, id, name string) *member {
	return &member{stage: stage{Session: s}, company: company, id: id, name: name, resting: true}
}

// Title is the screen's name.
func (m *member) Title() string {
	if m.company {
		return "Company"
	}
	return "Person"
}

// Show reads the page.
func (m *member) Show(ctx context.Context) tea.Cmd {
	m.show(ctx)
	return m.load()
}

func (m *member) load() tea.Cmd {
	m.ask++
	ask, screen := m.ask, m.screen
	return tea.Batch(m.begin(screen, m.Session), func() tea.Msg {
		page, err := m.Services.Network.Member(screen, m.company, m.id)
		return memberMsg{m, ask, page, err}
	})
}

// Reading is how it stands with the page.
func (m *member) Reading() reading {
	noun := strings.TrimSpace("the page of " + clean(m.name))
	if m.name == "" {
		noun = "the page"
	}
	return m.once.of(noun, m.load)
}

// Update takes the page, and reads it again when something changed.
func (m *member) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case memberMsg:
		if msg.owner == m && msg.ask == m.ask && m.end(msg.err) {
			m.page = msg.page
			m.cursor = max(0, min(m.cursor, len(m.items())-1))
		}
	case actedMsg:
		if m.shown() {
			return m.load()
		}
	case eventMsg:
		if m.shown() && (msg.Kind == crmsync.EventMatches || msg.Kind == crmsync.EventOutbox) {
			return m.load()
		}
	}
	return nil
}

// item is one line that can be chosen; one of the three is set.
type item struct {
	activity *MemberActivity
	save     *Save
	event    *AuditEvent
}

func (m *member) items() []item {
	var out []item
	for i := range m.page.Activities {
		out = append(out, item{activity: &m.page.Activities[i]})
	}
	for i := range m.page.Saves {
		out = append(out, item{save: &m.page.Saves[i]})
	}
	for i := range m.page.History {
		out = append(out, item{event: &m.page.History[i]})
	}
	return out
}

// chosen is the item under the cursor; an empty one for none.
func (m *member) chosen() item {
	if items := m.items(); m.cursor < len(items) && !m.resting {
		return items[m.cursor]
	}
	return item{}
}

// Actions choose, open, undo and leave.
func (m *member) Actions() []Action {
	record := "RECORD"
	if m.page.Linked.Record != "" {
		record = ShellWord(m.page.Linked.Record)
	}
	save := "ID"
	if s := m.chosen().save; s != nil {
		save = ShellWord(s.ID)
	}
	out := []Action{
		{ID: "member.open", Keys: []string{"enter"}, Group: "Out", Name: "Page: everything about the chosen line", Short: "details", Foot: true, Local: true, Why: m.nothingChosen, Do: m.open},
		{ID: "match.rematch", Act: crmsync.ActMatchRematch, Keys: []string{"m"}, Group: "Decide", Name: "Page: choose another match", Short: "re-match", Foot: true, Why: m.notRead, Do: m.rematch, Shell: "crmsync match rematch " + record + " MEMBER"},
		{ID: "match.reject", Act: crmsync.ActMatchReject, Keys: []string{"r"}, Group: "Decide", Name: "Page: reject this match", Short: "reject", Why: m.notLinked, Do: m.reject, Shell: "crmsync match reject " + record},
		{ID: "save.remove", Act: crmsync.ActSaveRemove, Keys: []string{"d"}, Group: "Decide", Name: "Page: remove the chosen save", Short: "remove save", Verb: "remove a save", Foot: m.chosen().save != nil, Why: m.noSave, Do: m.removeSave, Shell: "crmsync saves remove " + save},
		{ID: "undo", Act: crmsync.ActUndo, Keys: []string{"u"}, Group: "Decide", Name: "Page: undo the chosen decision, else what you did last", Short: "undo", Foot: m.chosen().event != nil, Why: m.cannotUndo, Do: m.undo, Shell: "crmsync undo"},
		{ID: "member.link", Keys: []string{"o"}, Group: "Out", Name: "Page: link to the record in the CRM", Short: "link", Foot: true, Local: true, Why: m.noAddress, Do: func() tea.Cmd { return linkTo(m.address()) }},
		{ID: "member.copy", Keys: []string{"y"}, Group: "Out", Name: "Page: copy the record's address", Short: "copy link", Foot: true, Local: true, Why: m.noAddress, Do: func() tea.Cmd { return send(copyMsg{m.address()}) }},
		m.heldAction(),
		{ID: "member.reload", Keys: []string{"R"}, Group: "Everywhere", Name: "Page: load again", Short: "load again", Local: true, Hidden: true, Do: m.load},
		{ID: "member.back", Keys: []string{"esc"}, Group: "Everywhere", Name: "Page: back", Short: "back", Foot: true, Local: true, Hidden: true, Do: func() tea.Cmd { return m.tell(popMsg{}) }},
	}
	return append(out, strides("list", "List", "row", func() int { return m.rows - 2 }, func(n int) tea.Cmd { m.move(n); return nil })...)
}

// move puts the cursor n items on. Above the first item the page shows its beginning again.
func (m *member) move(n int) {
	switch {
	case m.resting && n > 0:
		m.resting = false
		m.cursor = min(n-1, max(0, len(m.items())-1))
	case m.cursor+n < 0:
		m.cursor, m.resting, m.top = 0, true, 0
	default:
		m.cursor = max(0, min(m.cursor+n, len(m.items())-1))
	}
}

func (m *member) nothingChosen() string {
	if m.chosen() == (item{}) {
		return "nothing is chosen; the arrows choose"
	}
	return ""
}

func (m *member) notRead() string {
	if !m.once.known {
		return "the page was not read yet"
	}
	return ""
}

func (m *member) notLinked() string {
	if m.page.Linked.Record == "" {
		return "it is linked with no record of the CRM; " + m.keyOf("match.rematch") + " chooses one"
	}
	return ""
}

func (m *member) noSave() string {
	s := m.chosen().save
	switch {
	case s == nil:
		return "no save is chosen; the arrows choose"
	case !s.Removed.IsZero():
		return "it is removed already and is not saved again"
	}
	return ""
}

func (m *member) cannotUndo() string {
	e := m.chosen().event
	switch {
	case m.Services.Audit == nil:
		return "undo needs the audit trail, which is not here"
	case e == nil:
		return ""
	case e.Undone:
		return "it was taken back already"
	case !e.Undoable:
		return "this cannot be taken back"
	}
	return ""
}

// address is the chosen activity's row in the CRM, else the record's.
func (m *member) address() string {
	if a := m.chosen().activity; a != nil && a.Address != "" {
		return a.Address
	}
	return m.page.Linked.Address
}

func (m *member) noAddress() string {
	if m.address() == "" {
		return "it is linked with no record, so there is no badge"
	}
	return ""
}

// rematch searches the network for the record's member; a member without a record gets a search of the records.
func (m *member) rematch() tea.Cmd {
	l := m.page.Linked
	if l.Record == "" {
		return m.tell(pushMsg{newTie(m.Session, m.company, m.id, m.page.Name)})
	}
	return m.tell(pushMsg{newRematch(m.Session, Match{Record: l.Record, Object: l.Object, Name: l.Name, Member: m.id, MemberName: m.page.Name, Score: l.Score, State: l.State, Address: l.Address})})
}

func (m *member) reject() tea.Cmd {
	l := m.page.Linked
	seen := Match{Record: l.Record, Member: m.id, State: l.State}
	m.deciding(l.Record)
	return m.act("reject the match", "Rejected "+clean(l.Name)+" = "+clean(m.page.Name)+".", func(ctx context.Context) (string, error) {
		return m.Services.Matches.Reject(ctx, seen, "")
	})
}

func (m *member) removeSave() tea.Cmd {
	s := *m.chosen().save
	return m.act("remove the save", "Removed the save of "+clean(s.Name)+"; it is not saved again for this opportunity.", func(ctx context.Context) (string, error) {
		return m.Services.Saves.Remove(ctx, s.ID)
	})
}

// undo takes the chosen decision back; with none chosen, what the person did last.
func (m *member) undo() tea.Cmd {
	e := m.chosen().event
	if e == nil {
		return m.tell(undoMsg{})
	}
	id, what := e.ID, e.What
	return func() tea.Msg {
		undone, err := m.Services.Audit.Undo(m.ctx, id)
		return actedMsg{text: "Taken back: " + clean(what) + ".", audit: undone, err: err, what: "undo", redo: true}
	}
}

// Line says how much there is.
func (m *member) Line() (left, right string) {
	if !m.once.known {
		return "", ""
	}
	return count(len(m.page.Activities), "activity", "activities") + ", " + count(len(m.page.Saves), "save", "saves") + ", " + count(len(m.page.History), "decision", "decisions"), ""
}

// openMember opens the page of a member above the present screen.
func (s *Session) openMember(company bool, id, name string) tea.Cmd {
	return s.tell(pushMsg{newMember(s, company, id, name)})
}

// noMember says why a page cannot be opened, or "".
func (s *Session) noMember(id string) string {
	switch {
	case s.Services.Network == nil:
		return "the network cannot be read here"
	case id == "":
		return "there is nobody to show; " + s.keyOf("match.rematch") + " searches the directory"
	}
	return ""
}

// open shows everything about the chosen line.
func (m *member) open() tea.Cmd {
	chosen := m.chosen()
	title := "Decision"
	switch {
	case chosen.activity != nil:
		title = "Activity"
	case chosen.save != nil:
		title = "Save"
	}
	return m.tell(openMsg{&notice{Session: m.Session, title: title, lines: func(w int) []string { return m.itemLines(chosen, w) }}})
}
