package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// decisionMaker applies decisions within one transaction.
type decisionMaker struct {
	tx    *store.Tx
	actor Actor
	note  string
	now   time.Time
}

// matchState is what the audit trail keeps of a decision: the rows it touched and which decisions about them stood.
type matchState struct {
	Rows     []store.Match `json:"rows"`
	Standing []string      `json:"standing"`
}

// errAlready says that the same was decided about the pair before, and stands.
var errAlready = errors.New("it is decided so already")

// decidedSo reports whether a person gave the record the member before in the same way, and nothing has come between:
// deciding it again would change nothing. A note is something new.
func decidedSo(current, after store.Match) bool {
	return current.DecidedBy != "" && !current.Stale && current.State.Live() && current.State == after.State && current.MemberID == after.MemberID
}

// make keeps the decision and what follows from it at once: the record's row, and the row of whoever loses the member.
func (d decisionMaker) make(p pair, verdict store.Verdict) (changed, error) {
	current, err := d.tx.Match(p.record.ID)
	if errors.Is(err, store.ErrNotFound) {
		current, err = p.current, nil
	}
	if err != nil {
		return changed{}, fmt.Errorf("read the match of %s: %w", p.record.ID, err)
	}
	if !p.seen.fits(current) {
		return changed{}, errSeen
	}
	before := []store.Match{current}
	after := []store.Match{d.row(current, p, verdict)}
	if d.note == "" && decidedSo(current, after[0]) {
		return changed{}, errAlready
	}
	if after[0].State.Live() {
		holder, err := d.tx.MatchOfMember(p.member)
		if ignoreNotFound(err) != nil {
			return changed{}, fmt.Errorf("read who holds %s: %w", p.member, err)
		}
		if err == nil && holder.RecordID != p.record.ID {
			before, after = append(before, holder), append(after, d.loser(holder, p.record.ID))
		}
	}
	standing, err := d.standing(before)
	if err != nil {
		return changed{}, err
	}
	decision := store.Decision{ID: store.NewID(), RecordID: p.record.ID, Verdict: verdict, Actor: d.actor.Name, Note: d.note,
		Score: asScore(p.scored.Probability), ModelID: current.ModelID, RecordModstamp: modified(p.record), DecidedAt: d.now}
	if verdict != store.VerdictNoMatch {
		decision.MemberID = p.member
	}
	left, err := d.supersede(decision, standing)
	if err != nil {
		return changed{}, err
	}
	if err := d.tx.PutDecision(decision); err != nil {
		return changed{}, fmt.Errorf("keep the decision on %s: %w", p.record.ID, err)
	}
	if err := putDecided(d.tx, after); err != nil {
		return changed{}, err
	}
	if err := d.tx.AddDaily(d.now, "matches.reviewed", 1); err != nil {
		return changed{}, err
	}
	return changed{Subject: subjectOfRecord(p.record.ID), Before: matchState{before, standing},
		After: matchState{after, append(left, decision.ID)}}, nil
}

// supersede ends what was decided about the same record and member before: one judgement of a pair stands, the newest. It
// returns the standing decisions that are left.
func (d decisionMaker) supersede(by store.Decision, standing []string) (left []string, err error) {
	decisions, err := d.tx.Decisions(store.DecisionQuery{RecordID: by.RecordID, Standing: true})
	if err != nil {
		return nil, fmt.Errorf("read the decisions on %s: %w", by.RecordID, err)
	}
	left = slices.Clone(standing)
	for _, old := range decisions {
		if old.MemberID != by.MemberID {
			continue
		}
		if err := d.tx.EndDecision(old.ID, by.ID); err != nil {
			return nil, fmt.Errorf("end a decision on %s: %w", by.RecordID, err)
		}
		left = slices.DeleteFunc(left, func(id string) bool { return id == old.ID })
	}
	return left, nil
}

