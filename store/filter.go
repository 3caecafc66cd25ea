package store

import "context"

// CountPeople returns how many people of the network there are.
func (s *Store) CountPeople(ctx context.Context) (int64, error) {
	return one(s.reader(ctx), func(row scanner) (n int64, err error) { return n, row.Scan(&n) }, "SELECT COUNT(*) FROM person")
}
