package sync

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// increment judges again what a change touches. The outcomes are those that a full run with the same model would give.
func (m *matchRun) increment(ctx context.Context, kind match.Kind, d matchDelta, options match.Options) (MatchCounts, error) {
	judged, changed, err := m.rejudge(ctx, kind, d, options)
	if err != nil {
		return MatchCounts{}, err
	}
	sample, err := m.sample(ctx, kind, d)
	if err != nil {
		return MatchCounts{}, err
	}
	if kind == match.Company {
		m.accounts = append(m.accounts, d.records...)
	}
	stats, err := m.engine.matchStats(ctx, kind)
	if err != nil {
		return MatchCounts{}, err
	}
	// How well columns are filled in all records only a full run tells; its shares go on, for the sample to be held against.
	stats.Filled = m.base.counts(kind).Figures.Filled
	counts := countsOf(stats, options.Model)
	counts.Incremental, counts.Judged, counts.Changed, counts.Sample = true, len(judged), changed, sample
	counts.Outcomes = m.digests[kind]
	return counts, m.figures(ctx, kind, stats, &counts)
}

// sample looks at which columns the records that changed hold, and those of the runs before that were too few.
func (m *matchRun) sample(ctx context.Context, kind match.Kind, d matchDelta) (match.Sample, error) {
	records, err := m.engine.matchRecordsOf(ctx, kind, d.records)
	if err != nil {
		return match.Sample{}, err
	}
	sample := match.SampleOf(kind, records)
	if before := m.base.counts(kind).Sample; !before.Tells() {
		sample = sample.Add(before)
	}
	return sample, nil
}

// rejudge writes what came out otherwise than before, together with the keys of what changed. It returns the records
// that were judged, and the number of rows written.
func (m *matchRun) rejudge(ctx context.Context, kind match.Kind, d matchDelta, options match.Options) (judged []string, changed int, err error) {
	writes := matchWrites{kind: kind, fresh: d.fresh}
	source, err := m.source(ctx, kind, d, &writes)
	if err != nil {
		return nil, 0, err
	}
	old, err := m.engine.store.KeysOf(ctx, memberSide[kind], d.members)
	if err != nil {
		return nil, 0, fmt.Errorf("read the old keys of members: %w", err)
	}
	change := match.Change{Records: d.records, Members: d.members, Keys: old}
	options.Reach = max(reachLeast, d.total/reachShare)
	result, err := match.Rematch(ctx, kind, change, source, options)
	if err != nil {
		return nil, 0, err
	}
	if err := m.rejudged(ctx, kind, d.records, result, &writes); err != nil {
		return nil, 0, err
	}
	for _, outcome := range result.Outcomes {
		judged = append(judged, outcome.RecordID)
	}
	return judged, len(writes.rows), m.write(ctx, writes)
}

// source makes the view of the store that a run needs, and notes the keys of all that changed.
func (m *matchRun) source(ctx context.Context, kind match.Kind, d matchDelta, writes *matchWrites) (*matchSource, error) {
	source := &matchSource{engine: m.engine, kind: kind, keys: map[uint64][]string{}}
	members, err := m.engine.membersOf(ctx, kind, d.members)
	if err != nil {
		return nil, err
	}
	for _, member := range members {
		owner := memberOwner(kind, member)
		writes.memberKeys = append(writes.memberKeys, owner)
		for _, key := range owner.Keys {
			source.keys[key] = append(source.keys[key], member.ID)
		}
	}
	records, err := m.engine.matchRecordsOf(ctx, kind, d.records)
	if err != nil {
		return nil, err
	}
	left := map[string]store.KeyOwner{}
	for _, id := range d.records {
		left[id] = store.KeyOwner{ID: id}
	}
	for _, record := range records {
		left[record.ID] = recordOwner(kind, record)
	}
	for _, id := range slices.Sorted(maps.Keys(left)) {
		writes.recordKeys = append(writes.recordKeys, left[id])
	}
	return source, nil
}

// linkOf is the member that a record is linked to, or "".
func linkOf(row store.Match) string {
	if !row.State.Live() {
		return ""
	}
	return row.MemberID
}

// rejudged notes the rows that are not what they were. A changed record without an outcome is gone.
func (m *matchRun) rejudged(ctx context.Context, kind match.Kind, changed []string, result *match.Result, writes *matchWrites) error {
	ids := slices.Clone(changed)
	for _, outcome := range result.Outcomes {
		ids = append(ids, outcome.RecordID)
	}
	rows, err := m.engine.store.MatchesByID(ctx, distinctIDs(ids))
	if err != nil {
		return fmt.Errorf("read the kept matches: %w", err)
	}
	kept := map[string]store.Match{}
	for _, row := range rows {
		kept[row.RecordID] = row
	}
	for i := range result.Outcomes {
		outcome := &result.Outcomes[i]
		old, known := kept[outcome.RecordID]
		delete(kept, outcome.RecordID)
		if kind == match.Company && linkOf(old) != linkOf(matchRow(*outcome, "Account", "", "")) {
			m.accounts = append(m.accounts, outcome.RecordID)
		}
		m.compare(outcome, result.Model, old, known, writes)
	}
	for _, id := range distinctIDs(changed) {
		if old, known := kept[id]; known {
			m.gone(old, writes)
		}
	}
	return nil
}

// matchStats counts what the store has of a kind, as a full run would count its outcomes.
func (e *Engine) matchStats(ctx context.Context, kind match.Kind) (match.Stats, error) {
	var stats match.Stats
	var live, score, rows int64
	for _, object := range objectsOf(kind) {
		n, err := e.store.CountRecords(ctx, object)
		if err != nil {
			return stats, fmt.Errorf("count the %ss: %w", object, err)
		}
		stats.Records += int(n)
		tallies, err := e.store.MatchTallies(ctx, object)
		if err != nil {
			return stats, fmt.Errorf("count the matches: %w", err)
		}
		for _, tally := range tallies {
			rows += tally.Count
			addTally(&stats, tally)
			if tally.State.Live() {
				live, score = live+tally.Count, score+tally.Score
			}
		}
	}
	if live > 0 {
		stats.MeanScore = asProbability(score) / float64(live)
	}
	gone := max(0, int(rows)-stats.Records) // rows of records that are gone take no part either, but no run counts them
	stats.None, stats.Excluded = max(0, stats.None-gone), max(0, stats.Excluded-gone)
	members, err := e.countMembers(ctx, kind)
	stats.Members = int(members)
	return stats, err
}

func addTally(stats *match.Stats, tally store.MatchTally) {
	n := int(tally.Count)
	switch tally.State {
	case store.MatchAuto:
		stats.Auto += n
	case store.MatchReview:
		stats.Review += n
		stats.Expected += asProbability(tally.Score)
	case store.MatchAccepted:
		stats.Accepted += n
	case store.MatchOverridden:
		stats.Overridden += n
	case store.MatchRejected:
		stats.Rejected += n
	default:
		stats.None += n
	}
	switch match.Reason(tally.Reason) {
	case match.DuplicateOf:
		stats.Duplicates += n
	case match.Excluded, reasonMerged, reasonConverted:
		stats.Excluded += n
	}
}

// countMembers is the number of people or companies of the network.
func (e *Engine) countMembers(ctx context.Context, kind match.Kind) (int64, error) {
	count := e.store.CountPeople
	if kind == match.Company {
		count = e.store.CountCompanies
	}
	n, err := count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count the members: %w", err)
	}
	return n, nil
}
