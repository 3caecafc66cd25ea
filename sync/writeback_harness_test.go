package sync

import (
	"fmt"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// writer is a harness in which one seat may write everything but PointDrive.
type writer struct {
	*harness
	seat   store.Seat
	member Actor
	linked store.Match // a contact with its person
}

// writers makes a harness with writeback on, the kinds on, and one member opted in for them.
func writers(t testing.TB, config orgsim.Config) *writer {
	t.Helper()
	h, seat, _ := matched(t, config)
	w := &writer{harness: h, seat: seat, member: memberOf(seat)}
	w.linked = oneMatch(t, h, "Contact", store.MatchAuto)
	w.must(h.engine.SetContractSwitch(t.Context(), h.admin, true))
	for _, kind := range []Kind{KindMessage, KindInMail, KindNote, KindCall} {
		w.must(h.engine.SetKindSwitch(t.Context(), h.admin, kind, true))
		w.must(h.engine.OptIn(t.Context(), w.member, kind, true))
	}
	h.clock.Advance(time.Minute)
	w.cycle() // what the network files brought is from before the opt-in and stays held
	return w
}

// must fails the test on an error of an act.
func (w *writer) must(_ string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v (%s)", err, CodeOf(err))
	}
}

// add records an activity with the linked person.
func (w *writer) add(kind Kind, body string) string {
	w.t.Helper()
	return w.addWith(kind, w.linked.MemberID, body)
}

func (w *writer) addWith(kind Kind, with, body string) string {
	w.t.Helper()
	id, err := w.engine.AddActivity(w.t.Context(), w.member, NewActivity{Kind: kind, With: with, Subject: "about " + body, Body: body})
	if err != nil {
		w.t.Fatalf("add %s: %v (%s)", kind, err, CodeOf(err))
	}
	return id
}

// cycle runs one cycle that has to succeed.
func (w *writer) cycle() WritebackReport {
	w.t.Helper()
	report, err := w.engine.WritebackCycle(w.t.Context(), w.admin)
	if err != nil {
		w.t.Fatalf("cycle: %v (%s)", err, CodeOf(err))
	}
	return report
}

// settleAll runs cycles, a minute apart, until nothing is queued or doubtful any more, at most for half an hour.
func (w *writer) settleAll() {
	w.t.Helper()
	for range 30 {
		report, _ := w.engine.WritebackCycle(w.t.Context(), w.admin)
		if report.Queued == 0 && report.Doubtful == 0 {
			return
		}
		w.clock.Advance(time.Minute)
	}
}

// item reads an outbox row.
func (w *writer) item(id string) store.OutboxItem {
	w.t.Helper()
	item, err := w.store.OutboxItem(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return item
}

// wants fails the test unless an outbox row is in a state.
func (w *writer) wants(id string, state store.OutboxState) store.OutboxItem {
	w.t.Helper()
	item := w.item(id)
	if item.State != state {
		w.t.Fatalf("the item is %s (%s %s %s), want %s", item.State, item.Hold, item.ErrorCode, item.ErrorText, state)
	}
	return item
}

// written reads the rows of an object that the integration user made, by what they say.
func (w *writer) written(object string) map[string][]salesforce.Record {
	w.t.Helper()
	client, connection, err := w.engine.client(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	fields, text := "Id, OwnerId, WhoId, WhatId, RecordTypeId, Subject, Status, ActivityDate, Description, CreatedById", "Description"
	if object == "Note" {
		fields, text = "Id, OwnerId, ParentId, Title, Body, CreatedById", "Body"
	}
	found := map[string][]salesforce.Record{}
	soql := fmt.Sprintf("SELECT %s FROM %s WHERE CreatedById = '%s'", fields, object, connection.UserID)
	for record, err := range client.QueryAll(w.t.Context(), soql) {
		if err != nil {
			w.t.Fatal(err)
		}
		found[record.Text(text)] = append(found[record.Text(text)], record)
	}
	return found
}

// once fails the test unless each text stands in exactly one row of the org.
func (w *writer) once(object string, bodies ...string) {
	w.t.Helper()
	found := w.written(object)
	for _, body := range bodies {
		if n := len(found[body]); n != 1 {
			w.t.Errorf("%q stands %d times in the org", body, n)
		}
	}
}

// fault switches faults of the org on.
func (w *writer) fault(names ...string) {
	w.t.Helper()
	if err := w.org.SetScenarios(names...); err != nil {
		w.t.Fatal(err)
	}
}

// eachHeld yields what is held for a reason.
func eachHeld(t *testing.T, w *writer, hold Hold) func(yield func(store.OutboxItem, error) bool) {
	t.Helper()
	return func(yield func(store.OutboxItem, error) bool) {
		held, err := w.store.HeldOutbox(t.Context(), hold.Code, "", 1000)
		if err != nil {
			yield(store.OutboxItem{}, err)
			return
		}
		for _, item := range held {
			if !yield(item, nil) {
				return
			}
		}
	}
}
