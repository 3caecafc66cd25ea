package sync

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"crmsync/store"
)

var allEvents = []OutboxEvent{EventAdmit, EventHold, EventIntend, EventWritten, EventUnassigned, EventRetry, EventRefuse,
	EventLose, EventAbsent, EventResend, EventDrop, EventReopen, EventRemove}

// finalState reports whether nothing happens to a row any more without a person.
func finalState(state store.OutboxState) bool {
	return delivered(state) || state == store.OutboxDropped
}

// The machine is driven with random events against a model of the org: sending makes at most one row, and what
// is not known to be absent is never sent again.
func TestOutboxMachineNeverSendsTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := store.OutboxHeld
		rows, asked := 0, false
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			event := rapid.SampledFrom(allEvents).Draw(t, "event")
			if !possible(event, rows, asked) {
				continue
			}
			next, err := nextState(state, event)
			if err != nil {
				if next != state {
					t.Fatalf("a refused move changed %s to %s", state, next)
				}
				continue
			}
			if event == EventIntend && rows > 0 && !asked {
				t.Fatalf("sent again although Salesforce has %d rows", rows)
			}
			if event == EventIntend {
				asked = false
				rows += rapid.IntRange(0, 1).Draw(t, "committed")
			}
			if event == EventResend {
				asked = true
			}
			state = next
		}
	})
}

// possible keeps to what can happen: an answer tells the truth, and an empty reading back means there is no row.
func possible(event OutboxEvent, rows int, asked bool) bool {
	switch event {
	case EventWritten, EventUnassigned:
		return rows > 0
	case EventRetry, EventRefuse, EventAbsent:
		return rows == 0 || asked
	case EventReopen: // a person says it was not written
		return rows == 0
	default:
		return true
	}
}

func TestDeliveredIsFinal(t *testing.T) {
	for _, state := range []store.OutboxState{store.OutboxWritten, store.OutboxUnassigned} {
		if !delivered(state) || !finalState(state) {
			t.Errorf("%s is not final", state)
		}
		for _, event := range allEvents {
			next, err := nextState(state, event)
			if event == EventRemove { // only an admin, by its own act, and to where nothing is sent from
				if err != nil || !finalState(next) {
					t.Errorf("%s removed is %s, %v", state, next, err)
				}
				continue
			}
			if CodeOf(err) != "outbox.move" {
				t.Errorf("%s takes %s", state, event)
			}
		}
	}
}

// Once a request may have left, an activity is queued again only after a definite refusal of it, a late and empty reading
// back, or because a person says so.
func TestWhatMayHaveBeenSentIsQueuedAgainForThreeReasonsOnly(t *testing.T) {
	reasons := map[store.OutboxState][]OutboxEvent{
		store.OutboxSending:  {EventRetry},
		store.OutboxDoubtful: {EventAbsent, EventResend},
	}
	for state, allowed := range reasons {
		for _, event := range allEvents {
			next, err := nextState(state, event)
			if queued := err == nil && next == store.OutboxQueued; queued != slices.Contains(allowed, event) {
				t.Errorf("%s, %s: %s, %v", state, event, next, err)
			}
		}
	}
}
