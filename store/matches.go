package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
)

const matchColumns = "score, record_id, object, state, reason, person_id, company_id, bits, null_score, runner_up_id, runner_up_score, duplicate_of, is_stale, evidence, candidates, model_id, run_id, decided_by, changed_at, version"

func scanMatch(row scanner) (Match, error) {
	var x Match
	var person, company string
	err := row.Scan(&x.Score, &x.RecordID, &x.Object, &x.State, &x.Reason, textDest{&person}, textDest{&company}, &x.Bits, &x.NullScore, textDest{&x.RunnerUpID}, &x.RunnerUpScore,
		textDest{&x.DuplicateOf}, &x.Stale, &x.Evidence, &x.Candidates, &x.ModelID, &x.RunID, &x.DecidedBy, timeDest{&x.ChangedAt}, &x.Version)
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
		"SELECT "+matchColumns+" FROM match WHERE object = ? AND record_id > ? ORDER BY record_id LIMIT "+fmt.Sprint(eachChunk), object)
}

// PutMatches keeps what is known of records' members. The counts of states follow. Members may change
// hands among the rows: records first let go of theirs, then take.
func (t *Tx) PutMatches(rows []Match) error {
	delta := map[[2]string]int64{}
	for _, x := range rows {
		old, err := t.Match(x.RecordID)
		if errors.Is(err, ErrNotFound) {
			delta[[2]string{x.Object, string(x.State)}]++
			continue
		}
		if err != nil {
			return err
		}
		delta[[2]string{old.Object, string(old.State)}]--
		delta[[2]string{x.Object, string(x.State)}]++
		if old.State.Live() && (old.MemberID != x.MemberID || !x.State.Live()) {
			if _, err := t.exec("UPDATE match SET state = 'none', person_id = NULL, company_id = NULL WHERE record_id = ?", x.RecordID); err != nil {
				return err
			}
		}
	}
	for _, x := range rows {
		if err := t.putMatch(x); err != nil {
			return fmt.Errorf("match of %s: %w", x.RecordID, err)
		}
	}
	for key, n := range delta {
		if n == 0 {
			continue
		}
		if _, err := t.exec("INSERT INTO match_count (object, state, n) VALUES (?, ?, ?) ON CONFLICT (object, state) DO UPDATE SET n = match_count.n + excluded.n", key[0], key[1], n); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) putMatch(x Match) error {
	columns := map[string]any{"person_id": nil, "company_id": nil}
	columns[memberColumn(x.Object)] = orNull(x.MemberID)
	_, err := t.exec("INSERT INTO match ("+matchColumns+") VALUES ("+marks(20)+") ON CONFLICT (record_id) DO UPDATE SET score = excluded.score, object = excluded.object, state = excluded.state, "+
		"reason = excluded.reason, person_id = excluded.person_id, company_id = excluded.company_id, bits = excluded.bits, null_score = excluded.null_score, runner_up_id = excluded.runner_up_id, "+
		"runner_up_score = excluded.runner_up_score, duplicate_of = excluded.duplicate_of, is_stale = excluded.is_stale, evidence = excluded.evidence, candidates = excluded.candidates, "+
		"model_id = excluded.model_id, run_id = excluded.run_id, decided_by = excluded.decided_by, changed_at = excluded.changed_at, version = match.version + 1",
		x.Score, x.RecordID, x.Object, string(x.State), x.Reason, columns["person_id"], columns["company_id"], x.Bits, x.NullScore, orNull(x.RunnerUpID), x.RunnerUpScore,
		orNull(x.DuplicateOf), flagOf(x.Stale), x.Evidence, x.Candidates, x.ModelID, x.RunID, x.DecidedBy, t.store.Now().UnixMilli(), 1)
	return err
}

// DeleteMatch forgets what is known of a record, for instance one that was merged into another.
func (t *Tx) DeleteMatch(recordID string) error {
	old, err := t.Match(recordID)
	if err != nil {
		return err
	}
	if _, err := t.exec("UPDATE match_count SET n = n - 1 WHERE object = ? AND state = ?", old.Object, string(old.State)); err != nil {
		return err
	}
	return t.execOne(ErrNotFound, "DELETE FROM match WHERE record_id = ?", recordID)
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
	}, "SELECT object, state, n FROM match_count")
	counts := map[string]map[MatchState]int64{}
	for _, c := range rows {
		if counts[c.object] == nil {
			counts[c.object] = map[MatchState]int64{}
		}
		counts[c.object][c.state] = c.n
	}
	return counts, err
}

