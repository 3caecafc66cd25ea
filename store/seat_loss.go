package store

import "context"

func scanSeatLoss(row scanner) (x SeatLoss, err error) {
	return x, row.Scan(&x.SeatID, &x.Reason, timeDest{&x.Since})
}

// SeatLosses returns the seats that cannot write back, by seat.
func (s *Store) SeatLosses(ctx context.Context) (map[string]SeatLoss, error) {
	return s.reader(ctx).SeatLosses()
}

// SeatLosses returns the seats that cannot write back, by seat.
func (r reader) SeatLosses() (map[string]SeatLoss, error) {
	rows, err := list(r, scanSeatLoss, "SELECT seat_id, reason, since FROM seat_loss")
	if err != nil {
		return nil, err
	}
	losses := make(map[string]SeatLoss, len(rows))
	for _, row := range rows {
		losses[row.SeatID] = row
	}
	return losses, nil
}

// PutSeatLoss notes that a seat cannot write back.
func (t *Tx) PutSeatLoss(x SeatLoss) error {
	_, err := t.exec("INSERT INTO seat_loss (seat_id, reason, since) VALUES (?, ?, ?) ON CONFLICT (seat_id) DO UPDATE SET reason = excluded.reason, since = excluded.since",
		x.SeatID, x.Reason, x.Since.UnixMilli())
	return err
}

// DeleteSeatLoss notes that a seat can write back again.
func (t *Tx) DeleteSeatLoss(seatID string) error {
	_, err := t.exec("DELETE FROM seat_loss WHERE seat_id = ?", seatID)
	return err
}
