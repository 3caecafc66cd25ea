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
		lines: func(w int) []string {
			var lines []string
			for _, part := range wrap("By the profile's address the holder's own messages are told from those of others. Read their archive again after it was wrong.", w) {
				lines = append(lines, t.Quiet.Render(part))
			}
			return append(lines, "")
		},
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