// row is the record's match after the verdict.
func (d decisionMaker) row(current store.Match, p pair, verdict store.Verdict) store.Match {
	row := current
	row.DecidedBy, row.Stale, row.DuplicateOf, row.ChangedAt = d.actor.Name, false, "", d.now
	switch verdict {
	case store.VerdictAccept, store.VerdictOverride:
		row.State, row.Reason, row.MemberID = store.MatchAccepted, "", p.member
		if verdict == store.VerdictOverride {
			row.State = store.MatchOverridden
		}
		row.Score, row.Bits, row.Evidence = asScore(p.scored.Probability), int64(p.scored.Bits), p.scored.Evidence
		return row
	case store.VerdictReject:
		if current.MemberID != p.member && current.MemberID != "" {
			return current // another pair is kept apart; this record's own match stands
		}
	case store.VerdictNoMatch:
	}
	row.State, row.Reason, row.MemberID = store.MatchRejected, string(match.RejectedByHand), ""
	row.Score, row.Bits, row.Evidence = 0, 0, nil
	return row
}

// loser is the row of the record that held the member so far: the model's match ends, a person's goes to review.
func (d decisionMaker) loser(holder store.Match, winner string) store.Match {
	row := holder
	row.DuplicateOf, row.ChangedAt = winner, d.now
	if holder.State != store.MatchAuto {
		row.State, row.Reason = store.MatchReview, string(match.Collision)
		return row
	}
	row.State, row.Reason, row.MemberID = store.MatchNone, string(match.LostOneToOne), ""
	row.Score, row.Bits, row.Evidence = 0, 0, nil
	return row
}

// standing lists the decisions that stand about the rows.
func (d decisionMaker) standing(rows []store.Match) ([]string, error) {
	var ids []string
	for _, row := range rows {
		decisions, err := d.tx.Decisions(store.DecisionQuery{RecordID: row.RecordID, Standing: true})
		if err != nil {
			return nil, fmt.Errorf("read the decisions on %s: %w", row.RecordID, err)
		}
		for _, decision := range decisions {
			ids = append(ids, decision.ID)
		}
	}
	return ids, nil
}

// restoreMatch is the way back of decisions: rows and standing decisions become what they were. It is refused when
// somebody decided about one of the records since.
func restoreMatch(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	expected, _, err := decodeState[matchState](now)
	if err != nil {
		return err
	}
	wanted, _, err := decodeState[matchState](want)
	if err != nil {
		return err
	}
	d := decisionMaker{tx: tx}
	standing, err := d.standing(expected.Rows)
	if err != nil {
		return err
	}
	if !sameSet(standing, expected.Standing) {
		return errStale
	}
	for _, id := range expected.Standing {
		if !slices.Contains(wanted.Standing, id) {
			if err := tx.EndDecision(id, "undo"); err != nil {
				return fmt.Errorf("end a decision on %s: %w", subject, err)
			}
		}
	}
	for _, id := range wanted.Standing {
		if !slices.Contains(expected.Standing, id) {
			if err := tx.ReopenDecision(id); err != nil {
				return fmt.Errorf("reopen a decision on %s: %w", subject, err)
			}
		}
	}
	rows, err := withoutCollision(tx, wanted.Rows)
	if err != nil {
		return err
	}
	return putDecided(tx, rows)
}

// withoutCollision keeps the rows that come back from taking a member that a third record was given meanwhile: such a row
// goes to review, where the next run finds it.
func withoutCollision(tx *store.Tx, rows []store.Match) ([]store.Match, error) {
	ours := map[string]bool{}
	for _, row := range rows {
		ours[row.RecordID] = true
	}
	rows = slices.Clone(rows)
	for i, row := range rows {
		if !row.State.Live() {
			continue
		}
		holder, err := tx.MatchOfMember(row.MemberID)
		if ignoreNotFound(err) != nil {
			return nil, fmt.Errorf("read who holds %s: %w", row.MemberID, err)
		}
		if err == nil && !ours[holder.RecordID] {
			rows[i].State, rows[i].Reason, rows[i].DuplicateOf = store.MatchReview, string(match.Collision), holder.RecordID
		}
	}
	return rows, nil
}

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.EqualFunc(a, b, strings.EqualFold)
}
