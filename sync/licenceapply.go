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

// seatChange is what a plan did to one seat. A nil side stands for "was not there".
type seatChange struct {
	ID   string
	Seat *store.Seat
}

// licenceSubject is what the audit trail says a plan was applied to.
const licenceSubject = "licences"

// ApplyLicences does what a plan says, in one transaction; one undo takes all of it back. A seat that loses
// its licence keeps its history, and loses auto-save and writeback. A plan that would come out differently
// now is refused (code "licences.changed"), and so is one that the contract has no room for
// ("licences.limit").
func (e *Engine) ApplyLicences(ctx context.Context, actor Actor, plan LicencePlan) (auditID string, err error) {
	if err := Allowed(actor, ActLicences); err != nil {
		return "", err
	}
	fresh, err := e.PlanLicences(ctx, plan.Choice)
	if err != nil {
		return "", err
	}
	switch {
	case fresh.Basis != plan.Basis && actor.approval == nil:
		return "", errPlanOld()
	case fresh.Problem != "":
		return "", overLimit(fresh.After, fresh.Total)
	case len(fresh.Added)+len(fresh.Removed) == 0:
		return "", fault("licences.nothing", "", "the plan changes nothing")
	}
	actor, err = e.secondAdmin(ctx, actor, taskLicences, plan.Choice, func() (sight, error) { return licenceSight(fresh), nil })
	if err != nil {
		return "", err
	}
	return e.change(ctx, actor, ActLicences, func(tx *store.Tx) (changed, error) {
		if used, err := licencesUsed(tx); err != nil || used != fresh.Before {
			return changed{}, planConflict(err)
		}
		var before, after []seatChange
		for _, holder := range fresh.Removed {
			was, err := tx.Seat(holder.Seat)
			if err != nil || !was.Licensed() {
				return changed{}, planConflict(err)
			}
			is := was
			is.UnlicensedAt, is.MayAutosave, is.MayWriteback = tx.Now(), false, false
			before, after = append(before, seatChange{was.ID, &was}), append(after, seatChange{is.ID, &is})
		}
		for _, holder := range fresh.Added {
			was, is, err := licensedSeat(tx, holder)
			if err != nil {
				return changed{}, err
			}
			before, after = append(before, seatChange{is.ID, was}), append(after, seatChange{is.ID, &is})
		}
		if err := putSeats(tx, after); err != nil {
			return changed{}, err
		}
		return changed{Subject: licenceSubject, Before: before, After: after}, nil
	})
}

func errPlanOld() error {
	return fault("licences.changed", "Look at a new plan: crmsync licences plan.", "seats, users or settings changed since the plan was made")
}

func planConflict(err error) error {
	if err == nil || errors.Is(err, store.ErrNotFound) {
		return errPlanOld()
	}
	return err
}

// licensedSeat is a seat with its licence: the one it had, or a new one.
func licensedSeat(tx *store.Tx, holder LicenceHolder) (was *store.Seat, is store.Seat, err error) {
	if holder.Seat == "" {
		if _, err := tx.SeatByEmail(holder.Email); !errors.Is(err, store.ErrNotFound) {
			return nil, is, planConflict(err)
		}
		is = store.Seat{ID: store.NewID(), Email: holder.Email, Name: holder.Name, AddedAt: tx.Now()}
	} else {
		found, err := tx.Seat(holder.Seat)
		if err != nil || found.Licensed() {
			return nil, is, planConflict(err)
		}
		was, is = &found, found
	}
	is.UnlicensedAt, is.MayAutosave, is.MayWriteback = time.Time{}, true, true // as a new seat has them (S110)
	if is.UserID == "" && holder.UserID != "" {
		taken, err := userTaken(tx, holder.UserID, is.ID)
		if err != nil {
			return nil, is, err
		}
		if !taken {
			is.UserID, is.Mapping = holder.UserID, mappedByEmail
		}
	}
	return was, is, nil
}

// putSeats brings seats to the state they are to have; those that shall not be there go last.
func putSeats(tx *store.Tx, seats []seatChange) error {
	for _, one := range seats {
		if one.Seat == nil {
			continue
		}
		if err := tx.PutSeat(*one.Seat); err != nil {
			return err
		}
	}
	for _, one := range seats {
		if one.Seat != nil {
			continue
		}
		err := tx.DeleteSeat(one.ID)
		if errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("the seat %s is in use by now: %w", one.ID, errStale)
		}
		if err != nil {
			return err
		}
	}
	return noteLosses(tx)
}

// restoreLicences is the way back of an applied plan: all its seats, or none.
func restoreLicences(_ context.Context, tx *store.Tx, _ string, now, want json.RawMessage) error {
	kept, _, err := decodeState[[]seatChange](now)
	if err != nil {
		return err
	}
	for _, one := range kept {
		current, err := tx.Seat(one.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		there := err == nil
		if there != (one.Seat != nil) || there && !sameSeat(current, *one.Seat) {
			return fmt.Errorf("seat %s: %w", strings.TrimSpace(one.ID+" "+current.Email), errStale)
		}
	}
	wanted, _, err := decodeState[[]seatChange](want)
	if err != nil {
		return err
	}
	return putSeats(tx, wanted)
}
