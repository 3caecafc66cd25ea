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
	queue   sendQueue
	look    *lookup // of the page that is made ready, nil between pages

	restored restoreMark // of the backup that the store is from, if any
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
	if c.asked {
		// Who asks for it is told that nothing can be written; the schedule only waits.
		if err := e.SignedIn(ctx); err != nil {
			return c.count(ctx, err)
		}
	}
	work, err := c.work(ctx)
	if err != nil || !work {
		return c.count(ctx, err)
	}
	return c.drive(ctx, actor)
}

// prepare does what needs no call: what an earlier process left in sending becomes doubtful, and gates open and close.
func (c *cycle) prepare(ctx context.Context) error {
	var err error
	if c.restored, err = c.engine.restoredFrom(ctx); err != nil {
		return err
	}
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
	known, _, _ := c.client.ServerTime()
	if err := c.load(ctx); err != nil {
		return err
	}
	if err := c.settleDue(ctx); err != nil {
		return err
	}
	var stop error
	if c.engine.writing.mayDrain(c.now(), c.asked) {
		if err := c.askTime(ctx, known); err != nil {
			return err
		}
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

// askTime makes sure that the org's time was told in this cycle, by a call that needs no session and counts for nothing:
// our own clock may have been set since the last one, and rows stamped by it would be looked for in the wrong minutes.
func (c *cycle) askTime(ctx context.Context, known time.Time) error {
	if told, _, ok := c.client.ServerTime(); ok && !told.Equal(known) {
		return nil
	}
	if _, err := c.client.Versions(ctx); err != nil {
		return fmt.Errorf("ask the org for its time: %w", err)
	}
	return nil
}

// now is the engine's clock.
func (c *cycle) now() time.Time { return c.engine.now().UTC() }
