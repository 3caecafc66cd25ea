package sync

import (
	"errors"
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// Who decides on what they saw does not overrule somebody who was faster, and learns who that was.
func TestDecisionOnWhatWasSeen(t *testing.T) {
	h, seat, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	seen := &Seen{MemberID: row.MemberID, State: row.State}
	kaja := memberOf(seat)
	undo, err := h.engine.Reject(t.Context(), kaja, row.RecordID, "", "")
	if err != nil {
		t.Fatal(err)
	}
	refused := func(err error, words ...string) {
		t.Helper()
		h.code(err, "match.changed")
		for _, word := range words {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%v does not say %q", err, word)
			}
		}
	}
	_, err = h.engine.AcceptSeen(t.Context(), h.admin, row.RecordID, "", seen)
	refused(err, kaja.Name, "rejected it at ")
	_, err = h.engine.RejectSeen(t.Context(), h.admin, row.RecordID, row.MemberID, "", seen)
	refused(err, kaja.Name, "rejected it at ")
	if now, err := h.store.Match(t.Context(), row.RecordID); err != nil || now.State != store.MatchRejected {
		t.Fatalf("a refused decision changed the match: %+v %v", now, err)
	}
	if _, err := h.engine.Undo(t.Context(), h.admin, undo); err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.AcceptSeen(t.Context(), kaja, row.RecordID, "", &Seen{State: store.MatchRejected})
	refused(err, h.admin.Name, "took the decision back at ")
	if _, err := h.engine.AcceptSeen(t.Context(), h.admin, row.RecordID, "", seen); err != nil {
		t.Fatalf("it is as it was seen again: %v", err)
	}
}

// A change that slips in between the look and the transaction is refused as well.
func TestSeenIsCheckedInTheTransaction(t *testing.T) {
	h, _, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	p, err := h.engine.pairOf(t.Context(), row.RecordID)
	if err != nil {
		t.Fatal(err)
	}
	p.take(row.MemberID)
	p.seen = &Seen{MemberID: row.MemberID, State: row.State}
	if _, err := h.engine.Reject(t.Context(), h.admin, row.RecordID, "", ""); err != nil {
		t.Fatal(err)
	}
	_, err = h.engine.decide(t.Context(), h.admin, ActMatchAccept, p, store.VerdictAccept, "")
	h.code(err, "match.changed")
	if errors.Is(err, errSeen) {
		t.Errorf("the bare error came out: %v", err)
	}
}

// An act tells listeners who did it, to what, and which audit event it is.
func TestActsNameTheirActor(t *testing.T) {
	h, seat, _ := matched(t, orgsim.Config{Contacts: 90})
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	events := h.engine.Events().Subscribe(t.Context())
	audit, err := h.engine.Reject(t.Context(), memberOf(seat), row.RecordID, "", "")
	if err != nil {
		t.Fatal(err)
	}
	undone, err := h.engine.Undo(t.Context(), h.admin, audit)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ act, actor, audit string }{{string(ActMatchReject), memberOf(seat).Name, audit}, {string(ActUndo), h.admin.Name, undone}}
	for len(want) > 0 {
		event := <-events
		if event.Kind != EventAudit {
			continue
		}
		if event.Text != want[0].act || event.Actor != want[0].actor || event.Audit != want[0].audit || RecordOfSubject(event.Subject) != row.RecordID {
			t.Fatalf("%+v, wanted %+v", event, want[0])
		}
		want = want[1:]
	}
}
