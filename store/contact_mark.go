package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// ContactMark says up to where contact information was looked at.
type ContactMark struct {
	RunID string    // the import that it was part of; what later ones changed was not looked at
	At    time.Time // what was matched later was not looked at
}

// ContactMark returns up to where contact information was looked at; the zero value when it never was.
func (s *Store) ContactMark(ctx context.Context) (ContactMark, error) {
	mark, err := one(s.reader(ctx), func(row scanner) (x ContactMark, err error) {
		return x, row.Scan(&x.RunID, timeDest{&x.At})
	}, "SELECT run_id, at FROM contact_mark")
	if errors.Is(err, ErrNotFound) {
		return ContactMark{}, nil
	}
	return mark, err
}

// SetContactMark keeps up to where contact information was looked at.
func (t *Tx) SetContactMark(x ContactMark) error {
	_, err := t.exec("INSERT INTO contact_mark (only_one, run_id, at) VALUES (1, ?, ?) ON CONFLICT (only_one) DO UPDATE SET run_id = excluded.run_id, at = excluded.at",
		x.RunID, x.At.UnixMilli())
	return err
}

// MatchedPeopleTouched yields the live contacts or leads with a member that an import after the mark changed or that were
// matched after it, each once.
func (s *Store) MatchedPeopleTouched(ctx context.Context, object string, mark ContactMark) iter.Seq2[Record, error] {
	o, _ := ObjectNamed(object)
	r, scan := s.reader(ctx), scanRecord(object, o.joined())
	changed := chunks(func(last *Record) ([]Record, error) {
		run, id := mark.RunID, "\U0010ffff"
		if last != nil {
			run, id = last.ChangedRun, last.ID
		}
		return list(r, scan, changedMatchedQuery(o, s.dialect), run, id)
	})
	type rematched struct {
		record Record
		at     int64
	}
	scanMatched := func(row scanner) (x rematched, err error) {
		x.record, err = scan(scannerFunc(func(dest ...any) error { return row.Scan(append(dest, &x.at)...) }))
		return x, err
	}
	matched := chunks(func(last *rematched) ([]rematched, error) {
		at, id := mark.At.UnixMilli(), "\U0010ffff"
		if last != nil {
			at, id = last.at, last.record.ID
		}
		return list(r, scanMatched, rematchedQuery(o, s.dialect), at, id, object, mark.RunID)
	})
	return func(yield func(Record, error) bool) {
		for record, err := range changed {
			if !yield(record, err) {
				return
			}
		}
		for x, err := range matched {
			if !yield(x.record, err) {
				return
			}
		}
	}
}

// scannerFunc is a scanner made of a function.
type scannerFunc func(dest ...any) error

// Scan implements scanner.
func (f scannerFunc) Scan(dest ...any) error { return f(dest...) }

// changedMatchedQuery reads along the index of runs, so that it costs what changed and not what there is.
func changedMatchedQuery(o Object, d dialect) string {
	return recordQuery(o, d.indexed(o.table+"_run")) + " WHERE (r.changed_run, r.id) > (?, ?) AND " + liveCondition(o) +
		" AND EXISTS (SELECT 1 FROM match WHERE match.record_id = r.id AND match." + liveStates + ") ORDER BY r.changed_run, r.id LIMIT " + fmt.Sprint(eachChunk)
}

// rematchedQuery reads along the index of the times of matches.
func rematchedQuery(o Object, d dialect) string {
	columns, joins := o.selected()
	return "SELECT " + columns + ", m.changed_at FROM match m" + d.indexed("match_changed") + " CROSS JOIN " + o.table + " r ON r.id = m.record_id" + joins +
		" WHERE (m.changed_at, m.record_id) > (?, ?) AND m.object = ? AND m." + liveStates + " AND " + liveCondition(o) +
		" AND r.changed_run <= ? ORDER BY m.changed_at, m.record_id LIMIT " + fmt.Sprint(eachChunk)
}

func liveCondition(o Object) string {
	if o.Name == "Lead" {
		return "r.is_deleted = 0 AND r.is_converted = 0"
	}
	return "r.is_deleted = 0"
}
