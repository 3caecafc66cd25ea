package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// agesAtMost bounds how many delivered items DeliveryAges reads, the newest ones.
const agesAtMost = 200_000

// DeliveryAges returns how long each item that was delivered since then had been queued, in order; the newest 200,000 at most.
func (s *Store) DeliveryAges(ctx context.Context, since time.Time) ([]time.Duration, error) {
	scan := func(row scanner) (d time.Duration, err error) { return d, row.Scan(durationDest{&d}) }
	var ages []time.Duration
	for _, state := range []OutboxState{OutboxWritten, OutboxUnassigned} {
		found, err := list(s.reader(ctx), scan, "SELECT ended_at - queued_at FROM outbox"+s.dialect.indexed("outbox_list")+
			" WHERE state = ? AND changed_at >= ? AND ended_at >= ? AND queued_at IS NOT NULL ORDER BY changed_at DESC LIMIT ?",
			string(state), since.UnixMilli(), since.UnixMilli(), agesAtMost)
		if err != nil {
			return nil, err
		}
		ages = append(ages, found...)
	}
	slices.Sort(ages)
	return ages, nil
}

// LateOutbox returns up to limit items that took longer than allowed from queued to delivered, among those delivered since then, and
// that wait longer than that at the moment now: first what waits, longest first, then the newest of the delivered.
func (s *Store) LateOutbox(ctx context.Context, since, now time.Time, allowed time.Duration, limit int) ([]OutboxRow, error) {
	limit = max(limit, 0)
	r := s.reader(ctx)
	columns := "SELECT m." + strings.ReplaceAll(outboxColumns, ", ", ", m.") + outboxNames + " FROM outbox m"
	waiting, err := list(r, r.scanOutboxRow, columns+s.dialect.indexed("outbox_state")+outboxJoins+
		" WHERE m.state IN ('queued','sending','doubtful') AND m.queued_at < ? ORDER BY m.queued_at, m.activity_id LIMIT ?", now.Add(-allowed).UnixMilli(), limit)
	if err != nil {
		return nil, err
	}
	var late []OutboxRow
	for _, state := range []OutboxState{OutboxWritten, OutboxUnassigned} {
		delivered, err := list(r, r.scanOutboxRow, columns+s.dialect.indexed("outbox_list")+outboxJoins+
			" WHERE m.state = ? AND m.changed_at >= ? AND m.ended_at >= ? AND m.ended_at - m.queued_at > ? ORDER BY m.changed_at DESC, m.activity_id DESC LIMIT ?",
			string(state), since.UnixMilli(), since.UnixMilli(), allowed.Milliseconds(), limit)
		if err != nil {
			return nil, err
		}
		late = append(late, delivered...)
	}
	slices.SortStableFunc(late, func(a, b OutboxRow) int { return b.EndedAt.Compare(a.EndedAt) })
	all := append(waiting, late...)
	return all[:min(limit, len(all))], nil
}

// Waiting is how many items are on their way, and since when the first of them is.
type Waiting struct {
	Items, Late int64
	Since       time.Time // zero when none waits
}

// WaitingOutbox counts the items on their way to Salesforce, and those that have been since before the moment named.
func (s *Store) WaitingOutbox(ctx context.Context, before time.Time) (Waiting, error) {
	return one(s.reader(ctx), func(row scanner) (w Waiting, err error) {
		return w, row.Scan(&w.Items, &w.Late, timeDest{&w.Since})
	}, "SELECT count(*), coalesce(sum(CASE WHEN queued_at < ? THEN 1 ELSE 0 END), 0), min(queued_at) FROM outbox"+s.dialect.indexed("outbox_state")+
		" WHERE state IN ('queued','sending','doubtful')", before.UnixMilli())
}
