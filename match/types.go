package match

import (
	"iter"
	"time"
)

// Kind says which two sides are compared: CRM leads and contacts with people,
// or CRM accounts with companies. No other pairing exists.
type Kind uint8

// The two kinds of linkage.
const (
	Person Kind = iota
	Company
)

// String returns "person" or "company".
func (k Kind) String() string {
	if k == Company {
		return "company"
	}
	return "person"
}

// Record is one CRM record as the model sees it. All text is raw, as the CRM
// holds it; the package normalises. Empty means not known.
type Record struct {
	ID     string // Salesforce id
	Object string // Lead, Contact or Account

	FirstName string
	LastName  string
	Company   string // employer of a person; the name itself of an account
	Title     string
	Email     string
	Phone     string
	Phone2    string // a second number, such as the mobile phone

	Street     string
	City       string
	State      string
	PostalCode string
	Country    string

	Website   string
	Industry  string
	Employees int // 0 is not known

	// Modified is the CRM's LastModifiedDate in Unix milliseconds; the newer of
	// two equal records wins the member.
	Modified int64
	// AccountMemberID is the company that a contact's account is linked to. A
	// member who works there agrees with the record on the employer.
	AccountMemberID string
	// ProfileURL and MemberToken come from CRM fields that name the profile
	// itself. A member with that address or id is a must-link.
	ProfileURL  string
	MemberToken string
	// Excluded is not empty for a record that takes no part, with the reason
	// ("converted", "deleted").
	Excluded string
}

// Position is one job of a member, present or past.
type Position struct {
	Company   string
	CompanyID string
	Title     string
	Current   bool
}

// Member is one person or company of the directory. All text is raw.
type Member struct {
	ID string

	FirstName string
	LastName  string
	Company   string // present employer of a person; the name itself of a company
	CompanyID string
	Title     string // title or headline
	Email     string
	Phone     string

	Street     string
	City       string
	State      string
	PostalCode string
	Country    string

	Website    string
	ProfileURL string
	Token      string // the network's own id, if it differs from ID
	Industry   string
	Employees  int

	Positions []Position
}

// Verdict is what a person decided about a record.
type Verdict uint8

// The verdicts. Accept and Override are must-links and differ only in whether
// the person took what the model proposed. Reject forbids one pair, NoMatch
// says that the record is nobody in the directory.
const (
	Accept Verdict = iota + 1
	Override
	Reject
	NoMatch
)

// MustLink reports whether the verdict ties the record to its member.
func (v Verdict) MustLink() bool { return v == Accept || v == Override }

// String returns the verdict's stable name.
func (v Verdict) String() string {
	switch v {
	case Accept:
		return "accept"
	case Override:
		return "override"
	case Reject:
		return "reject"
	case NoMatch:
		return "no_match"
	}
	return "unknown"
}

// Decision is a sticky judgement. Decisions may contradict each other: the
// newest of a record wins, all are kept by the caller.
type Decision struct {
	RecordID string
	MemberID string // empty for NoMatch
	Verdict  Verdict
	At       time.Time
	// Modified is the record's Record.Modified at the time of the decision; a
	// later value flags the outcome, never changes it. 0 is not known.
	Modified int64
	// Probability that the model gave the pair when the person judged it, 0 if
	// not known. Calibration learns from it.
	Probability float64
}

// State of a record after a run.
type State string

// The states. None always carries a Reason.
const (
	Auto       State = "auto"
	Review     State = "review"
	Accepted   State = "accepted"
	Overridden State = "overridden"
	Rejected   State = "rejected"
	None       State = "none"
)

// Reason says why a record has no member, or why it needs a person.
type Reason string

// The reasons.
const (
	NoReason       Reason = ""
	NoCandidate    Reason = "no_candidate"     // nothing in the directory shares a key
	BelowThreshold Reason = "below_threshold"  // the best candidate is too weak
	Tie            Reason = "tie"              // two members fit equally well
	LostOneToOne   Reason = "lost_one_to_one"  // the member went to another record
	DuplicateOf    Reason = "duplicate_of"     // so, and this record would have been auto-linked to it
	Excluded       Reason = "excluded"         // takes no part (Record.Excluded)
	RejectedByHand Reason = "rejected_by_hand" // a person said no
	TooLittle      Reason = "too_little"       // the record holds too little to compare
	Suspended      Reason = "suspended"        // decided, but the member left the directory
	Collision      Reason = "collision"        // two must-links claim one member
)

