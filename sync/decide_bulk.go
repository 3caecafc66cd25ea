package sync

import (
	"context"
	"fmt"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// BulkFilter chooses the suggestions that an admin accepts together.
type BulkFilter struct {
	Object   string  // Lead, Contact, Account, or "" for all
	MinScore float64 // probability, 0 to 1, from which they are accepted
}

// BulkRow is one pair of a preview.
type BulkRow struct {
	RecordID   string  `json:"record"`
	RecordName string  `json:"record_name"`
	MemberID   string  `json:"member"`
	MemberName string  `json:"member_name"`
	Score      float64 `json:"score"`
}

// BulkBand is a part of what waits for review.
type BulkBand struct {
	From  float64 `json:"from"` // probability, included
	To    float64 `json:"to"`   // not included, but for 1
	Count int64   `json:"count"`
}

// BulkPreview says what accepting would do.
type BulkPreview struct {
	Count    int        `json:"count"` // pairs that would be accepted
	Expected float64    `json:"expected_right"`
	Bands    []BulkBand `json:"bands"`
	Sample   []BulkRow  `json:"sample"` // at most 20, the weakest first: they are the ones to look at
	Judged   int        `json:"judged"` // pairs of at least that score on which a person decided
	Agreed   int        `json:"agreed"` // of these, accepted
}

// bulkSample is the number of pairs that a preview shows.
const bulkSample = 20

// bulkMost is the number of pairs that one act accepts at most, so that its undo stays one transaction.
const bulkMost = 5000

// PreviewBulk counts what AcceptBulk would accept, and says how people judged such pairs so far. It changes nothing.
func (e *Engine) PreviewBulk(ctx context.Context, actor Actor, filter BulkFilter) (BulkPreview, error) {
	if err := Allowed(actor, ActMatchBulk); err != nil {
		return BulkPreview{}, err
	}
	rows, err := e.bulkRows(ctx, filter)
	if err != nil {
		return BulkPreview{}, err
	}
	preview := BulkPreview{Count: len(rows)}
	for i := len(rows) - 1; i >= 0; i-- {
		preview.Expected += asProbability(rows[i].Score)
		if len(preview.Sample) < bulkSample {
			preview.Sample = append(preview.Sample, bulkRow(rows[i]))
		}
	}
	if preview.Bands, err = e.bulkBands(ctx, filter.Object); err != nil {
		return BulkPreview{}, err
	}
	preview.Judged, preview.Agreed, err = e.judgedBefore(ctx, filter)
	return preview, err
}

func bulkRow(row store.MatchRow) BulkRow {
	return BulkRow{RecordID: row.RecordID, RecordName: row.RecordName, MemberID: row.MemberID, MemberName: row.MemberName, Score: asProbability(row.Score)}
}

func (e *Engine) bulkRows(ctx context.Context, filter BulkFilter) ([]store.MatchRow, error) {
	query := store.MatchQuery{Object: filter.Object, States: []store.MatchState{store.MatchReview}, MinScore: asScore(filter.MinScore),
		PageQuery: store.PageQuery{Limit: 500}}
	var rows []store.MatchRow
	for len(rows) < bulkMost {
		page, err := e.store.Matches(ctx, query)
		if err != nil {
			return nil, fmt.Errorf("read what waits for review: %w", err)
		}
		for _, row := range page.Rows {
			if row.Reason != string(match.Collision) && len(rows) < bulkMost {
				rows = append(rows, row)
			}
		}
		if !page.More {
			break
		}
		query.After = page.Next
	}
	return rows, nil
}

// bulkBands counts what waits by score.
func (e *Engine) bulkBands(ctx context.Context, object string) ([]BulkBand, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return nil, err
	}
	edges := []float64{1, 0.95, 0.85, 0.70, float64(settings.Int(SettingMatchFloor)) / 100}
	var bands []BulkBand
	for i := 1; i < len(edges); i++ {
		most := asScore(edges[i-1]) - 1
		if i == 1 {
			most = store.ScoreUnit
		}
		count, err := e.store.CountMatchQuery(ctx, store.MatchQuery{Object: object, States: []store.MatchState{store.MatchReview},
			MinScore: asScore(edges[i]), MaxScore: most})
		if err != nil {
			return nil, fmt.Errorf("count what waits for review: %w", err)
		}
		bands = append(bands, BulkBand{From: edges[i], To: edges[i-1], Count: count})
	}
	return bands, nil
}

