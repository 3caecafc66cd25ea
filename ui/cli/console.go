package cli

import (
	"context"
	"errors"
)

// console opens the store and the console on it.
func (a *app) console(ctx context.Context) (err error) {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return a.consoleOn(ctx, s)
}

// consoleOn shows how the sync of an open store stands.
func (a *app) consoleOn(ctx context.Context, s *session) error { return a.printStatus(ctx, s) }
