package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"crmsync/store"
)

// The ways a seat is mapped to a CRM user.
const (
	mappedByEmail  = "email"
	mappedByPerson = "pinned"
	notMapped      = ""
)

// NewSeat is a seat holder to add.
type NewSeat struct {
	Email      string
	Name       string
	ProfileURL string
}

// AddSeat adds a seat and maps it to the CRM user of the same e-mail, if there
// is one (S119). Both permissions of S110 begin switched on; writeback still
// needs the contract, the kind and the member's own opt-in.
func (e *Engine) AddSeat(ctx context.Context, actor Actor, in NewSeat) (seatID, auditID string, err error) {
	address, err := mail.ParseAddress(in.Email)
	if err != nil {
		return "", "", fault("usage.email", "Give the seat holder's e-mail address.", "%q is not an e-mail address", in.Email)
	}
	seat := store.Seat{ID: store.NewID(), Email: strings.ToLower(address.Address), Name: strings.TrimSpace(in.Name), ProfileURL: in.ProfileURL,
		MayAutosave: true, MayWriteback: true, AddedAt: e.now().UTC().Truncate(time.Millisecond)}
	if seat.ProfileURL, err = profileAddress(in.ProfileURL); err != nil {
		return "", "", err
	}
	user, err := e.userFor(ctx, seat.Email)
	if err != nil {
		return "", "", err
	}
	auditID, err = e.change(ctx, actor, ActSeatAdd, func(tx *store.Tx) (changed, error) {
		if _, err := tx.SeatByEmail(seat.Email); err == nil {
			return changed{}, fault("seat.exists", "See crmsync users. One without a licence gets it back: crmsync licences apply --add "+seat.Email+".", "%s has a seat already", seat.Email)
		} else if !errors.Is(err, store.ErrNotFound) {
			return changed{}, err
		}
		if user != "" {
			taken, err := userTaken(tx, user, seat.ID)
			if err != nil {
				return changed{}, err
			}
			if !taken {
				seat.UserID, seat.Mapping = user, mappedByEmail
			}
		}
		if err := roomForLicences(tx, 1); err != nil {
			return changed{}, err
		}
		return changed{Subject: seat.ID, After: seat}, putSeat(tx, seat)
	})
	return seat.ID, auditID, err
}

// RemoveSeat removes a seat that nothing refers to yet. A seat with saves or
// activities stays, with its permissions taken away instead.
func (e *Engine) RemoveSeat(ctx context.Context, actor Actor, who string) (auditID string, err error) {
	seat, err := e.findSeat(ctx, who)
	if err != nil {
		return "", err
	}
	auditID, err = e.change(ctx, actor, ActSeatRemove, func(tx *store.Tx) (changed, error) {
		return changed{Subject: seat.ID, Before: seat}, tx.DeleteSeat(seat.ID)
	})
	if errors.Is(err, store.ErrConflict) {
		return "", fault("seat.in_use", "Take its licence away instead: crmsync licences apply --remove EMAIL --yes.",
			"the seat %s has a network, activities, saves or a console user, and stays", seat.Email)
	}
	return auditID, err
}

// AllowSeat sets what a seat may use (S110a, S110b).
func (e *Engine) AllowSeat(ctx context.Context, actor Actor, who string, autosave, writeback bool) (auditID string, err error) {
	return e.changeSeat(ctx, actor, ActSeatAllow, who, func(_ *store.Tx, seat *store.Seat) error {
		if !seat.Licensed() && (autosave || writeback) {
			return fault("seat.unlicensed", "Give it one first: crmsync licences apply --add "+seat.Email+".", "the seat %s has no licence", seat.Email)
		}
		seat.MayAutosave, seat.MayWriteback = autosave, writeback
		return nil
	})
}

// PinSeat maps a seat to a CRM user by hand; the mapping by e-mail does not
// touch it again. An empty user goes back to the mapping by e-mail.
func (e *Engine) PinSeat(ctx context.Context, actor Actor, who, userID string) (auditID string, err error) {
	if userID != "" {
		if userID, err = e.userNamed(ctx, userID); err != nil {
			return "", err
		}
	}
	return e.changeSeat(ctx, actor, ActSeatPin, who, func(tx *store.Tx, seat *store.Seat) error {
		seat.UserID, seat.Mapping = userID, mappedByPerson
		if userID == "" {
			seat.Mapping = notMapped
			return nil
		}
		taken, err := userTaken(tx, userID, seat.ID)
		if err == nil && taken {
			return fault("seat.user_taken", "Take it from the other seat first.", "another seat is mapped to that CRM user")
		}
		return err
	})
}

