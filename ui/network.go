package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
)

// network searches the whole network: people or companies, in the CRM, not in the CRM, or all (S12).
type network struct {
	listing[NetworkRow]
	filter NetworkFilter
	before string // the text that esc in the field goes back to
	field  *field
}

// crmFilters are the settings of the filter in the order in which the key goes through them.
func crmFilters() []string { return []string{"", "in", "out"} }

func newNetwork(s *Session) *network {
	n := &network{field: newField(s.Theme, "words of a name or a company")}
	src := source[NetworkRow]{
		page: func(ctx context.Context, seek Seek) (Page[NetworkRow], error) {
			return s.Services.Network.Page(ctx, n.filter, seek)
		},
		total: func(ctx context.Context) (int64, error) { return s.Services.Network.Count(ctx, n.filter) },
	}
	n.listing = newListing(s, "The network", src, n.columns(s))
	n.sieve = nil
	n.field.focus() // who looks for somebody types a name first
	n.list.more = []column[NetworkRow]{{title: "MEMBER", cell: func(r *NetworkRow) string { return r.ID }}, {title: "RECORD", cell: func(r *NetworkRow) string { return r.Record }}, {title: "ADDRESS", cell: func(r *NetworkRow) string { return r.Address }}}
	return n
}

func (n *network) columns(s *Session) []column[NetworkRow] {
	t := s.Theme
	where, what := "COMPANY", "TITLE"
	if n.filter.Companies {
		where, what = "DOMAIN", "INDUSTRY"
	}
	return []column[NetworkRow]{
		{title: "NAME", width: 20, grow: 2, cell: func(r *NetworkRow) string { return r.Name }},
		{title: what, width: 14, grow: 2, from: 90, cell: func(r *NetworkRow) string { return r.Title }, style: quietly[NetworkRow](t)},
		{title: where, width: 14, grow: 1, cell: func(r *NetworkRow) string { return orDash(t, r.Company) }},
		{title: "PLACE", width: 10, grow: 1, from: 110, cell: func(r *NetworkRow) string { return r.Place }, style: quietly[NetworkRow](t)},
		{title: "CRM", width: 12, cell: func(r *NetworkRow) string { state, word := inCRM(r); return t.mark(state) + " " + word },
			style: func(r *NetworkRow) lipgloss.Style { state, _ := inCRM(r); return t.style(state) }},
		{title: "SCORE", width: 6, right: true, from: 70, cell: func(r *NetworkRow) string {
			if r.Record == "" {
				return ""
			}
			return score(r.Score)
		}, style: func(r *NetworkRow) lipgloss.Style { return t.scoreStyle(r.Score) }},
	}
}

// inCRM says which kind of record a row is linked to.
func inCRM(r *NetworkRow) (State, string) {
	if r.Record == "" {
		return StateOff, "not in CRM"
	}
	return StateGood, r.Object
}

// Title is the screen's name.
func (n *network) Title() string { return "Search" }

// Update takes rows, letters and news.
func (n *network) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := n.list.update(n.screen, msg); ok {
		return cmd
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return n.typed(msg)
	case searchMsg:
		if msg.owner == n && msg.text == n.field.value() && msg.text != n.filter.Text {
			return n.apply(func(f *NetworkFilter) { f.Text = msg.text })
		}
	case actedMsg:
		return n.changed()
	}
	return nil
}

func (n *network) typed(msg tea.KeyMsg) tea.Cmd {
	switch keyName(msg) {
	case "enter", "esc", "down":
		n.field.blur()
		if keyName(msg) == "enter" && n.field.value() == "" && n.before == "" && n.noRow() == "" {
			return n.open() // nothing was typed: the key means the row
		}
		if keyName(msg) == "esc" {
			n.field.set(n.before)
		}
		return n.apply(func(f *NetworkFilter) { f.Text = n.field.value() })
	}
	n.field.key(msg)
	return n.wait(n.screen, typeAfter, searchMsg{n, n.field.value()})
}

// apply changes the filter and reads the list anew; the search before is given up with its context.
func (n *network) apply(change func(*NetworkFilter)) tea.Cmd {
	before := n.filter
	change(&n.filter)
	if n.filter == before {
		return nil
	}
	n.list.columns = n.columns(n.Session)
	n.show(n.ctx)
	return n.list.reload(n.screen)
}

func (n *network) edit() tea.Cmd {
	n.before = n.field.value()
	n.field.focus()
	return nil
}

// Editing is true while the text is typed.
func (n *network) Editing() bool { return n.field.focused() }

// Typing is what ends the typing.
func (n *network) Typing() (enter, esc string) { return "to the list", "take back" }

