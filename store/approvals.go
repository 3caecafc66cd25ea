package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ApprovalState says where a proposed act stands.
type ApprovalState string

// The states of a proposed act. One that waits, or that is granted, and whose time is over does nothing any more.
const (
	ApprovalWaiting     ApprovalState = "waiting"     // for a second admin
	ApprovalGranted     ApprovalState = "granted"     // who proposed it may do it now, once
	ApprovalRunning     ApprovalState = "running"     // its event is kept, its work is under way
	ApprovalInterrupted ApprovalState = "interrupted" // its work ended in between; approving it again goes on with it
	ApprovalDone        ApprovalState = "done"
	ApprovalRefused     ApprovalState = "refused"
	ApprovalWithdrawn   ApprovalState = "withdrawn"
)

// Approval is an act that a second admin has to approve.
type Approval struct {
	ID         string
	Act, Task  string // what is done, and which of its ways
	Args       string // JSON, with which it is done
	Summary    string // in a line
	Preview    []string
	Digest     string // of what the preview was made of
	State      ApprovalState
	ProposedBy string
	OSUser     string // of the one who proposed it, or ""
	PublicKey  string // likewise, in authorized_keys form
	ProposedAt time.Time
	ExpiresAt  time.Time
	SettledBy  string    // who approved, refused or withdrew it; "" = nobody yet
	SettledAt  time.Time // zero = not yet
	Note       string    // why it was refused, or ended
	EventID    string    // the audit event of the act, once it was done
}

const approvalColumns = "id, act, task, args, summary, preview, digest, state, proposed_by, os_user, public_key, proposed_at, expires_at, settled_by, settled_at, note, event_id"

func scanApproval(row scanner) (x Approval, err error) {
	var preview string
	err = row.Scan(&x.ID, &x.Act, &x.Task, &x.Args, &x.Summary, &preview, &x.Digest, &x.State, &x.ProposedBy, textDest{&x.OSUser}, textDest{&x.PublicKey},
		timeDest{&x.ProposedAt}, timeDest{&x.ExpiresAt}, textDest{&x.SettledBy}, timeDest{&x.SettledAt}, &x.Note, textDest{&x.EventID})
	if err == nil {
		err = json.Unmarshal([]byte(preview), &x.Preview)
	}
	return x, err
}

// PutApproval adds a proposed act, or changes it.
func (t *Tx) PutApproval(x Approval) error {
	preview, err := json.Marshal(append([]string{}, x.Preview...))
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO approval ("+approvalColumns+") VALUES ("+marks(17)+") ON CONFLICT (id) DO UPDATE SET "+
		"args = excluded.args, summary = excluded.summary, preview = excluded.preview, state = excluded.state, settled_by = excluded.settled_by, "+
		"settled_at = excluded.settled_at, note = excluded.note, event_id = excluded.event_id",
		x.ID, x.Act, x.Task, cmp.Or(x.Args, "null"), x.Summary, string(preview), x.Digest, x.State, x.ProposedBy, orNull(x.OSUser), orNull(x.PublicKey),
		x.ProposedAt.UnixMilli(), x.ExpiresAt.UnixMilli(), orNull(x.SettledBy), millis(x.SettledAt), x.Note, orNull(x.EventID))
	return err
}

// Approval returns a proposed act, or ErrNotFound.
func (s *Store) Approval(ctx context.Context, id string) (Approval, error) {
	return s.reader(ctx).Approval(id)
}

// Approval returns a proposed act, or ErrNotFound.
func (r reader) Approval(id string) (Approval, error) {
	return one(r, scanApproval, "SELECT "+approvalColumns+" FROM approval WHERE id = ?", id)
}

// Approvals returns a page of proposed acts, the newest first; of one state, or of all for "". Text is looked for in the act,
// the state, the summary, and who proposed it.
func (s *Store) Approvals(ctx context.Context, state ApprovalState, q PageQuery) (Page[Approval], error) {
	return page(s.reader(ctx), approvalKeyset(s.dialect, state), q, scanApproval, func(x Approval) []any { return []any{x.ID} })
}

func approvalKeyset(d dialect, state ApprovalState) keyset {
	k := keyset{table: "approval", columns: approvalColumns, order: []orderColumn{{"id", true}}, texts: []textPlace{{holds: d.folded("act || ' ' || state || ' ' || summary || ' ' || proposed_by") + like}}}
	k.equal(d, "approval_state", "state", string(state))
	return k
}

// OpenApprovals returns the acts that somebody proposed and that wait or are granted, their time over or not.
func (s *Store) OpenApprovals(ctx context.Context, by string) ([]Approval, error) {
	return s.reader(ctx).OpenApprovals(by)
}

// OpenApprovals returns the acts that somebody proposed and that wait or are granted, their time over or not.
func (r reader) OpenApprovals(by string) ([]Approval, error) {
	return list(r, scanApproval, "SELECT "+approvalColumns+" FROM approval WHERE state IN ('waiting','granted') AND proposed_by = ? ORDER BY id", by)
}

// CountApprovals counts what waits for a second admin other than one, at a time.
func (s *Store) CountApprovals(ctx context.Context, notBy string, at time.Time) (int64, error) {
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM approval WHERE state = 'waiting' AND proposed_by <> ? AND expires_at > ?", notBy, at.UnixMilli())
}

// blankApproval empties what a proposed act tells of; one that was not done yet is withdrawn, unless it is the one excepted.
const blankApproval = "UPDATE approval SET args = 'null', summary = '', preview = '[]', digest = '', note = CASE WHEN state IN ('waiting','granted') THEN ? ELSE '' END, " +
	"state = CASE WHEN state IN ('waiting','granted') AND id <> ? THEN 'withdrawn' ELSE state END"

// blankApprovals empties all proposed acts; why is kept with those that end by it.
func (t *Tx) blankApprovals(why string) error {
	_, err := t.exec(blankApproval, why, "")
	return err
}

// EraseApprovals empties the proposed acts that quote one of the texts, and withdraws those that wait, except for one
// that is being done; why is kept with them. It returns how many there were.
func (t *Tx) EraseApprovals(texts []string, why, except string) (emptied int64, err error) {
	for row, err := range each(t.reader, "", func(x Approval) string { return x.ID }, scanApproval,
		"SELECT "+approvalColumns+" FROM approval WHERE id > ? ORDER BY id LIMIT "+fmt.Sprint(eachChunk)) {
		if err != nil {
			return emptied, err
		}
		kept := strings.Join(append([]string{row.Args, row.Summary}, row.Preview...), "\n")
		if !slices.ContainsFunc(texts, func(text string) bool { return text != "" && strings.Contains(kept, text) }) {
			continue
		}
		if _, err := t.exec(blankApproval+" WHERE id = ?", why, except, row.ID); err != nil {
			return emptied, err
		}
		emptied++
	}
	return emptied, nil
}
