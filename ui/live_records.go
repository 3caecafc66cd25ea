package ui

import (
	"context"
	"errors"
	"slices"

	"crmsync/store"
)

// recordsShown is how many records a search finds at the most.
const recordsShown = 50

// Records searches the records of the CRM for a member's: by name or company, by a record's address or id, or,
// with an empty text, those that the model compared with the member.
func (m liveMatches) Records(ctx context.Context, company bool, member, text string) ([]RecordHit, error) {
	if text != "" {
		if x, err := m.engine.Explain(ctx, m.actor, text); err == nil { // the text names one record
			return m.hits(ctx, company, member, []string{x.RecordID})
		}
		q := store.MatchQuery{Text: text, PageQuery: store.PageQuery{Limit: recordsShown}}
		if company {
			q.Object = "Account"
		}
		p, err := m.store.Matches(ctx, q)
		if err != nil {
			return nil, err
		}
		ids := make([]string, 0, len(p.Rows))
		for _, r := range p.Rows {
			ids = append(ids, r.RecordID)
		}
		return m.hits(ctx, company, member, ids)
	}
	ids, err := m.store.RecordsCompeting(ctx, []string{member})
	if err != nil {
		return nil, err
	}
	matches, err := m.store.MatchesOfMember(ctx, member)
	if err != nil {
		return nil, err
	}
	for _, x := range matches {
		ids = append(ids, x.RecordID)
	}
	slices.Sort(ids)
	return m.hits(ctx, company, member, slices.Compact(ids))
}

// hits reads what the list shows of records, those that the model likes best first.
func (m liveMatches) hits(ctx context.Context, company bool, member string, ids []string) ([]RecordHit, error) {
	var out []RecordHit
	for _, id := range ids[:min(len(ids), recordsShown)] {
		row, err := m.store.MatchRow(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue // imported since the last match run
		}
		if err != nil {
			return nil, err
		}
		if company != (row.Object == "Account") {
			continue
		}
		hit := RecordHit{Record: row.RecordID, Object: row.Object, Name: row.RecordName, Company: row.RecordCompany, State: string(row.State)}
		if row.MemberID == member {
			hit.Score, hit.Has = percentOf(row.Score), row.State.Live()
		} else if row.State.Live() {
			hit.Taken = row.MemberName
		}
		out = append(out, hit)
	}
	slices.SortStableFunc(out, func(a, b RecordHit) int { return b.Score - a.Score })
	return out, nil
}
