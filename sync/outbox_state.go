package sync

// OutboxState is where an activity stands on its way to Salesforce (design 6).
type OutboxState string

// The states of an outbox row. Written, unassigned and dropped are final.
const (
	OutboxHeld       OutboxState = "held"
	OutboxQueued     OutboxState = "queued"
	OutboxSending    OutboxState = "sending"    // the intent is committed, the answer is not
	OutboxWritten    OutboxState = "written"    // Salesforce has it, on a record
	OutboxUnassigned OutboxState = "unassigned" // Salesforce has it, on no record (S81)
	OutboxFailed     OutboxState = "failed"     // refused, and not tried again by itself
	OutboxDoubtful   OutboxState = "doubtful"   // the answer is unknown
	OutboxDropped    OutboxState = "dropped"    // given up by hand
)

// OutboxEvent is something that happens to an outbox row.
type OutboxEvent string

// The events of an outbox row.
const (
	EventAdmit      OutboxEvent = "admit"      // every gate is open
	EventHold       OutboxEvent = "hold"       // a gate closed, or a person holds it
	EventIntend     OutboxEvent = "intend"     // the intent to send is committed
	EventWritten    OutboxEvent = "written"    // Salesforce answered with an id
	EventUnassigned OutboxEvent = "unassigned" // the same, for a task on no record
	EventRetry      OutboxEvent = "retry"      // definitely refused for now
	EventRefuse     OutboxEvent = "refuse"     // definitely refused for good
	EventLose       OutboxEvent = "lose"       // no answer, or an answer that says nothing
	EventAbsent     OutboxEvent = "absent"     // read back late enough: Salesforce does not have it
	EventResend     OutboxEvent = "resend"     // a person asks for another try
	EventDrop       OutboxEvent = "drop"       // a person gives it up
	EventReopen     OutboxEvent = "reopen"     // a person takes the giving up back
)

// outboxMoves is the whole machine. What it lacks is refused: above all nothing leads out of
// "sending" or "doubtful" to "queued" but a definite refusal, a late and empty
// reading back, or a person who says so.
var outboxMoves = map[OutboxState]map[OutboxEvent]OutboxState{
	OutboxHeld: {
		EventAdmit: OutboxQueued,
		EventHold:  OutboxHeld,
		EventDrop:  OutboxDropped,
	},
	OutboxQueued: {
		EventHold:   OutboxHeld,
		EventIntend: OutboxSending,
		EventRefuse: OutboxFailed,
		EventDrop:   OutboxDropped,
	},
	OutboxSending: {
		EventWritten:    OutboxWritten,
		EventUnassigned: OutboxUnassigned,
		EventRetry:      OutboxQueued,
		EventRefuse:     OutboxFailed,
		EventLose:       OutboxDoubtful,
	},
	OutboxDoubtful: {
		EventWritten:    OutboxWritten,
		EventUnassigned: OutboxUnassigned,
		EventAbsent:     OutboxQueued,
		EventResend:     OutboxQueued,
		EventDrop:       OutboxDropped,
	},
	OutboxFailed: {
		EventHold:   OutboxHeld,
		EventResend: OutboxQueued,
		EventDrop:   OutboxDropped,
	},
	OutboxDropped: {
		EventReopen: OutboxHeld,
	},
	OutboxWritten:    {},
	OutboxUnassigned: {},
}

// Final reports whether nothing can happen to the row any more without a person.
func (s OutboxState) Final() bool {
	return s == OutboxWritten || s == OutboxUnassigned || s == OutboxDropped
}

// Delivered reports whether Salesforce has the activity.
func (s OutboxState) Delivered() bool { return s == OutboxWritten || s == OutboxUnassigned }

// after returns the state that follows an event, or an error with the code
// "outbox.move" where the machine knows no such move.
func (s OutboxState) after(event OutboxEvent) (OutboxState, error) {
	next, ok := outboxMoves[s][event]
	if !ok {
		return s, fault("outbox.move", "Look at its state first: crmsync writeback outbox.",
			"an activity that is %q cannot take %q", string(s), string(event))
	}
	return next, nil
}
