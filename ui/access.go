package ui

import (
	"context"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	crmsync "crmsync/sync"
)

// accessActions say who may use the console: on the screen of the seats, since most who hold one use it.
func (u *users) accessActions() []Action {
	return []Action{
		{ID: "user.add", Act: crmsync.ActUserAdd, Keys: []string{"C"}, Group: "Decide", Name: "Access: let somebody use the console", Short: "new user", Verb: "add a console user", Why: u.noAccess,
			Do: u.addUser, Shell: "crmsync user add NAME --role ROLE"},
		{ID: "user.key", Act: crmsync.ActUserKey, Keys: []string{"K"}, Group: "Decide", Name: "Access: give somebody an SSH key", Short: "SSH key", Verb: "change a key", Why: u.noAccess,
			Do: u.setKey, Shell: "crmsync key add NAME FILE"},
		{ID: "user.remove", Act: crmsync.ActUserRemove, Keys: []string{"D"}, Group: "Decide", Name: "Access: take somebody's access away", Short: "remove user", Verb: "remove a console user", Why: u.noAccess,
			Do: u.removeUser, Shell: "crmsync user remove NAME"},
	}
}

func (u *users) noAccess() string {
	if u.Services.Access == nil {
		return "users are not kept here; crmsync user lists them"
	}
	return ""
}

// roleNames are the roles as a person types them.
func roleNames() string {
	return strings.Join([]string{string(crmsync.RoleAdmin), string(crmsync.RoleTester), string(crmsync.RoleSupport), string(crmsync.RoleMember)}, ", ")
}

// addUser asks who may use the console from now on.
func (u *users) addUser() tea.Cmd {
	t := u.Theme
	ask := &prompt{Session: u.Session, title: "New console user", act: crmsync.ActUserAdd, yes: "add", line: "nobody is added yet",
		labels: []string{"Name", "Role", "Seat", "SSH key", "OS user"},
		fields: []*field{newField(t, "ana"), newField(t, roleNames()), newField(t, "e-mail of their own seat, may stay empty"), newField(t, "ssh-ed25519 AAAA…, may stay empty"), newField(t, "their user on this machine, may stay empty")},
		lines:  u.quietLines("Over SSH the key says who it is; on this machine the operating system's user."),
		check:  needs("a name is missing", "a role is missing: "+roleNames()),
		do: func(v []string) tea.Cmd {
			user := crmsync.NewUser{Name: strings.TrimSpace(v[0]), Role: crmsync.Role(strings.TrimSpace(v[1])), Seat: strings.TrimSpace(v[2]), PublicKey: strings.TrimSpace(v[3]), OSUser: strings.TrimSpace(v[4])}
			return u.act("add the user", clean(user.Name)+" may use the console as "+clean(string(user.Role))+".", func(ctx context.Context) (string, error) {
				return u.Services.Access.Add(ctx, user)
			})
		}}
	return ask.open()
}

// setKey asks for somebody's key, which takes the place of the one they had.
func (u *users) setKey() tea.Cmd {
	t := u.Theme
	ask := &prompt{Session: u.Session, title: "SSH key of a console user", act: crmsync.ActUserKey, yes: "set", line: "no key is changed yet",
		labels: []string{"Name", "SSH key"}, fields: []*field{newField(t, "ana"), newField(t, "ssh-ed25519 AAAA…")},
		lines: u.quietLines("The one line of their .pub file. The key they had opens nothing any more."),
		check: needs("a name is missing", "the key is missing: the one line of a .pub file"),
		do: func(v []string) tea.Cmd {
			name := strings.TrimSpace(v[0])
			return u.act("change the key", "Changed the key of "+clean(name)+".", func(ctx context.Context) (string, error) {
				return u.Services.Access.SetKey(ctx, name, strings.TrimSpace(v[1]))
			})
		}}
	return ask.open()
}

// removeUser asks whose access ends.
func (u *users) removeUser() tea.Cmd {
	ask := &prompt{Session: u.Session, title: "Take access away", act: crmsync.ActUserRemove, yes: "remove", line: "nobody is removed yet",
		labels: []string{"Name"}, fields: []*field{newField(u.Theme, "ana")},
		lines: u.quietLines("Their key and their user of this machine open nothing any more. Their seat stays as it is."),
		check: needs("a name is missing"),
		do: func(v []string) tea.Cmd {
			name := strings.TrimSpace(v[0])
			return u.act("remove the user", clean(name)+" may not use the console any more.", func(ctx context.Context) (string, error) {
				return u.Services.Access.Remove(ctx, name)
			})
		}}
	return ask.open()
}
