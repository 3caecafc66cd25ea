package sync

import (
	"context"
	"iter"
	"time"

	"crmsync/sync/salesforce"
)

// What vanished without a trace is found below windows and deletion log. After
// a week, and when the log has a gap, each import asks how many records there are. As every record of the
// org up to the window's end is in the store, equal numbers say that none is
// gone. When they differ the ids are compared, and after four weeks in any
// case; then only one object's in an import, so that it stays cheap.
const (
	countAfter   = 7 * 24 * time.Hour
	compareAfter = 28 * 24 * time.Hour
)

// idRows is how many ids a page of a comparison holds.
const idRows = 100_000

// reconcile reads the ids of all live records of an object when that is due.
func (im *importing) reconcile(ctx context.Context, r *reading, now time.Time) error {
	age := now.Sub(r.state.FullAt)
	if r.full || !r.selection.HasDeleted || r.state.FullAt.IsZero() || age < countAfter && !r.logCut {
		return nil
	}
	if sees, err := im.seesAll(ctx); err != nil || !sees {
		return err
	}
	if age < compareAfter || im.compared {
		same, err := im.sameNumber(ctx, r)
		if same || err != nil {
			return err
		}
	}
	im.compared = true
	return im.readIDs(ctx, r)
}

// sameNumber tells whether the org has as many live records as the store. An
// org that cannot count them is no failure: it has not said so.
func (im *importing) sameNumber(ctx context.Context, r *reading) (bool, error) {
	here, err := im.engine.store.CountRecords(ctx, r.object.Name)
	if err != nil {
		return false, err
	}
	there, err := im.client.Count(ctx, r.selection.CountCreated(r.window.until))
	switch salesforce.Classify(err) {
	case salesforce.ActionNone:
		return here == there, nil
	case salesforce.ActionSignIn, salesforce.ActionPause, salesforce.ActionStop:
		return false, err
	}
	im.engine.log.Warn("the org cannot count its records; ids are compared", "object", r.object.Name, "code", CodeOf(err))
	return false, nil
}

// readIDs reads every id by one job, or by bounded ones where one is too much
// for the org.
func (im *importing) readIDs(ctx context.Context, r *reading) error {
	r.seen = newSeenIDs([]string{"Id"}, 0)
	_, _, err := im.readIDJob(ctx, r, r.selection.IDs())
	if salesforce.Classify(err) != salesforce.ActionSplit {
		return err
	}
	limit := jobPages * im.engine.page
	for after := ""; ; {
		soql, err := r.selection.IDPage(after, limit)
		if err != nil {
			return err
		}
		rows, last, err := im.readIDJob(ctx, r, soql)
		switch {
		case salesforce.Classify(err) == salesforce.ActionSplit && limit > im.engine.page:
			limit = max(limit/4, im.engine.page)
		case err != nil || rows < int64(limit):
			return err
		default:
			after = last
		}
	}
}

// readIDJob adds the ids of a query to those seen, and tells how many there
// were and the last of them.
func (im *importing) readIDJob(ctx context.Context, r *reading, soql string) (rows int64, last string, err error) {
	job, err := im.client.CreateQueryJob(ctx, soql, salesforce.OperationQuery)
	if err != nil {
		return 0, "", err
	}
	if job, err = im.client.WaitQueryJob(ctx, job.ID, nil); err != nil {
		return 0, "", err
	}
	r.seen.expect(job.RecordsProcessed)
	pages := func(ctx context.Context) iter.Seq2[*salesforce.ResultPage, error] {
		return im.client.Results(ctx, job, job.Start(), idRows)
	}
	err = copyPages(ctx, pages, []string{"Id"}, func(_ context.Context, page *pageBuffer) error {
		r.seen.add(page)
		if page.rows > 0 {
			last = page.last(0)
		}
		return nil
	})
	if err != nil {
		return 0, "", err
	}
	return job.RecordsProcessed, last, im.removeJob(ctx, job.ID)
}
