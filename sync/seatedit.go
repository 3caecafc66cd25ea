package sync

import (
	"context"
	"strings"

	"crmsync/store"
	"crmsync/sync/network"
)

// SeatEdit is what changes of a seat; what is nil stays as it is. An empty profile address goes back to not knowing it:
// the next archive tells it.
type SeatEdit struct {
	Name       *string
	ProfileURL *string
}

// EditSeat mends a seat's name, or the address of its holder's profile, by which their own messages are told from those
// of others. Files that were read with a wrong address are read again afterwards: that changes only what was wrong.
func (e *Engine) EditSeat(ctx context.Context, actor Actor, who string, edit SeatEdit) (auditID string, err error) {
	address := ""
	if edit.ProfileURL != nil {
		if address, err = profileAddress(*edit.ProfileURL); err != nil {
			return "", err
		}
	}
	return e.changeSeat(ctx, actor, ActSeatEdit, who, func(_ *store.Tx, seat *store.Seat) error {
		before := *seat
		if edit.Name != nil {
			seat.Name = strings.TrimSpace(*edit.Name)
		}
		if edit.ProfileURL != nil {
			seat.ProfileURL = address
		}
		if *seat == before {
			return fault("seat.no_change", "", "the seat %s is so already", seat.Email)
		}
		return nil
	})
}

// profileAddress returns the address of a profile as it is kept, "" for none.
func profileAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	address, _, ok := network.NormalProfileURL(text)
	if !ok {
		return "", fault("usage.profile", "Take the address from the browser: https://www.linkedin.com/in/NAME.", "%q is no address of a profile", text)
	}
	return address, nil
}
