package ui

import (
	"time"

	crmsync "crmsync/sync"
)

// Connected says how the connection stands.
type Connected string

// The states of the connection.
const (
	ConnectedNone    Connected = "none"
	ConnectedYes     Connected = "connected"
	ConnectedPaused  Connected = "paused"
	ConnectedRevoked Connected = "revoked"
)

// Overview is what Home and the header show.
type Overview struct {
	Org        string // host name of the org, "" before the first sign-in
	Instance   string // address of the org, "" before the first sign-in
	Connected  Connected
	SyncedAt   time.Time // end of the last good import
	NextSync   time.Time
	SyncEvery  time.Duration
	EngineAway bool // no engine runs, so nothing is fetched by itself

	ImportsPaused, WritebackPaused bool // the schedule starts no more of them

	Network                    bool     // a file of the network was read
	Review, Failed, Unassigned int64    // matches, outbox items, outbox items without a match
	APIUsed, APIMax            int64    // CRM API calls in the last 24 hours
	APIImport, APIDay          int64    // what the next import, and our next 24 hours, are expected to cost; 0 = not known
	Alerts                     int64    // of the actor's own seat, not read
	Alarms                     []string // of the last match run
	Stale                      int64    // saves that would not be made today, which the actor may remove
	WritebackOn                bool
	SecondAdmin                bool     // bulk and forever acts are proposed to a second admin
	Approvals                  int64    // proposed by others, for this admin to decide about
	Refused                    []string // what to know while the CRM refuses the sign-in, the most urgent first
	Budget                     string   // what the API allowance holds back or nears, or ""
	NoRoom                     string   // why nothing begins on a full disk, or ""

	Run      ImportRun
	Seats    SeatCounts
	Activity []Series
	Latest   []LatestLine
}

// ImportRun is the last import, or the one that runs.
type ImportRun struct {
	ID             string
	Running        bool
	Broken         bool // its process has died in the middle of it
	Started, Ended time.Time
	Problem        string // why it did not end well, and what to do; "" when it did
	Objects        []RunObject
}

// RunObject is one object's part of a run. Matched is -1 where the object is never matched.
type RunObject struct {
	Object                          string
	Records, Matched                int64
	New, Changed, Removed, APICalls int64
	Took                            time.Duration
	State                           State
	Word                            string // beside the state's mark: "done", "2 errors", "71 %"
	Apart                           int64  // records that count as neither matched nor unmatched: duplicates of a matched one, and what takes no part
}

// SeatCounts tells how many seats there are and how they are mapped.
type SeatCounts struct{ Total, Mapped, ByMail, ByHand, Unmapped int64 }

// Series is a count for each of the last days, the oldest first.
type Series struct {
	Name string
	Days []int64
}

// Total is the sum of the days.
func (s Series) Total() int64 {
	sum := int64(0)
	for _, n := range s.Days {
		sum += n
	}
	return sum
}

// LatestLine is one line of what happened.
type LatestLine struct {
	At        time.Time
	Who, What string
}

// SignIn is what a sign-in needs.
type SignIn struct {
	LoginHost, ClientID, ClientSecret string
	Again                             bool // as the last time, with what is kept of it
}

// Connection is the one connection of the contract.
type Connection struct {
	State                      Connected
	Host, User, OrgID, OrgName string
	Edition, APIVersion        string
	LoginHost, ClientID        string
	Since                      time.Time
	Refused                    []string // what to know while the CRM refuses the sign-in
}

// Field is a name and what it holds.
type Field struct{ Name, Value string }

// Doctor is the answer to "can we work with this org?".
type Doctor struct {
	At     time.Time
	Checks []Check
	Fields []Check // what may be read: each object, and below it each field that is lost, hidden or new
}

// Check is one requirement.
type Check struct {
	Name, Detail, Blocks, Fix string
	State                     State
	Part                      bool // of the check above it
}

// MatchFilter chooses matches. Zero values mean all.
type MatchFilter struct {
	Object   string // "Contact", "Lead", "Account"
	State    string // "review", "auto", "accepted", "overridden", "rejected", "none"
	Reason   string // why there is no member, a code of crmsync.UnmatchedReasons; with it only records without one
	Min, Max int    // score in percent
	Text     string // in the names
	Telling  bool   // only the few pairs of which decisions teach most, also among those settled without a person
}

// Match is one row of the list.
type Match struct {
	Record, Object, Name, Company  string
	Member, MemberName             string
	Score                          int
	State                          string
	Address                        string // of the record in the CRM
	MemberCompany, Profile, Reason string
	Decided                        time.Time
}

// Explanation says why two sides are, or are not, one.
type Explanation struct {
	Record, Object, Name string
	Member, MemberName   string
	State                string
	Probability          float64
	RunnerUp             float64 // probability of the second best candidate, 0 for none
	LinkedFrom           float64 // probability from which such a pair is linked by itself, 0 when not known
	Prior, Total         float64 // bits
	Rows                 []Evidence
	Why                  string // one line: for a record without a member, why not
	Opportunities        int64  // open opportunities that an accepted match touches
	History              []LatestLine
	Rivals               []Rival
	Contact              []Field // what the CRM holds on the record: shown on the matched person (S13)
	Address              string
}

