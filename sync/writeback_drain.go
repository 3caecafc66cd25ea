package sync

import (
	"context"
	"errors"
	"fmt"

	"crmsync/sync/salesforce"
)

// flight is a request on its way. While it is, the rows of the next one are made ready and those of the one before get their answers
// committed; there is never more than one, so that requests do not want the same locks in the org.
type flight struct {
	batch []sendable
	done  chan struct{}

	results []salesforce.SaveResult
	err     error
}

// launch sends a batch whose intent is committed. Between intent and answer the rows are in sending, and
// whoever finds them there knows that their fate is unknown.
func (c *cycle) launch(ctx context.Context, batch []sendable) *flight {
	f := &flight{batch: batch, done: make(chan struct{})}
	records := make([]salesforce.NewRecord, len(batch))
	for i, item := range batch {
		records[i] = item.Payload.newRecord()
	}
	go func() {
		defer close(f.done)
		f.results, f.err = c.client.Insert(ctx, records)
	}()
	return f
}

// drain sends until nothing is due. An error ends it; the rows it met have been put back.
func (c *cycle) drain(ctx context.Context) error {
	for {
		batch, err := c.nextBatch(ctx)
		if err != nil || batch == nil {
			return err
		}
		if err := c.stream(ctx, batch); err != nil {
			return err
		}
	}
}

// stream sends batches one after the other, each while the store is busy with its neighbours, until none is ready.
func (c *cycle) stream(ctx context.Context, batch []sendable) error {
	under := c.launch(ctx, batch)
	for under != nil {
		next, nextErr := c.nextBatch(ctx)
		<-under.done
		consequences, stop := c.judge(under.batch, under.results, under.err)
		if err := errors.Join(stop, nextErr); err != nil {
			return errors.Join(err, c.land(ctx, under, consequences), c.recall(ctx, next))
		}
		var following *flight
		if next != nil {
			following = c.launch(ctx, next)
		}
		err := c.land(ctx, under, consequences)
		if err == nil {
			err = c.followMoved(ctx, under.batch, consequences)
		}
		if err != nil {
			return errors.Join(err, c.lastLanding(ctx, following))
		}
		under = following
		c.progress()
	}
	return nil
}

// land commits what became of a request.
func (c *cycle) land(ctx context.Context, f *flight, consequences []consequence) error {
	if err := atStep(ctx, stepAnswered); err != nil {
		return err
	}
	// An answer that came is kept even when the caller has given up meanwhile.
	if err := c.conclude(context.WithoutCancel(ctx), f.batch, consequences); err != nil {
		return err
	}
	return atStep(ctx, stepConcluded)
}

// lastLanding waits for a request that is on its way when the cycle has to end.
func (c *cycle) lastLanding(ctx context.Context, f *flight) error {
	if f == nil {
		return nil
	}
	<-f.done
	consequences, stop := c.judge(f.batch, f.results, f.err)
	return errors.Join(stop, c.land(ctx, f, consequences))
}

// recall puts rows back whose intent is committed and that were certainly not sent.
func (c *cycle) recall(ctx context.Context, batch []sendable) error {
	if len(batch) == 0 {
		return nil
	}
	back := make([]consequence, len(batch))
	for i := range back {
		back[i] = consequence{Event: EventRetry, Wait: true}
	}
	return c.conclude(context.WithoutCancel(ctx), batch, back)
}

// patience is how many requests in a row may stay without a good answer before the cycle ends.
const patience = 3

// judge turns the answer to a request into a consequence for each row, and an error when the cycle has to end.
func (c *cycle) judge(batch []sendable, results []salesforce.SaveResult, callErr error) ([]consequence, error) {
	if callErr == nil && len(results) != len(batch) {
		callErr = fmt.Errorf("%d answers for %d records: %w", len(results), len(batch), salesforce.ErrOutcomeUnknown)
	}
	keyed, lost := c.rules.KeyField != "", c.serverNow()
	judged := make([]consequence, len(batch))
	defer func() {
		for i := range judged {
			judged[i].LostAt = lost
		}
	}()
	if callErr != nil {
		for i, item := range batch {
			judged[i] = refusalOf(callErr, item.Tries, keyed, item.assigned())
		}
		return judged, c.unanswered(judged, callErr)
	}
	c.misses = 0
	var first error
	for i, item := range batch {
		judged[i] = consequenceOf(results[i], item.Tries, keyed, item.assigned())
		if judged[i].Stops && first == nil {
			first = results[i].Err()
		}
	}
	if first != nil && whenAllStop(judged) {
		return judged, first
	}
	return judged, nil
}

// unanswered handles a request that was refused or lost as a whole. What refused it was not the rows'
// fault, so it counts as no try of theirs; after a few in a row the cycle ends.
func (c *cycle) unanswered(judged []consequence, err error) error {
	c.misses++
	if whenAllStop(judged) {
		return err
	}
	for i := range judged {
		if judged[i].Event == EventRefuse { // out of tries, or a code that is made for one record
			judged[i].Event, judged[i].Again = EventRetry, longPause
		}
		judged[i].Wait = judged[i].Event == EventRetry
	}
	if c.misses >= patience {
		return err
	}
	return nil
}
