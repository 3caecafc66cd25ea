package sync

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// keep writes what a run changed, the model and the day's figures in one transaction, and returns the number of rows.
// It fails with errDecided when a person decided something since the decisions were read.
func (m *matchRun) keep(ctx context.Context, kind match.Kind, result *match.Result, ruled []store.Decision) (int, error) {
	rows, made, err := m.changedRows(ctx, kind, result)
	if err != nil {
		return 0, err
	}
	bytes, err := result.Model.MarshalBinary()
	if err != nil {
		return 0, fmt.Errorf("encode the model: %w", err)
	}
	now := m.engine.now().UTC()
	model := store.Model{ID: result.Model.ID(), Kind: kind.String(), MadeAt: now, RunID: m.run.ID, Bytes: bytes}
	err = m.engine.store.Write(ctx, func(tx *store.Tx) error {
		standing, err := tx.Decisions(store.DecisionQuery{Standing: true})
		if err != nil {
			return fmt.Errorf("read the decisions: %w", err)
		}
		if !slices.EqualFunc(standing, ruled, func(a, b store.Decision) bool { return a.ID == b.ID }) {
			return errDecided
		}
		if err := tx.PutModel(model); err != nil {
			return fmt.Errorf("keep the model: %w", err)
		}
		if err := tx.PutMatches(rows); err != nil {
			return fmt.Errorf("keep the matches: %w", err)
		}
		if made == 0 {
			return nil
		}
		return tx.AddDaily(now, "matches.made", int64(made))
	})
	return len(rows), err
}

// changedRows walks outcomes and kept rows side by side, both by record id, and returns the rows that are not
// what they were. A kept row without an outcome belongs to a record that is gone: it lets go of its member.
func (m *matchRun) changedRows(ctx context.Context, kind match.Kind, result *match.Result) (rows []store.Match, made int, err error) {
	next, stop := iter.Pull2(m.keptRows(ctx, kind))
	defer stop()
	kept, err, more := next()
	for _, outcome := range result.Outcomes {
		for more && err == nil && kept.RecordID < outcome.RecordID {
			if gone, isChanged := m.gone(kept); isChanged {
				rows = append(rows, gone)
			}
			kept, err, more = next()
		}
		if err != nil {
			return nil, 0, err
		}
		row := matchRow(outcome, store.ObjectOf(outcome.RecordID), result.Model.ID(), m.run.ID)
		if more && kept.RecordID == outcome.RecordID {
			row.DecidedBy = kept.DecidedBy
			if sameMatch(kept, row) {
				kept, err, more = next()
				continue
			}
			kept, err, more = next()
		}
		if row.State.Live() && row.State == store.MatchAuto {
			made++
			row.DecidedBy = ""
		}
		rows = append(rows, row)
	}
	for ; more; kept, err, more = next() {
		if err != nil {
			return nil, 0, err
		}
		if gone, isChanged := m.gone(kept); isChanged {
			rows = append(rows, gone)
		}
	}
	return rows, made, err
}

// keptRows streams the kept rows of a kind by record id: the objects of a kind stand in the order of their id's prefix.
func (m *matchRun) keptRows(ctx context.Context, kind match.Kind) iter.Seq2[store.Match, error] {
	return func(yield func(store.Match, error) bool) {
		for _, object := range objectsOf(kind) {
			for row, err := range m.engine.store.EachMatch(ctx, object, "") {
				if err != nil {
					err = fmt.Errorf("read the kept matches: %w", err)
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// gone is the row of a record that is there no more: it takes no part, and its member is free.
func (m *matchRun) gone(kept store.Match) (store.Match, bool) {
	row := store.Match{RecordID: kept.RecordID, Object: kept.Object, State: store.MatchNone, Reason: string(match.Excluded),
		NullScore: store.ScoreUnit, ModelID: kept.ModelID, RunID: m.run.ID}
	return row, kept.State != row.State || kept.MemberID != ""
}

// sameMatch reports whether a row says what it said, whatever run and model said it.
func sameMatch(a, b store.Match) bool {
	return a.Object == b.Object && a.State == b.State && a.Reason == b.Reason && a.MemberID == b.MemberID && a.Score == b.Score &&
		a.Bits == b.Bits && a.NullScore == b.NullScore && a.RunnerUpID == b.RunnerUpID && a.RunnerUpScore == b.RunnerUpScore &&
		a.DuplicateOf == b.DuplicateOf && a.Stale == b.Stale && a.ModelID == b.ModelID &&
		bytes.Equal(a.Evidence, b.Evidence) && bytes.Equal(a.Candidates, b.Candidates)
}

// keysPage is the number of members whose keys are written in one transaction.
const keysPage = 2000

// keys brings the key table of the members up to date, by which a search finds them: those that changed since the
// last run that ended, or all when the form of keys changed.
func (m *matchRun) keys(ctx context.Context, kind match.Kind) error {
	since, err := m.keysSince(ctx)
	if err != nil {
		return err
	}
	type keyed struct {
		id   string
		keys []uint64
	}
	var page []keyed
	flush := func() error {
		err := m.engine.store.Write(ctx, func(tx *store.Tx) error {
			for _, one := range page {
				if err := tx.PutMemberKeys(one.id, one.keys); err != nil {
					return fmt.Errorf("keep the keys of %s: %w", one.id, err)
				}
			}
			return nil
		})
		page = page[:0]
		return err
	}
	for member, err := range m.engine.networkMembers(ctx, kind, since) {
		if err != nil {
			return err
		}
		page = append(page, keyed{member.ID, match.MemberKeys(kind, member)})
		if len(page) == keysPage {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(page) == 0 {
		return nil
	}
	return flush()
}

// keysSince is the time from which members have no keys yet.
func (m *matchRun) keysSince(ctx context.Context) (time.Time, error) {
	last, err := m.engine.store.LastRun(ctx, string(JobMatch), store.RunDone)
	if ignoreNotFound(err) != nil {
		return time.Time{}, fmt.Errorf("read the last match run: %w", err)
	}
	if err != nil || m.options.Full {
		return time.Time{}, nil
	}
	return last.StartedAt, nil
}
