package sync

import (
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

// ReviewQueue returns at most n records that wait for review and of which a decision would teach the model most:
// those it is least sure of, of many kinds rather than many of one, the most telling first. An object of "" means
// all three. It only reads.
func (e *Engine) ReviewQueue(ctx context.Context, object string, n int) ([]store.MatchRow, error) {
	rows := map[string]store.MatchRow{}
	var outcomes []match.Outcome
	for _, side := range []store.MatchQuery{
		{MaxScore: store.ScoreUnit / 2, PageQuery: store.PageQuery{Limit: queueReach}},
		{MinScore: store.ScoreUnit/2 + 1, PageQuery: store.PageQuery{Limit: queueReach, Last: true}},
	} {
		side.Object, side.States = object, []store.MatchState{store.MatchReview}
		page, err := e.store.Matches(ctx, side)
		if err != nil {
			return nil, fmt.Errorf("read what waits for review: %w", err)
		}
		for _, row := range page.Rows {
			rows[row.RecordID] = row
			outcomes = append(outcomes, outcomeOf(row.Match))
		}
	}
	queue := make([]store.MatchRow, 0, n)
	for _, id := range match.Informative(slices.Values(outcomes), n) {
		queue = append(queue, rows[id])
	}
	return queue, nil
}
