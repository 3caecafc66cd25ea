package sync

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// QueueLength is how many pairs the queue of telling pairs has: as many as one sits down for.
const QueueLength = 20

// queueReach is how many pairs on either side of even odds are looked at for the queue, so that it takes no longer
// when a hundred thousand wait.
const queueReach = 2000

// QueuedPair is a pair of the review queue. A record without a member is asked about together with its best candidate, which is
// then the row's member and score.
type QueuedPair struct {
	store.MatchRow
	Kind match.QuestionKind // why it is asked about
}

// ReviewQueue returns at most n pairs of which decisions teach the model most (matching.md 2.7). Four kinds come in turn: what
// waits for review and the model is least sure of, of many kinds rather than many of one; anything else that waits;
// links that the model made; and best candidates below the threshold. The last three are picked by chance, since from doubtful
// pairs alone nobody learns whether the sure ones are right. An object of "" means all three. It only reads.
func (e *Engine) ReviewQueue(ctx context.Context, object string, n int) ([]QueuedPair, error) {
	rows := map[string]store.MatchRow{}
	if err := e.doubtful(ctx, object, rows); err != nil {
		return nil, err
	}
	for _, one := range objectsOr(object) {
		if err := e.sampled(ctx, one, n, rows); err != nil {
			return nil, err
		}
	}
	outcomes := make([]match.Outcome, 0, len(rows))
	for _, row := range rows {
		outcomes = append(outcomes, outcomeOf(row.Match))
	}
	queue := make([]QueuedPair, 0, n)
	for _, q := range match.Questions(slices.Values(outcomes), n) {
		pair, err := e.asked(ctx, rows[q.RecordID], q)
		if err != nil {
			return nil, err
		}
		queue = append(queue, pair)
	}
	return queue, nil
}

func objectsOr(object string) []string {
	if object == "" {
		return []string{"Contact", "Lead", "Account"}
	}
	return []string{object}
}

// doubtful adds what waits for review next to even odds.
func (e *Engine) doubtful(ctx context.Context, object string, rows map[string]store.MatchRow) error {
	for _, side := range []store.MatchQuery{
		{MaxScore: store.ScoreUnit / 2, PageQuery: store.PageQuery{Limit: queueReach}},
		{MinScore: store.ScoreUnit/2 + 1, PageQuery: store.PageQuery{Limit: queueReach, Last: true}},
	} {
		side.Object, side.States = object, []store.MatchState{store.MatchReview}
		page, err := e.store.Matches(ctx, side)
		if err != nil {
			return fmt.Errorf("read what waits for review: %w", err)
		}
		for _, row := range page.Rows {
			rows[row.RecordID] = row
		}
	}
	return nil
}

// sampled adds at most n of each kind that is picked by chance.
func (e *Engine) sampled(ctx context.Context, object string, n int, rows map[string]store.MatchRow) error {
	for _, from := range []struct {
		state  store.MatchState
		reason match.Reason
	}{{store.MatchReview, match.BelowThreshold}, {store.MatchReview, match.Tie}, {store.MatchAuto, match.NoReason}} {
		sample, err := e.store.MatchSample(ctx, object, from.state, string(from.reason), n)
		if err != nil {
			return fmt.Errorf("read a sample of what was matched: %w", err)
		}
		for _, row := range sample {
			rows[row.RecordID] = row
		}
	}
	return e.weak(ctx, object, n, rows)
}

// weakReach is how many records without a match are looked at for each that is wanted: the best candidates of most are
// the members of others, and whether they are both is a matter of duplicates.
const weakReach = 8

// weak adds at most n records without a match whose best candidate no record has.
func (e *Engine) weak(ctx context.Context, object string, n int, rows map[string]store.MatchRow) error {
	sample, err := e.store.MatchSample(ctx, object, store.MatchNone, string(match.BelowThreshold), n*weakReach)
	if err != nil {
		return fmt.Errorf("read a sample of what has no match: %w", err)
	}
	found := 0
	for _, row := range sample {
		taken, err := e.taken(ctx, row.RunnerUpID)
		if err != nil {
			return err
		}
		if !taken && row.RunnerUpID != "" {
			rows[row.RecordID], found = row, found+1
		}
		if found == n {
			break
		}
	}
	return nil
}

// taken reports whether a record has the member.
func (e *Engine) taken(ctx context.Context, member string) (bool, error) {
	holders, err := e.store.MatchesOfMember(ctx, member)
	if err != nil {
		return false, fmt.Errorf("read who holds %s: %w", member, err)
	}
	return slices.ContainsFunc(holders, func(m store.Match) bool { return m.State.Live() }), nil
}

// asked is a row as it is asked about.
func (e *Engine) asked(ctx context.Context, row store.MatchRow, q match.Question) (QueuedPair, error) {
	if row.MemberID != "" {
		return QueuedPair{row, q.Kind}, nil
	}
	view, err := e.memberView(ctx, kindOfObject(row.Object), q.MemberID)
	if err != nil {
		return QueuedPair{}, fmt.Errorf("read %s: %w", q.MemberID, err)
	}
	row.MemberID, row.MemberName, row.MemberCompany, row.Score = q.MemberID, cmp.Or(view.Name, q.MemberID), view.Company, asScore(q.Probability)
	return QueuedPair{row, q.Kind}, nil
}
