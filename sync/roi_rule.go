package sync

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"crmsync/store"
)

// roiRule are the definitions of a report (decision 13).
type roiRule struct {
	Sourced    int    // days before the opportunity was created
	Influenced int    // days before its end; 0 = from its creation
	Revenue    string // field of the value
	zone       *time.Location
	now        time.Time
}

// Definitions are the rule in words, as they stand in the report.
func (r roiRule) Definitions() []string {
	influenced := "from its creation to its close date, that day included, or to now while it is open"
	if r.Influenced > 0 {
		influenced = fmt.Sprintf("in the last %d days before its close date (that day included; before now while it is open) and after its creation", r.Influenced)
	}
	return []string{
		"A touch is an activity of any seat (message, InMail, note, call, PointDrive) with the account's company or with a person who has a contact role, or a save of that account or contact.",
		fmt.Sprintf("Sourced: the first touch ever lies in the %d days before the opportunity was created.", r.Sourced),
		"Influenced: any touch lies " + influenced + ".",
		"An opportunity can be both; the figures say so, so that nothing counts twice.",
		"With network activity: at least one activity, not only a save, lies in one of the two windows.",
		"The period holds the opportunities whose close date lies in it, open ones by the date they are planned to close.",
		"Win rate: won of all closed. Cycle: mean days from creation to close date, of those won.",
		"Value: Opportunity." + r.Revenue + ", summed for each currency; currencies are never mixed or converted.",
		"Days are those of " + r.zone.String() + ". A link is not a proof: busy people may also work the better deals.",
	}
}

// roiDeal is an opportunity with what touched it.
type roiDeal struct {
	ID, Name, Account, Owner, Stage, CloseDate, Currency string
	Created                                              time.Time // zero = not known
	Closed, Won                                          bool
	Value                                                Money
	HasValue                                             bool
	Touches                                              []roiTouch // the earliest first
}

// roiTouch is one touch of an opportunity; Record is the CRM record through which it belongs there.
type roiTouch struct {
	store.Touch
	Record string
}

const touchSave = "save"

// roiVerdict is what the rule says of one opportunity.
type roiVerdict struct {
	Sourced, Influenced bool
	Activities          int64         // that lie in either window
	Cycle               time.Duration // from creation to the end of the close date
}

// end is when nothing counts for the opportunity any more.
func (r roiRule) end(d roiDeal) time.Time {
	if !d.Closed {
		return r.now
	}
	day, err := time.ParseInLocation(time.DateOnly, d.CloseDate, r.zone)
	if err != nil {
		return r.now
	}
	if after := day.AddDate(0, 0, 1); after.Before(r.now) {
		return after
	}
	return r.now
}

// place says in which window a touch lies.
func (r roiRule) place(d roiDeal, at time.Time) (sourcing, influencing bool) {
	if d.Created.IsZero() {
		return false, false
	}
	if at.Before(d.Created) {
		return !at.Before(d.Created.AddDate(0, 0, -r.Sourced)), false
	}
	end := r.end(d)
	if !at.Before(end) {
		return false, false
	}
	return false, r.Influenced == 0 || !at.Before(end.AddDate(0, 0, -r.Influenced))
}

// judge applies the rule. The windows share no moment, so that no touch counts for both.
func (r roiRule) judge(d roiDeal) roiVerdict {
	var v roiVerdict
	for i, touch := range d.Touches {
		sourcing, influencing := r.place(d, touch.At)
		if i == 0 && sourcing {
			v.Sourced = true
		}
		v.Influenced = v.Influenced || influencing
		if (sourcing || influencing) && touch.Kind != touchSave {
			v.Activities++
		}
	}
	if !d.Created.IsZero() {
		v.Cycle = max(0, r.end(d).Sub(d.Created))
	}
	return v
}

// inOrder sorts touches by time and leaves out what is there twice.
func inOrder(touches []roiTouch) []roiTouch {
	slices.SortFunc(touches, func(a, b roiTouch) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return slices.CompactFunc(touches, func(a, b roiTouch) bool { return a.ID == b.ID })
}
