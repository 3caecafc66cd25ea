package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
)

// resumeAfter is how long an approved act may be under way before it counts as interrupted: its process died.
const resumeAfter = 15 * time.Minute

// ApprovalExpired is the state of a proposed act whose time is over; the store keeps the state it had.
const ApprovalExpired store.ApprovalState = "expired"

// ApprovalState is where a proposed act stands at a time.
func ApprovalState(row store.Approval, now time.Time) store.ApprovalState {
	switch row.State {
	case store.ApprovalWaiting, store.ApprovalGranted:
		if !now.Before(row.ExpiresAt) {
			return ApprovalExpired
		}
	case store.ApprovalRunning:
		if now.Sub(row.SettledAt) >= resumeAfter {
			return store.ApprovalInterrupted
		}
	case store.ApprovalInterrupted, store.ApprovalDone, store.ApprovalRefused, store.ApprovalWithdrawn:
	}
	return row.State
}

// Granted tells whether approving the act lets the one who proposed it do it, instead of doing it: it needs what is not
// kept, such as a sign-in or a backup's passphrase.
func Granted(row store.Approval) bool {
	what, _ := taskNamed(taskName(row.Task))
	return what.granted
}

// ApprovalReport is what became of an approved act.
type ApprovalReport struct {
	Approval store.Approval
	Result   any // what the act itself returned; nil when it was granted
}

// approval reads a proposed act.
func (e *Engine) approval(ctx context.Context, id string) (store.Approval, error) {
	row, err := e.store.Approval(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return row, fault("approval.not_found", "See crmsync approvals list.", "there is no proposal %q", id)
	}
	return row, err
}

// Approve does a proposed act in the name of the one who proposed it, once, with what they asked for; the audit trail
// names both. It is for an admin who is somebody else. When what was previewed has changed, the proposal is refused
// (code "approval.changed"); when the act fails for another reason it waits on. An act that needs what is not kept, such
// as a sign-in, is granted instead: the one who proposed it does it.
func (e *Engine) Approve(ctx context.Context, actor Actor, id string) (ApprovalReport, error) {
	if err := Allowed(actor, ActApprove); err != nil {
		return ApprovalReport{}, err
	}
	row, err := e.approval(ctx, id)
	if err != nil {
		return ApprovalReport{}, err
	}
	state := ApprovalState(row, e.now())
	if state != store.ApprovalWaiting && state != store.ApprovalInterrupted {
		return ApprovalReport{row, nil}, e.notWaiting(row, state)
	}
	proposer, err := e.proposerOf(ctx, actor, row)
	if err != nil {
		return ApprovalReport{row, nil}, err
	}
	what, ok := taskNamed(taskName(row.Task))
	if !ok {
		return ApprovalReport{row, nil}, errNeedsSecond(ActID(row.Act))
	}
	if what.granted {
		row, err = e.decideApproval(ctx, actor, ActApprove, row.ID, store.ApprovalGranted, "")
		return ApprovalReport{row, nil}, err
	}
	proposer.approval = &approved{row: row, by: actor.Name, via: actor.Via, resume: state == store.ApprovalInterrupted}
	result, runErr := what.run(ctx, e, proposer, json.RawMessage(row.Args))
	after, err := e.ended(ctx, actor, row, runErr)
	if err != nil {
		return ApprovalReport{row, result}, errors.Join(runErr, err)
	}
	e.publish(Event{Kind: EventApprovals, Text: row.ID})
	return ApprovalReport{after, result}, runErr
}

// notWaiting says why a proposed act cannot be decided about.
func (e *Engine) notWaiting(row store.Approval, state store.ApprovalState) error {
	switch state {
	case ApprovalExpired:
		return fault("approval.expired", "Propose it again.", "its time was over at %s; nothing was done", row.ExpiresAt.UTC().Format("2 Jan 15:04 UTC"))
	case store.ApprovalRunning:
		return fault("approval.settled", "See crmsync approvals show "+row.ID+".", "%s approved it, and it is being done", row.SettledBy)
	}
	return errSettled(row)
}

// proposerOf is the one who proposed an act, as they are now: they have to be there still, be allowed to, and be
// somebody else than the one who decides.
func (e *Engine) proposerOf(ctx context.Context, actor Actor, row store.Approval) (Actor, error) {
	if err := e.somebodyElse(ctx, actor, row); err != nil {
		return Actor{}, err
	}
	user, err := e.store.ConsoleUser(ctx, row.ProposedBy)
	if errors.Is(err, store.ErrNotFound) {
		return Actor{}, fault("approval.proposer_gone", "Somebody else proposes it again.", "%s, who proposed it, is no user of this store any more", row.ProposedBy)
	}
	if err != nil {
		return Actor{}, err
	}
	proposer := actorOf(user, actor.Via)
	return proposer, Allowed(proposer, ActID(row.Act))
}

