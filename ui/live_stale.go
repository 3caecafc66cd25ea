package ui

import (
	"context"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// ledgerSeat is whose saves the actor sees: an admin and a tester everybody's, a member their own.
func (s liveSaves) ledgerSeat() string {
	if s.actor.Role == crmsync.RoleAdmin || s.actor.Role == crmsync.RoleTester {
		return ""
	}
	return s.actor.Seat
}

// Stale reads a page of the saves that would not be made today.
func (s liveSaves) Stale(ctx context.Context, seek Seek) (Page[StaleSave], error) {
	p, err := s.engine.SaveLedger(ctx, s.actor, store.LedgerQuery{SeatID: s.ledgerSeat(), Stale: true, PageQuery: pageQuery(seek)})
	if err != nil {
		return Page[StaleSave]{}, err
	}
	rows := make([]StaleSave, 0, len(p.Rows))
	for _, line := range p.Rows {
		row := StaleSave{ID: line.Save, Seat: line.SeatName, Record: line.RecordName, For: line.For, At: line.SavedAt, Why: string(line.Stale)}
		if line.Stale == store.StaleOwner {
			row.Why = "owner is now " + line.OwnerName
		}
		rows = append(rows, row)
	}
	return pageOf(p, seek, rows), nil
}

// CountStale counts them.
func (s liveSaves) CountStale(ctx context.Context) (int64, error) {
	return s.countStale(ctx, s.ledgerSeat())
}

// Clean removes them, a member's own or everybody's.
func (s liveSaves) Clean(ctx context.Context) (string, error) {
	_, audit, err := s.engine.CleanSaves(ctx, s.actor, s.ledgerSeat(), "")
	return audit, err
}

// countStale counts the stale saves of a seat, or of all for "".
func (l live) countStale(ctx context.Context, seat string) (int64, error) {
	counts, err := l.store.CountStaleSaves(ctx, seat)
	sum := int64(0)
	for _, n := range counts {
		sum += n
	}
	return sum, err
}
