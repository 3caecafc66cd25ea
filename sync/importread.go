package sync

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// pageRows is how many rows a page holds at most, and so a transaction.
const pageRows = 10_000

// deepestSplit bounds how often a window is halved: each half that fails may
// have kept the org busy for many minutes.
const deepestSplit = 3

// unfinished finds the job of a window that was begun and not ended, when it
// can still be gone on with: the same fields, and the job still there. A window
// that is read by id needs no job for that.
func (im *importing) unfinished(ctx context.Context, r *reading) (salesforce.QueryJob, bool, error) {
	var old reading
	if r.state.Cursor == "" || json.Unmarshal([]byte(r.state.Cursor), &old) != nil {
		return salesforce.QueryJob{}, false, nil
	}
	if old.Part || !slices.Equal(old.Fields, r.selection.Fields) || (r.full && !r.state.Full) {
		return salesforce.QueryJob{}, false, im.dropJob(ctx, old.Place.JobID)
	}
	if old.ByID {
		r.resume(old)
		return salesforce.QueryJob{}, false, im.dropJob(ctx, old.Place.JobID)
	}
	if old.Place.JobID == "" {
		return salesforce.QueryJob{}, false, nil
	}
	job, err := im.client.QueryJob(ctx, old.Place.JobID)
	if salesforce.IsJobGone(err) {
		return salesforce.QueryJob{}, false, nil
	}
	if err != nil {
		return salesforce.QueryJob{}, false, err
	}
	if job.State == salesforce.StateFailed || job.State == salesforce.StateAborted {
		return salesforce.QueryJob{}, false, im.dropJob(ctx, job.ID)
	}
	r.resume(old)
	return job, true, nil
}

// resume takes over how far an earlier run got with the window.
func (r *reading) resume(old reading) {
	r.Place, r.Fields, r.ByID, r.LastID = old.Place, old.Fields, old.ByID, old.LastID
	r.resumed = !old.ByID || old.LastID != ""
	r.window, r.full = window{after: r.state.After, until: r.state.Until}, r.state.Full
	r.Counts, r.Rows = old.Counts, old.Rows
	r.row.Fetched, r.row.Pages = old.Rows, int64(old.Place.Pages)
	r.count(old.Counts)
}

// dropJob removes a job that is of no use any more. That it is gone already is
// as good, and that it cannot be removed costs nothing but tidiness.
func (im *importing) dropJob(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	if _, err := im.client.AbortQueryJob(ctx, id); err != nil && signInEnded(err) {
		return err
	}
	if err := im.client.DeleteQueryJob(ctx, id); err != nil && signInEnded(err) {
		return err
	}
	return nil
}

// readBulk reads a window by a bulk job of its own. A window that is too large
// for the org is halved a few times, and then read by id. The whole of an
// object is read by id at once: its records may all have one stamp.
func (im *importing) readBulk(ctx context.Context, r *reading, w window, depth int) error {
	err := im.readNewJob(ctx, r, w, depth > 0)
	if salesforce.Classify(err) != salesforce.ActionSplit {
		return err
	}
	first, second, ok := w.halves()
	if !ok || r.full || depth >= deepestSplit {
		return im.readByID(ctx, r, w, depth > 0)
	}
	// A half's job cannot stand for the window after a crash: the whole window is
	// begun again then, since rows that are in already cost little.
	if err := im.readBulk(ctx, r, first, depth+1); err != nil {
		return err
	}
	return im.readBulk(ctx, r, second, depth+1)
}

// query is the query for a window. A whole reading has no end: a record that
// changed in the last minutes would look as if it had vanished otherwise. The
// watermark moves to the window's end all the same.
func (r *reading) query(w window) string { return r.selection.Window(w.after, r.end(w)) }

func (r *reading) end(w window) time.Time {
	if r.full && w.until.Equal(r.window.until) {
		return time.Time{}
	}
	return w.until
}

// readNewJob makes the job of a window, or of a part of it, and reads it.
func (im *importing) readNewJob(ctx context.Context, r *reading, w window, part bool) error {
	r.ByID, r.LastID = false, ""
	_, err := im.readQuery(ctx, r, r.query(w), part)
	return err
}

// readQuery makes a job, reads it and tells how many rows it had.
func (im *importing) readQuery(ctx context.Context, r *reading, soql string, part bool) (int64, error) {
	job, err := im.client.CreateQueryJob(ctx, soql, salesforce.OperationQueryAll)
	if err != nil {
		return 0, err
	}
	r.Place, r.Fields, r.Part, r.before = job.Start(), r.selection.Fields, part, r.LastID
	if err := im.engine.store.Write(ctx, func(tx *store.Tx) error { return im.keep(tx, r) }); err != nil {
		return 0, err
	}
	rows := r.Rows
	err = im.readJob(ctx, r, job)
	return r.Rows - rows, err
}

