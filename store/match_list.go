package store

import (
	"context"
	"strings"
)

// MatchQuery asks for matches, the best score first.
type MatchQuery struct {
	Object             string       // "" = all
	States             []MatchState // none = all
	MinScore, MaxScore int64        // in millionths; MaxScore 0 = no bound
	Reasons            []string     // none = all; with them the list comes by reason and record id
	ByReason           bool         // by reason and record id instead of by score
	Text               string       // found in the record's or member's name or company, or ""
	PageQuery
}

// MatchRow is a match with what a list shows of both sides.
type MatchRow struct {
	Match
	RecordName, RecordCompany, MemberName, MemberCompany string
}

// matchStates are all states, in the order in which a list without States merges them.
var matchStates = []MatchState{MatchAuto, MatchReview, MatchAccepted, MatchOverridden, MatchRejected, MatchNone}

// matchNames are the columns of a MatchRow beyond the match's, over the joins of matchJoins.
const matchNames = "coalesce(a.name, trim(coalesce(c.first_name, l.first_name, '') || ' ' || coalesce(c.last_name, l.last_name, ''))), coalesce(ca.name, l.company, ''), " +
	"coalesce(p.name, k.name, ''), coalesce(p.company, k.domain, '')"

const matchJoins = " LEFT JOIN crm_contact c ON m.object = 'Contact' AND c.id = m.record_id LEFT JOIN crm_account ca ON ca.id = c.account_id" +
	" LEFT JOIN crm_lead l ON m.object = 'Lead' AND l.id = m.record_id LEFT JOIN crm_account a ON m.object = 'Account' AND a.id = m.record_id" +
	" LEFT JOIN person p ON p.id = m.person_id LEFT JOIN company k ON k.id = m.company_id"

func matchRowColumns() string {
	return "m." + strings.ReplaceAll(matchColumns, ", ", ", m.") + ", " + matchNames
}

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

// Matches returns a page of matches. A query with Text looks through the names of everything imported, once
// for each page, and sorts what it finds: its time grows with both. No more than a page is kept in memory, and
// it ends at once with its context; cancel that when the answer is not wanted any more.
func (s *Store) Matches(ctx context.Context, q MatchQuery) (Page[MatchRow], error) {
	return page(s.reader(ctx), q.keyset(s.dialect), q.PageQuery, scanMatchRow, func(x MatchRow) []any {
		if q.byReason() {
			return []any{x.Reason, x.RecordID}
		}
		return []any{x.Score, x.RecordID}
	})
}

// MatchRow returns one record's match with what a list shows of it, or ErrNotFound.
func (s *Store) MatchRow(ctx context.Context, recordID string) (MatchRow, error) {
	return one(s.reader(ctx), scanMatchRow, "SELECT "+matchRowColumns()+" FROM match m"+matchJoins+" WHERE m.record_id = ?", recordID)
}

// CountMatchQuery returns how many matches a query has in all.
func (s *Store) CountMatchQuery(ctx context.Context, q MatchQuery) (int64, error) {
	k := q.keyset(s.dialect)
	states := make([]string, len(k.arms))
	args := k.withArgs
	for i, a := range k.arms {
		states[i] = "SELECT count(*) AS n FROM " + k.table + " WHERE " + a.where
		if k.where != "" {
			states[i] += " AND " + k.where
		}
		args = append(append(args, a.args...), k.args...)
	}
	return one(s.reader(ctx), scanInt, k.with+"SELECT coalesce(sum(n), 0) FROM ("+strings.Join(states, " UNION ALL ")+") AS counts", args...)
}

// byReason reports whether the list comes by reason.
func (q MatchQuery) byReason() bool { return q.ByReason || len(q.Reasons) > 0 }

