package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// tallied is what is counted of matches.
type tallied struct {
	object string
	state  MatchState
	reason string
}

// matchTallies are numbers of matches, and the sums of their scores.
type matchTallies map[tallied]MatchTally

// add counts a match, or with sign -1 takes one away.
func (m matchTallies) add(what tallied, sign, score, digest int64) {
	tally := m[what]
	tally.Count, tally.Score, tally.digest = tally.Count+sign, tally.Score+sign*score, tally.digest+sign*digest
	m[what] = tally
}

// tally adds to the counts that are kept.
func (t *Tx) tally(delta matchTallies) error {
	order := func(a, b tallied) int {
		return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.state, b.state), cmp.Compare(a.reason, b.reason))
	}
	for _, what := range slices.SortedFunc(maps.Keys(delta), order) {
		change := delta[what]
		if change == (MatchTally{}) {
			continue
		}
		_, err := t.exec("INSERT INTO match_tally (object, state, reason, n, score, digest) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (object, state, reason) DO UPDATE SET "+
			"n = match_tally.n + excluded.n, score = match_tally.score + excluded.score, digest = match_tally.digest + excluded.digest", what.object, string(what.state), what.reason,
			change.Count, change.Score, change.digest)
		if err != nil {
			return err
		}
	}
	return nil
}

// MatchTally is how many of an object's matches are in a state for a reason.
type MatchTally struct {
	State  MatchState
	Reason string
	Count  int64
	Score  int64 // the sum of their scores, in millionths

	digest int64
}

// MatchTallies counts an object's matches by state and reason.
func (s *Store) MatchTallies(ctx context.Context, object string) ([]MatchTally, error) {
	return list(s.reader(ctx), func(row scanner) (x MatchTally, err error) {
		return x, row.Scan(&x.State, &x.Reason, &x.Count, &x.Score)
	}, "SELECT state, reason, n, score FROM match_tally WHERE object = ? AND n > 0 ORDER BY state, reason", object)
}

// CountMatches returns how many records of each object are in each state.
func (s *Store) CountMatches(ctx context.Context) (map[string]map[MatchState]int64, error) {
	type count struct {
		object string
		state  MatchState
		n      int64
	}
	rows, err := list(s.reader(ctx), func(row scanner) (c count, err error) {
		return c, row.Scan(&c.object, &c.state, &c.n)
	}, "SELECT object, state, CAST(sum(n) AS BIGINT) FROM match_tally GROUP BY object, state")
	counts := map[string]map[MatchState]int64{}
	for _, c := range rows {
		if counts[c.object] == nil {
			counts[c.object] = map[MatchState]int64{}
		}
		counts[c.object][c.state] = c.n
	}
	return counts, err
}
