package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"crmsync/store"
)

// Whoami tells who the operating-system user is in this store. Whoever comes
// first to a store without console users is its first admin.
func (e *Engine) Whoami(ctx context.Context, osUser, via string) (Actor, error) {
	user, err := e.store.ConsoleUserByOS(ctx, osUser)
	if err == nil {
		return actorOf(user, via), nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return Actor{}, err
	}
	first := store.ConsoleUser{Name: osUser, OSUser: osUser, Role: string(RoleAdmin)}
	made := false
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		users, err := tx.ConsoleUsers()
		if err != nil || len(users) > 0 {
			return err
		}
		first.AddedAt = e.now().UTC()
		if err := tx.PutConsoleUser(first); err != nil {
			return err
		}
		made = true
		_, err = e.audit(tx, Actor{Name: osUser, Role: RoleAdmin, Via: via}, ActUserAdd, changed{Subject: first.Name, After: first}, "")
		return err
	})
	if err != nil {
		return Actor{}, err
	}
	if !made {
		return Actor{}, fault("act.unknown_user", "An admin adds you: crmsync user add NAME --os-user "+osUser+" --role ROLE.",
			"%s is not a user of this store", osUser)
	}
	return actorOf(first, via), nil
}

func actorOf(user store.ConsoleUser, via string) Actor {
	return Actor{Name: user.Name, Role: Role(user.Role), Seat: user.SeatID, Via: via}
}

// NewUser says who may use the console, and how they are recognised.
type NewUser struct {
	Name      string
	OSUser    string // "" for nobody local
	Email     string
	Role      Role
	Seat      string // e-mail or id of their own seat; "" for none
	PublicKey string // authorized_keys line for SSH; "" for none
}

// AddUser adds a console user.
func (e *Engine) AddUser(ctx context.Context, actor Actor, user NewUser) (auditID string, err error) {
	if strings.TrimSpace(user.Name) == "" || strings.ContainsFunc(user.Name, func(r rune) bool { return r < ' ' }) {
		return "", fault("usage.user", "", "a console user needs a name")
	}
	if !user.Role.Valid() {
		return "", fault("usage.role", "The roles are admin, tester, support and member.", "there is no role %q", user.Role)
	}
	row := store.ConsoleUser{Name: user.Name, OSUser: user.OSUser, Email: strings.ToLower(user.Email), Role: string(user.Role)}
	var key PublicKey
	if user.PublicKey != "" {
		if key, err = ParsePublicKey(user.PublicKey); err != nil {
			return "", err
		}
		row.PublicKey = key.Line
	}
	if user.Seat != "" {
		seat, err := e.findSeat(ctx, user.Seat)
		if err != nil {
			return "", err
		}
		row.SeatID = seat.ID
	}
	return e.change(ctx, actor, ActUserAdd, func(tx *store.Tx) (changed, error) {
		if _, err := tx.ConsoleUser(row.Name); err == nil {
			return changed{}, fault("user.exists", "Take another name, or say what is to change: --role, --seat, --email or --os-user.", "there is a user %q already", row.Name)
		} else if !errors.Is(err, store.ErrNotFound) {
			return changed{}, err
		}
		if err := keyIsFree(tx, key, row.Name); err != nil {
			return changed{}, err
		}
		row.AddedAt = e.now().UTC()
		return changed{Subject: row.Name, After: row}, tx.PutConsoleUser(row)
	})
}

// UserChange says what of a console user is to become different; what is nil stays.
type UserChange struct {
	Role                *Role
	OSUser, Email, Seat *string // Seat is an e-mail or id; "" takes the seat away
}

// ChangeUser changes a console user. The last admin stays one.
func (e *Engine) ChangeUser(ctx context.Context, actor Actor, name string, change UserChange) (auditID string, err error) {
	if change.Role != nil && !change.Role.Valid() {
		return "", fault("usage.role", "The roles are admin, tester, support and member.", "there is no role %q", *change.Role)
	}
	var seat store.Seat
	if change.Seat != nil && *change.Seat != "" {
		if seat, err = e.findSeat(ctx, *change.Seat); err != nil {
			return "", err
		}
	}
	return e.change(ctx, actor, ActUserAdd, func(tx *store.Tx) (changed, error) {
		was, err := tx.ConsoleUser(name)
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, fault("user.not_found", "See crmsync user list.", "there is no user %q", name)
		}
		if err != nil {
			return changed{}, err
		}
		is := was
		if change.Role != nil {
			if is.Role = string(*change.Role); *change.Role != RoleAdmin {
				if err := notLastAdmin(tx, was); err != nil {
					return changed{}, err
				}
			}
		}
		if change.OSUser != nil {
			is.OSUser = *change.OSUser
		}
		if change.Email != nil {
			is.Email = strings.ToLower(*change.Email)
		}
		if change.Seat != nil {
			is.SeatID = seat.ID
		}
		if err := tx.PutConsoleUser(is); err != nil {
			return changed{}, err
		}
		return changed{Subject: name, Before: was, After: is}, keepsTwoAdmins(tx)
	})
}

// RemoveUser removes a console user. The last admin stays.
func (e *Engine) RemoveUser(ctx context.Context, actor Actor, name string) (auditID string, err error) {
	return e.change(ctx, actor, ActUserRemove, func(tx *store.Tx) (changed, error) {
		row, err := tx.ConsoleUser(name)
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, fault("user.not_found", "See crmsync user list.", "there is no user %q", name)
		}
		if err != nil {
			return changed{}, err
		}
		return changed{Subject: name, Before: row}, removeUser(tx, row)
	})
}

func removeUser(tx *store.Tx, row store.ConsoleUser) error {
	if err := notLastAdmin(tx, row); err != nil {
		return err
	}
	if err := tx.DeleteConsoleUser(row.Name); err != nil {
		return err
	}
	return keepsTwoAdmins(tx)
}

// notLastAdmin refuses to take the role of admin from the only user who has it.
func notLastAdmin(tx *store.Tx, row store.ConsoleUser) error {
	if row.Role != string(RoleAdmin) {
		return nil
	}
	users, err := tx.ConsoleUsers()
	if err != nil {
		return err
	}
	admins := 0
	for _, user := range users {
		if user.Role == string(RoleAdmin) {
			admins++
		}
	}
	if admins <= 1 {
		return fault("user.last_admin", "Make another user an admin first.", "%s is the last admin", row.Name)
	}
	return nil
}

// restoreUser is the way back of adding and removing a console user.
func restoreUser(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	current, err := tx.ConsoleUser(subject)
	exists := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	kept, expected, err := decodeState[store.ConsoleUser](now)
	if err != nil {
		return err
	}
	if exists != expected || (exists && !sameUser(current, kept)) {
		return fmt.Errorf("user %s: %w", subject, errStale)
	}
	wanted, there, err := decodeState[store.ConsoleUser](want)
	if err != nil {
		return err
	}
	if !there {
		return removeUser(tx, current)
	}
	if exists && wanted.Role != string(RoleAdmin) {
		if err := notLastAdmin(tx, current); err != nil {
			return err
		}
	}
	return tx.PutConsoleUser(wanted)
}

// sameUser compares two users by what makes them one; times are kept to the
// millisecond only.
func sameUser(a, b store.ConsoleUser) bool {
	a.AddedAt, b.AddedAt = time.Time{}, time.Time{}
	return a == b
}
