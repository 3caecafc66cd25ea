package sync

import (
	"context"
	"fmt"
	"strings"

	"crmsync/store"
)

// crmUser is a CRM user, as far as licences ask.
type crmUser struct {
	ID, Name, Email, RoleID string
	Active                  bool
}

// licencePeople are the CRM's users and roles beside the seats, at one moment.
type licencePeople struct {
	roles  []crmRole
	users  []crmUser
	byID   map[string]crmUser
	seats  []store.Seat
	byMail map[string]store.Seat
	byUser map[string]store.Seat
}

// licencePeople reads them whole: an org has thousands of users, not millions.
func (e *Engine) licencePeople(ctx context.Context) (*licencePeople, error) {
	p := &licencePeople{byID: map[string]crmUser{}, byMail: map[string]store.Seat{}, byUser: map[string]store.Seat{}}
	for record, err := range e.store.EachRecord(ctx, "UserRole", store.RecordFilter{Live: true}) {
		if err != nil {
			return nil, fmt.Errorf("read the roles: %w", err)
		}
		p.roles = append(p.roles, crmRole{ID: record.ID, Name: record.Get("Name"), ParentID: record.Get("ParentRoleId")})
	}
	for record, err := range e.store.EachRecord(ctx, "User", store.RecordFilter{Live: true}) {
		if err != nil {
			return nil, fmt.Errorf("read the users: %w", err)
		}
		user := crmUser{ID: record.ID, Name: record.Get("Name"), Email: strings.ToLower(strings.TrimSpace(record.Get("Email"))),
			RoleID: record.Get("UserRoleId"), Active: record.Get("IsActive") == "true"}
		p.users = append(p.users, user)
		p.byID[user.ID] = user
	}
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the seats: %w", err)
	}
	p.seats = seats
	for _, seat := range seats {
		p.byMail[seat.Email] = seat
		if seat.UserID != "" {
			p.byUser[seat.UserID] = seat
		}
	}
	return p, nil
}

// seatOf finds the seat of a CRM user: the one mapped to them, else the one with their e-mail that is mapped
// to nobody.
func (p *licencePeople) seatOf(user crmUser) (store.Seat, bool) {
	if seat, ok := p.byUser[user.ID]; ok {
		return seat, true
	}
	seat, ok := p.byMail[user.Email]
	return seat, ok && user.Email != "" && seat.UserID == ""
}

// tree arranges the roles and counts who has them.
func (p *licencePeople) tree() []RoleNode {
	known := map[string]bool{}
	for _, role := range p.roles {
		known[role.ID] = true
	}
	own := map[string]RoleCount{}
	for _, user := range p.users {
		role := user.RoleID
		if !known[role] {
			role = ""
		}
		count := own[role]
		count.Users++
		if user.Active {
			count.Active++
		}
		if seat, ok := p.seatOf(user); ok && seat.Licensed() {
			count.Licensed++
		}
		own[role] = count
	}
	nodes := roleTree(p.roles, own)
	if rest := own[""]; rest.Users > 0 {
		nodes = append(nodes, RoleNode{Name: noRole, Path: noRole, Own: rest, Total: rest})
	}
	return nodes
}

// roleName is the name of a role, or "" where it is not known.
func (p *licencePeople) roleName(id string) string {
	for _, role := range p.roles {
		if role.ID == id {
			return role.Name
		}
	}
	return ""
}

// licensed counts the licences in use.
func (p *licencePeople) licensed() int {
	n := 0
	for _, seat := range p.seats {
		if seat.Licensed() {
			n++
		}
	}
	return n
}
