package sync

import (
	"context"
	"errors"

	"crmsync/store"
)

// SeatMapping is a seat with the CRM user of its e-mail address.
type SeatMapping struct {
	Seat     string `json:"seat"` // id
	Name     string `json:"name"`
	Email    string `json:"email"`
	UserID   string `json:"crm_user"`
	UserName string `json:"crm_user_name"`
}

// AutoMapPlan is what mapping by e-mail would do.
type AutoMapPlan struct {
	Found []SeatMapping `json:"found"`
	Left  int           `json:"left"` // seats without a CRM user for which none has the address
}

// PlanAutoMap finds the CRM user of each seat that nobody pinned and that has none, or another, by its e-mail address
// (S119). Every import does the same for the users it has read; nothing is changed here.
func (e *Engine) PlanAutoMap(ctx context.Context, actor Actor) (AutoMapPlan, error) {
	if err := Allowed(actor, ActSeatMap); err != nil {
		return AutoMapPlan{}, err
	}
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return AutoMapPlan{}, err
	}
	taken, names := map[string]bool{}, e.names()
	for _, seat := range seats {
		taken[seat.UserID] = true
	}
	plan := AutoMapPlan{Found: []SeatMapping{}}
	for _, seat := range seats {
		if seat.Mapping == mappedByPerson || !seat.Licensed() {
			continue
		}
		user, err := e.userFor(ctx, seat.Email)
		if err != nil {
			return plan, err
		}
		if user == "" || taken[user] { // by the seat itself, or another
			if seat.UserID == "" {
				plan.Left++
			}
			continue
		}
		name, err := names.of(ctx, "User", user)
		if err != nil {
			return plan, err
		}
		plan.Found = append(plan.Found, SeatMapping{Seat: seat.ID, Name: nameOr(seat.Name, seat.Email), Email: seat.Email, UserID: user, UserName: name})
	}
	return plan, nil
}

// AutoMapReport is what mapping by e-mail did.
type AutoMapReport struct {
	AutoMapPlan
	Event string `json:"event"`
}

// AutoMap maps seats to the CRM users of their e-mail addresses, in one transaction and as one act that one undo takes
// back (codes "seat.nothing", "seat.changed").
func (e *Engine) AutoMap(ctx context.Context, actor Actor) (AutoMapReport, error) {
	plan, err := e.PlanAutoMap(ctx, actor)
	if err != nil {
		return AutoMapReport{}, err
	}
	report := AutoMapReport{AutoMapPlan: plan}
	if len(plan.Found) == 0 {
		return report, fault("seat.nothing", "See crmsync users suggest EMAIL for those that are left.", "no seat can be mapped by its e-mail address; %d are without a CRM user", plan.Left)
	}
	if actor, err = e.secondAdmin(ctx, actor, taskAutoMap, struct{}{}, func() (sight, error) { return autoMapSight(plan), nil }); err != nil {
		return report, err
	}
	report.Event, err = e.change(ctx, actor, ActSeatMap, func(tx *store.Tx) (changed, error) {
		var before, after []seatChange
		for _, found := range plan.Found {
			was, err := tx.Seat(found.Seat)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return changed{}, err
			}
			taken, takenErr := userTaken(tx, found.UserID, found.Seat)
			if takenErr != nil {
				return changed{}, takenErr
			}
			if err != nil || taken || was.Mapping == mappedByPerson {
				return changed{}, fault("seat.changed", "Do it again.", "the seat %s or its CRM user was changed meanwhile", found.Email)
			}
			is := was
			is.UserID, is.Mapping = found.UserID, mappedByEmail
			before, after = append(before, seatChange{was.ID, &was}), append(after, seatChange{is.ID, &is})
		}
		return changed{Subject: Counted(len(after), "seat", "seats"), Before: before, After: after}, putSeats(tx, after)
	})
	return report, err
}

func autoMapSight(plan AutoMapPlan) sight {
	return sight{Summary: "map " + Counted(len(plan.Found), "seat", "seats") + " by e-mail", Basis: plan.Found,
		Lines: some(plan.Found, func(m SeatMapping) string { return m.Name + " is the CRM user " + m.UserName })}
}