func (e *Engine) changeSeat(ctx context.Context, actor Actor, act ActID, who string, do func(*store.Tx, *store.Seat) error) (string, error) {
	found, err := e.findSeat(ctx, who)
	if err != nil {
		return "", err
	}
	return e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		seat, err := tx.Seat(found.ID)
		if err != nil {
			return changed{}, err
		}
		before := seat
		if err := do(tx, &seat); err != nil {
			return changed{}, err
		}
		return changed{Subject: seat.ID, Before: before, After: seat}, putSeat(tx, seat)
	})
}

// putSeat keeps a seat, and what that means for writing back.
func putSeat(tx *store.Tx, seat store.Seat) error {
	if err := tx.PutSeat(seat); err != nil {
		return err
	}
	return noteLosses(tx)
}

// findSeat finds a seat by id or e-mail.
func (e *Engine) findSeat(ctx context.Context, who string) (store.Seat, error) {
	seat, err := e.store.SeatByEmail(ctx, strings.ToLower(strings.TrimSpace(who)))
	if errors.Is(err, store.ErrNotFound) {
		seat, err = e.store.Seat(ctx, who)
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.Seat{}, fault("seat.not_found", "Add it: crmsync users add EMAIL.", "there is no seat %q", who)
	}
	return seat, err
}

// userFor finds the CRM user of an e-mail address: an active one before an
// inactive one, and nobody when several are alike.
func (e *Engine) userFor(ctx context.Context, email string) (string, error) {
	users, err := e.store.UsersByEmail(ctx, email)
	if err != nil {
		return "", err
	}
	for _, active := range []bool{true, false} {
		found := ""
		several := false
		for _, user := range users {
			if (user.Get("IsActive") == "true") != active {
				continue
			}
			several = found != ""
			found = user.ID
		}
		if found != "" {
			if several {
				return "", nil
			}
			return found, nil
		}
	}
	return "", nil
}

func userTaken(tx *store.Tx, userID, seatID string) (bool, error) {
	seats, err := tx.Seats()
	if err != nil {
		return false, err
	}
	for _, seat := range seats {
		if seat.UserID == userID && seat.ID != seatID {
			return true, nil
		}
	}
	return false, nil
}

// mapSeats maps every seat that nobody pinned to the CRM user of its e-mail. It
// runs after users were imported and returns how many seats changed.
func (e *Engine) mapSeats(ctx context.Context) (int, error) {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, seat := range seats {
		if seat.Mapping == mappedByPerson {
			continue
		}
		user, err := e.userFor(ctx, seat.Email)
		if err != nil {
			return n, err
		}
		if user == "" || user == seat.UserID {
			continue // a user that vanished keeps the mapping; being synced asks for an active one anyway
		}
		err = e.store.Write(ctx, func(tx *store.Tx) error {
			taken, err := userTaken(tx, user, seat.ID)
			if err != nil || taken {
				return err
			}
			before := seat
			seat.UserID, seat.Mapping = user, mappedByEmail
			n++
			if err := tx.PutSeat(seat); err != nil {
				return err
			}
			_, err = e.audit(tx, EngineActor, ActSeatPin, changed{Subject: seat.ID, Before: before, After: seat}, "")
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, e.noteLosses(ctx)
}

// restoreSeat is the way back of every act on a seat.
func restoreSeat(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	current, err := tx.Seat(subject)
	exists := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	kept, expected, err := decodeState[store.Seat](now)
	if err != nil {
		return err
	}
	if exists != expected || (exists && !sameSeat(current, kept)) {
		return fmt.Errorf("seat %s: %w", subject, errStale)
	}
	wanted, there, err := decodeState[store.Seat](want)
	switch {
	case err != nil:
		return err
	case there:
		err = tx.PutSeat(wanted)
	default:
		err = tx.DeleteSeat(subject)
	}
	if err != nil {
		return err
	}
	return noteLosses(tx)
}

func sameSeat(a, b store.Seat) bool {
	ended := a.UnlicensedAt.Equal(b.UnlicensedAt)
	a.AddedAt, b.AddedAt = time.Time{}, time.Time{}
	a.UnlicensedAt, b.UnlicensedAt = time.Time{}, time.Time{}
	return ended && a == b
}
