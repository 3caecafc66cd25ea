package ui

import "time"

// NetworkFilter chooses people or companies of the network.
type NetworkFilter struct {
	Companies bool
	CRM       string // "in", "out", or "" when the filter is off (S12)
	Text      string
}

// NetworkRow is one person or company of the network in a list.
type NetworkRow struct {
	ID, Name, Title, Company, Place string
	Record, Object, Address         string // of the CRM record it is linked to, or ""
	State                           string // of the match
	Score                           int
}

// Member is a person or company of the network with everything that is known of it.
type Member struct {
	Company     bool
	ID, Name    string
	Headline    string  // title and employer, or the industry
	Facts       []Field // as the network's files had them
	Read        []Field // where that came from
	Positions   []Position
	Connections []Connected1st
	Linked      LinkedRecord
	Wanting     []Rival // CRM records that are suggested this member, or lost it to another
	Activities  []MemberActivity
	More        bool // more activities than are shown
	Saves       []Save
	History     []AuditEvent // what was decided on its records, the newest first
}

// Position is one position of a person.
type Position struct {
	Company, Title string
	Current        bool
}

// Connected1st is a seat that is connected with the person.
type Connected1st struct {
	Seat  string
	Since time.Time // zero when the date is not known
}

// LinkedRecord is the CRM record of a member; its zero value is none.
type LinkedRecord struct {
	Record, Object, Name, Address string
	State                         string
	Score                         int
	By                            string  // who decided, "" for the engine
	Contact                       []Field // contact information held in the CRM (S13)
	ChangedAt                     time.Time
	Opportunities                 int64
}

// MemberActivity is one activity with a member, and how it stands with the CRM.
type MemberActivity struct {
	ID, Kind, By, Subject string
	At                    time.Time
	State, Code, Text     string // of the outbox
	Address               string // of the task or note in the CRM
}