// Evidence is one row of the comparison.
type Evidence struct {
	Field, Level  string
	Record, Other string // the two texts; "" for none
	Bits          float64
	Agree         Agreement
}

// Agreement is how two values compare.
type Agreement int

// The agreements.
const (
	AgreeUnknown Agreement = iota // one side is missing
	AgreeSame
	AgreeAlike
	AgreeDiffer
)

// Rival is another CRM record that wants the same member.
type Rival struct {
	Record, Name, State string
	Score               int
}

// Candidate is one hit of the directory search.
type Candidate struct {
	Member, Name, Company, Title, Why string
	Score                             int
	Taken                             string // name of the record that has this member now, "" for none
}

// BulkFilter chooses what is accepted at once.
type BulkFilter struct {
	Object string
	Min    int // score in percent
}

// BulkPreview tells what a bulk acceptance would do.
type BulkPreview struct {
	Bands   []BandCount
	Accept  int64
	Sample  []Match
	Right   int64 // of Reviewed past decisions at this score, how many kept the model's choice
	Judged  int64
	Problem string // why nothing can be accepted, "" when it can
}

// BandCount is how many wait in one band of scores.
type BandCount struct {
	Letter   string
	From, To int
	Waiting  int64
}

// UserFilter chooses seats or CRM users.
type UserFilter struct {
	Show string // "all", "unmapped", "inactive"
	Text string
}

// User is a seat with its CRM user.
type User struct {
	Seat, Name, Mail, Role string
	Profile                string // address of the holder's profile
	CRMUser, CRMName       string
	MappedBy               string // "mail", "hand", ""
	Active                 bool
	Autosave, Writeback    bool
	Unlicensed             bool      // its licence was taken away
	Loss                   string    // why it cannot write back, or ""
	LossSince              time.Time // since when
	Kinds                  []string
}

// WritebackTypes is the first part of the writeback screen.
type WritebackTypes struct {
	On      bool // the contract's switch
	Kinds   []WritebackKind
	Written Series // items a day
	Failed  Series
	States  map[string]int64 // items of the outbox by state
	Pace    crmsync.Pace     // of the last day (S83)
}

// WritebackKind is one kind of activity.
type WritebackKind struct {
	Kind, Label, Object, RecordType string
	On                              bool
	Locked                          string  // why it cannot be turned on, "" when it can
	People, Seats                   int64   // opted in, of all
	Fields                          []Field // what each CRM field is filled from
	Written, Failed, Held           int64   // items of the outbox
	Last                            time.Time
}

// OptedPerson is one seat and the kinds it opted in for.
type OptedPerson struct {
	Name    string
	Kinds   []string
	Synced  bool
	Allowed bool
	Since   time.Time
	Written int64
}

// OutboxItem is one activity on its way.
type OutboxItem struct {
	ID, Kind, Who, By, State string
	Tries                    int
	Next, At                 time.Time
	Code, Text, Fix          string
	Record, Address          string
	Proof                    string // that it was read back and is as it was sent, or ""
	Fields                   []Field
	Member                   string // of the network
	Company                  bool   // the member is a company
	Own                      bool   // an activity of the actor's own seat
	Hold                     string // code of the gate that holds it
	Target                   string // the record of the CRM that it belongs to, or ""
	Guess                    string // without a record: who the model would guess, or ""
	GuessScore               int
}

// SaveRule is how opportunities are taken.
type SaveRule struct {
	On        bool
	FromStage string
	Revenue   string
	LastRun   string
}

// Opportunity is one open opportunity and what was saved for its owner.
type Opportunity struct {
	ID, Name, Owner, Stage, Amount string
	Closes                         time.Time
	Accounts, People               int64
	State                          State
	Word                           string
}

// Save is one saved person or company.
type Save struct {
	ID, Kind, Name, Record, For string
	Member, Owner               string // the person or company of the network; the seat it is saved for
	At, Removed                 time.Time
	Reason                      string
}

// StaleSave is a save that would not be made today.
type StaleSave struct {
	ID, Seat, Record, For, Why string
	At                         time.Time
}

// Setting is one setting of the contract.
type Setting struct {
	Group, Key, Name, Value, Default, Note, Unit string
	Choices                                      []string
}

// AuditFilter chooses audit events.
type AuditFilter struct{ Who, What string }

// AuditEvent is one thing that was done.
type AuditEvent struct {
	ID            string
	At            time.Time
	Who, Via      string
	Act, What     string
	Before, After string
	Undone        bool
	Undoable      bool
}

// Mine is what a seat holder sees of themselves.
type Mine struct {
	Seat, Name, Mail string
	CRMName          string
	Allowed          bool
	Kinds            []MyKind
	Saves            []Save
	Held             []OutboxItem // what waits: held ones first, then those that will be sent next
	Alerts           []Alert
	Unread           int64
}

// Alert is one entry of a seat's alert feed.
type Alert struct {
	ID          string
	At          time.Time
	New         bool
	About, Text string
}

// MyKind is one kind of activity for one seat.
type MyKind struct {
	Kind, Label string
	On          bool
	Since       time.Time
	Open        bool   // contract and kind are on
	Why         string // why nothing is written although it is on
}
