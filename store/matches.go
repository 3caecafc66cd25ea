package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// writtenMatchColumns are those that PutMatches writes.
const writtenMatchColumns = "score, record_id, object, state, reason, person_id, company_id, bits, null_score, runner_up_id, runner_up_score, duplicate_of, is_stale, evidence, candidates, model_id, run_id, decided_by, changed_at, version"

const matchColumns = writtenMatchColumns + ", claims"

func scanMatch(row scanner) (Match, error) {
	var x Match
	var person, company string
	err := row.Scan(&x.Score, &x.RecordID, &x.Object, &x.State, &x.Reason, textDest{&person}, textDest{&company}, &x.Bits, &x.NullScore, textDest{&x.RunnerUpID}, &x.RunnerUpScore,
		textDest{&x.DuplicateOf}, &x.Stale, &x.Evidence, &x.Candidates, &x.ModelID, &x.RunID, &x.DecidedBy, timeDest{&x.ChangedAt}, &x.Version, &x.ClaimsDigest)
	x.MemberID = person + company // never both, by the schema
	return x, err
}

// memberColumn is the column that an object's members stand in.
func memberColumn(object string) string {
	if object == "Account" {
		return "company_id"
	}
	return "person_id"
}

// liveStates is the condition of the partial unique indexes, word for word, so that they serve it.
const liveStates = "state IN ('auto','accepted','overridden')"

// Match returns what is known of a record's member, or ErrNotFound when the record was never matched.
func (s *Store) Match(ctx context.Context, recordID string) (Match, error) {
	return s.reader(ctx).Match(recordID)
}

// Match returns what is known of a record's member, or ErrNotFound when the record was never matched.
func (r reader) Match(recordID string) (Match, error) {
	return one(r, scanMatch, "SELECT "+matchColumns+" FROM match WHERE record_id = ?", recordID)
}

// MatchOfMember returns the live match of a person or company, or ErrNotFound.
func (s *Store) MatchOfMember(ctx context.Context, memberID string) (Match, error) {
	return s.reader(ctx).MatchOfMember(memberID)
}

// MatchOfMember returns the live match of a person or company, or ErrNotFound.
func (r reader) MatchOfMember(memberID string) (Match, error) {
	return one(r, scanMatch, "SELECT "+matchColumns+" FROM match WHERE person_id = ? AND "+liveStates+" UNION ALL SELECT "+matchColumns+" FROM match WHERE company_id = ? AND "+liveStates, memberID, memberID)
}

// MatchesOfMember returns every record that has, or is suggested, a person or company.
func (s *Store) MatchesOfMember(ctx context.Context, memberID string) ([]Match, error) {
	return s.reader(ctx).MatchesOfMember(memberID)
}

// MatchesOfMember returns every record that has, or is suggested, a person or company.
func (r reader) MatchesOfMember(memberID string) ([]Match, error) {
	return list(r, scanMatch, "SELECT "+matchColumns+" FROM match WHERE person_id = ? UNION ALL SELECT "+matchColumns+" FROM match WHERE company_id = ? ORDER BY 1 DESC, 2", memberID, memberID)
}

// EachMatch yields an object's matches by record id, after the one named.
func (s *Store) EachMatch(ctx context.Context, object, after string) iter.Seq2[Match, error] {
	return each(s.reader(ctx), after, func(x Match) string { return x.RecordID }, scanMatch,
		eachMatchQuery(s.dialect), object)
}

func eachMatchQuery(d dialect) string {
	return "SELECT " + matchColumns + " FROM match" + d.indexed("match_object") + " WHERE object = ? AND record_id > ? ORDER BY record_id LIMIT " + fmt.Sprint(eachChunk)
}

