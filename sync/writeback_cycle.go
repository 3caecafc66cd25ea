package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// pageSize is the number of outbox rows handled in one go: one request's worth.
const pageSize = salesforce.MaxInsert

// WritebackReport is what one cycle did.
type WritebackReport struct {
	Written    int    `json:"written"`
	Unassigned int    `json:"unassigned"`
	Failed     int    `json:"failed"`
	Doubtful   int    `json:"doubtful"`
	Retried    int    `json:"retried"` // refused for now, queued again
	Held       int    `json:"held"`    // waiting for a gate or a person, after the cycle
	Queued     int    `json:"queued"`  // left for the next cycle
	Verified   int    `json:"verified"`
	APICalls   int64  `json:"api_calls"`
	Run        string `json:"run,omitempty"` // "" when there was nothing to do
}

// cycle is one run of writeback: gates, doubtful rows, queue, reading back.
type cycle struct {
	engine  *Engine
	asked   bool // by a person, not by the schedule
	run     string
	started store.Run
	client  *salesforce.Client
	gates   *gateBook
	facts   orgFacts
	rules   writeRules
	report  WritebackReport
	misses  int  // requests in a row without a good answer
	stale   bool // the facts of the org have to be read again
}

// WritebackCycle runs one cycle: it opens and closes gates, settles what is doubtful, sends what is
// queued, and reads back what was written. A cycle with nothing to do makes no call to Salesforce
// (S83). It may be cut off at any step and repeated: nothing is lost and nothing is sent twice.
func (e *Engine) WritebackCycle(ctx context.Context, actor Actor) (WritebackReport, error) {
	if err := Allowed(actor, ActWritebackRun); err != nil {
		return WritebackReport{}, err
	}
	if !e.writing.begin() {
		return WritebackReport{}, fault("writeback.running", "Wait for it to end.", "a writeback cycle is running already")
	}
	defer e.writing.end()
	c := &cycle{engine: e, asked: actor != EngineActor}
	if err := c.prepare(ctx); err != nil {
		return c.report, err
	}
	work, err := c.work(ctx)
	if err != nil || !work {
		return c.count(ctx, err)
	}
	return c.drive(ctx, actor)
}

// prepare does what needs no call: what an earlier process left in sending becomes doubtful, and gates open and close.
func (c *cycle) prepare(ctx context.Context) error {
	if err := c.recover(ctx); err != nil {
		return err
	}
	if err := atStep(ctx, stepRecovered); err != nil {
		return err
	}
	if err := c.admit(ctx); err != nil {
		return err
	}
	return atStep(ctx, stepAdmitted)
}

// drive does the work inside a run row.
func (c *cycle) drive(ctx context.Context, actor Actor) (WritebackReport, error) {
	client, _, err := c.engine.client(ctx)
	if err != nil {
		return c.count(ctx, err)
	}
	c.client = client
	before := client.Calls()
	if c.run, err = c.begin(ctx, actor); err != nil {
		return c.report, err
	}
	c.report.Run = c.run
	err = c.steps(salesforce.WithPurpose(ctx, salesforce.PurposeWrite))
	c.report.APICalls = client.Calls() - before
	report, countErr := c.count(ctx, nil)
	err = c.engine.noteFailure(context.WithoutCancel(ctx), err)
	if endErr := c.end(ctx, report, err); endErr != nil {
		err = errors.Join(err, endErr)
	}
	return report, errors.Join(err, countErr)
}

// steps settles first, so that what turns out not to be in Salesforce is sent in the same cycle, and
// looks once more at the end for what this cycle lost (decision 17: look at once).
func (c *cycle) steps(ctx context.Context) error {
	if err := c.load(ctx); err != nil {
		return err
	}
	if err := c.settleDue(ctx); err != nil {
		return err
	}
	var stop error
	if c.engine.writing.mayDrain(c.now(), c.asked) {
		stop = c.drain(ctx)
	}
	if stop != nil && ctx.Err() != nil {
		return stop
	}
	if err := c.settleDue(ctx); err != nil {
		return errors.Join(stop, err)
	}
	if err := c.proveWritten(ctx); err != nil {
		return errors.Join(stop, err)
	}
	return stop
}

// drain sends until nothing is due. An error ends the cycle; the rows it met have been put back.
func (c *cycle) drain(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		ready, more, err := c.nextPage(ctx)
		if err != nil {
			return err
		}
		for _, batch := range batches(ready, pageSize) {
			if err := c.send(ctx, batch); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		c.progress()
	}
}

// send writes one request: intent, call, answer. Between intent and answer the rows are in sending, and
// whoever finds them there knows that their fate is unknown.
func (c *cycle) send(ctx context.Context, batch []sendable) error {
	batch, err := c.intend(ctx, batch)
	if err != nil || len(batch) == 0 {
		return err
	}
	if err := atStep(ctx, stepIntended); err != nil {
		return err
	}
	records := make([]salesforce.NewRecord, len(batch))
	for i, item := range batch {
		records[i] = item.Payload.newRecord()
	}
	results, callErr := c.client.Insert(ctx, records)
	if err := atStep(ctx, stepAnswered); err != nil {
		return err
	}
	consequences, stop := c.judge(batch, results, callErr)
	// An answer that came is kept even when the caller has given up meanwhile.
	if err := c.conclude(context.WithoutCancel(ctx), batch, consequences); err != nil {
		return err
	}
	if err := atStep(ctx, stepConcluded); err != nil {
		return err
	}
	if stop == nil {
		stop = c.followMoved(ctx, batch, consequences)
	}
	return stop
}

// patience is how many requests in a row may stay without a good answer before the cycle ends.
const patience = 3

// judge turns the answer to a request into a consequence for each row, and an error when the cycle has to end.
func (c *cycle) judge(batch []sendable, results []salesforce.SaveResult, callErr error) ([]consequence, error) {
	if callErr == nil && len(results) != len(batch) {
		callErr = fmt.Errorf("%d answers for %d records: %w", len(results), len(batch), salesforce.ErrOutcomeUnknown)
	}
	keyed := c.rules.KeyField != ""
	judged := make([]consequence, len(batch))
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

// now is the engine's clock.
func (c *cycle) now() time.Time { return c.engine.now().UTC() }
