package world

import "time"

// Row is what all rows of the CRM have in common.
type Row struct {
	Index    int
	Created  time.Time // CreatedDate
	Modified time.Time // LastModifiedDate
	Stamp    time.Time // SystemModstamp; Created ≤ Modified ≤ Stamp < today
	Deleted  bool      // lies in the recycle bin
	Master   int       // the row of the same object it was merged into (then Deleted), or None
}

// Recent holds the dates that the CRM keeps by itself; zero is null.
type Recent struct {
	LastActivity   time.Time // a date
	LastViewed     time.Time
	LastReferenced time.Time
}

// Address is a postal address; Street may hold line breaks.
type Address struct{ Street, City, State, PostalCode, Country string }

func (w *World) row(o Object, i int, d *draw) Row {
	r := Row{Index: i, Stamp: w.Stamp(o, i), Master: None}
	r.Modified = r.Stamp
	if d.chance(150) { // touched by a process of the CRM after the last edit
		r.Modified = r.Stamp.Add(-time.Duration(d.between(1, 48*3600)) * time.Second)
	}
	r.Created = r.Modified.Add(-time.Duration(d.below(1200*24*3600)) * time.Second)
	if d.chance(200) {
		r.Created = r.Modified
	}
	return r
}

func (w *World) recent(d *draw, r Row) Recent {
	var out Recent
	ago := time.Duration(d.between(1, 400*24*3600)) * time.Second
	if at := w.today.Add(-ago); d.chance(450) {
		out.LastActivity = newer(at, r.Created).Truncate(24 * time.Hour)
	}
	if at := newer(w.today.Add(-ago/3), r.Created); d.chance(120) {
		out.LastViewed, out.LastReferenced = at, at
	}
	return out
}

func newer(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// User is a user of the CRM. User 0 is the integration user.
type User struct {
	Row
	FirstName, LastName, Name, Email, Username, Title, Department, Phone, MobilePhone string

	Active bool
	Role   int // or None
	Seat   int // of the sales tool, or None
}

// Role is a node of the CRM's role tree.
type Role struct {
	Row
	Name, DeveloperName string

	Parent int // or None for the top
}

// Account is a firm as the CRM knows it.
type Account struct {
	Row
	Recent
	Name, Website, Phone, Fax, Industry, Type, Rating, Ownership, TickerSymbol, Description string

	Revenue           float64 // a year, in Currency; 0 is null
	Employees         int     // 0 is null
	Currency          string
	Billing, Shipping Address
	Owner, Parent     int // Parent is None for most
	Company           int // the truth: which company it is
}

// Contact is a person at an account as the CRM knows her.
type Contact struct {
	Row
	Recent
	Account, Owner int // Account may be None

	Salutation, FirstName, LastName, Name, Title, Department, Email, Phone, Mobile, Fax, Description, LeadSource string

	Mailing Address
	Member  int // the truth: which member of the network it is, or None
}

// Lead is a person whom nobody has qualified yet.
type Lead struct {
	Row
	Recent
	Owner int

	FirstName, LastName, Name, Company, Title, Email, Phone, Website, Industry, LeadSource, Status, Rating, Description string

	Address   Address
	Revenue   float64 // 0 is null
	Employees int     // 0 is null
	Unread    bool    // by its owner

	Converted                                                bool
	ConvertedDate                                            time.Time // a date
	ConvertedAccount, ConvertedContact, ConvertedOpportunity int       // or None

	Member int // the truth, or None
}

// Opportunity is a deal with an account.
type Opportunity struct {
	Row
	Recent
	Account, Owner                                       int
	Name, Stage, Type, LeadSource, NextStep, Description string

	Amount      float64 // in Currency; 0 is null
	Currency    string
	CloseDate   time.Time // a date
	Probability float64   // percent
	Closed, Won bool
}

// ContactRole says that a contact takes part in a deal.
type ContactRole struct {
	Row
	Opportunity, Contact int
	Role                 string // "" is null
	Primary              bool
}

// Stage is one step of a deal.
type Stage struct {
	Name        string
	SortOrder   int
	Probability float64 // percent
	Closed, Won bool
}

var stages = []Stage{
	{"Prospecting", 1, 10, false, false}, {"Qualification", 2, 10, false, false}, {"Needs Analysis", 3, 20, false, false},
	{"Value Proposition", 4, 50, false, false}, {"Id. Decision Makers", 5, 60, false, false}, {"Perception Analysis", 6, 70, false, false},
	{"Proposal/Price Quote", 7, 75, false, false}, {"Negotiation/Review", 8, 90, false, false},
	{"Closed Won", 9, 100, true, true}, {"Closed Lost", 10, 0, true, false},
}

// Stages returns the picklist of Opportunity.StageName in its order.
func Stages() []Stage { return append([]Stage(nil), stages...) }

var (
	leadStatuses     = []string{"Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"}
	leadSources      = []string{"Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"}
	accountTypes     = []string{"Prospect", "Customer - Direct", "Customer - Channel", "Channel Partner / Reseller", "Installation Partner", "Technology Partner", "Other"}
	opportunityTypes = []string{"Existing Customer - Upgrade", "Existing Customer - Replacement", "Existing Customer - Downgrade", "New Customer"}
	dealRoles        = []string{"Business User", "Decision Maker", "Economic Buyer", "Economic Decision Maker", "Evaluator", "Executive Sponsor", "Influencer", "Technical Buyer", "Other"}
)

// LeadStatuses returns the picklist of Lead.Status.
func LeadStatuses() []string { return append([]string(nil), leadStatuses...) }

// LeadSources returns the picklist of LeadSource.
func LeadSources() []string { return append([]string(nil), leadSources...) }

// AccountTypes returns the picklist of Account.Type.
func AccountTypes() []string { return append([]string(nil), accountTypes...) }

// OpportunityTypes returns the picklist of Opportunity.Type.
func OpportunityTypes() []string { return append([]string(nil), opportunityTypes...) }

// ContactRoleNames returns the picklist of OpportunityContactRole.Role.
func ContactRoleNames() []string { return append([]string(nil), dealRoles...) }
