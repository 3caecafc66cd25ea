package sync

import (
	"context"
	"errors"
	"fmt"
	"math"

	"crmsync/store"
)

// MarkedPair is one of the matches that somebody marked to decide on together. What was not looked at has no Seen.
type MarkedPair struct {
	Record string `json:"record"` // id or address
	Seen   *Seen  `json:"seen,omitempty"`
}

// MarkedReport is what became of marked matches. Each decision is an act of its own, or all of them are one.
type MarkedReport struct {
	Records []string `json:"records"` // those decided on
	Skipped int      `json:"skipped"` // a record before it was given the same member in the same act
	Already int      `json:"already"` // decided so before; nothing was changed
	Events  []string `json:"events"`  // audit events, for the undo
}

// markedArgs are what a second admin approves.
type markedArgs struct {
	Pairs  []MarkedPair `json:"pairs"`
	Reject bool         `json:"reject"`
	Note   string       `json:"note,omitempty"`
}

// DecideMarked accepts, or rejects, the matches that somebody marked. Where acts in bulk need a second admin, marks are
// one: several are then proposed together, by admins only, and done in one transaction as one act that one undo takes
// back. Elsewhere each is decided by itself, with an audit line of its own, up to the first that fails.
func (e *Engine) DecideMarked(ctx context.Context, actor Actor, pairs []MarkedPair, reject bool, note string) (MarkedReport, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return MarkedReport{}, err
	}
	if len(pairs) < 2 || actor.approval == nil && !settings.Bool(SettingSecondAdmin) {
		return e.decideEach(ctx, actor, pairs, reject, note)
	}
	if Allowed(actor, ActMatchBulk) != nil {
		return MarkedReport{}, fault("act.not_allowed", "Decide on them one by one, or ask an admin.", "deciding on several matches together needs two admins here")
	}
	if len(pairs) > bulkMost {
		return MarkedReport{}, fault("usage.marked", "Mark fewer, or accept by score.", "%d matches are marked; together it can be %d", len(pairs), bulkMost)
	}
	found, err := e.markedPairs(ctx, pairs)
	if err != nil {
		return MarkedReport{}, err
	}
	actor, err = e.secondAdmin(ctx, actor, taskMarked, markedArgs{pairs, reject, note}, func() (sight, error) { return e.markedSight(ctx, found, reject) })
	if err != nil {
		return MarkedReport{}, err
	}
	return e.decideTogether(ctx, actor, found, reject, note)
}

// decideEach decides one by one, up to the first that fails.
func (e *Engine) decideEach(ctx context.Context, actor Actor, pairs []MarkedPair, reject bool, note string) (report MarkedReport, err error) {
	for _, one := range pairs {
		var event string
		if reject {
			event, err = e.RejectSeen(ctx, actor, one.Record, "", note, one.Seen)
		} else {
			event, err = e.AcceptSeen(ctx, actor, one.Record, note, one.Seen)
		}
		if CodeOf(err) == "match.already" {
			report.Already++
			continue
		}
		if err != nil {
			return report, err
		}
		report.Records, report.Events = append(report.Records, one.Record), append(report.Events, event)
	}
	return report, nil
}

// markedPairs reads what is marked, and refuses what is not as it was seen.
func (e *Engine) markedPairs(ctx context.Context, pairs []MarkedPair) (found []pair, err error) {
	for _, one := range pairs {
		p, err := e.pairOf(ctx, one.Record)
		if err != nil {
			return nil, err
		}
		p.seen = one.Seen
		if err := e.still(ctx, p); err != nil {
			return nil, err
		}
		if p.proposed() == "" {
			return nil, fault("match.nothing_proposed", "Take its mark away.", "record %s has no match to decide on", p.record.ID)
		}
		p.take(p.proposed())
		found = append(found, p)
	}
	return found, nil
}

// probability is that of the pair, as lists show it.
func (p *pair) probability() float64 {
	if p.current.MemberID == p.member {
		return asProbability(p.current.Score)
	}
	return p.scored.Probability
}

// markedSight is what a second admin sees.
func (e *Engine) markedSight(ctx context.Context, found []pair, reject bool) (sight, error) {
	verb := "accept"
	if reject {
		verb = "reject"
	}
	basis, lines := make([][3]string, len(found)), make([]string, len(found))
	for i, p := range found {
		member, err := e.memberView(ctx, kindOfObject(p.record.Object), p.member)
		if err != nil {
			return sight{}, err
		}
		basis[i] = [3]string{p.record.ID, p.member, string(p.current.State)}
		lines[i] = fmt.Sprintf("%s = %s  %.0f %%", recordName(p.record), member.Name, math.Floor(p.probability()*100))
	}
	return sight{Basis: basis, Summary: verb + " " + Counted(len(found), "marked match", "marked matches"),
		Lines: some(lines, func(line string) string { return line })}, nil
}

// decideTogether decides on all in one transaction: all of it is done, or nothing.
func (e *Engine) decideTogether(ctx context.Context, actor Actor, found []pair, reject bool, note string) (report MarkedReport, err error) {
	verdict, word := store.VerdictAccept, "accepted"
	if reject {
		verdict, word = store.VerdictReject, "rejected"
	}
	event, err := e.change(ctx, actor, ActMatchBulk, func(tx *store.Tx) (changed, error) {
		report = MarkedReport{}
		made := decisionMaker{tx: tx, actor: actor, note: oneLine(note), now: e.store.Now()}
		before, after := matchState{}, matchState{}
		for _, p := range found {
			if verdict == store.VerdictAccept {
				holder, err := tx.MatchOfMember(p.member)
				if ignoreNotFound(err) != nil {
					return changed{}, fmt.Errorf("read who holds %s: %w", p.member, err)
				}
				if err == nil && holder.RecordID != p.record.ID {
					report.Skipped++ // one person is not taken from a record by a mark on another
					continue
				}
			}
			what, err := made.make(p, verdict)
			if errors.Is(err, errAlready) {
				report.Already++
				continue
			}
			if err != nil {
				return changed{}, err
			}
			was, is := what.Before.(matchState), what.After.(matchState)
			before.Rows, before.Standing = append(before.Rows, was.Rows...), append(before.Standing, was.Standing...)
			after.Rows, after.Standing = append(after.Rows, is.Rows...), append(after.Standing, is.Standing...)
			report.Records = append(report.Records, p.record.ID)
		}
		if len(report.Records) == 0 && report.Already > 0 {
			return changed{}, errAlready
		}
		return changed{Subject: fmt.Sprintf("%d marked records, %s", len(report.Records), word), Before: before, After: after}, nil
	})
	if errors.Is(err, errAlready) {
		return report, nil
	}
	if errors.Is(err, errSeen) {
		return MarkedReport{}, fault("match.changed", "Look at them as they are now, and mark again.", "a marked match was changed meanwhile")
	}
	if err != nil {
		return MarkedReport{}, err
	}
	report.Events = []string{event}
	e.publish(Event{Kind: EventMatches, Done: int64(len(report.Records)), Text: string(ActMatchBulk)})
	return report, nil
}
