package sync

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"crmsync/store"
)

// Seen is how a match stood when somebody looked at it and decided. A record without a member may have been seen with its best
// candidate, as the review queue shows it; the decision is then about that one.
type Seen struct {
	MemberID string           `json:"member"` // "" for none
	State    store.MatchState `json:"state"`  // "" for any
}

// errSeen says that a match is not as it was seen.
var errSeen = errors.New("the match was changed meanwhile")

// fits reports whether the match is as it was seen; nobody looked when s is nil.
func (s *Seen) fits(current store.Match) bool {
	if s == nil {
		return true
	}
	member := current.MemberID
	if member == "" && s.MemberID != "" && current.State == store.MatchNone {
		member = current.RunnerUpID
	}
	return s.MemberID == member && (s.State == "" || s.State == current.State)
}

// proposed is the member that a decision is about which names none: the one that the record has or is suggested, or its best
// candidate when it was seen with that; "" when there is nobody.
func (p *pair) proposed() string {
	if p.current.MemberID == "" && p.seen != nil {
		return p.seen.MemberID
	}
	return p.current.MemberID
}

// recordSubject stands before the id of a record that an audit event is about.
const recordSubject = "record "

// subjectOfRecord is a record as the audit trail names it.
func subjectOfRecord(id string) string { return recordSubject + id }

// RecordOfSubject returns the record that an audit event or an Event is about, or "".
func RecordOfSubject(subject string) string {
	id, ok := strings.CutPrefix(subject, recordSubject)
	if !ok {
		return ""
	}
	return id
}

// still refuses a decision about a match that is not as it was seen, naming who changed it and when.
func (e *Engine) still(ctx context.Context, p pair) error {
	if p.seen.fits(p.current) {
		return nil
	}
	change, err := e.lastChange(ctx, p.current)
	if err != nil {
		return err
	}
	return fault("match.changed", "Look at it as it is now, and decide again.", "%s", change)
}

// already says who decided so before. Nothing was changed.
func (e *Engine) already(ctx context.Context, p pair) error {
	change, err := e.lastChange(ctx, p.current)
	if err != nil {
		return err
	}
	return fault("match.already", "Nothing was changed. A note is kept with it when one is given.", "it is so already: %s", change)
}

// changeWord is what brought a match into its state.
func changeWord(state store.MatchState) string {
	switch state {
	case store.MatchAccepted:
		return "accepted it"
	case store.MatchOverridden:
		return "chose another match"
	case store.MatchRejected:
		return "rejected it"
	case store.MatchAuto:
		return "matched it by the rule"
	case store.MatchReview, store.MatchNone:
	}
	return "changed it"
}

// lastChange says who changed a match last, how and when. A person's act on the record is in the audit trail; of a
// decision in bulk the row knows who made it; everything else is the engine's doing.
func (e *Engine) lastChange(ctx context.Context, m store.Match) (string, error) {
	trail, err := e.store.Audit(ctx, store.AuditQuery{Subject: subjectOfRecord(m.RecordID), PageQuery: store.PageQuery{Limit: 1}})
	if err != nil {
		return "", fmt.Errorf("read who changed %s: %w", m.RecordID, err)
	}
	who, what, at := m.DecidedBy, changeWord(m.State), m.ChangedAt
	if len(trail.Rows) > 0 && !trail.Rows[0].At.Before(m.ChangedAt.Add(-time.Second)) {
		who, at = trail.Rows[0].Actor, trail.Rows[0].At
		if trail.Rows[0].Act == string(ActUndo) {
			what = "took the decision back"
		}
	}
	if who == "" {
		who = "a run of the engine"
	}
	if at.IsZero() {
		return who + " " + what, nil
	}
	return who + " " + what + at.UTC().Format(" at 15:04 MST"), nil
}
