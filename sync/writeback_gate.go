package sync

import "time"

// Hold is why an activity is not sent: a stable code, what it means and what to do about it.
type Hold struct {
	Code string // stable, for example "held.opt_in"
	Text string // what is in the way
	Fix  string // what opens it, and who can
}

// The reasons for which an activity is held, in the order in which the gates are asked (design 6).
var (
	HoldConnection = Hold{"held.connection", "not connected to Salesforce", "connect again: crmsync connect"}
	HoldPackage    = Hold{"held.package", "the Sales Navigator application is not installed in the org",
		"a Salesforce admin installs it; then: crmsync doctor"}
	HoldContract   = Hold{"held.contract", "writeback is off for the contract", "an admin turns it on: crmsync writeback enable"}
	HoldKind       = Hold{"held.kind", "this kind of activity is off", "an admin turns it on: crmsync writeback enable KIND"}
	HoldRecordType = Hold{"held.record_type", "the org has no record type for this kind",
		"a Salesforce admin adds it or makes it visible to the integration user; then: crmsync doctor"}
	HoldSeat        = Hold{"held.seat", "the seat is not synced with an active CRM user", "an admin maps it: crmsync users"}
	HoldSeatAllowed = Hold{"held.seat_allowed", "writeback is not allowed for this seat", "an admin allows it: crmsync users"}
	HoldOptIn       = Hold{"held.opt_in", "the member has not opted in for this kind", "the member opts in: crmsync me writeback on KIND"}
	HoldBefore      = Hold{"held.before_opt_in", "it happened before the member opted in",
		"the member releases it, one by one: crmsync me release ID"}
	HoldByHand  = Hold{"held.by_hand", "held back by hand", "release it: crmsync me release ID"}
	HoldNoMatch = Hold{"held.no_match", "a note needs a record, and this person or company has no match", "match it: crmsync match rematch"}
)

// Holds lists every reason for holding, in the order of the gates.
func Holds() []Hold {
	return []Hold{HoldConnection, HoldPackage, HoldContract, HoldKind, HoldRecordType, HoldSeat, HoldSeatAllowed,
		HoldOptIn, HoldBefore, HoldByHand, HoldNoMatch}
}

// HoldByCode returns the reason with that code, and whether there is one.
func HoldByCode(code string) (Hold, bool) {
	for _, hold := range Holds() {
		if hold.Code == code {
			return hold, true
		}
	}
	return Hold{}, false
}

// orgGates is the part of the gates that holds for every activity alike.
type orgGates struct {
	Connected bool
	Package   bool
	Contract  bool
	KindOn    map[Kind]bool
	Offered   map[Kind]bool // kinds the org can take: false where a needed record type is missing
}

// seatGates is the part of the gates that belongs to one seat.
type seatGates struct {
	Synced  bool
	Allowed bool
	OptedIn map[Kind]time.Time // since when, for the kinds the member opted in for
}

// activityGates is the part of the gates that belongs to one activity.
type activityGates struct {
	Kind       Kind
	OccurredAt time.Time
	HeldByHand bool
	Released   bool // the member released it although it happened before the opt-in
}

// firstClosed asks the gates in the order of design 6 and returns the first that is closed.
// The switches come before the seat's own, so that a member is never told to
// opt in while opting in could not help.
func firstClosed(org orgGates, seat seatGates, activity activityGates) (Hold, bool) {
	since, opted := seat.OptedIn[activity.Kind]
	gates := []struct {
		open bool
		hold Hold
	}{
		{org.Connected, HoldConnection},
		{org.Package, HoldPackage},
		{org.Contract, HoldContract},
		{org.KindOn[activity.Kind], HoldKind},
		{org.Offered[activity.Kind], HoldRecordType},
		{seat.Synced, HoldSeat},
		{seat.Allowed, HoldSeatAllowed},
		{opted, HoldOptIn},
		{activity.Released || !activity.OccurredAt.Before(since), HoldBefore},
		{!activity.HeldByHand, HoldByHand},
	}
	for _, gate := range gates {
		if !gate.open {
			return gate.hold, true
		}
	}
	return Hold{}, false
}
