package sync

import (
	"context"
	"fmt"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// matchDelta is what changed since the last match run, of one kind.
type matchDelta struct {
	records []string         // came, changed, went, or were decided about
	members []string         // came or changed
	total   int              // of the records of the kind
	fresh   []store.Decision // of both kinds, as they were when the run began
}

// size is how much there is to look at.
func (d matchDelta) size() int { return len(d.records) + len(d.members) }

// A change is small enough for an incremental run up to a fiftieth of the records, and always up to a few: beyond that a
// full run costs less than to follow each change through the store.
const (
	deltaShare = 50
	deltaLeast = 20
)

// What a change touches is followed to this many records, or this share of all: beyond, a full run costs less.
const (
	reachLeast = 1000
	reachShare = 20
)

// mayIncrement tells whether a run may look at changes only: nothing but records, members and decisions is other than
// it was when the last one ended.
func (m *matchRun) mayIncrement(kind match.Kind, options match.Options) bool {
	last := m.base.counts(kind)
	return !m.options.Full && m.base.known && m.base.newest && options.Model != nil && options.Model.ID() == last.Model &&
		m.base.report.Thresholds == matchThresholds(options.Thresholds) && (kind == match.Company || m.report.Companies.Incremental)
}

// delta lists what changed; false when it is too much to follow.
func (m *matchRun) delta(ctx context.Context, kind match.Kind, fresh []store.Decision) (matchDelta, bool, error) {
	var d matchDelta
	var total int64
	for _, object := range objectsOf(kind) {
		n, err := m.engine.store.CountRecords(ctx, object)
		if err != nil {
			return d, false, fmt.Errorf("count the %ss: %w", object, err)
		}
		total += n
	}
	d.total = int(total)
	limit := max(deltaLeast, d.total/deltaShare)
	var err error
	if d.records, err = m.changedRecords(ctx, kind, limit+1); err != nil {
		return d, false, err
	}
	if d.members, err = m.changedMembers(ctx, kind, limit+1); err != nil {
		return d, false, err
	}
	unsettled, err := m.unsettled(ctx, kind, limit+1)
	if err != nil {
		return d, false, err
	}
	d.fresh = fresh
	for _, decision := range ofKind(kind, fresh) {
		d.records = append(d.records, decision.RecordID)
	}
	d.records = distinctIDs(append(d.records, unsettled...))
	return d, d.size() <= limit, nil
}

// changedRecords lists records of a kind that imports changed since the last run, and what depends on them: contacts carry the name,
// the website and the link of their account, and a merged or converted record leaves what was decided to another.
func (m *matchRun) changedRecords(ctx context.Context, kind match.Kind, limit int) ([]string, error) {
	first, err := m.engine.firstRun(ctx, m.base)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, object := range objectsOf(kind) {
		some, err := m.engine.store.RecordsChangedSince(ctx, object, first, limit)
		if err != nil {
			return nil, fmt.Errorf("read the %ss that changed: %w", object, err)
		}
		heirs, err := m.heirs(ctx, object, some)
		if err != nil {
			return nil, err
		}
		ids = append(append(ids, some...), heirs...)
	}
	if kind == match.Person {
		accounts, err := m.engine.store.RecordsChangedSince(ctx, "Account", first, limit)
		if err != nil {
			return nil, fmt.Errorf("read the accounts that changed: %w", err)
		}
		contacts, err := m.engine.store.ContactsOf(ctx, distinctIDs(append(accounts, m.accounts...)))
		if err != nil {
			return nil, fmt.Errorf("read the contacts of accounts that changed: %w", err)
		}
		ids = append(ids, contacts...)
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return kindOfObject(store.ObjectOf(id)) != kind })
	return distinctIDs(ids), nil
}

// heirs are the records that stand for merged and converted ones now.
func (m *matchRun) heirs(ctx context.Context, object string, ids []string) ([]string, error) {
	rows, err := m.engine.store.RecordsByID(ctx, object, ids)
	if err != nil {
		return nil, fmt.Errorf("read the %ss that changed: %w", object, err)
	}
	var heirs []string
	for _, row := range rows {
		moved, ok := retargetOf(row)
		if !ok {
			continue
		}
		if moved, err = m.engine.lastOf(ctx, moved); err != nil {
			return nil, err
		}
		heirs = append(heirs, moved.To)
	}
	return heirs, nil
}

func (m *matchRun) changedMembers(ctx context.Context, kind match.Kind, limit int) ([]string, error) {
	read := m.engine.store.PeopleChangedSince
	if kind == match.Company {
		read = m.engine.store.CompaniesChangedSince
	}
	ids, err := read(ctx, m.base.since(), limit)
	if err != nil {
		return nil, fmt.Errorf("read the members that changed: %w", err)
	}
	return ids, nil
}

// ofKind are the decisions about records of a kind.
func ofKind(kind match.Kind, decisions []store.Decision) []store.Decision {
	return slices.DeleteFunc(slices.Clone(decisions), func(d store.Decision) bool { return kindOfObject(store.ObjectOf(d.RecordID)) != kind })
}

func distinctIDs(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
