package sync

import (
	"context"
	"fmt"
	"iter"

	"crmsync/match"
	"crmsync/store"
)

// claimVersion is that of the claims in the store, from which an incremental run goes on. Those of another version, or none,
// take a full run to replace.
const claimVersion = 1

// claimRows are the claims of an outcome as they are kept.
func claimRows(outcome *match.Outcome) []store.Claim {
	claims := outcome.Claims()
	rows := make([]store.Claim, len(claims))
	for i, c := range claims {
		rows[i] = store.Claim{RecordID: c.RecordID, MemberID: c.MemberID, Rank: int64(c.Rank), DecidedAt: c.At, Probability: c.Probability,
			Bits: int64(c.Bits), Fields: int64(c.Fields), Modified: c.Modified, Held: c.Held}
	}
	return rows
}

// claimOf is a kept claim as the model knows it.
func claimOf(row store.Claim) match.Claim {
	return match.Claim{RecordID: row.RecordID, MemberID: row.MemberID, Rank: match.Rank(row.Rank), At: row.DecidedAt, Probability: row.Probability,
		Bits: match.Bits(row.Bits), Fields: uint8(row.Fields), Modified: row.Modified, Held: row.Held}
}

// Claims implements match.Source.
func (s *matchSource) Claims(ctx context.Context, recordIDs, memberIDs []string) iter.Seq2[match.Claim, error] {
	return stream(func() ([]match.Claim, error) {
		rows, err := s.engine.store.ClaimsOf(ctx, recordIDs)
		if err != nil {
			return nil, fmt.Errorf("read the claims of records: %w", err)
		}
		others, err := s.engine.store.ClaimsOn(ctx, memberIDs)
		if err != nil {
			return nil, fmt.Errorf("read the claims on members: %w", err)
		}
		claims := make([]match.Claim, 0, len(rows)+len(others))
		for _, row := range append(rows, others...) {
			claims = append(claims, claimOf(row))
		}
		return claims, nil
	})
}

// unsettled are records of a kind whose match something other than a run wrote last: a decision, an erasure.
func (m *matchRun) unsettled(ctx context.Context, kind match.Kind, limit int) ([]string, error) {
	var ids []string
	for _, object := range objectsOf(kind) {
		some, err := m.engine.store.UnsettledMatches(ctx, object, limit)
		if err != nil {
			return nil, fmt.Errorf("read the %ss that were decided about: %w", object, err)
		}
		ids = append(ids, some...)
	}
	return ids, nil
}

// putDecided keeps rows that no run made; the next run looks at them.
func putDecided(tx *store.Tx, rows []store.Match) error {
	if err := tx.PutMatches(rows); err != nil {
		return err
	}
	for _, row := range rows {
		if err := tx.Unsettle(row.RecordID, row.MemberID); err != nil {
			return err
		}
	}
	return nil
}

// putClaims keeps what records brought forward.
func putClaims(tx *store.Tx, outcomes []*match.Outcome) error {
	for _, outcome := range outcomes {
		if err := tx.PutClaims(outcome.RecordID, claimRows(outcome)); err != nil {
			return err
		}
	}
	return nil
}
