package store

import (
	"context"
	"errors"
	"slices"
	"time"
)

// SaveMark says up to where auto-save has looked.
type SaveMark struct {
	RunID   string    // the import that it was part of
	Bound   string    // imports whose run id is below it were looked at; ids of runs sort by the time they were made
	At      time.Time // matches that changed before it were looked at
	WholeAt time.Time // when every open opportunity was last looked at
	Rule    string    // what the decisions depended on besides records and matches
}

// SaveMark returns up to where auto-save has looked; the zero value when it never did.
func (s *Store) SaveMark(ctx context.Context) (SaveMark, error) {
	mark, err := one(s.reader(ctx), func(row scanner) (x SaveMark, err error) {
		return x, row.Scan(&x.RunID, &x.Bound, timeDest{&x.At}, timeDest{&x.WholeAt}, &x.Rule)
	}, "SELECT run_id, bound, at, whole_at, rule FROM save_mark")
	if errors.Is(err, ErrNotFound) {
		return SaveMark{}, nil
	}
	return mark, err
}

// SetSaveMark keeps up to where auto-save has looked.
func (t *Tx) SetSaveMark(x SaveMark) error {
	_, err := t.exec("INSERT INTO save_mark (only_one, run_id, bound, at, whole_at, rule) VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (only_one) DO UPDATE SET "+
		"run_id = excluded.run_id, bound = excluded.bound, at = excluded.at, whole_at = excluded.whole_at, rule = excluded.rule", x.RunID, x.Bound, x.At.UnixMilli(), x.WholeAt.UnixMilli(), x.Rule)
	return err
}

// OpportunitiesTouched returns the ids of opportunities about which auto-save may decide otherwise than before, in order:
// those that an import whose run id is not below firstRun changed, they or their contact roles, and those of accounts and
// contacts whose match changed at or after a time.
func (s *Store) OpportunitiesTouched(ctx context.Context, firstRun string, since time.Time) ([]string, error) {
	r, at := s.reader(ctx), since.UnixMilli()
	var all []string
	for _, source := range []struct {
		query string
		arg   any
	}{
		{"SELECT id FROM crm_opportunity" + s.dialect.indexed("crm_opportunity_run") + " WHERE changed_run >= ?", firstRun},
		{"SELECT opportunity_id FROM crm_contact_role" + s.dialect.indexed("crm_contact_role_run") + " WHERE changed_run >= ?", firstRun},
		{"SELECT o.id FROM match m" + s.dialect.indexed("match_changed") + " CROSS JOIN crm_opportunity o WHERE m.changed_at >= ? AND m.object = 'Account' AND o.account_id = m.record_id", at},
		{"SELECT r.opportunity_id FROM match m" + s.dialect.indexed("match_changed") + " CROSS JOIN crm_contact_role r WHERE m.changed_at >= ? AND m.object = 'Contact' AND r.contact_id = m.record_id", at},
	} {
		ids, err := list(r, func(row scanner) (id string, err error) { return id, row.Scan(textDest{&id}) }, source.query, source.arg)
		if err != nil {
			return nil, err
		}
		all = append(all, ids...)
	}
	return slices.DeleteFunc(distinct(all), func(id string) bool { return id == "" }), nil
}

// OpenOpportunitiesByID returns those of some opportunities that are neither closed nor deleted, in no order.
func (s *Store) OpenOpportunitiesByID(ctx context.Context, ids []string) ([]Opportunity, error) {
	return listIn(s.reader(ctx), func(row scanner) (Opportunity, error) {
		x, err := scanOpportunity(row)
		return x.Opportunity, err
	}, "SELECT "+opportunityColumns+" FROM crm_opportunity WHERE is_closed = 0 AND is_deleted = 0 AND id IN", ids, "")
}
