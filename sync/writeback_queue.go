package sync

import (
	"context"
	"fmt"
	"slices"

	"crmsync/store"
)

// queuePage is the number of due rows made ready in one go: a few requests' worth.
const queuePage = 5 * pageSize

// sendQueue holds what is ready to be sent, by object. Rows that do not fill a request wait for
// the next page, so that a queue of two objects needs no more requests than it has to.
type sendQueue struct {
	ready map[string][]sendable
	ids   map[string]bool // of what is ready: these rows are still due in the store
}

func (q *sendQueue) add(items []sendable) {
	if q.ready == nil {
		q.ready, q.ids = map[string][]sendable{}, map[string]bool{}
	}
	for _, one := range items {
		q.ids[one.ID] = true
		q.ready[one.Payload.Object] = append(q.ready[one.Payload.Object], one)
	}
}

// take returns a request's worth: a full one if there is, else, with rest, whatever there is.
func (q *sendQueue) take(rest bool) []sendable {
	for _, object := range []string{"Task", "Note"} {
		waiting := q.ready[object]
		if len(waiting) == 0 || (len(waiting) < pageSize && !rest) {
			continue
		}
		n := min(pageSize, len(waiting))
		batch := batches(waiting[:n], pageSize)[0]
		q.ready[object] = slices.Clone(waiting[n:])
		for _, one := range batch {
			delete(q.ids, one.ID)
		}
		return batch
	}
	return nil
}

// nextBatch returns the next request's worth of rows, committed as about to be sent; nil when nothing is due.
func (c *cycle) nextBatch(ctx context.Context) ([]sendable, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		batch := c.queue.take(false)
		if batch == nil {
			more, err := c.fill(ctx)
			if err != nil {
				return nil, err
			}
			if more {
				continue
			}
			if batch = c.queue.take(true); batch == nil {
				return nil, nil
			}
		}
		intended, err := c.intend(ctx, batch)
		if err != nil {
			return nil, err
		}
		if intended, err = c.lookFirst(ctx, intended); err != nil {
			return nil, err
		}
		if len(intended) > 0 {
			return intended, atStep(ctx, stepIntended)
		}
	}
}

// fill makes the oldest due rows ready, and reports whether there were any. Rows that cannot go now are moved
// out of the queue with their reason.
func (c *cycle) fill(ctx context.Context) (more bool, err error) {
	if c.stale {
		c.stale = false
		if err := c.load(ctx); err != nil {
			return false, err
		}
	}
	due, err := c.engine.store.DueOutbox(ctx, c.now(), queuePage+len(c.queue.ids))
	if err != nil {
		return false, fmt.Errorf("read what is due: %w", err)
	}
	due = slices.DeleteFunc(due, func(item store.OutboxItem) bool { return c.queue.ids[item.ActivityID] })
	if err := c.lookUp(ctx, due); err != nil {
		return false, err
	}
	defer func() { c.look = nil }()
	var ready, aside []sendable
	var reasons []consequence
	for _, item := range due {
		one, reason, err := c.make(ctx, item)
		if err != nil {
			return false, err
		}
		if reason.Event != "" {
			aside, reasons = append(aside, one), append(reasons, reason)
			continue
		}
		ready = append(ready, one)
	}
	c.queue.add(ready)
	if len(aside) > 0 {
		err = c.conclude(ctx, aside, reasons)
	}
	return len(due) > 0, err
}
