package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// The parts of the users screen.
const (
	partSeats = iota
	partRoles
	partLicences
	userPartCount
)

func userPartNames() []string { return []string{"Seats", "Roles", "Licences"} }

// userParts is the team: seats and their CRM users, the CRM's roles, the licences.
type userParts struct {
	stage
	part      int
	seats     *users
	roles     *roles
	licences  listing[crmsync.LicenceHolder]
	inventory crmsync.LicenceInventory
	counted   bool // the inventory was read
}

func newUserParts(s *Session) *userParts {
	u := &userParts{stage: stage{Session: s}, seats: newUsers(s), roles: newRoles(s)}
	u.licences = newListing(s, "The licences", source[crmsync.LicenceHolder]{page: u.pageLicences}, u.licenceColumns())
	u.licences.list.inMemory()
	return u
}

// Title is the screen's name.
func (u *userParts) Title() string { return "Users" }

// Show reads the part in front.
func (u *userParts) Show(ctx context.Context) tea.Cmd {
	u.show(ctx)
	return u.enter()
}

// Hide ends what the parts were reading.
func (u *userParts) Hide() {
	u.seats.Hide()
	u.roles.Hide()
	u.licences.Hide()
	u.stage.Hide()
}

func (u *userParts) enter() tea.Cmd {
	switch u.part {
	case partRoles:
		return u.roles.Show(u.screen)
	case partLicences:
		return tea.Batch(u.readInventory(), u.licences.Show(u.screen))
	}
	return u.seats.Show(u.screen)
}

// Reading is how it stands with the part in front.
func (u *userParts) Reading() reading {
	switch u.part {
	case partRoles:
		return u.roles.Reading()
	case partLicences:
		return u.licences.Reading()
	}
	return u.seats.Reading()
}

// Part opens a part by its name.
func (u *userParts) Part(name string) tea.Cmd {
	for i, part := range userPartNames() {
		if strings.EqualFold(part, name) {
			u.part = i
		}
	}
	return u.enter()
}

// Update gives the part in front its keys, and every part what it read and what was done.
func (u *userParts) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if u.part == partSeats {
			return u.seats.Update(msg)
		}
		return nil
	case inventoryMsg:
		if msg.owner == u && msg.err == nil {
			u.inventory, u.counted = msg.inventory, true
		}
		return nil
	case actedMsg:
		u.licences.stale = true
		cmds := []tea.Cmd{u.seats.Update(msg), u.roles.Update(msg)}
		if u.part == partLicences && u.shown() {
			cmds = append(cmds, u.readInventory(), u.licences.again())
		}
		return tea.Batch(cmds...)
	}
	if cmd, ok := u.licences.list.update(u.context(), msg); ok {
		return cmd
	}
	return tea.Batch(u.seats.Update(msg), u.roles.Update(msg))
}

// Sieve is the filter of the list in front.
func (u *userParts) Sieve() *sieve {
	switch u.part {
	case partRoles:
		return u.roles.Sieve()
	case partLicences:
		return u.licences.Sieve()
	}
	return u.seats.Sieve()
}

func (u *userParts) context() context.Context {
	if u.screen != nil {
		return u.screen
	}
	return u.ctx
}

// Editing is true while a mapping is typed.
func (u *userParts) Editing() bool { return u.part == partSeats && u.seats.Editing() }

// Typing is what ends the typing.
func (u *userParts) Typing() (enter, esc string) { return u.seats.Typing() }

// Back clears the marked roles.
func (u *userParts) Back() (tea.Cmd, bool) {
	if u.part == partRoles && len(u.roles.marked) > 0 {
		clear(u.roles.marked)
		return nil, true
	}
	return nil, false
}

// Actions are those of the part in front.
func (u *userParts) Actions() []Action {
	var out []Action
	switch u.part {
	case partRoles:
		out = append(u.roles.actions(), u.roles.walk(nil)...)
	case partLicences:
		out = append(u.licenceActions(), u.licences.walk(nil)...)
	default:
		out = u.seats.Actions()
	}
	return append(out, u.turns()...)
}

func (u *userParts) turns() []Action {
	return turnActions("users.part", "Users", "", func(n int) tea.Cmd {
		u.part = (u.part + n + userPartCount) % userPartCount
		return u.enter()
	})
}

// Table is what can be done in all parts.
func (u *userParts) Table() []Action {
	out := inPart("seats", u.seats.Actions())
	out = append(out, inPart("roles", u.roles.actions())...)
	out = append(out, inPart("licences", u.licenceActions())...)
	return append(out, u.turns()...)
}

// Line says what the part is about.
func (u *userParts) Line() (left, right string) {
	switch u.part {
	case partRoles:
		return u.roles.line()
	case partLicences:
		return "a seat that loses its licence keeps its history", u.licences.list.position()
	}
	return u.seats.Line()
}

// View draws the parts' names and the part in front.
func (u *userParts) View(w, h int) string {
	parts := make([]string, 0, userPartCount)
	for i, name := range userPartNames() {
		if i == u.part {
			parts = append(parts, u.Theme.Accent.Render(u.Theme.Step+" "+name))
		} else {
			parts = append(parts, "  "+u.Theme.Quiet.Render(name))
		}
	}
	head := fit("  "+strings.Join(parts, "  "), w) + "\n" + fit("", w) + "\n"
	switch u.part {
	case partRoles:
		return head + u.roles.View(w, h-2)
	case partLicences:
		return head + u.licenceView(w, h-2)
	}
	return head + u.seats.View(w, h-2)
}
