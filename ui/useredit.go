package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// edit asks for a seat's name and the address of its holder's profile.
func (u *users) edit() tea.Cmd {
	r, t := *u.list.current(), u.Theme
	name, profile := newField(t, "name"), newField(t, "https://www.linkedin.com/in/…")
	name.set(r.Name)
	profile.set(r.Profile)
	ask := &prompt{Session: u.Session, title: "Seat of " + clean(r.Mail), act: crmsync.ActSeatEdit, labels: []string{"Name", "Profile"}, fields: []*field{name, profile}, yes: "change", line: "nothing is changed yet",
		lines: u.quietLines("By the profile's address the holder's own messages are told from those of others. Read their archive again after it was wrong."),
		check: func(v []string) string {
			if strings.TrimSpace(v[0]) == r.Name && strings.TrimSpace(v[1]) == r.Profile {
				return "nothing is changed"
			}
			return ""
		},
		do: func(v []string) tea.Cmd {
			// The name may be the CRM user's, shown because the seat has none: it is kept only when it was changed.
			var edit crmsync.SeatEdit
			if name := strings.TrimSpace(v[0]); name != r.Name {
				edit.Name = &name
			}
			if profile := strings.TrimSpace(v[1]); profile != r.Profile {
				edit.ProfileURL = &profile
			}
			return u.act("edit the seat", "Changed the seat of "+clean(r.Mail)+".", func(ctx context.Context) (string, error) {
				return u.Services.Users.Edit(ctx, r.Seat, edit)
			})
		}}
	return ask.open()
}

// add asks for a new seat. It is mapped to the CRM user of the same e-mail, if there is one (S119).
func (u *users) add() tea.Cmd {
	t := u.Theme
	ask := &prompt{Session: u.Session, title: "New seat", act: crmsync.ActSeatAdd, labels: []string{"E-mail", "Name", "Profile"}, yes: "add", line: "nothing is added yet",
		fields: []*field{newField(t, "holder@example.com"), newField(t, "name, may stay empty"), newField(t, "https://www.linkedin.com/in/…")},
		lines:  u.quietLines("The seat is mapped to the CRM user of the same e-mail. What it writes back waits for its holder's own opt-in."),
		check:  needs("the holder's e-mail address is missing"),
		do: func(v []string) tea.Cmd {
			seat := crmsync.NewSeat{Email: strings.TrimSpace(v[0]), Name: strings.TrimSpace(v[1]), ProfileURL: strings.TrimSpace(v[2])}
			return u.act("add the seat", "Added the seat of "+clean(seat.Email)+".", func(ctx context.Context) (string, error) {
				return u.Services.Users.Add(ctx, seat)
			})
		}}
	return ask.open()
}

// remove removes the seat under the cursor; one that something refers to is refused.
func (u *users) remove() tea.Cmd {
	r := *u.list.current()
	return u.act("remove the seat", "Removed the seat of "+clean(r.Mail)+".", func(ctx context.Context) (string, error) {
		return u.Services.Users.Remove(ctx, r.Seat)
	})
}
