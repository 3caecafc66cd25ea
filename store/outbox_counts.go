package store

import (
	"context"
	"time"
)

// OutboxTally is how many items of a seat and a kind are in a state.
type OutboxTally struct {
	SeatID, Kind string
	State        OutboxState
	N            int64
	Last         time.Time // when the last of them ended; zero while none has
}

// TallyOutbox counts the items by seat, kind and state. It reads the whole outbox: not for every key.
func (s *Store) TallyOutbox(ctx context.Context) ([]OutboxTally, error) {
	return list(s.reader(ctx), func(row scanner) (x OutboxTally, err error) {
		return x, row.Scan(&x.SeatID, &x.Kind, &x.State, &x.N, timeDest{&x.Last})
	}, "SELECT o.seat_id, v.kind, o.state, count(*), max(o.ended_at) FROM outbox o JOIN activity v ON v.id = o.activity_id GROUP BY o.seat_id, v.kind, o.state ORDER BY o.seat_id, v.kind, o.state")
}

// OutboxFailure is how many items failed with a code.
type OutboxFailure struct {
	Code, Text string // of one of them
	N          int64
}

// CountFailures counts the failed items by the code of their last answer, the most first.
func (s *Store) CountFailures(ctx context.Context) ([]OutboxFailure, error) {
	return list(s.reader(ctx), func(row scanner) (x OutboxFailure, err error) {
		return x, row.Scan(textDest{&x.Code}, textDest{&x.Text}, &x.N)
	}, "SELECT error_code, max(error_text), count(*) FROM outbox WHERE state = 'failed' GROUP BY error_code ORDER BY 3 DESC, 1")
}
