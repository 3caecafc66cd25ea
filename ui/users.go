package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	crmsync "crmsync/sync"
)

// users are the seats and the CRM users they are mapped to.
type users struct {
	listing[User]
	filter UserFilter
	field  *field // the CRM user a seat is pinned to
	near   candidates
}

func newUsers(s *Session) *users {
	u := &users{filter: UserFilter{Show: "all"}, field: newField(s.Theme, "name, e-mail or id of the CRM user; empty for none")}
	mail := column[User]{title: "EMAIL", width: 32, grow: 1, from: 80, cell: func(r *User) string { return r.Mail }, style: quietly[User](s.Theme)}
	crm := column[User]{title: "CRM USER", width: 14, grow: 1, cell: func(r *User) string { return orDash(s.Theme, r.CRMName) }}
	if !s.seesPersonal() {
		mail = column[User]{cell: mail.cell} // left out
	}
	u.listing = newListing(s, "The seats", source[User]{
		page: func(ctx context.Context, seek Seek) (Page[User], error) {
			return s.Services.Users.Page(ctx, u.filter, seek)
		},
		total: func(ctx context.Context) (int64, error) { return s.Services.Users.Count(ctx, u.filter) },
	}, []column[User]{
		{title: "NAME", width: 16, grow: 1, cell: func(r *User) string { return r.Name }},
		mail,
		crm,
		{title: "SAVE", width: 6, from: 100, cell: func(r *User) string { return yesNo(r.Autosave) }},
		{title: "WRITE", width: 6, from: 100, cell: func(r *User) string { return yesNo(r.Writeback) }},
		{title: "MAPPED", width: 12, cell: func(r *User) string { state, word := mappedOf(r); return s.Theme.mark(state) + " " + word },
			style: func(r *User) lipgloss.Style { state, _ := mappedOf(r); return s.Theme.style(state) }},
	})
	u.list.inMemory()
	return u
}

func yesNo(on bool) string {
	if on {
		return "yes"
	}
	return "no"
}

func mappedOf(u *User) (State, string) {
	switch {
	case u.Unlicensed:
		return StateOff, "no licence"
	case u.CRMUser == "":
		return StateWarn, "no user"
	case !u.Active:
		return StateOff, "inactive"
	case u.MappedBy == "hand":
		return StateOn, "by hand"
	}
	return StateOn, "by e-mail"
}

// Title is the screen's name.
func (u *users) Title() string { return "Users" }

// Update takes rows, the letters of a mapping, and news.
func (u *users) Update(msg tea.Msg) tea.Cmd {
	if cmd, ok := u.list.update(u.screen, msg); ok {
		return tea.Batch(cmd, u.lookAround())
	}
	if cmd, ok := u.suggested(msg); ok {
		return cmd
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		switch keyName(msg) {
		case "enter":
			u.field.blur()
			return u.pin(u.field.value())
		case "esc":
			u.field.blur()
		default:
			u.field.key(msg)
		}
	case actedMsg:
		return u.changed()
	}
	return nil
}

// Editing is true while a mapping is typed.
func (u *users) Editing() bool { return u.field.focused() }

// Typing is what ends the typing.
func (u *users) Typing() (enter, esc string) { return "map", "leave" }

// Actions map seats and change what they may do.
func (u *users) Actions() []Action {
	seat, autosave, writeback := "EMAIL", "", ""
	if r := u.list.current(); r != nil {
		seat, autosave, writeback = ShellWord(r.Mail), turned(r.Autosave), turned(r.Writeback)
	}
	return append(append([]Action{
		{ID: "seat.pin", Act: crmsync.ActSeatPin, Keys: []string{"m"}, Group: "Decide", Name: "Users: map this seat by hand", Short: "map", Foot: true, Why: u.noRow,
			Do: func() tea.Cmd { u.field.set(""); u.field.focus(); return nil }, Shell: "crmsync users map " + seat + " USER"},
		{ID: "seat.autosave", Act: crmsync.ActSeatAllow, Keys: []string{"a"}, Group: "Decide", Name: "Users: allow or forbid auto-save", Short: "auto-save", Verb: "switch auto-save", Foot: true, Why: u.noRow,
			Do: func() tea.Cmd { return u.allow(func(r *User) { r.Autosave = !r.Autosave }) }, Shell: "crmsync users allow " + seat + " --autosave" + autosave},
		{ID: "seat.writeback", Act: crmsync.ActSeatAllow, Keys: []string{"w"}, Group: "Decide", Name: "Users: allow or forbid writeback", Short: "writeback", Verb: "switch writeback", Foot: true, Why: u.noRow,
			Do: func() tea.Cmd { return u.allow(func(r *User) { r.Writeback = !r.Writeback }) }, Shell: "crmsync users allow " + seat + " --writeback" + writeback},
		{ID: "seat.edit", Act: crmsync.ActSeatEdit, Keys: []string{"E"}, Group: "Decide", Name: "Users: mend the name or the profile address", Short: "edit", Verb: "edit the seat", Why: u.noRow,
			Do: u.edit, Shell: "crmsync users edit " + seat + " --profile ADDRESS"},
		{ID: "seat.add", Act: crmsync.ActSeatAdd, Keys: []string{"+"}, Group: "Decide", Name: "Users: add a seat", Short: "new seat", Verb: "add a seat",
			Do: u.add, Shell: "crmsync users add EMAIL"},
		{ID: "seat.remove", Act: crmsync.ActSeatRemove, Keys: []string{"X"}, Group: "Decide", Name: "Users: remove this seat", Short: "remove seat", Verb: "remove the seat", Why: u.noRow,
			Do: u.remove, Shell: "crmsync users remove " + seat},
		{ID: "users.show", Keys: []string{"f"}, Group: "Everywhere", Name: "Users: all, without a CRM user, inactive", Short: "show", Foot: true, Local: true, Do: func() tea.Cmd {
			u.filter.Show = next([]string{"all", "unmapped", "inactive"}, u.filter.Show, 1)
			return u.list.reload(u.screen)
		}, Shell: "crmsync users list"},
		{ID: "users.copy", Keys: []string{"y"}, Group: "Out", Name: "Users: copy the e-mail", Short: "copy", Local: true, Why: u.noMail, Do: func() tea.Cmd { return send(copyMsg{u.list.current().Mail}) }},
	}, append(u.accessActions(), u.candidateActions(seat)...)...), u.walk(u.lookAround)...)
}

