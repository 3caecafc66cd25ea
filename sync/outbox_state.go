package sync

import "crmsync/store"

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
	EventRemove     OutboxEvent = "remove"     // an admin had its record removed from Salesforce
)

// outboxMoves is the whole machine. What it lacks is refused: above all nothing leads out of
// "sending" or "doubtful" to "queued" but a definite refusal, a late and empty
// reading back, or a person who says so.
var outboxMoves = map[store.OutboxState]map[OutboxEvent]store.OutboxState{
	store.OutboxHeld: {
		EventAdmit: store.OutboxQueued,
		EventHold:  store.OutboxHeld,
		EventDrop:  store.OutboxDropped,
	},
	store.OutboxQueued: {
		EventHold:   store.OutboxHeld,
		EventIntend: store.OutboxSending,
		EventRefuse: store.OutboxFailed,
		EventDrop:   store.OutboxDropped,
	},
	store.OutboxSending: {
		EventWritten:    store.OutboxWritten,
		EventUnassigned: store.OutboxUnassigned,
		EventRetry:      store.OutboxQueued,
		EventRefuse:     store.OutboxFailed,
		EventLose:       store.OutboxDoubtful,
	},
	store.OutboxDoubtful: {
		EventWritten:    store.OutboxWritten,
		EventUnassigned: store.OutboxUnassigned,
		EventAbsent:     store.OutboxQueued,
		EventResend:     store.OutboxQueued,
		EventDrop:       store.OutboxDropped,
	},
	store.OutboxFailed: {
		EventHold:   store.OutboxHeld,
		EventResend: store.OutboxQueued,
		EventDrop:   store.OutboxDropped,
	},
	store.OutboxDropped: {
		EventReopen: store.OutboxHeld,
	},
	store.OutboxWritten:    {EventRemove: store.OutboxDropped},
	store.OutboxUnassigned: {EventRemove: store.OutboxDropped},
}

// delivered reports whether Salesforce has the activity.
func delivered(state store.OutboxState) bool {
	return state == store.OutboxWritten || state == store.OutboxUnassigned
}

// nextState returns the state that follows an event, or an error with the code
// "outbox.move" where the machine knows no such move.
func nextState(state store.OutboxState, event OutboxEvent) (store.OutboxState, error) {
	next, ok := outboxMoves[state][event]
	if !ok {
		return state, fault("outbox.move", "Look at its state first: crmsync writeback outbox.",
			"an activity that is %q cannot take %q", string(state), string(event))
	}
	return next, nil
}
