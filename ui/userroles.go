package ui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// roles are the CRM's role tree with the licences in it; marked roles are planned for.
type roles struct {
	listing[crmsync.RoleNode]
	marked map[string]string // id -> name
}

func newRoles(s *Session) *roles {
	r := &roles{marked: map[string]string{}}
	r.listing = newListing(s, "The roles", source[crmsync.RoleNode]{
		page: func(ctx context.Context, seek Seek) (Page[crmsync.RoleNode], error) {
			nodes, err := s.Services.Users.Roles(ctx)
			return cutPage(nodes, seek), err
		},
		total: func(ctx context.Context) (int64, error) {
			nodes, err := s.Services.Users.Roles(ctx)
			return int64(len(nodes)), err
		},
	}, []column[crmsync.RoleNode]{
		{title: "ROLE", width: 24, grow: 1, cell: func(n *crmsync.RoleNode) string {
			return strings.Repeat(s.Theme.Even+" ", min(n.Depth, 12)) + onlyIf(n.Broken != "", s.Theme.Marks.Warn+" ") + n.Name
		}},
		{title: "USERS", width: 7, right: true, cell: func(n *crmsync.RoleNode) string { return number(n.Total.Users) }},
		{title: "ACTIVE", width: 7, right: true, cell: func(n *crmsync.RoleNode) string { return number(n.Total.Active) }},
		{title: "LICENCES", width: 9, right: true, cell: func(n *crmsync.RoleNode) string { return number(n.Total.Licensed) }},
		{title: "", width: 24, grow: 1, from: 110, cell: func(n *crmsync.RoleNode) string { return n.Broken },
			style: func(*crmsync.RoleNode) lipgloss.Style { return s.Theme.Warn }},
	})
	r.list.lead = func(n *crmsync.RoleNode) string {
		if _, is := r.marked[n.ID]; is {
			return "[x] "
		}
		return "[ ] "
	}
	r.list.leadPad = "    "
	r.list.inMemory()
	return r
}

// Update takes rows, and reads them anew when something was done.
func (r *roles) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := r.list.update(r.context(), msg); ok {
		return cmd
	}
	if _, ok := msg.(actedMsg); ok {
		return r.changed()
	}
	return nil
}

// actions mark roles and plan licences for them.
func (r *roles) actions() []Action {
	shell := "crmsync licences plan --role ROLE"
	if ids := r.chosen(); len(ids) > 0 {
		shell = "crmsync licences plan --role " + ShellWord(strings.Join(ids, ","))
	}
	return []Action{
		{ID: "roles.mark", Keys: []string{"space"}, Group: "Mark", Name: "Roles: mark this role", Short: "mark", Foot: true, Local: true, Why: r.noRole, Do: r.mark},
		{ID: "licences.plan", Act: crmsync.ActLicences, Keys: []string{"p"}, Group: "Decide", Name: "Roles: plan licences for the marked roles and below", Short: "plan", Verb: "plan licences", Foot: true,
			Why: r.noRole, Do: func() tea.Cmd { return r.ask(false) }, Shell: shell},
		{ID: "licences.only", Act: crmsync.ActLicences, Keys: []string{"P"}, Group: "Decide", Name: "Roles: plan licences for these roles and nobody else", Short: "plan only these", Verb: "plan licences", Foot: true,
			Why: r.noRole, Do: func() tea.Cmd { return r.ask(true) }, Shell: shell + " --only"},
	}
}

func (r *roles) noRole() string {
	if n := r.list.current(); len(r.marked) == 0 && (n == nil || n.ID == "") {
		return "no role is chosen"
	}
	return ""
}

func (r *roles) mark() tea.Cmd {
	n := r.list.current()
	if n == nil || n.ID == "" {
		return nil
	}
	if _, is := r.marked[n.ID]; is {
		delete(r.marked, n.ID)
	} else {
		r.marked[n.ID] = n.Name
	}
	return r.list.move(r.screen, 1)
}

// chosen are the ids of the marked roles, or of the one under the cursor.
func (r *roles) chosen() []string {
	var ids []string
	for id := range r.marked {
		ids = append(ids, id)
	}
	if n := r.list.current(); len(ids) == 0 && n != nil && n.ID != "" {
		ids = append(ids, n.ID)
	}
	slices.Sort(ids)
	return ids
}

func (r *roles) ask(only bool) tea.Cmd {
	title := "Licences for "
	if ids := r.chosen(); len(ids) == 1 {
		name := r.marked[ids[0]]
		if n := r.list.current(); name == "" && n != nil {
			name = n.Name
		}
		title += clean(name)
	} else {
		title += count(len(ids), "role", "roles")
	}
	if only {
		title += " and nobody else"
	}
	return r.tell(openMsg{newLicencePlan(r.Session, crmsync.LicenceChoice{Roles: r.chosen(), Only: only}, title)})
}

func (r *roles) line() (left, right string) {
	if n := len(r.marked); n > 0 {
		return count(n, "role marked", "roles marked"), r.list.position()
	}
	if n := r.list.current(); n != nil && n.Broken != "" {
		return r.Theme.sign(StateWarn, n.Broken), r.list.position()
	}
	return "counts include the roles below", r.list.position()
}

// View draws the tree.
func (r *roles) View(w, h int) string {
	if r.isEmpty() {
		return page([]string{"  " + r.Theme.Quiet.Render("No role yet: they come with the import of the CRM.")}, w, h)
	}
	return page(r.lines(w, h), w, h)
}
