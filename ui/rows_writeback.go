package ui

import "time"

// OutboxFilter chooses items of the outbox.
type OutboxFilter struct {
	Unassigned bool   // only what has no record of the CRM
	State      string // "failed", "held" …, or "" for all
}

// TrialPlan is what a trial would do, what one has left, and how the earlier ones went.
type TrialPlan struct {
	Steps   []string // their names, in order
	Seat    string   // whose activities they are; "" when nobody's can be
	Problem string   // why it cannot be run, "" when it can
	Mend    string   // the screen that leads on, such as "Connect"; "" for none
	Kinds   []string // labels
	Org     string
	Left    string // the test contact that is in the org now, or ""
	Earlier []TrialEarlier
}

// TrialEarlier is a trial that was run before.
type TrialEarlier struct {
	At       time.Time
	By, What string
	State    State
}

// TrialStep is one step of a trial.
type TrialStep struct {
	Name, Detail string
	State        State
	Took         time.Duration
}

// TrialResult is how a trial went.
type TrialResult struct {
	Steps   []TrialStep
	Sent    []TrialSent
	OK      bool
	Removed bool
	Contact string
}

// TrialSent is one request of a trial.
type TrialSent struct {
	Kind, Object, ID string
	Fields           []Field
}

// ShadowItem is one activity as it would be written.
type ShadowItem struct {
	ID, Kind, Member, Object string
	With                     string // the person or company at the other side
	State, Hold              string // of the outbox; why it would not go now
	Unassigned               bool
	Fields                   []ShadowField
	Problems                 []string // what the org would refuse, beyond the fields
	Notes                    []string
	Differs                  int // fields and other things that the org would refuse
}

// ShadowField is one field of a request, and what the org says against it.
type ShadowField struct{ Name, Value, Problem string }

// RetryPreview is what failed, by code.
type RetryPreview struct {
	Items  int64
	Groups []RetryGroup
}

// RetryGroup are the items that failed with one code.
type RetryGroup struct {
	Code, Text string
	N          int64
}

// RecordHit is a record of the CRM that could be a member's.
type RecordHit struct {
	Record, Object, Name, Company string
	State                         string // of its match
	Taken                         string // another member that it has now, "" for none
	Has                           bool   // it has this member now
	Score                         int    // with this member, as far as the model looked at the two; 0 when it did not
}