// MatchQuery asks for matches, the best score first.
type MatchQuery struct {
	Object             string // "" = all
	States             []MatchState
	MinScore, MaxScore int64  // in millionths; MaxScore 0 = no bound
	Text               string // found in the record's or member's name or company, or ""
	PageQuery
}

// MatchRow is a match with what a list shows of both sides.
type MatchRow struct {
	Match
	RecordName, RecordCompany, MemberName, MemberCompany string
}

// matchNames are the columns of a MatchRow beyond the match's, over the joins of matchJoins.
const matchNames = "coalesce(a.name, trim(coalesce(c.first_name, l.first_name, '') || ' ' || coalesce(c.last_name, l.last_name, ''))), coalesce(ca.name, l.company, ''), " +
	"coalesce(p.name, k.name, ''), coalesce(p.company, k.domain, '')"

const matchJoins = " LEFT JOIN crm_contact c ON m.object = 'Contact' AND c.id = m.record_id LEFT JOIN crm_account ca ON ca.id = c.account_id" +
	" LEFT JOIN crm_lead l ON m.object = 'Lead' AND l.id = m.record_id LEFT JOIN crm_account a ON m.object = 'Account' AND a.id = m.record_id" +
	" LEFT JOIN person p ON p.id = m.person_id LEFT JOIN company k ON k.id = m.company_id"

func scanMatchRow(row scanner) (x MatchRow, err error) {
	x.Match, err = scanMatch(ahead{row, []any{textDest{&x.RecordName}, textDest{&x.RecordCompany}, textDest{&x.MemberName}, textDest{&x.MemberCompany}}})
	return x, err
}

// ahead scans a row that has more columns than asked for.
type ahead struct {
	scanner
	more []any
}

// Scan implements scanner.
func (a ahead) Scan(dest ...any) error { return a.scanner.Scan(append(dest, a.more...)...) }

// Matches returns a page of matches.
func (s *Store) Matches(ctx context.Context, q MatchQuery) (Page[MatchRow], error) {
	k := q.keyset(s.dialect)
	k.columns = "m." + strings.ReplaceAll(matchColumns, ", ", ", m.") + ", " + matchNames
	k.order = []orderColumn{{"m.score", true}, {"m.record_id", false}}
	return page(s.reader(ctx), k, q.PageQuery, scanMatchRow, func(x MatchRow) []any { return []any{x.Score, x.RecordID} })
}

// MatchRow returns one record's match with what a list shows of it, or ErrNotFound.
func (s *Store) MatchRow(ctx context.Context, recordID string) (MatchRow, error) {
	return one(s.reader(ctx), scanMatchRow, "SELECT m."+strings.ReplaceAll(matchColumns, ", ", ", m.")+", "+matchNames+" FROM match m"+matchJoins+" WHERE m.record_id = ?", recordID)
}

// CountMatchQuery returns how many matches a query has in all.
func (s *Store) CountMatchQuery(ctx context.Context, q MatchQuery) (int64, error) {
	k := q.keyset(s.dialect)
	if q.Text == "" {
		k.table, _, _ = strings.Cut(k.table, " LEFT JOIN")
	}
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM "+k.table+" WHERE "+k.where, k.args...)
}

func (q MatchQuery) keyset(d dialect) keyset {
	k := keyset{table: "match m" + matchJoins, where: "1 = 1"}
	if len(q.States) == 1 {
		index := "match_state"
		if q.Object != "" {
			index = "match_queue"
		}
		k.table = "match m" + d.indexed(index) + matchJoins
	}
	and := func(condition string, args ...any) {
		k.where += " AND " + condition
		k.args = append(k.args, args...)
	}
	if q.Object != "" {
		and("m.object = ?", q.Object)
	}
	if len(q.States) > 0 {
		states := make([]any, len(q.States))
		for i, state := range q.States {
			states[i] = string(state)
		}
		and("m.state IN ("+marks(len(states))+")", states...)
	}
	if q.MinScore > 0 {
		and("m.score >= ?", q.MinScore)
	}
	if q.MaxScore > 0 {
		and("m.score <= ?", q.MaxScore)
	}
	if text := SortName(q.Text); text != "" {
		pattern := "%" + strings.NewReplacer("%", `\%`, "_", `\_`, `\`, `\\`).Replace(text) + "%"
		names := "coalesce(a.sort_name, c.sort_name, l.sort_name, '') || ' ' || coalesce(p.sort_name, k.sort_name, '') || ' ' || lower(coalesce(ca.name, l.company, '') || ' ' || coalesce(p.company, ''))"
		and(names+` LIKE ? ESCAPE '\'`, pattern)
	}
	return k
}