// readJob waits for a job, copies its pages and removes it.
func (im *importing) readJob(ctx context.Context, r *reading, job salesforce.QueryJob) error {
	im.progress(r, "wait")
	job, err := im.client.WaitQueryJob(ctx, job.ID, func(j salesforce.QueryJob) {
		im.engine.publish(Event{Kind: EventProgress, Job: JobImport, Run: im.run.ID, Object: r.object.Name, Step: "wait", Total: j.RecordsProcessed})
	})
	if err != nil {
		return im.explain(ctx, r, err)
	}
	if r.full && !r.resumed && r.seen == nil {
		r.seen = newSeenIDs(r.selection.Fields, job.RecordsProcessed)
	}
	pages := func(ctx context.Context) iter.Seq2[*salesforce.ResultPage, error] {
		return im.client.Results(ctx, job, r.Place, im.engine.page)
	}
	total := r.Rows - r.Place.Records + job.RecordsProcessed
	err = copyPages(ctx, pages, r.selection.Fields, func(ctx context.Context, page *pageBuffer) error {
		r.Place = page.after
		return im.writePage(ctx, r, page, total)
	})
	if errors.Is(err, salesforce.ErrCount) {
		// The result cannot be trusted: the next run makes a new job for the
		// same window.
		return errors.Join(err, im.forget(ctx, r, job.ID))
	}
	if err != nil {
		return err
	}
	return im.removeJob(ctx, job.ID)
}

// removeJob tidies up a job that was read to its end.
func (im *importing) removeJob(ctx context.Context, id string) error {
	if err := im.client.DeleteQueryJob(context.WithoutCancel(ctx), id); err != nil && signInEnded(err) {
		return err
	}
	return nil
}

// explain asks for the reason of a job that failed without one.
func (im *importing) explain(ctx context.Context, r *reading, err error) error {
	var failed *salesforce.JobError
	if !errors.As(err, &failed) {
		return err
	}
	_ = im.forget(ctx, r, failed.Job.ID)
	if failed.Job.ErrorMessage != "" || failed.Split() {
		return err
	}
	if reason := im.client.Explain(ctx, r.selection.Window(r.window.after, r.window.until)); reason != nil {
		return fmt.Errorf("%w: %w", err, reason)
	}
	return err
}

// forget drops the cursor of a job that failed; of a window that is read by id
// what the jobs before it brought remains.
func (im *importing) forget(ctx context.Context, r *reading, jobID string) error {
	ctx = context.WithoutCancel(ctx)
	r.Place, r.LastID = salesforce.Cursor{}, r.before
	err := im.engine.store.Write(ctx, func(tx *store.Tx) error {
		if r.ByID {
			return im.keep(tx, r)
		}
		state := r.state
		state.Object, state.Cursor, state.RunID = r.object.Name, "", im.run.ID
		state.After, state.Until, state.Full = r.window.after, r.window.until, r.full
		return tx.PutImportState(state)
	})
	return errors.Join(err, im.dropJob(ctx, jobID))
}

// writePage puts a page's rows, the place behind it and the counters into the
// store, in one transaction.
func (im *importing) writePage(ctx context.Context, r *reading, page *pageBuffer, total int64) error {
	before := r.row
	counts, rows, last := r.Counts, r.Rows, r.LastID
	if r.ByID && page.rows > 0 {
		r.LastID = page.last(slices.Index(page.columns, "Id"))
	}
	err := im.engine.store.WriteMuch(ctx, func(tx *store.Tx) error {
		r.row, r.Counts, r.Rows = before, counts, rows // the transaction may be tried again
		n, err := tx.UpsertRecords(r.object.Name, page.columns, page.records(), im.run.ID)
		if err != nil {
			return err
		}
		r.row.Fetched += int64(page.rows)
		r.row.Pages++
		r.Rows += int64(page.rows)
		r.count(n)
		r.Counts.Add(n)
		return im.keep(tx, r)
	})
	if err != nil {
		r.row, r.Counts, r.Rows, r.LastID = before, counts, rows, last
		return err
	}
	if r.seen != nil {
		r.seen.add(page)
	}
	im.engine.publish(Event{Kind: EventProgress, Job: JobImport, Run: im.run.ID, Object: r.object.Name, Step: "pages",
		Done: r.row.Fetched, Total: total, APICalls: im.client.Calls() - im.calls})
	return nil
}

// count adds what the store did to the run's row. An undeleted record was
// updated.
func (r *reading) count(n store.UpsertCounts) {
	r.row.Inserted += n.Inserted
	r.row.Updated += n.Updated + n.Undeleted
	r.row.Deleted += n.Deleted
	r.row.Unchanged += n.Unchanged
}

// readSmall reads a window over REST when it holds few rows. It is false when
// there are too many, and nothing was written then.
func (im *importing) readSmall(ctx context.Context, r *reading) (bool, error) {
	soql := r.query(r.window)
	buffer := &pageBuffer{}
	buffer.reset(r.selection.Fields)
	limit := min(smallWindow, im.engine.page)
	if r.object.Name == "UserRole" {
		limit = 50 * smallWindow // no bulk query without a deletion mark is worth it below this
	}
	for record, err := range im.client.QueryAll(ctx, soql) {
		if salesforce.OutlastsREST(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if buffer.rows >= limit {
			return false, nil
		}
		row := record.Row(r.selection.Fields)
		for _, i := range r.dateTimes {
			row[i] = asBulk(row[i])
		}
		buffer.add(row)
	}
	if r.full {
		r.seen = newSeenIDs(r.selection.Fields, int64(buffer.rows))
	}
	r.Fields = r.selection.Fields
	return true, im.writePage(ctx, r, buffer, int64(buffer.rows))
}

// asBulk writes a dateTime of REST, which ends in +0000, as a bulk result has
// it, so that a record reads the same whichever way it came.
func asBulk(value []byte) []byte {
	if whole, ok := bytes.CutSuffix(value, []byte("+0000")); ok {
		return append(bytes.Clone(whole), 'Z')
	}
	return value
}
