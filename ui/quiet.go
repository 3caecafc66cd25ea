package ui

import (
	"context"
	"runtime"
)

// turn lets one look through everything run at a time: of a search and its count, and of the searches that one
// letter after the other asks for. Two at once would want every core, and a key must have one.
type turn chan struct{}

// take waits for the turn; the function returned gives it back.
func (t turn) take(ctx context.Context) (func(), error) {
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// through looks through everything when its turn has come. SQLite computes in the goroutine that asks, so the
// look gets a thread of its own, of lower priority where the system has that: on a machine with work for every
// core the thread of a key goes first.
func through[T any](ctx context.Context, t turn, look func() (T, error)) (T, error) {
	var none T
	give, err := t.take(ctx)
	if err != nil {
		return none, err
	}
	defer give()
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends here, with its priority
		lowerPriority()
		value, err := look()
		answered <- answer{value, err}
	}()
	a := <-answered // look ends early when ctx does
	return a.value, a.err
}
