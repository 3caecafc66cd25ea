package store

import "time"

// ConnectionState says whether the org may be used.
type ConnectionState string

// The states of a connection.
const (
	Connected    ConnectionState = "connected"
	Paused       ConnectionState = "paused"       // by us, for a reason that passes: API budget, storage
	Revoked      ConnectionState = "revoked"      // the org took the authorisation back
	Disconnected ConnectionState = "disconnected" // by an admin
)

// Connection is the one Salesforce org of a store. Tokens are secrets, not part of it.
type Connection struct {
	OrgID, OrgName, Edition string // 18-character id, Organization.Name, Organization.OrganizationType
	InstanceURL             string // as the newest token answer said
	LoginHost               string
	ClientID, RedirectURL   string
	APIVersion              string // "67.0"
	Flow                    string // refresh, jwt, client or fixed (a token that cannot be refreshed)
	UserID, Username        string // the integration user
	TimeZone                string // the integration user's, as in identity: "Europe/Paris"
	HasPackage              bool   // Sales Navigator for Salesforce is installed (S34)
	PackageVersion          string
	APIUsed, APIMax         int64 // as the newest Sforce-Limit-Info said
	APIAt                   time.Time
	State                   ConnectionState
	Reason                  string // of the state, a stable code, or ""
	ConnectedAt, ChangedAt  time.Time
}

// Setting is one setting of the contract.
type Setting struct {
	Name, Value string
	Version     int64 // grows with each change
	ChangedAt   time.Time
	ChangedBy   string
}

// Stage is one value of Opportunity.StageName, from OpportunityStage.
type Stage struct {
	Name, Label string
	Order       int // SortOrder
	Closed, Won bool
}

// Seat is a member of the sales team: one licence of the network's tool.
type Seat struct {
	ID, Email, Name, ProfileURL string
	UserID                      string // the CRM user it is mapped to, or ""
	Mapping                     string // "email", "pinned" or "" for none
	MayAutosave, MayWriteback   bool   // S110a, S110b
	AddedAt                     time.Time
	UnlicensedAt                time.Time // when its licence was taken away; zero = it has one
}

// Licensed reports whether the seat has a licence.
func (x Seat) Licensed() bool { return x.UnlicensedAt.IsZero() }

// SeatLoss says that a seat cannot write back, why (a code of the engine), and since when that is known.
type SeatLoss struct {
	SeatID, Reason string
	Since          time.Time
}

// Source says where rows of the network's side came from.
type Source struct {
	ID, Kind, File, SHA256 string
	SeatID                 string // or ""
	ImportedAt             time.Time
	ImportedBy             string
	Rows                   int64
	Consent                string // on what ground it was read, in somebody's words, or ""
}

// Place is where a person or company is.
type Place struct{ Street, City, State, PostalCode, Country string }

// Company is a company of the network.
type Company struct {
	ID, Ident                                 string // Ident is its identity in the network (decision 23), unique
	SortName                                  string // normal form for sorting and searching
	Name                                      string
	Website, Domain, PageURL, Phone, Industry string
	Employees                                 int64 // 0 = not known
	Place
	SourceID  string
	ChangedAt time.Time
}

// Person is a person of the network.
type Person struct {
	ID, Ident                                    string // Ident is the identity in the network (decision 23), unique
	SortName                                     string // normal form for sorting and searching
	Name, FirstName, LastName, Headline, Title   string
	Company, CompanyID                           string // as the file wrote it; the company row, or ""
	Email, Phone, ProfileURL, Industry, Location string
	Place
	SourceID  string
	ChangedAt time.Time
}

// Position is a person's position, past or current.
type Position struct {
	PersonID, Company, Title string
	Current                  bool
}

// SeatConnection says that a person is a 1st-degree connection of a seat.
type SeatConnection struct {
	SeatID, PersonID string
	ConnectedAt      time.Time // zero = the date is not known
}

// MatchState is what became of a CRM record.
type MatchState string

// The states of a match. Auto, accepted and overridden are live: the pair is linked.
const (
	MatchAuto       MatchState = "auto"
	MatchReview     MatchState = "review"
	MatchAccepted   MatchState = "accepted"
	MatchOverridden MatchState = "overridden"
	MatchRejected   MatchState = "rejected"
	MatchNone       MatchState = "none"
)

// Live reports whether the state links the record to its member.
func (s MatchState) Live() bool {
	return s == MatchAuto || s == MatchAccepted || s == MatchOverridden
}

// ScoreUnit is the score of certainty: scores are probabilities in millionths.
const ScoreUnit = 1_000_000

// Match is what is known of one CRM record's member. MemberID is a person's id for a Lead or Contact, a
// company's for an Account, or "".
type Match struct {
	RecordID, Object string
	State            MatchState
	Reason           string // code: why there is no member, or what made the state
	MemberID         string
	Score            int64 // probability in millionths
	Bits             int64 // total evidence in thousandths of a bit
	NullScore        int64 // probability, in millionths, that no member of the network is the record
	RunnerUpID       string
	RunnerUpScore    int64
	DuplicateOf      string // the record that won this one's member
	Stale            bool   // the record changed after a person decided
	Evidence         []byte // of package match
	Candidates       []byte // of the engine: the members that competed
	ModelID, RunID   string
	DecidedBy        string // the person, or "" for the engine
	ChangedAt        time.Time
	Version          int64 // set by the store
	// ClaimsDigest is that of the record's claims, set by PutClaims; 0 = it has none, less = a match run has to look at it.
	ClaimsDigest int64 `json:"-"`
}

// Verdict is what a person decided.
type Verdict string

