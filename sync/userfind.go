package sync

import (
	"context"
	"errors"
	"strings"

	"crmsync/match/normal"
	"crmsync/store"
)

// mostUsersFound bounds how many users a search returns.
const mostUsersFound = 50

// FoundUser is a CRM user that a search found.
type FoundUser struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Active bool   `json:"active"`
	Seat   string `json:"seat,omitempty"` // id of the seat that is mapped to them
}

// FindUsers lists the CRM users whose name or e-mail address contains text, all of them for "", 50 at the most.
func (e *Engine) FindUsers(ctx context.Context, text string) ([]FoundUser, error) {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return nil, err
	}
	mapped := map[string]string{}
	for _, seat := range seats {
		mapped[seat.UserID] = seat.ID
	}
	wanted := strings.ToLower(strings.TrimSpace(text))
	var found []FoundUser
	for user, err := range e.store.EachRecord(ctx, "User", store.RecordFilter{Live: true}) {
		if err != nil {
			return nil, err
		}
		name, email := user.Get("Name"), user.Get("Email")
		if !strings.Contains(normal.Fold(name), normal.Fold(wanted)) && !strings.Contains(strings.ToLower(email), wanted) {
			continue
		}
		if found = append(found, FoundUser{user.ID, name, email, user.Flag("IsActive"), mapped[user.ID]}); len(found) == mostUsersFound {
			break
		}
	}
	return found, nil
}

// userNamed returns the id of the CRM user who is meant by an id, or by a part of a name or e-mail address that only
// one has.
func (e *Engine) userNamed(ctx context.Context, who string) (string, error) {
	if _, err := e.store.Record(ctx, "User", who); err == nil {
		return who, nil
	} else if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	users, err := e.store.UsersByEmail(ctx, who)
	if err != nil {
		return "", err
	}
	if len(users) == 1 {
		return users[0].ID, nil
	}
	found, err := e.FindUsers(ctx, who)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fault("user.not_found", "crmsync users find TEXT lists CRM users; one who is new in the CRM needs crmsync import first.", "there is no CRM user %q", who)
	case len(found) == 1:
		return found[0].UserID, nil
	}
	var names []string
	for _, user := range found[:min(len(found), 3)] {
		names = append(names, user.Name+" ("+user.Email+")")
	}
	if more := len(found) - len(names); more > 0 {
		names = append(names, "…")
	}
	return "", fault("usage.user", "Give the whole address, or the id: crmsync users find TEXT lists them.", "more than one CRM user has %q in the name or address: %s", who, strings.Join(names, ", "))
}