// somebodyElse refuses the one who proposed an act, also under another name: the same user of this machine, the same
// SSH key, or a name that was added only after the proposal.
func (e *Engine) somebodyElse(ctx context.Context, actor Actor, row store.Approval) error {
	const hint = "Another admin has to: crmsync user list. You can take it back: crmsync approvals withdraw."
	if actor.Name == row.ProposedBy {
		return fault("act.second_admin", hint, "%s proposed it and cannot decide about it", actor.Name)
	}
	user, err := e.store.ConsoleUser(ctx, actor.Name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fault("act.second_admin", hint, "%s is no user of this store", nameOr(actor.Name, "nobody"))
	case err != nil:
		return err
	case user.OSUser != "" && user.OSUser == row.OSUser:
		return fault("act.second_admin", hint, "%s and %s are the same user of this machine", actor.Name, row.ProposedBy)
	case user.PublicKey != "" && sameKey(user.PublicKey, row.PublicKey):
		return fault("act.second_admin", hint, "%s and %s have the same SSH key", actor.Name, row.ProposedBy)
	case user.AddedAt.After(row.ProposedAt):
		return fault("act.second_admin", "An admin who was there before has to.", "%s was added only after it was proposed", actor.Name)
	}
	return nil
}

// sameKey compares two keys without their comments.
func sameKey(a, b string) bool {
	one, err := ParsePublicKey(a)
	if err != nil {
		return false
	}
	other, err := ParsePublicKey(b)
	return err == nil && one.Fingerprint == other.Fingerprint
}

// ended keeps how an approved act went: done in its own transaction, or done now when its work came after its event;
// refused when something else would be done than was previewed; else it waits on, and what was begun is interrupted.
func (e *Engine) ended(ctx context.Context, actor Actor, row store.Approval, cause error) (store.Approval, error) {
	ctx = context.WithoutCancel(ctx)
	if CodeOf(cause) == "approval.changed" {
		return e.decideApproval(ctx, EngineActor, ActRefuse, row.ID, store.ApprovalRefused, cause.Error())
	}
	var after store.Approval
	err := e.store.Write(ctx, func(tx *store.Tx) (err error) {
		if after, err = tx.Approval(row.ID); err != nil || after.State != store.ApprovalRunning || after.SettledBy != actor.Name {
			return err
		}
		after.State, after.Note = store.ApprovalDone, ""
		if cause != nil {
			after.State, after.Note = store.ApprovalInterrupted, told(cause)
		}
		return tx.PutApproval(after)
	})
	if err != nil {
		err = fmt.Errorf("keep how the approved act ended: %w", err)
	}
	return after, err
}

// Refuse ends a proposed act; note says why. It is for an admin who is somebody else; the one who proposed it withdraws.
func (e *Engine) Refuse(ctx context.Context, actor Actor, id, note string) (store.Approval, error) {
	if err := Allowed(actor, ActRefuse); err != nil {
		return store.Approval{}, err
	}
	row, err := e.approval(ctx, id)
	if err != nil {
		return row, err
	}
	if err := e.somebodyElse(ctx, actor, row); err != nil {
		return row, err
	}
	return e.decideApproval(ctx, actor, ActRefuse, id, store.ApprovalRefused, note)
}

// Withdraw takes back what the actor proposed and nobody has done yet.
func (e *Engine) Withdraw(ctx context.Context, actor Actor, id string) (store.Approval, error) {
	if err := Allowed(actor, ActWithdraw); err != nil {
		return store.Approval{}, err
	}
	row, err := e.approval(ctx, id)
	if err != nil {
		return row, err
	}
	if row.ProposedBy != actor.Name {
		return row, fault("act.not_allowed", "An admin can refuse it: crmsync approvals refuse "+id+".", "%s proposed it, so only they take it back", row.ProposedBy)
	}
	return e.decideApproval(ctx, actor, ActWithdraw, id, store.ApprovalWithdrawn, "")
}

// decideApproval brings a proposed act that is still open to a state, and keeps who did.
func (e *Engine) decideApproval(ctx context.Context, actor Actor, id ActID, row string, to store.ApprovalState, note string) (after store.Approval, err error) {
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		if after, err = tx.Approval(row); err != nil {
			return err
		}
		state := ApprovalState(after, e.now())
		open := state == store.ApprovalWaiting || state == store.ApprovalGranted && to != store.ApprovalGranted
		if !open {
			return e.notWaiting(after, state)
		}
		after.State, after.Note, after.SettledBy, after.SettledAt = to, note, actor.Name, e.now().UTC()
		if err := e.auditApproval(tx, actor, id, after, note); err != nil {
			return err
		}
		return tx.PutApproval(after)
	})
	if err == nil {
		e.publish(Event{Kind: EventApprovals, Text: row})
	}
	return after, err
}