// Outcome is what a run says about one record.
type Outcome struct {
	RecordID string
	State    State
	Reason   Reason
	// MemberID is the linked or proposed member, empty in state none and
	// rejected.
	MemberID    string
	Probability float64 // of MemberID
	Bits        Bits    // prior and evidence of MemberID
	Evidence    Evidence
	// RunnerUp is the best other candidate; zero if there is none.
	RunnerUp Candidate
	// DuplicateOf is the record that holds the member this record wanted.
	DuplicateOf string
	// NotInDirectory is the probability that no member is this record. With the
	// probabilities of all candidates it sums to 1.
	NotInDirectory float64
	// Candidates are the members with a probability over PairFloor, best first,
	// at most MaxCandidates. Store them: Rematch needs them to see who competes.
	Candidates []Candidate
	// Stale is set if the record changed after the decision that rules it.
	Stale bool
	// Forced is set if an id in the CRM, not the model, named the member.
	Forced bool
	// Standing is how the record entered the assignment, and what it got.
	Standing Standing
}

// Linked reports whether the outcome is a live link.
func (o Outcome) Linked() bool {
	return o.State == Auto || o.State == Accepted || o.State == Overridden
}

// Candidate is one member that a record might be.
type Candidate struct {
	MemberID    string
	Probability float64
	Bits        Bits
	Evidence    Evidence
}

const (
	// PairFloor is the probability under which a pair cannot take part in the
	// assignment.
	PairFloor = 0.01
	// MaxCandidates is the number of candidates kept for a record.
	MaxCandidates = 12
)

// Thresholds of the two bands.
type Thresholds struct {
	Auto   float64 // link at or above
	Review float64 // ask a person at or above
}

// DefaultThresholds are 0.95 and 0.20.
var DefaultThresholds = Thresholds{Auto: 0.95, Review: 0.20}

// Options of a run.
type Options struct {
	Thresholds Thresholds // zero means DefaultThresholds
	// Model frozen by an earlier run. Nil trains one on the input first.
	Model *Model
	// Version names a model trained by this run, for instance the day.
	Version string
	// Learned is an earlier model whose calibration and learned company
	// domains a new training takes over as its start. May be nil.
	Learned *Model
	// Reach is how many records an incremental run scores before it gives up with
	// ErrReach; of their rivals it follows ten times as many. 0 is no limit.
	Reach int
	// Progress is told about done and total records now and then, from one
	// goroutine at a time. May be nil.
	Progress func(done, total int)
}

// Input of a run. The sequences are read once, one after the other. An error
// in a sequence ends the run with that error. Ids must not be empty or repeated.
type Input struct {
	Kind      Kind
	Records   iter.Seq2[Record, error]
	Members   iter.Seq2[Member, error]
	Decisions []Decision
}

// Stats counts what a run saw and did.
type Stats struct {
	Records    int     `json:"records"`
	Members    int     `json:"members"`
	Pairs      int     `json:"pairs"` // compared
	Auto       int     `json:"auto"`
	Review     int     `json:"review"`
	Accepted   int     `json:"accepted"`
	Overridden int     `json:"overridden"`
	Rejected   int     `json:"rejected"`
	None       int     `json:"none"`
	Duplicates int     `json:"duplicates"` // inside None
	Excluded   int     `json:"excluded"`   // inside None
	MeanScore  float64 `json:"mean_score"` // mean probability of the links
	// Expected number of further true links in review: the sum of their
	// probabilities.
	Expected float64 `json:"expected_in_review"`
	// Filled is the share of rows of each side that hold a kind of value.
	Filled map[string]float64 `json:"filled,omitempty"`
}

// Linked is the number of live links.
func (s Stats) Linked() int { return s.Auto + s.Accepted + s.Overridden }

// Percentage is the match percentage: linked records among those that are
// neither duplicates nor excluded, 0 to 100.
func (s Stats) Percentage() float64 {
	base := s.Records - s.Duplicates - s.Excluded
	if base <= 0 {
		return 0
	}
	return 100 * float64(s.Linked()) / float64(base)
}

// Result of a run.
type Result struct {
	Kind     Kind
	Model    *Model
	Outcomes []Outcome // by record id
	Stats    Stats
}

// Slice makes a sequence of a slice, for inputs that are already in memory.
func Slice[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}