// makeRoom leaves the CRM user, whom the last line names, to the e-mail address where there is room for one of them.
func (u *users) makeRoom(w int) {
	mail, crm := u.list.columns[1], &u.list.columns[2]
	crm.from = 0
	if mail.width > 0 && w >= mail.from && w < 96 {
		crm.from = 96
	}
}

// noMail says why no e-mail can be copied.
func (u *users) noMail() string {
	if !u.seesPersonal() {
		return "support sees names only"
	}
	return u.noRow()
}

func (u *users) noRow() string {
	if u.list.current() == nil {
		return "no seat is chosen"
	}
	return ""
}

func (u *users) allow(change func(*User)) tea.Cmd {
	r := *u.list.current()
	change(&r)
	return u.act("change the seat", clean(r.Name)+": auto-save "+yesNo(r.Autosave)+", writeback "+yesNo(r.Writeback)+".", func(ctx context.Context) (string, error) {
		return u.Services.Users.Allow(ctx, r.Seat, r.Autosave, r.Writeback)
	})
}

func (u *users) pin(user string) tea.Cmd {
	r := u.list.current()
	if r == nil {
		return nil
	}
	seat, name := r.Seat, clean(r.Name)
	return u.act("map the seat", "Mapped "+name+".", func(ctx context.Context) (string, error) {
		return u.Services.Users.Pin(ctx, seat, user)
	})
}

// Line explains the mapping.
func (u *users) Line() (left, right string) {
	if u.Editing() {
		return "name, e-mail or id of a CRM user; enter maps, esc leaves", u.list.position()
	}
	if r := u.list.current(); r != nil && r.Loss != "" {
		return u.Theme.sign(StateWarn, "no writeback since "+stamp(r.LossSince.In(u.now().Location()), u.now())+": "+r.Loss), u.list.position()
	}
	if r := u.list.current(); r != nil && r.CRMName != "" { // a narrow list has no room for it
		return "CRM user " + clean(r.CRMName) + "; " + u.keyOf("seat.pin") + " pins another by hand", u.list.position()
	}
	return "seats are mapped by e-mail; " + u.keyOf("seat.pin") + " pins one by hand", u.list.position()
}

// View draws the share of mapped seats and the list.
func (u *users) View(w, h int) string {
	t := u.Theme
	seats := u.overview.Seats
	share := 0.0
	if seats.Total > 0 {
		share = float64(seats.Mapped) / float64(seats.Total)
	}
	head := " " + t.Text.Render(" Seats ") + t.bar(share, 16, t.Bar) + t.Text.Render(" "+number(seats.Mapped)+" of "+number(seats.Total)+" mapped")
	lines := []string{ends(head, t.Quiet.Render("show: "+u.filter.Show)+" ", w), ""}
	if u.isEmpty() {
		if u.filter.Show != "all" {
			return page(append(lines, "  "+t.Quiet.Render("no seat is "+u.filter.Show+"; "+u.keyOf("users.show")+" shows the others")), w, h)
		}
		return page(append(lines, "  "+t.Quiet.Render("No seat yet. crmsync users add EMAIL adds one."), "  "+t.Quiet.Render("A seat is one member of the sales team.")), w, h)
	}
	room := h - 4
	switch { // the rest is for candidates
	case h >= 24:
		room -= 7
	case h >= 16:
		room -= 4
	}
	u.makeRoom(w)
	lines = append(lines, u.lines(w, min(room, max(9, u.list.pager.Rows()+1)))...)
	if !u.Editing() {
		lines = append(lines, u.nearLines(w, h-len(lines))...)
	}
	if u.Editing() {
		lines = append(lines, "", "  "+t.Quiet.Render("CRM user  ")+u.field.view(min(60, w-14)))
	}
	return page(lines, w, h)
}
