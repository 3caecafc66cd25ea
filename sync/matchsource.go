package sync

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// matchSource serves an incremental match run from the store, as it is after a change. The key table of the members is
// still as it was before: what it does not say yet of changed members is in keys.
type matchSource struct {
	engine *Engine
	kind   match.Kind
	keys   map[uint64][]string // new keys of changed members, to their ids
}

var _ match.Source = (*matchSource)(nil)

// RecordsByID implements match.Source.
func (s *matchSource) RecordsByID(ctx context.Context, ids []string) iter.Seq2[match.Record, error] {
	return stream(func() ([]match.Record, error) { return s.engine.matchRecordsOf(ctx, s.kind, ids) })
}

// MembersByID implements match.Source.
func (s *matchSource) MembersByID(ctx context.Context, ids []string) iter.Seq2[match.Member, error] {
	return s.engine.membersByID(ctx, s.kind, ids)
}

// MembersByKey implements match.Source.
func (s *matchSource) MembersByKey(ctx context.Context, keys []uint64) iter.Seq2[match.Member, error] {
	return stream(func() ([]match.Member, error) {
		ids, err := s.engine.store.OwnersOf(ctx, memberSide[s.kind], keys)
		if err != nil {
			return nil, fmt.Errorf("read the keys of members: %w", err)
		}
		for _, key := range keys {
			ids = append(ids, s.keys[key]...)
		}
		slices.Sort(ids)
		return s.engine.membersOf(ctx, s.kind, slices.Compact(ids))
	})
}

// RecordIDsByKey implements match.Source.
func (s *matchSource) RecordIDsByKey(ctx context.Context, keys []uint64) iter.Seq2[string, error] {
	return stream(func() ([]string, error) {
		ids, err := s.engine.store.OwnersOf(ctx, recordSide[s.kind], keys)
		if err != nil {
			return nil, fmt.Errorf("read the keys of records: %w", err)
		}
		return ids, nil
	})
}

// Outcomes implements match.Source.
func (s *matchSource) Outcomes(ctx context.Context, recordIDs []string) iter.Seq2[match.Outcome, error] {
	return stream(func() ([]match.Outcome, error) {
		rows, err := s.engine.store.MatchesByID(ctx, recordIDs)
		if err != nil {
			return nil, fmt.Errorf("read the kept matches: %w", err)
		}
		outcomes := make([]match.Outcome, 0, len(rows))
		for _, row := range rows {
			outcomes = append(outcomes, outcomeOf(row))
		}
		return outcomes, nil
	})
}

// Decisions implements match.Source.
func (s *matchSource) Decisions(ctx context.Context, recordIDs, memberIDs []string) ([]match.Decision, error) {
	rows, err := s.engine.store.DecisionsAbout(ctx, recordIDs, memberIDs)
	if err != nil {
		return nil, fmt.Errorf("read the decisions: %w", err)
	}
	return decisionsOn(s.kind, rows), nil
}

// stream makes a sequence of what a function reads at once.
func stream[T any](read func() ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		values, err := read()
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		for _, value := range values {
			if !yield(value, nil) {
				return
			}
		}
	}
}

// matchRecordsOf are records of a kind as the model sees them, without those that are deleted.
func (e *Engine) matchRecordsOf(ctx context.Context, kind match.Kind, ids []string) ([]match.Record, error) {
	var rows []store.Record
	for _, object := range objectsOf(kind) {
		own := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return store.ObjectOf(id) != object })
		some, err := e.store.RecordsByID(ctx, object, own)
		if err != nil {
			return nil, fmt.Errorf("read the %ss that changed: %w", object, err)
		}
		rows = append(rows, some...)
	}
	rows = slices.DeleteFunc(rows, func(row store.Record) bool { return row.Deleted })
	linked, err := e.linkedAccounts(ctx, rows)
	if err != nil {
		return nil, err
	}
	records := make([]match.Record, 0, len(rows))
	for _, row := range rows {
		records = append(records, matchRecord(row, linked))
	}
	return records, nil
}

// linkedAccounts are the companies that the accounts of contacts are linked to.
func (e *Engine) linkedAccounts(ctx context.Context, rows []store.Record) (map[string]string, error) {
	var accounts []string
	for _, row := range rows {
		if id := row.Get("AccountId"); row.Object == "Contact" && id != "" {
			accounts = append(accounts, id)
		}
	}
	slices.Sort(accounts)
	matches, err := e.store.MatchesByID(ctx, slices.Compact(accounts))
	if err != nil {
		return nil, fmt.Errorf("read the matches of accounts: %w", err)
	}
	linked := map[string]string{}
	for _, row := range matches {
		if row.State.Live() {
			linked[row.RecordID] = row.MemberID
		}
	}
	return linked, nil
}

// membersOf are members as the model sees them; ids that are not known are left out.
func (e *Engine) membersOf(ctx context.Context, kind match.Kind, ids []string) ([]match.Member, error) {
	if kind == match.Company {
		rows, err := e.store.CompaniesByID(ctx, ids)
		members := make([]match.Member, 0, len(rows))
		for _, row := range rows {
			members = append(members, companyMember(row))
		}
		return members, err
	}
	people, err := e.store.PeopleByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	all, err := e.store.PositionsOf(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read positions: %w", err)
	}
	positions := map[string][]store.Position{}
	for _, position := range all {
		positions[position.PersonID] = append(positions[position.PersonID], position)
	}
	members := make([]match.Member, 0, len(people))
	for _, person := range people {
		members = append(members, personMember(person, positions[person.ID]))
	}
	return members, nil
}

// membersByID streams members by id; those that are gone are left out.
func (e *Engine) membersByID(ctx context.Context, kind match.Kind, ids []string) iter.Seq2[match.Member, error] {
	return stream(func() ([]match.Member, error) { return e.membersOf(ctx, kind, ids) })
}
