package store

import (
	"context"
	"time"
)

// RecordsChangedSince returns the ids of an object's records, deleted or not, that an import run changed whose id is not
// below firstRun; at most limit. Ids of runs sort by the time they were made.
func (s *Store) RecordsChangedSince(ctx context.Context, object, firstRun string, limit int) ([]string, error) {
	o, ok := ObjectNamed(object)
	if !ok {
		return nil, ErrNotFound
	}
	return list(s.reader(ctx), scanText, "SELECT id FROM "+o.table+s.dialect.indexed(o.table+"_run")+" WHERE changed_run >= ? ORDER BY changed_run, id LIMIT ?", firstRun, limit)
}

// PeopleChangedSince returns the ids of people that came or changed at or after a time; at most limit.
func (s *Store) PeopleChangedSince(ctx context.Context, since time.Time, limit int) ([]string, error) {
	return s.membersChanged(ctx, "person", since, limit)
}

// CompaniesChangedSince returns the ids of companies that came or changed at or after a time; at most limit.
func (s *Store) CompaniesChangedSince(ctx context.Context, since time.Time, limit int) ([]string, error) {
	return s.membersChanged(ctx, "company", since, limit)
}

func (s *Store) membersChanged(ctx context.Context, table string, since time.Time, limit int) ([]string, error) {
	return list(s.reader(ctx), scanText, "SELECT id FROM "+table+s.dialect.indexed(table+"_changed")+" WHERE changed_at >= ? ORDER BY changed_at LIMIT ?", since.UnixMilli(), limit)
}

// unjudged is the condition of decisions that the last match run took as standing and that ended, or the reverse.
const unjudged = "((is_judged = 0 AND ended_at IS NULL) OR (is_judged = 1 AND ended_at IS NOT NULL))"

// UnjudgedDecisions returns the decisions that came, ended or came back since the last match run, the oldest first.
func (s *Store) UnjudgedDecisions(ctx context.Context) ([]Decision, error) {
	return s.reader(ctx).UnjudgedDecisions()
}

// UnjudgedDecisions returns the decisions that came, ended or came back since the last match run, the oldest first.
func (r reader) UnjudgedDecisions() ([]Decision, error) {
	return list(r, scanDecision, "SELECT "+decisionColumns+" FROM decision WHERE "+unjudged+" ORDER BY decided_at, id")
}

// JudgeDecision notes that a match run has looked at a decision as it stands now.
func (t *Tx) JudgeDecision(id string) error {
	return t.execOne(ErrNotFound, "UPDATE decision SET is_judged = CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END WHERE id = ?", id)
}

// DecisionsAbout returns the standing decisions that name one of these records or members, the oldest first of each.
func (s *Store) DecisionsAbout(ctx context.Context, recordIDs, memberIDs []string) ([]Decision, error) {
	const from = "SELECT " + decisionColumns + " FROM decision WHERE ended_at IS NULL AND "
	ofRecords, err := listIn(s.reader(ctx), scanDecision, from+"record_id IN", recordIDs, " ORDER BY decided_at, id")
	if err != nil {
		return nil, err
	}
	ofMembers, err := listIn(s.reader(ctx), scanDecision, from+"member_id IN", memberIDs, " ORDER BY decided_at, id")
	known := map[string]bool{}
	var all []Decision
	for _, x := range append(ofRecords, ofMembers...) {
		if !known[x.ID] {
			known[x.ID] = true
			all = append(all, x)
		}
	}
	return all, err
}

// DecisionsChangedSince returns the decisions that were made, ended or brought back at or after a time, the oldest first. Of
// those brought back only the ones that no match run has looked at are known.
func (s *Store) DecisionsChangedSince(ctx context.Context, since time.Time) ([]Decision, error) {
	return list(s.reader(ctx), scanDecision, "SELECT "+decisionColumns+" FROM decision WHERE decided_at >= ? OR ended_at >= ? OR "+unjudged+" ORDER BY decided_at, id", since.UnixMilli(), since.UnixMilli())
}

// CountMatchesChangedSince returns how many matches of an object were written after a time.
func (s *Store) CountMatchesChangedSince(ctx context.Context, object string, since time.Time) (int64, error) {
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM match"+s.dialect.indexed("match_changed")+" WHERE changed_at > ? AND object = ?", since.UnixMilli(), object)
}
