package sync

import (
	"context"
	"errors"

	"crmsync/store"
)

// The reasons why a seat cannot write back, as they are kept.
const (
	LossLicence   = "no_licence"
	LossUnmapped  = "no_user"
	LossGone      = "user_gone"
	LossInactive  = "user_inactive"
	LossForbidden = "not_allowed"
)

// lossTexts are the reasons in words.
var lossTexts = map[string]string{
	LossLicence:   "has no licence",
	LossUnmapped:  "is mapped to no CRM user",
	LossGone:      "its CRM user is not in the CRM any more",
	LossInactive:  "its CRM user is inactive",
	LossForbidden: "an admin does not allow it writeback",
}

// LossText is a reason in words, for a sentence about a seat.
func LossText(reason string) string { return nameOr(lossTexts[reason], reason) }

// lossOf tells why a seat cannot write back, or "".
func lossOf(tx *store.Tx, seat store.Seat) (string, error) {
	switch {
	case !seat.Licensed():
		return LossLicence, nil
	case seat.UserID == "":
		return LossUnmapped, nil
	}
	user, err := tx.Record("User", seat.UserID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return LossGone, nil
	case err != nil:
		return "", err
	case user.Deleted:
		return LossGone, nil
	case user.Get("IsActive") != "true":
		return LossInactive, nil
	case !seat.MayWriteback:
		return LossForbidden, nil
	}
	return "", nil
}

// noteLosses brings up to date which seats cannot write back, and since when: after users were imported and
// after each act on a seat, in that act's transaction.
func noteLosses(tx *store.Tx) error {
	seats, err := tx.Seats()
	if err != nil {
		return err
	}
	known, err := tx.SeatLosses()
	if err != nil {
		return err
	}
	for _, seat := range seats {
		reason, err := lossOf(tx, seat)
		if err != nil {
			return err
		}
		before := known[seat.ID].Reason
		switch {
		case reason == before:
		case reason == "":
			err = tx.DeleteSeatLoss(seat.ID)
		default:
			err = tx.PutSeatLoss(store.SeatLoss{SeatID: seat.ID, Reason: reason, Since: tx.Now()})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noteLosses is the same in a transaction of its own.
func (e *Engine) noteLosses(ctx context.Context) error {
	return e.store.Write(ctx, noteLosses)
}
