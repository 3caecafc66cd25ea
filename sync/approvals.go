package sync

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"crmsync/store"
)

// ApprovalTime is how long a proposed act can be approved, and a granted one be done.
const ApprovalTime = 24 * time.Hour

// approved is what an actor carries who does an act that a second admin approved.
type approved struct {
	row    store.Approval
	by     string // the second admin
	via    string // how they came in
	resume bool   // it was begun already, and is gone on with
}

// sight is what a person decides on: an act in words, and what these were made of. A second admin approves what
// was seen: when the basis is another by then, the approval is refused.
type sight struct {
	Summary string
	Lines   []string
	Basis   any // anything that JSON can hold
}

// digest is the fingerprint of the basis.
func (s sight) digest() (string, error) {
	text, err := json.Marshal(s.Basis)
	if err != nil {
		return "", fmt.Errorf("fingerprint a preview: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Waiting is the error of an act that was proposed instead of done: a second admin has to approve it (code
// "approval.waiting").
type Waiting struct{ Approval store.Approval }

// Error says what was proposed.
func (w *Waiting) Error() string {
	return fmt.Sprintf("proposed, not done yet: %s; a second admin has to approve it before %s", w.Approval.Summary, w.Approval.ExpiresAt.UTC().Format("2 Jan 15:04 UTC"))
}

// Code is the stable code.
func (w *Waiting) Code() string { return "approval.waiting" }

// Hint says what happens next.
func (w *Waiting) Hint() string {
	return "Another admin: crmsync approvals approve " + w.Approval.ID + ". To take it back: crmsync approvals withdraw " + w.Approval.ID + "."
}

// errNeedsSecond stops an act that would be done without its second admin: the setting was switched on in between, or
// the act has no way to be proposed.
func errNeedsSecond(id ActID) error {
	return fault("approval.needed", "Ask for it again, so that it is proposed.", "%s needs a second admin (setting %s)", id, SettingSecondAdmin)
}

func errSeenOther() error {
	return fault("approval.changed", "Look at it as it is now, and propose it again.", "what was previewed has changed since it was proposed, so the approval does not hold")
}

// secondAdmin stands before every act of level bulk or forever, after what it checks and before what it does. While
// the setting is off, and for an act that was approved, it returns the actor who may go on. Else it keeps a proposal
// and returns [Waiting]. look says what would be done now.
func (e *Engine) secondAdmin(ctx context.Context, actor Actor, name taskName, args any, look func() (sight, error)) (Actor, error) {
	if actor.approval != nil {
		return actor, actor.approval.holds(name, look)
	}
	settings, err := e.settingsOf(ctx)
	if err != nil || !settings.Bool(SettingSecondAdmin) {
		return actor, err
	}
	seen, err := look()
	if err != nil {
		return actor, err
	}
	row, err := e.proposalOf(ctx, actor, name, args, seen)
	if err != nil {
		return actor, err
	}
	open, err := e.store.OpenApprovals(ctx, actor.Name)
	if err != nil {
		return actor, err
	}
	for _, earlier := range open {
		if !sameProposal(earlier, row) || !e.now().Before(earlier.ExpiresAt) {
			continue
		}
		if earlier.State == store.ApprovalGranted {
			actor.approval = &approved{row: earlier, by: earlier.SettledBy}
			return actor, nil
		}
		return actor, &Waiting{earlier}
	}
	if err := e.propose(ctx, actor, row); err != nil {
		return actor, err
	}
	return actor, &Waiting{row}
}

func sameProposal(a, b store.Approval) bool {
	return a.Task == b.Task && a.Args == b.Args && a.Digest == b.Digest
}

// holds tells whether the approval is one for this, as it is now.
func (a *approved) holds(name taskName, look func() (sight, error)) error {
	if a.row.Task != string(name) {
		return errNeedsSecond(ActID(name))
	}
	if a.resume {
		return nil
	}
	seen, err := look()
	if err != nil {
		return err
	}
	return a.same(seen)
}

// same tells whether what is seen now is what was approved. An actor without an approval has seen nothing before.
func (a *approved) same(seen sight) error {
	if a == nil || a.resume {
		return nil
	}
	digest, err := seen.digest()
	if err == nil && digest != a.row.Digest {
		err = errSeenOther()
	}
	return err
}

// proposalOf makes the row of an act that somebody would do.
func (e *Engine) proposalOf(ctx context.Context, actor Actor, name taskName, args any, seen sight) (row store.Approval, err error) {
	what, ok := taskNamed(name)
	if !ok {
		return row, errNeedsSecond(ActID(name))
	}
	kept, err := json.Marshal(args)
	if err != nil {
		return row, fmt.Errorf("keep what %s is to do: %w", name, err)
	}
	now := e.now().UTC()
	row = store.Approval{ID: store.NewID(), Act: string(what.act), Task: string(name), Args: string(kept), Summary: seen.Summary, Preview: seen.Lines,
		State: store.ApprovalWaiting, ProposedBy: actor.Name, ProposedAt: now, ExpiresAt: now.Add(ApprovalTime)}
	user, err := e.store.ConsoleUser(ctx, actor.Name)
	if ignoreNotFound(err) != nil {
		return row, err
	}
	row.OSUser, row.PublicKey = user.OSUser, user.PublicKey
	row.Digest, err = seen.digest()
	return row, err
}

// proposalState is what the audit trail keeps of a proposed act.
type proposalState struct {
	Act     ActID  `json:"act"`
	Summary string `json:"summary,omitempty"`
	State   string `json:"state,omitempty"`
	Note    string `json:"note,omitempty"`
}

func approvalSubject(id string) string { return "approval " + id }

func (e *Engine) propose(ctx context.Context, actor Actor, row store.Approval) error {
	err := e.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutApproval(row); err != nil {
			return err
		}
		_, err := e.audit(tx, actor, ActPropose, changed{Subject: approvalSubject(row.ID), After: proposalState{Act: ActID(row.Act), Summary: row.Summary}}, "")
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the proposal: %w", err)
	}
	e.publish(Event{Kind: EventApprovals, Text: row.ID})
	return nil
}

// underApproval is asked in the transaction of every act: an act that needs a second admin is done only once, and
// only with its approval; the event then names who approved it. It is what holds when everything before it failed.
func (e *Engine) underApproval(tx *store.Tx, actor Actor, id ActID, event *store.AuditEvent) error {
	if a := actor.approval; a != nil && a.row.Act == string(id) {
		return e.settle(tx, a, event)
	}
	if act, _ := LookAct(id); act.Level < Bulk {
		return nil
	}
	on, err := settingNow(tx, SettingSecondAdmin)
	if err == nil && on != nil && on.Value == "true" {
		err = errNeedsSecond(id)
	}
	return err
}

// settle keeps in the act's own transaction that it was done, so that it is never done twice nor left half done.
func (e *Engine) settle(tx *store.Tx, a *approved, event *store.AuditEvent) error {
	row, err := tx.Approval(a.row.ID)
	if err != nil {
		return err
	}
	if row.State != a.row.State || !row.SettledAt.Equal(a.row.SettledAt) {
		return errSettled(row)
	}
	what, _ := taskNamed(taskName(row.Task))
	row.State = store.ApprovalDone
	if what.after {
		row.State = store.ApprovalRunning
	}
	row.EventID, row.Note = event.ID, ""
	event.ApprovedBy = a.by
	if !what.granted {
		row.SettledBy, row.SettledAt = a.by, e.now().UTC()
		if err := e.auditApproval(tx, Actor{Name: a.by, Role: RoleAdmin, Via: a.via}, ActApprove, row, ""); err != nil {
			return err
		}
	}
	return tx.PutApproval(row)
}

// auditApproval keeps what somebody decided about a proposed act.
func (e *Engine) auditApproval(tx *store.Tx, actor Actor, id ActID, row store.Approval, note string) error {
	_, err := e.audit(tx, actor, id, changed{Subject: approvalSubject(row.ID), After: proposalState{Act: ActID(row.Act), State: string(row.State), Note: note}}, "")
	return err
}

// errSettled says that a proposed act does not wait any more.
func errSettled(row store.Approval) error {
	return fault("approval.settled", "See crmsync approvals show "+row.ID+".", "it was settled already: %s by %s", row.State, nameOr(row.SettledBy, "nobody"))
}

// keepsTwoAdmins refuses a state in which acts need a second admin and there is none (code "approval.two_admins").
func keepsTwoAdmins(tx *store.Tx) error {
	on, err := settingNow(tx, SettingSecondAdmin)
	if err != nil || on == nil || on.Value != "true" {
		return err
	}
	users, err := tx.ConsoleUsers()
	if err != nil {
		return err
	}
	if admins := countAdmins(users); admins < 2 {
		return errTooFewAdmins(admins)
	}
	return nil
}

func countAdmins(users []store.ConsoleUser) int {
	return len(slices.DeleteFunc(slices.Clone(users), func(user store.ConsoleUser) bool { return user.Role != string(RoleAdmin) }))
}

func errTooFewAdmins(admins int) error {
	return fault("approval.two_admins", "Add an admin: crmsync user add NAME --role admin --os-user NAME, or with an SSH key; or switch it off: crmsync settings set "+SettingSecondAdmin+" off.",
		"%s needs at least two admins among the console's users, and there would be %d", SettingSecondAdmin, admins)
}

// keepsSecond refuses to let a change switch the second admin off, unless a second admin approved just that.
func keepsSecond(tx *store.Tx, actor Actor, do func() error) error {
	before, err := settingNow(tx, SettingSecondAdmin)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	after, err := settingNow(tx, SettingSecondAdmin)
	if err != nil || actor.approval != nil {
		return err
	}
	if before != nil && before.Value == "true" && (after == nil || after.Value != "true") {
		return errSwitchesOff
	}
	return nil
}

// errSwitchesOff tells that a change would switch the second admin off.
var errSwitchesOff = fault("approval.needed", "Switch it off by itself, so that it is proposed: crmsync settings set "+SettingSecondAdmin+" off.",
	"it would switch off %s, which needs a second admin", SettingSecondAdmin)