// PutMatches keeps what is known of records' members. The counts of states follow. Members may change
// hands among the rows: records first let go of theirs, then take. Of two rows of one record the later
// stays.
func (t *Tx) PutMatches(rows []Match) error {
	delta := matchTallies{}
	held := make(map[string]heldMatch, len(rows)) // by record, as the call goes on
	for _, x := range rows {
		old, known := held[x.RecordID]
		if !known {
			var err error
			if old, err = t.letGo(x); err != nil {
				return err
			}
		}
		if old.state != "" {
			delta.add(old.tallied, -1, old.score, old.digest)
		}
		next := heldMatch{tallied: tallied{x.Object, x.State, x.Reason}, score: x.Score, digest: x.Digest()}
		delta.add(next.tallied, 1, next.score, next.digest)
		held[x.RecordID] = next
	}
	for _, x := range rows {
		if err := t.putMatch(x); err != nil {
			return fmt.Errorf("match of %s: %w", x.RecordID, err)
		}
	}
	return t.tally(delta)
}

// heldMatch is what the store has of a record's match; its state is "" when there is none.
type heldMatch struct {
	tallied
	score    int64
	digest   int64
	memberID string
}

// letGo makes a record let go of its member if x will not keep it, and returns what the record had.
func (t *Tx) letGo(x Match) (heldMatch, error) {
	old, err := t.heldMatch(x.RecordID)
	if errors.Is(err, ErrNotFound) {
		return heldMatch{}, nil
	}
	if err == nil && old.state.Live() && (old.memberID != x.MemberID || !x.State.Live()) {
		_, err = t.exec("UPDATE match SET state = 'none', person_id = NULL, company_id = NULL WHERE record_id = ?", x.RecordID)
	}
	return old, err
}

func (t *Tx) heldMatch(recordID string) (heldMatch, error) {
	return one(t.reader, func(row scanner) (old heldMatch, err error) {
		return old, row.Scan(&old.object, &old.state, &old.reason, &old.score, &old.digest, &old.memberID)
	}, "SELECT object, state, reason, score, digest, coalesce(person_id, company_id, '') FROM match WHERE record_id = ?", recordID)
}

func (t *Tx) putMatch(x Match) error {
	columns := map[string]any{"person_id": nil, "company_id": nil}
	columns[memberColumn(x.Object)] = orNull(x.MemberID)
	_, err := t.exec("INSERT INTO match ("+writtenMatchColumns+", digest) VALUES ("+marks(21)+") ON CONFLICT (record_id) DO UPDATE SET score = excluded.score, object = excluded.object, state = excluded.state, "+
		"reason = excluded.reason, person_id = excluded.person_id, company_id = excluded.company_id, bits = excluded.bits, null_score = excluded.null_score, runner_up_id = excluded.runner_up_id, "+
		"runner_up_score = excluded.runner_up_score, duplicate_of = excluded.duplicate_of, is_stale = excluded.is_stale, evidence = excluded.evidence, candidates = excluded.candidates, "+
		"model_id = excluded.model_id, run_id = excluded.run_id, decided_by = excluded.decided_by, changed_at = excluded.changed_at, version = match.version + 1, digest = excluded.digest",
		x.Score, x.RecordID, x.Object, string(x.State), x.Reason, columns["person_id"], columns["company_id"], x.Bits, x.NullScore, orNull(x.RunnerUpID), x.RunnerUpScore,
		orNull(x.DuplicateOf), flagOf(x.Stale), x.Evidence, x.Candidates, x.ModelID, x.RunID, x.DecidedBy, t.store.Now().UnixMilli(), 1, x.Digest())
	return err
}

// DeleteMatch forgets what is known of a record, for instance one that was merged into another.
func (t *Tx) DeleteMatch(recordID string) error {
	old, err := t.heldMatch(recordID)
	if err != nil {
		return err
	}
	delta := matchTallies{}
	delta.add(old.tallied, -1, old.score, old.digest)
	if err := t.tally(delta); err != nil {
		return err
	}
	if err := t.PutClaims(recordID, nil); err != nil {
		return err
	}
	return t.execOne(ErrNotFound, "DELETE FROM match WHERE record_id = ?", recordID)
}
