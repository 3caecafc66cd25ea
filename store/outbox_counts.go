package store

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// OutboxTally is how many items of a seat and a kind are in a state.
type OutboxTally struct {
	SeatID, Kind string
	State        OutboxState
	N            int64
	Last         time.Time // when the last of them ended; zero while none has
}

// outboxTallies keeps the last tally for as long as the outbox is as it was then.
type outboxTallies struct {
	turn chan struct{} // holds one element while the outbox is counted: whoever comes then takes what comes out
	of   outboxMark
	isOf bool // there is one
	rows []OutboxTally
}

// outboxMark changes with every change of the outbox but that of an item's proof. It is read by an index.
type outboxMark struct {
	changed int64
	states  string
}

// TallyOutbox counts the items by seat, kind and state. Counting reads the whole outbox, which at a million items takes
// a second or two; it is done again only once an item has changed, and by one caller at a time. The rows are shared: they
// are not to be changed.
func (s *Store) TallyOutbox(ctx context.Context) ([]OutboxTally, error) {
	select {
	case s.tallies.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.tallies.turn }()
	mark, err := s.reader(ctx).outboxMark()
	if err != nil {
		return nil, err
	}
	if s.tallies.isOf && s.tallies.of == mark {
		return s.tallies.rows, nil
	}
	rows, err := list(s.reader(ctx), func(row scanner) (x OutboxTally, err error) {
		return x, row.Scan(&x.SeatID, &x.Kind, &x.State, &x.N, timeDest{&x.Last})
	}, "SELECT o.seat_id, v.kind, o.state, count(*), max(o.ended_at) FROM outbox o JOIN activity v ON v.id = o.activity_id GROUP BY o.seat_id, v.kind, o.state ORDER BY o.seat_id, v.kind, o.state")
	if err != nil {
		return nil, err
	}
	s.tallies.of, s.tallies.isOf, s.tallies.rows = mark, true, rows
	return rows, nil
}

func (r reader) outboxMark() (mark outboxMark, err error) {
	mark.changed, err = one(r, scanInt, "SELECT COALESCE(max(changed_at), 0) FROM outbox")
	if err != nil {
		return mark, err
	}
	counts, err := list(r, func(row scanner) (text string, err error) {
		var n int64
		err = row.Scan(&text, &n)
		return fmt.Sprint(text, n), err
	}, "SELECT state, n FROM outbox_count ORDER BY state")
	mark.states = strings.Join(counts, " ")
	return mark, err
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
