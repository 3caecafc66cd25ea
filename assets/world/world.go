// Package world invents everything the demo shows: companies, people and their
// careers, the customer's CRM made of them, and the network that a sales team
// sees. Nothing in it is real: companies have coined names and domains under
// the reserved top-level domain "example", telephone numbers come from ranges
// kept for fiction where a country has one, and free-mail addresses contain a
// character that their provider does not allow.
//
// Every row is computed from the seed and its index alone, so a world of
// millions of rows takes no memory, and the order of access changes nothing.
// The rows of the CRM know which member of the network they are (the truth),
// which makes the world a test set for matching as well.
package world

import "time"

// None is a reference to nothing.
const None = -1

// Today is the day on which a world stands unless [Anchor] moves it. All
// stamps lie before it, and open opportunities close after it.
var Today = time.Date(2026, time.November, 20, 0, 0, 0, 0, time.UTC)

// World is one invented world. It is immutable and safe for use by many
// goroutines.
type World struct {
	seed          uint64
	today         time.Time
	multiCurrency bool
	layout        layout
	cultures      *cultures

	contactPerson  permute // primary contact -> person
	accountCompany permute // primary account -> company
	dealAccount    permute // place of a deal -> primary account
	memberOrder    permute // place in the directory -> member
	stemOrder      permute // company -> coined stem
	slugOrder      permute // person -> suffix of the profile address
}

// Option changes how a world is made.
type Option func(*World)

// MultiCurrency lets the currency of accounts and opportunities follow their
// country. Without it everything is in US dollars.
func MultiCurrency() Option { return func(w *World) { w.multiCurrency = true } }

// Anchor moves all dates of the world so that it stands on the given day (UTC).
func Anchor(today time.Time) Option {
	return func(w *World) { w.today = today.UTC().Truncate(24 * time.Hour) }
}

// New returns the world of a seed with so many contacts in its CRM (0 if
// negative) and everything else in proportion.
func New(seed uint64, contacts int, options ...Option) *World {
	w := &World{seed: mix(seed + 1), today: Today, layout: newLayout(max(contacts, 0)), cultures: loaded()}
	for _, option := range options {
		option(w)
	}
	l := &w.layout
	key := func(n uint64) uint64 { return mix(w.seed ^ mix(uint64(topicPermute)<<32+n)) }
	w.contactPerson = newPermute(key(1), l.contactPersons)
	w.accountCompany = newPermute(key(2), l.accountCompanies)
	w.dealAccount = newPermute(key(3), l.accountCompanies)
	w.memberOrder = newPermute(key(4), l.members)
	w.stemOrder = newPermute(key(5), w.cultures.stems())
	w.slugOrder = newPermute(key(6), 15<<28)
	return w
}

// Counts holds how many rows of each kind a world has.
type Counts struct {
	Users, Roles, Accounts, Contacts, Leads, Opportunities, ContactRoles int // the CRM
	Members, Companies, Seats                                            int // the network
}

// Counts returns how many rows of each kind the world has.
func (w *World) Counts() Counts {
	l := &w.layout
	return Counts{
		Users: l.users, Roles: l.roles, Accounts: l.accounts, Contacts: l.contacts, Leads: l.leads,
		Opportunities: l.opportunities, ContactRoles: l.contactRoles,
		Members: l.members, Companies: l.companies, Seats: len(seats),
	}
}

// Object names a kind of CRM row.
type Object uint8

// The seven objects.
const (
	Users Object = iota
	Roles
	Accounts
	Contacts
	Leads
	Opportunities
	ContactRoles
)

func (w *World) count(o Object) int {
	l := &w.layout
	return [...]int{l.users, l.roles, l.accounts, l.contacts, l.leads, l.opportunities, l.contactRoles}[o]
}

// history is how far back the CRM's modifications reach.
const history = 900 * 24 * time.Hour

// Stamp returns the SystemModstamp of row i of an object without making the
// row. It grows strictly with i and is a whole second, so windows of stamps can
// be found by binary search. (Objects of more than 70 million rows would share
// seconds.)
func (w *World) Stamp(o Object, i int) time.Time {
	n := w.count(o)
	slot := int64(history/time.Second) / int64(max(n, 1))
	within := int64(mix(w.seed^uint64(topicStamp)<<40^uint64(o)<<56^uint64(i)) % uint64(max(slot, 1)))
	return w.today.Add(-history + time.Duration(int64(i)*slot+within)*time.Second)
}
