package sync

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"crmsync/store"
)

// configState is what an import of a configuration changed, for the audit trail and the undo. Nil stands for "was
// not there", and for a setting for "has its default".
type configState struct {
	Settings map[string]*string
	Seats    []seatChange
	Users    []userChange
}

// userChange is one console user as it was, or is.
type userChange struct {
	Name string
	User *store.ConsoleUser
}

// ImportConfig sets the contract up as a configuration says, in one transaction; one undo takes all of it back. It is
// refused when something is in the way (code "config.problem") or when nothing would change ("config.nothing").
func (e *Engine) ImportConfig(ctx context.Context, actor Actor, config Config) (auditID string, err error) {
	if err := Allowed(actor, ActConfigImport); err != nil {
		return "", err
	}
	diff, err := e.DiffConfig(ctx, config)
	switch {
	case err != nil:
		return "", err
	case diff.Problem != "":
		return "", fault("config.problem", "See crmsync config import FILE for all of them; nothing was changed.", "the configuration cannot be applied: %s", diff.Problem)
	case len(diff.Changes) == 0:
		return "", fault("config.nothing", "", "everything is set up as the configuration says")
	}
	actor, err = e.secondAdmin(ctx, actor, taskConfig, config, func() (sight, error) { return configSight(diff), nil })
	if err != nil {
		return "", err
	}
	auditID, err = e.change(ctx, actor, ActConfigImport, func(tx *store.Tx) (changed, error) {
		before, after := configState{Settings: map[string]*string{}}, configState{Settings: map[string]*string{}}
		for _, one := range diff.Changes {
			kind, name, _ := strings.Cut(one.What, " ")
			var err error
			switch kind {
			case "setting":
				err = stateSetting(tx, name, config, &before, &after)
			case "seat":
				err = stateSeat(tx, name, config, &before, &after)
			default:
				err = stateUser(tx, name, config, &before, &after)
			}
			if err != nil {
				return changed{}, err
			}
		}
		return changed{Subject: "configuration", Before: before, After: after}, cmp.Or(putConfig(tx, after, actor.Name), keepsTwoAdmins(tx), keepsThresholds(tx))
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventSettings, Text: "configuration"})
	return auditID, e.reschedule(ctx)
}

func stateSetting(tx *store.Tx, key string, config Config, before, after *configState) error {
	now, err := settingNow(tx, key)
	if err != nil {
		return err
	}
	before.Settings[key], after.Settings[key] = nil, nil
	if now != nil {
		before.Settings[key] = &now.Value
	}
	if wanted, named := config.Settings[key]; named {
		after.Settings[key] = &wanted
	}
	return nil
}

func stateSeat(tx *store.Tx, email string, config Config, before, after *configState) error {
	was, err := tx.SeatByEmail(email)
	if err != nil {
		return err
	}
	is := was
	for _, wanted := range config.Seats {
		if wanted.Email != email {
			continue
		}
		is.MayAutosave, is.MayWriteback = wanted.Autosave, wanted.Writeback
		switch {
		case wanted.CRMUser != "":
			is.UserID, is.Mapping = wanted.CRMUser, mappedByPerson
		case was.Mapping == mappedByPerson: // the next import maps it by e-mail
			is.UserID, is.Mapping = "", notMapped
		}
	}
	before.Seats, after.Seats = append(before.Seats, seatChange{was.ID, &was}), append(after.Seats, seatChange{is.ID, &is})
	return nil
}

func stateUser(tx *store.Tx, name string, config Config, before, after *configState) error {
	change := userChange{Name: name}
	was, err := tx.ConsoleUser(name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	is := store.ConsoleUser{Name: name, AddedAt: tx.Now()}
	if err == nil {
		is, change.User = was, &was
	}
	before.Users = append(before.Users, change)
	for _, wanted := range config.Users {
		if wanted.Name != name {
			continue
		}
		is.Role, is.OSUser, is.Email, is.PublicKey, is.SeatID = wanted.Role, wanted.OSUser, wanted.Email, wanted.PublicKey, ""
		if wanted.Seat != "" {
			seat, err := tx.SeatByEmail(wanted.Seat)
			if err != nil {
				return err
			}
			is.SeatID = seat.ID
		}
	}
	after.Users = append(after.Users, userChange{name, &is})
	return nil
}

// putConfig brings settings, seats and users to a state.
func putConfig(tx *store.Tx, state configState, by string) error {
	for key, value := range state.Settings {
		var err error
		if value != nil {
			err = tx.PutSetting(key, *value, by)
		} else {
			err = ignoreNotFound(tx.DeleteSetting(key))
		}
		if err != nil {
			return fmt.Errorf("set %s: %w", key, err)
		}
	}
	for _, one := range state.Users {
		var err error
		if one.User != nil {
			err = tx.PutConsoleUser(*one.User)
		} else {
			err = tx.DeleteConsoleUser(one.Name)
		}
		if err != nil {
			return fmt.Errorf("user %s: %w", one.Name, err)
		}
	}
	return putSeats(tx, state.Seats)
}

// restoreConfig is the way back of an imported configuration: all of it, or nothing.
func restoreConfig(_ context.Context, tx *store.Tx, _ string, now, want json.RawMessage) error {
	kept, _, err := decodeState[configState](now)
	if err != nil {
		return err
	}
	for key, value := range kept.Settings {
		current, err := settingNow(tx, key)
		if err != nil {
			return err
		}
		if (current == nil) != (value == nil) || current != nil && current.Value != *value {
			return fmt.Errorf("setting %s: %w", key, errStale)
		}
	}
	for _, one := range kept.Seats {
		current, err := tx.Seat(one.ID)
		if err != nil || !sameSeat(current, *one.Seat) {
			return errors.Join(ignoreNotFound(err), fmt.Errorf("seat %s: %w", one.ID, errStale))
		}
	}
	for _, one := range kept.Users {
		current, err := tx.ConsoleUser(one.Name)
		if ignoreNotFound(err) != nil {
			return err
		}
		there := err == nil
		if there != (one.User != nil) || there && !sameUser(current, *one.User) {
			return fmt.Errorf("user %s: %w", one.Name, errStale)
		}
	}
	wanted, _, err := decodeState[configState](want)
	if err != nil {
		return err
	}
	return putConfig(tx, wanted, "undo")
}