// arms are the states that are asked for, or each with each of the reasons.
func (q MatchQuery) arms() (all []arm) {
	states := distinct(q.States)
	if len(states) == 0 {
		states = matchStates
	}
	for _, state := range states {
		if len(q.Reasons) == 0 {
			all = append(all, arm{"state = ?", []any{string(state)}})
		}
		for _, reason := range distinct(q.Reasons) {
			all = append(all, arm{"state = ? AND reason = ?", []any{string(state), reason}})
		}
	}
	return all
}

// keyset is the list of a query: one arm for each state, since the indexes begin with the object and the
// state and go on in the list's order.
func (q MatchQuery) keyset(d dialect) keyset {
	index := "match_state"
	if q.Object != "" {
		index = "match_queue"
	}
	k := keyset{
		table: "match" + d.indexed(index), columns: matchRowColumns(), joins: matchJoins,
		order: []orderColumn{{"score", true}, {"record_id", false}},
	}
	if q.byReason() {
		k.table, k.order = "match"+d.indexed("match_reason"), []orderColumn{{"reason", false}, {"record_id", false}}
	}
	k.arms = q.arms()
	if text := SortName(q.Text); text != "" {
		k.narrow(d, q.Object, text)
	}
	if q.Object != "" {
		k.and("object = ?", q.Object)
	}
	if q.MinScore > 0 {
		k.and("score >= ?", q.MinScore)
	}
	if q.MaxScore > 0 {
		k.and("score <= ?", q.MaxScore)
	}
	return k
}

// narrow makes a list of matches one of the few that text is found in: these are read by their key, and
// sorted.
func (k *keyset) narrow(d dialect, object, text string) {
	k.with, k.withArgs = found(d, object, text)
	k.table, k.sorted = "match"+d.indexed("sqlite_autoindex_match_1"), true // by the record's id
	k.and("record_id IN (SELECT id FROM found)")
	one := arm{where: "state IN (" + marks(len(k.arms)) + ")"}
	for _, a := range k.arms {
		one.args = append(one.args, a.args...)
	}
	k.arms = []arm{one}
}

// found returns the common table expression of the records that have text in their name, their company's
// name, or the name or company of their member. Each part reads one index of names from end to end, and no
// table: the names are a small part of what is kept. The indexes are named, and CROSS JOIN puts the names
// first, so that no statistics lead to reading the tables.
func found(d dialect, object, text string) (with string, args []any) {
	pattern := likePattern(text)
	var parts []string
	add := func(sql string, columns ...string) {
		for i, column := range columns {
			columns[i] = column + ` LIKE ? ESCAPE '\'`
			args = append(args, pattern)
		}
		parts = append(parts, sql+" ("+strings.Join(columns, " OR ")+")")
	}
	if object == "" || object == "Account" {
		add("SELECT id FROM crm_account"+d.indexed("crm_account_name")+" WHERE", "sort_name")
		add("SELECT m.record_id FROM company n"+d.indexed("company_name")+" CROSS JOIN match m"+d.indexed("match_company")+" WHERE m.company_id = n.id AND", "n.sort_name")
	}
	if object == "" || object == "Contact" {
		add("SELECT id FROM crm_contact"+d.indexed("crm_contact_name")+" WHERE", "sort_name")
		add("SELECT c.id FROM crm_account n"+d.indexed("crm_account_name")+" CROSS JOIN crm_contact c"+d.indexed("crm_contact_account")+" WHERE c.account_id = n.id AND", "n.sort_name")
	}
	if object == "" || object == "Lead" {
		add("SELECT id FROM crm_lead"+d.indexed("crm_lead_name")+" WHERE", "sort_name", "sort_company")
	}
	if object != "Account" {
		add("SELECT m.record_id FROM person n"+d.indexed("person_name")+" CROSS JOIN match m"+d.indexed("match_person")+" WHERE m.person_id = n.id AND", "n.sort_name", "lower(n.company)")
	}
	// A record may be found twice; the list asks only whether it is among them.
	return "WITH found AS MATERIALIZED (" + strings.Join(parts, " UNION ALL ") + ") ", args
}