// The verdicts. Accept and override link, reject keeps one pair apart, no_match says that there is none.
const (
	VerdictAccept   Verdict = "accept"
	VerdictOverride Verdict = "override"
	VerdictReject   Verdict = "reject"
	VerdictNoMatch  Verdict = "no_match"
)

// Decision is one decision of a person. It stands until it is ended by a later one or an undo; it is
// never removed.
type Decision struct {
	ID, RecordID, MemberID string
	Verdict                Verdict
	Actor, Note            string
	Score                  int64 // of the pair then, in millionths
	ModelID                string
	RecordModstamp         time.Time // of the record then
	DecidedAt              time.Time
	EndedAt                time.Time // zero = stands
	EndedBy                string
	MovedFrom              string // the record it was made for, when that was merged or converted
}

// Model is a trained, frozen model of package match.
type Model struct {
	ID, Kind string // kind: person or company
	MadeAt   time.Time
	RunID    string
	Bytes    []byte
}

// Save is one record saved for a seat because of an open opportunity (S4). It is never made twice for the
// same seat, member and opportunity, so that what its owner removed stays removed.
type Save struct {
	ID, SeatID, MemberID, RecordID, Object, OpportunityID, RunID string
	SavedAt, RemovedAt                                           time.Time
	RemovedBy                                                    string
}

// Activity is something a seat did in the network. Body is sealed at rest.
type Activity struct {
	ID, Ident           string // Ident makes reading the same file again harmless
	Kind                string // inmail, message, note, call, pointdrive
	SeatID              string
	PersonID, CompanyID string // exactly one is set
	OccurredAt          time.Time
	Duration            time.Duration
	Subject, Body       string
	Conversation        string
	SourceID            string // or "" when typed in
	AddedAt             time.Time
	ReleasedAt          time.Time // the member released it although it is older than the opt-in
	HeldBy              string    // who holds it back, or ""
}

// OptIn says that a seat writes a kind back, and since when (S10, S25).
type OptIn struct {
	SeatID, Kind string
	Since        time.Time
}

// OutboxState is where an activity is on its way to the CRM.
type OutboxState string

// The states of the outbox. Written, unassigned and dropped are ends.
const (
	OutboxHeld       OutboxState = "held"
	OutboxQueued     OutboxState = "queued"
	OutboxSending    OutboxState = "sending"
	OutboxWritten    OutboxState = "written"
	OutboxUnassigned OutboxState = "unassigned"
	OutboxFailed     OutboxState = "failed"
	OutboxDoubtful   OutboxState = "doubtful"
	OutboxDropped    OutboxState = "dropped"
)

// OutboxItem is one activity on its way. Request is the exact JSON sent, sealed at rest.
type OutboxItem struct {
	ActivityID                        string
	State                             OutboxState
	Hold                              string // code of the gate that holds it
	Attempts                          int64
	QueuedAt, NextAt, SentAt, EndedAt time.Time
	BatchID                           string
	Object                            string // Task or Note
	RecordID                          string // the CRM record it belongs to, or ""
	OwnerID                           string
	Request                           []byte
	Fingerprint                       string
	SalesforceID                      string
	VerifiedAt                        time.Time // the row was read back
	VerifyNote                        string    // what reading back showed
	ErrorCode, ErrorText              string
	RunID                             string
	ChangedAt                         time.Time
	Version                           int64 // set by the store; PutOutbox refuses an older one
}

// RunState is how a run stands.
type RunState string

// The states of a run and, without the last two, of one object in it.
const (
	RunRunning   RunState = "running"
	RunDone      RunState = "done"
	RunFailed    RunState = "failed"
	RunPartial   RunState = "partial"
	RunCancelled RunState = "cancelled"
)

// Run is one run of the engine: an import, a match run, a writeback cycle.
type Run struct {
	ID, Kind             string
	State                RunState
	Actor                string
	StartedAt, EndedAt   time.Time
	APICalls             int64
	Summary              string // JSON of the report
	ErrorCode, ErrorText string
}

// RunObject is what a run did with one object.
type RunObject struct {
	RunID, Object                                  string
	State                                          RunState
	Fetched, Inserted, Updated, Deleted, Unchanged int64
	Pages, APICalls                                int64
	Took                                           time.Duration
	ErrorCode, ErrorText                           string
}

// ImportState is how far an object has been imported, and the window under way if a run was cut short.
type ImportState struct {
	Object       string
	Watermark    time.Time // everything up to here is in
	FullAt       time.Time // when the object was last read whole
	After, Until time.Time // the window under way
	Full         bool      // the window under way reads the object whole
	Cursor       string    // JSON of the engine: job id, locator, counters; "" = no window under way
	Fields       []string  // the SELECT list of the last finished window
	RunID        string
}

// Job is a kind of work and when it is due.
type Job struct {
	Kind       string
	Every      time.Duration
	RunAt      time.Time
	Paused     bool
	Request    string // JSON of what was asked for, "" for a scheduled run
	AskedBy    string
	Attempt    int64
	Owner      string // who runs it now, or ""
	LeaseUntil time.Time
	Fence      int64
	LastRun    string
}

// AuditEvent is one thing that somebody did.
type AuditEvent struct {
	ID               string
	At               time.Time
	Actor, Role, Via string
	Act, Subject     string
	Before, After    string // JSON
	Undoes           string // the event it took back, or ""
	UndoneBy         string // the event that took it back, or ""
	ApprovedBy       string // the second admin of an act that needed one, or ""
}

// ConsoleUser is somebody who may use the console.
type ConsoleUser struct {
	Name      string
	OSUser    string // of this machine, or ""
	Email     string // or ""
	Role      string
	SeatID    string // or ""
	PublicKey string // in authorized_keys form, or ""
	AddedAt   time.Time
}
