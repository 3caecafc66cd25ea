package store

import (
	"context"
	"strconv"
)

// sampledBelow is the digest from which a match is not in the sample: a quarter of all are below. The index match_sample has the same
// number.
const sampledBelow = 1 << (digestBits - 2)

// MatchSample returns at most limit of an object's matches in a state for a reason, picked by chance out of a quarter of
// all. A match stays in the sample until it, or the model, changes.
func (s *Store) MatchSample(ctx context.Context, object string, state MatchState, reason string, limit int) ([]MatchRow, error) {
	return list(s.reader(ctx), scanMatchRow, matchSampleQuery(s.dialect), object, string(state), reason, limit)
}

func matchSampleQuery(d dialect) string {
	return "SELECT " + matchRowColumns() + " FROM match m" + d.indexed("match_sample") + matchJoins +
		" WHERE m.object = ? AND m.state = ? AND m.reason = ? AND m.digest < " + strconv.Itoa(sampledBelow) + " ORDER BY m.digest LIMIT ?"
}
