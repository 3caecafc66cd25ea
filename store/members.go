package store

import (
	"context"
	"strings"
)

// Linked narrows people and companies of the network by whether the CRM knows them (S12).
type Linked string

// The settings of the filter.
const (
	LinkedAny Linked = ""    // the filter is off
	LinkedIn  Linked = "in"  // only those that are in the CRM
	LinkedOut Linked = "out" // only those that are not
)

// MemberQuery asks for people or companies of the network, by name.
type MemberQuery struct {
	Companies bool
	Text      string // each of its words stands in the name or, of a person, in the company; or ""
	Linked    Linked
	PageQuery
}

// MemberRow is a person or company of the network as a list shows it, with the CRM record it is linked to.
type MemberRow struct {
	SortName, ID, Name, Title, Company, Place string
	RecordID, RecordObject                    string // "" when no record is linked
	State                                     MatchState
	Score                                     int64 // in millionths
}

// Members returns a page of people or companies by name. A query with Text reads the index of names from the
// page's place on; it ends at once with its context.
func (s *Store) Members(ctx context.Context, q MemberQuery) (Page[MemberRow], error) {
	return page(s.reader(ctx), q.keyset(s.dialect), q.PageQuery, func(row scanner) (x MemberRow, err error) {
		var state string
		err = row.Scan(&x.SortName, &x.ID, &x.Name, &x.Title, &x.Company, &x.Place, textDest{&x.RecordID}, textDest{&x.RecordObject}, textDest{&state}, &x.Score)
		x.State = MatchState(state)
		return x, err
	}, func(x MemberRow) []any { return []any{x.SortName, x.ID} })
}

// CountPeople returns the number of people of the network.
func (s *Store) CountPeople(ctx context.Context) (int64, error) {
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM person")
}

// CountCompanies returns the number of companies of the network.
func (s *Store) CountCompanies(ctx context.Context) (int64, error) {
	return one(s.reader(ctx), scanInt, "SELECT count(*) FROM company")
}

// CountMembers returns how many people or companies a query has in all.
func (s *Store) CountMembers(ctx context.Context, q MemberQuery) (int64, error) {
	k := q.keyset(s.dialect)
	sql := "SELECT count(*) FROM " + k.table
	if k.where != "" {
		sql += " WHERE " + k.where
	}
	return one(s.reader(ctx), scanInt, sql, k.args...)
}

func (q MemberQuery) keyset(d dialect) keyset {
	table, key := "person", "person_id"
	columns := "coalesce(m.title, m.headline, ''), coalesce(m.company, ''), coalesce(m.location, nullif(m.city, ''), m.country, '')"
	if q.Companies {
		table, key = "company", "company_id"
		columns = "coalesce(m.industry, ''), coalesce(m.domain, ''), coalesce(nullif(m.city, ''), m.country, '')"
	}
	k := keyset{
		table: table + d.indexed(table+"_name"), order: []orderColumn{{"sort_name", false}, {"id", false}},
		columns: "m.sort_name, m.id, m.name, " + columns + ", x.record_id, x.object, x.state, coalesce(x.score, 0)",
		joins:   " LEFT JOIN match x ON x." + key + " = m.id AND x." + liveStates,
	}
	for _, word := range strings.Fields(SortName(q.Text)) {
		pattern := likePattern(word)
		if q.Companies {
			k.and(`sort_name LIKE ? ESCAPE '\'`, pattern)
			continue
		}
		k.and(`(sort_name LIKE ? ESCAPE '\' OR lower(company) LIKE ? ESCAPE '\')`, pattern, pattern)
	}
	linked := "EXISTS (SELECT 1 FROM match x" + d.indexed("match_live_"+table) + " WHERE x." + key + " = " + table + ".id AND x." + liveStates + ")"
	switch q.Linked {
	case LinkedAny:
	case LinkedIn:
		k.and(linked)
	case LinkedOut:
		k.and("NOT " + linked)
	}
	return k
}

// likePattern finds text anywhere; what LIKE would read as a sign of its own is escaped.
func likePattern(text string) string {
	return "%" + strings.NewReplacer("%", `\%`, "_", `\_`, `\`, `\\`).Replace(text) + "%"
}

// Source returns where rows came from, or ErrNotFound.
func (s *Store) Source(ctx context.Context, id string) (Source, error) {
	return one(s.reader(ctx), scanSource, "SELECT "+sourceColumns+" FROM source WHERE id = ?", id)
}

// SeatsConnected returns the connections that seats have with a person, the oldest first.
func (s *Store) SeatsConnected(ctx context.Context, personID string) ([]SeatConnection, error) {
	return list(s.reader(ctx), func(row scanner) (x SeatConnection, err error) {
		return x, row.Scan(&x.SeatID, &x.PersonID, timeDest{&x.ConnectedAt})
	}, "SELECT seat_id, person_id, connected_at FROM seat_connection WHERE person_id = ? ORDER BY connected_at, seat_id", personID)
}