// Back clears the text.
func (n *network) Back() (tea.Cmd, bool) {
	if n.filter.Text == "" {
		return nil, false
	}
	n.field.set("")
	return n.apply(func(f *NetworkFilter) { f.Text = "" }), true
}

// Actions search, filter and open.
func (n *network) Actions() []Action {
	address := func() string {
		if r := n.list.current(); r == nil || r.Address == "" {
			return "it is linked with no record, so there is no badge"
		}
		return ""
	}
	return append([]Action{
		{ID: "network.open", Keys: []string{"enter"}, Group: "Out", Name: "Search: the page of this person or company", Short: "open", Foot: true, Local: true, Why: n.noRow, Do: n.open},
		{ID: "network.text", Keys: []string{"/"}, Group: "Filter", Name: "Search: words of a name or a company", Short: "search", Foot: true, Local: true, Do: n.edit},
		{ID: "network.crm", Keys: []string{"c"}, Group: "Filter", Name: "Search: in the CRM, not in the CRM, or all", Short: "CRM filter", Foot: true, Local: true, Do: func() tea.Cmd {
			return n.apply(func(f *NetworkFilter) { f.CRM = next(crmFilters(), f.CRM, 1) })
		}},
		{ID: "network.kind", Keys: []string{"]", "[", "tab", "shift+tab"}, Group: "Filter", Name: "Search: people or companies", Short: "people/companies", Foot: true, Local: true, Do: func() tea.Cmd {
			return n.apply(func(f *NetworkFilter) { f.Companies = !f.Companies })
		}},
		{ID: "network.link", Keys: []string{"o"}, Group: "Out", Name: "Search: link to the record in the CRM", Short: "link", Local: true, Why: address, Do: func() tea.Cmd { return linkTo(n.list.current().Address) }},
		{ID: "network.copy", Keys: []string{"y"}, Group: "Out", Name: "Search: copy the record's address", Short: "copy link", Local: true, Why: address, Do: func() tea.Cmd { return send(copyMsg{n.list.current().Address}) }},
	}, append(n.walk(nil), hitActions(func() string {
		if n.field.value() == "" {
			return notFiltered(n.Session, "network.text")
		}
		return ""
	}, n.step(func() tea.Cmd { return nil }))...)...)
}

func (n *network) noRow() string {
	if n.list.current() == nil {
		return "nobody is chosen"
	}
	return ""
}

func (n *network) open() tea.Cmd {
	r := n.list.current()
	return n.tell(pushMsg{newMember(n.Session, n.filter.Companies, r.ID, r.Name)})
}

// Line says what the filter means.
func (n *network) Line() (left, right string) {
	right = n.list.position()
	switch {
	case n.Editing():
		return "enter or " + n.Theme.Down + " goes to the list, esc takes it back", right
	case n.filter.CRM == "in":
		return "only those who are in the CRM", right
	case n.filter.CRM == "out":
		return "only those who are not in the CRM", right
	}
	return n.keyOf("network.crm") + " narrows to those in the CRM, or not in it", right
}

// View draws the search and the list.
func (n *network) View(w, h int) string {
	lines := append(n.head(w), "")
	if n.isEmpty() {
		return page(append(lines, n.emptyLines(w)...), w, h)
	}
	return page(append(lines, n.lines(w, h-len(lines))...), w, h)
}

// head is the text, and what the filter is set to.
func (n *network) head(w int) []string {
	t := n.Theme
	text := t.Quiet.Render("Search  ")
	if n.Editing() {
		text = t.Key.Render("/ ")
	}
	choice := func(on bool, word string) string {
		if on {
			return t.Accent.Render(t.On + " " + word)
		}
		return t.Quiet.Render(t.Off + " " + word)
	}
	filter := choice(!n.filter.Companies, "people") + " " + choice(n.filter.Companies, "companies") + "    " +
		choice(n.filter.CRM == "", "all") + " " + choice(n.filter.CRM == "in", "in CRM") + " " + choice(n.filter.CRM == "out", "not in CRM")
	if w >= sideBySide {
		return []string{ends(" "+text+n.field.view(36), filter+" ", w)}
	}
	return []string{" " + text + n.field.view(w-12), " " + filter}
}

func (n *network) emptyLines(w int) []string {
	t := n.Theme
	if n.filter.Text == "" && n.filter.CRM == "" {
		return append([]string{"  " + t.Text.Render("The network is empty."), ""}, say(t.Quiet, n.keyOf("network.import")+" reads a member's file, or by shell: crmsync network import FILE --seat EMAIL. crmsync help network says where to get the file.", w)...)
	}
	return []string{"  " + t.Quiet.Render("nobody fits; "+n.keyOf("console.back")+" clears the text, "+n.keyOf("network.crm")+" changes the filter")}
}
