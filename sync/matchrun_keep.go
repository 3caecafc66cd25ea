package sync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// matchWrites is what one run of a kind writes, in one transaction.
type matchWrites struct {
	kind       match.Kind
	rows       []store.Match
	claims     []*match.Outcome // records whose claims are not those that are kept
	made       int              // links of the model among rows
	model      *store.Model     // trained by the run, or nil
	fresh      []store.Decision // decisions that the run before did not know, when this one began
	recordKeys []store.KeyOwner
	memberKeys []store.KeyOwner
}

// keep writes what a full run changed, the model and the day's figures, and returns the number of rows.
func (m *matchRun) keep(ctx context.Context, kind match.Kind, result *match.Result, fresh []store.Decision) (int, error) {
	writes := matchWrites{kind: kind, fresh: fresh}
	if err := m.changedRows(ctx, kind, result, &writes); err != nil {
		return 0, err
	}
	bytes, err := result.Model.MarshalBinary()
	if err != nil {
		return 0, fmt.Errorf("encode the model: %w", err)
	}
	writes.model = &store.Model{ID: result.Model.ID(), Kind: kind.String(), MadeAt: m.engine.now().UTC(), RunID: m.run.ID, Bytes: bytes}
	return len(writes.rows), m.write(ctx, writes)
}

// write keeps all that a run found. It fails with errDecided when a person decided something since the decisions were read.
func (m *matchRun) write(ctx context.Context, w matchWrites) error {
	return m.engine.store.WriteMuch(ctx, func(tx *store.Tx) error {
		// Whatever is decided, ended or brought back makes a decision fresh, or a fresh one none.
		fresh, err := tx.UnjudgedDecisions()
		if err != nil {
			return fmt.Errorf("read the new decisions: %w", err)
		}
		if !slices.EqualFunc(fresh, w.fresh, func(a, b store.Decision) bool { return a.ID == b.ID }) {
			return errDecided
		}
		if w.model != nil {
			if err := tx.PutModel(*w.model); err != nil {
				return fmt.Errorf("keep the model: %w", err)
			}
		}
		if err := errors.Join(tx.PutMatches(w.rows), putClaims(tx, w.claims)); err != nil {
			return fmt.Errorf("keep the matches: %w", err)
		}
		if err := changeKeys(tx, w); err != nil {
			return err
		}
		if err := judgeAll(tx, w.kind); err != nil {
			return err
		}
		if err := m.keepDigest(tx, w.kind); err != nil {
			return err
		}
		if w.made == 0 {
			return nil
		}
		return tx.AddDaily(m.engine.now().UTC(), "matches.made", int64(w.made))
	})
}

// judgeAll notes that the run has looked at every decision of a kind as it stands now.
func judgeAll(tx *store.Tx, kind match.Kind) error {
	decisions, err := tx.UnjudgedDecisions()
	if err != nil {
		return fmt.Errorf("read the new decisions: %w", err)
	}
	for _, decision := range ofKind(kind, decisions) {
		if err := tx.JudgeDecision(decision.ID); err != nil {
			return fmt.Errorf("note the decision on %s: %w", decision.RecordID, err)
		}
	}
	return nil
}

// changedRows walks outcomes and kept rows side by side, both by record id, and notes the rows that are not
// what they were. A kept row without an outcome belongs to a record that is gone: it lets go of its member.
func (m *matchRun) changedRows(ctx context.Context, kind match.Kind, result *match.Result, writes *matchWrites) error {
	next, stop := iter.Pull2(m.keptRows(ctx, kind))
	defer stop()
	kept, err, more := next()
	for i := range result.Outcomes {
		outcome := &result.Outcomes[i]
		for more && err == nil && kept.RecordID < outcome.RecordID {
			m.gone(kept, writes)
			kept, err, more = next()
		}
		if err != nil {
			return err
		}
		known := more && kept.RecordID == outcome.RecordID
		m.compare(outcome, result.Model, kept, known, writes)
		if known {
			kept, err, more = next()
		}
	}
	for ; more; kept, err, more = next() {
		if err != nil {
			return err
		}
		m.gone(kept, writes)
	}
	return err
}

// compare notes the row and the claims of an outcome unless the kept ones say the same.
func (m *matchRun) compare(outcome *match.Outcome, model *match.Model, kept store.Match, known bool, writes *matchWrites) {
	if !known || kept.ClaimsDigest != store.ClaimsDigest(claimRows(outcome)) {
		writes.claims = append(writes.claims, outcome)
	}
	row := matchRow(*outcome, store.ObjectOf(outcome.RecordID), model.ID(), m.run.ID)
	if known {
		row.DecidedBy = kept.DecidedBy
		if sameMatch(kept, row) {
			return
		}
	}
	if row.State == store.MatchAuto {
		writes.made++
		row.DecidedBy = ""
	}
	writes.rows = append(writes.rows, row)
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

// gone notes the row of a record that is there no more: it takes no part, and its member is free.
func (m *matchRun) gone(kept store.Match, writes *matchWrites) {
	if kept.ClaimsDigest != 0 {
		writes.claims = append(writes.claims, &match.Outcome{RecordID: kept.RecordID})
	}
	row := store.Match{RecordID: kept.RecordID, Object: kept.Object, State: store.MatchNone, Reason: string(match.Excluded),
		NullScore: store.ScoreUnit, ModelID: kept.ModelID, RunID: m.run.ID}
	isTold := kept.Reason == row.Reason || kept.Reason == reasonMerged || kept.Reason == reasonConverted
	if kept.State != row.State || kept.MemberID != "" || !isTold {
		writes.rows = append(writes.rows, row)
	}
}

// sameMatch reports whether a row says what it said, whatever run and model said it.
func sameMatch(a, b store.Match) bool {
	return a.Object == b.Object && a.State == b.State && a.Reason == b.Reason && a.MemberID == b.MemberID && a.Score == b.Score &&
		a.Bits == b.Bits && a.NullScore == b.NullScore && a.RunnerUpID == b.RunnerUpID && a.RunnerUpScore == b.RunnerUpScore &&
		a.DuplicateOf == b.DuplicateOf && a.Stale == b.Stale && a.ModelID == b.ModelID &&
		bytes.Equal(a.Evidence, b.Evidence) && bytes.Equal(a.Candidates, b.Candidates)
}
