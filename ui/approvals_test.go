package ui

import (
	"context"
	"slices"
	"testing"
	"time"

	"crmsync/store"
	crmsync "crmsync/sync"
)

type approvalFake struct{ *world }

func (f approvalFake) Page(_ context.Context, seek Seek) (Page[Approval], error) {
	if f.err != nil {
		return Page[Approval]{}, f.err
	}
	return paged(f.proposed, seek)
}

func (f approvalFake) Approve(_ context.Context, id string) (string, error) {
	return f.note("approve %s", id)
}
func (f approvalFake) Refuse(_ context.Context, id, why string) error {
	_, err := f.note("refuse %s because %s", id, why)
	return err
}
func (f approvalFake) Withdraw(_ context.Context, id string) error {
	_, err := f.note("withdraw %s", id)
	return err
}

// sampleApprovals are proposed acts in every state.
func sampleApprovals() []Approval {
	at := testNow.Add(-20 * time.Minute)
	bulk := Approval{ID: "p-1", Act: crmsync.ActMatchBulk, Summary: "accept 214 Contact matches with a score of at least 95 %", State: "waiting", By: "bea", At: at, Expires: at.Add(24 * time.Hour)}
	for _, name := range hostile {
		bulk.Preview = append(bulk.Preview, name+" = "+name+"  95 %")
	}
	own := Approval{ID: "p-2", Act: crmsync.ActWritebackSwitch, Summary: "turn writeback off for the contract", Preview: []string{"it is on now"}, State: "waiting", By: "ana", At: at, Expires: at.Add(24 * time.Hour)}
	purge := Approval{ID: "p-3", Act: crmsync.ActPurge, Summary: "delete all imported CRM data of Acme for good", Preview: []string{"Contact: 612480"}, State: "waiting", By: hostile[1], At: at, Expires: at.Add(24 * time.Hour)}
	rows := []Approval{bulk, own, purge}
	for i, state := range []string{"granted", "interrupted", "running", "done", "refused", "withdrawn", "expired"} {
		row := own
		row.ID, row.State, row.By, row.SettledBy, row.Settled = "p-1"+number(i), state, "bea", "cem", at
		row.Granted = state == "granted"
		if state == "refused" {
			row.Note = "what was previewed has changed since it was proposed, so the approval does not hold"
		}
		rows = append(rows, row)
	}
	return rows
}

// proposing is a contract in which acts need a second admin.
func proposing() *world {
	w := sampleWorld()
	w.overview.SecondAdmin, w.overview.Approvals = true, 2
	return w
}

// Home leads to what waits for a second admin; it is approved after a question, refused with a reason, and one's own
// is withdrawn.
func TestApprovals(t *testing.T) {
	w := proposing()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.sees("2 acts wait for a second admin", "9 Audit › approvals")
	c.press("enter")
	c.sees("who proposes does not approve", "accept 214 Contact matches", "waits for another admin until 23 Nov 10:26")
	c.press("w")
	c.sees("only bea withdraws it")
	c.press("a")
	c.sees("Done at once, in the name of bea.", "[ Approve ]")
	c.press("y")
	c.sees("Approved and done: accept 214")
	c.press("j", "a")
	c.sees("you proposed it, so another admin decides")
	c.press("w", "j", "a")
	c.sees("Nothing takes this back.")
	c.press("esc", "x", "n", "o", "enter")
	c.press("j", "x")
	c.sees("it does not wait: approved")
	if want := []string{"approve p-1", "withdraw p-2", "refuse p-3 because no"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// Support reads what was proposed, and decides nothing.
func TestApprovalsAreReadOnlyForSupport(t *testing.T) {
	w := proposing()
	c := start(t, setup{services: w.services(), actor: crmsync.Actor{Name: "sam", Role: crmsync.RoleSupport}, w: 120, h: 40})
	c.press("9", "v")
	c.sees("accept 214 Contact matches")
	c.press("a", "x")
	c.sees("read only: ask an admin to refuse")
	if len(w.did) > 0 {
		t.Errorf("did %q", w.did)
	}
}

// Where acts need a second admin the dialogs say so, and a proposed act says what happens next.
func TestBulkIsProposed(t *testing.T) {
	w := proposing()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "b")
	c.sees("Needs a second admin", "Propose: accept")
	c.press("esc")
	c.send(actedMsg{what: "accept in bulk", err: &crmsync.Waiting{Approval: store.Approval{ID: "p-9", Summary: "accept 214 matches"}}})
	c.sees("Proposed; another admin approves it (9 Audit, v): accept 214 matches")
	c.press("2", "D")
	c.sees("Needs a second admin", "Propose: disconnect")
	c.press("esc", "P")
	c.sees("Propose: yes, delete all previously imported CRM data", "Needs a second admin")
}

// What is not a bulk act is done at once.
func TestOneMatchIsNotProposed(t *testing.T) {
	w := proposing()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("4", "a")
	c.sees("Accepted Ann Okafor")
	if (&Session{overview: w.overview}).needsSecond(crmsync.ActMatchAccept) {
		t.Error("accepting one match needs a second admin")
	}
}