// judgedBefore counts the decisions of people on pairs of at least that score.
func (e *Engine) judgedBefore(ctx context.Context, filter BulkFilter) (judged, agreed int, err error) {
	decisions, err := e.store.Decisions(ctx, store.DecisionQuery{Standing: true})
	if err != nil {
		return 0, 0, fmt.Errorf("read the decisions: %w", err)
	}
	for _, decision := range decisions {
		if decision.Score < asScore(filter.MinScore) || decision.Score == 0 || filter.Object != "" && store.ObjectOf(decision.RecordID) != filter.Object {
			continue
		}
		switch decision.Verdict {
		case store.VerdictAccept:
			judged, agreed = judged+1, agreed+1
		case store.VerdictReject, store.VerdictNoMatch:
			judged++
		case store.VerdictOverride:
		}
	}
	return judged, agreed, nil
}

// BulkReport is what accepting in bulk did.
type BulkReport struct {
	Accepted int    `json:"accepted"`
	Skipped  int    `json:"skipped"` // a better record was given the member in the same act
	Event    string `json:"event"`   // audit event, for the undo
}

// AcceptBulk accepts every suggestion of at least that score, best first, in one transaction and as one act that one
// undo takes back. At most 5,000 at a time; admins only (decision 22).
func (e *Engine) AcceptBulk(ctx context.Context, actor Actor, filter BulkFilter) (BulkReport, error) {
	if err := Allowed(actor, ActMatchBulk); err != nil {
		return BulkReport{}, err
	}
	if filter.MinScore <= 0 {
		return BulkReport{}, fault("match.bulk_score", "Say from which score: --from 85.", "no score is named")
	}
	rows, err := e.bulkRows(ctx, filter)
	if err != nil {
		return BulkReport{}, err
	}
	actor, err = e.secondAdmin(ctx, actor, taskBulk, filter, func() (sight, error) { return bulkSight(filter, rows), nil })
	if err != nil {
		return BulkReport{}, err
	}
	var report BulkReport
	report.Event, err = e.change(ctx, actor, ActMatchBulk, func(tx *store.Tx) (changed, error) {
		report.Accepted, report.Skipped = 0, 0
		made := decisionMaker{tx: tx, actor: actor, note: "in bulk", now: e.store.Now()}
		before, after := matchState{}, matchState{}
		for _, row := range rows {
			ok, err := made.bulkOne(row, &before, &after)
			if err != nil {
				return changed{}, err
			}
			if ok {
				report.Accepted++
			} else {
				report.Skipped++
			}
		}
		return changed{Subject: fmt.Sprintf("%d records", report.Accepted), Before: before, After: after}, nil
	})
	if err != nil {
		return BulkReport{}, err
	}
	e.publish(Event{Kind: EventMatches, Done: int64(report.Accepted), Text: string(ActMatchBulk)})
	return report, nil
}

// bulkOne accepts one row unless it has changed, or its member belongs to another record by now.
func (d decisionMaker) bulkOne(row store.MatchRow, before, after *matchState) (bool, error) {
	current, err := d.tx.Match(row.RecordID)
	if err != nil {
		return false, fmt.Errorf("read the match of %s: %w", row.RecordID, err)
	}
	if current.State != store.MatchReview || current.MemberID != row.MemberID {
		return false, nil
	}
	if _, err := d.tx.MatchOfMember(row.MemberID); err == nil {
		return false, nil
	} else if ignoreNotFound(err) != nil {
		return false, fmt.Errorf("read who holds %s: %w", row.MemberID, err)
	}
	record, err := d.tx.Record(row.Object, row.RecordID)
	if err != nil {
		return false, fmt.Errorf("read %s %s: %w", row.Object, row.RecordID, err)
	}
	p := pair{record: record, current: current}
	p.take(current.MemberID)
	what, err := d.make(p, store.VerdictAccept)
	if err != nil {
		return false, err
	}
	was, is := what.Before.(matchState), what.After.(matchState)
	before.Rows, before.Standing = append(before.Rows, was.Rows...), append(before.Standing, was.Standing...)
	after.Rows, after.Standing = append(after.Rows, is.Rows...), append(after.Standing, is.Standing...)
	return true, nil
}

// modified is when the record was last changed in Salesforce, which a decision remembers.
func modified(record store.Record) time.Time {
	at := matchRecord(record, nil).Modified
	if at == 0 {
		return time.Time{}
	}
	return time.UnixMilli(at).UTC()
}
