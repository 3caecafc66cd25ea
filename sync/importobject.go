package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// linkedInFields are outside the annex and read only when the admin switched
// them on (decision 19).
var linkedInFields = map[string][]string{
	"Account": {"LID__LinkedIn_Company_Id__c"},
	"Lead":    {"LID__LinkedIn_Member_Token__c"},
	"Contact": {"LID__LinkedIn_Member_Token__c"},
}

// reading is the import of one object under way: the window, how it is read
// and how far it got. As JSON it is the cursor of the import state, from which
// a run goes on after a crash.
type reading struct {
	Place  salesforce.Cursor  `json:"place"`
	Part   bool               `json:"part,omitempty"`    // the job reads only a part of the window
	ByID   bool               `json:"by_id,omitempty"`   // the window is read by jobs in the order of ids
	LastID string             `json:"last_id,omitempty"` // of the rows read by id
	Fields []string           `json:"fields"`
	Counts store.UpsertCounts `json:"counts"`
	Rows   int64              `json:"rows"`

	object    store.Object
	selection *salesforce.Selection
	dateTimes []int // positions of dateTime fields
	window    window
	full      bool
	resumed   bool
	logCut    bool              // the deletion log does not tell everything since the watermark
	before    string            // LastID when the job began
	state     store.ImportState // as the last finished window left it
	row       store.RunObject
	seen      *seenIDs // of a whole reading, for records that vanished; nil otherwise
}

// object imports one object. The returned row is kept whatever happened;
// described tells whether the org got as far as to describe it.
func (im *importing) object(ctx context.Context, object store.Object) (row store.RunObject, described bool, err error) {
	began, calls := im.engine.now(), im.client.Calls()
	r := &reading{object: object, row: store.RunObject{RunID: im.run.ID, Object: object.Name, State: store.RunRunning}}
	err = im.read(ctx, r)
	if err == nil && r.resumed {
		// That was the rest of a window which may have ended long ago.
		r = &reading{object: object, row: r.row}
		err = im.read(ctx, r)
	}
	r.row.Took = im.engine.now().Sub(began)
	r.row.APICalls = im.client.Calls() - calls
	r.row.State = store.RunDone
	if err != nil {
		err = &objectError{object.Name, err}
		im.fails(&r.row, err)
	}
	keep := im.engine.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.PutRunObject(r.row) })
	if err == nil && keep != nil {
		err = &objectError{object.Name, keep}
	}
	im.progress(r, "done")
	return r.row, r.selection != nil, err
}

func (im *importing) progress(r *reading, step string) {
	im.engine.publish(Event{Kind: EventProgress, Job: JobImport, Run: im.run.ID, Object: r.object.Name, Step: step,
		Done: r.row.Fetched, Total: r.row.Fetched, APICalls: im.client.Calls() - im.calls})
}

// read brings one object up to date: describe, window, pages, verified end.
func (im *importing) read(ctx context.Context, r *reading) error {
	described, err := im.client.Describe(ctx, r.object.Name)
	if err != nil {
		return err
	}
	if r.state, err = im.engine.store.ImportState(ctx, r.object.Name); err != nil {
		return err
	}
	wanted := salesforce.Wanted{Fields: im.wanted(r.object), Bookkeeping: append(slices.Clone(r.object.Bookkeeping), personFlag(r.object.Name)...)}
	if r.selection, err = salesforce.Select(described, wanted, r.state.Fields); err != nil {
		return err
	}
	for i, name := range r.selection.Fields {
		if field, ok := described.Field(name); ok && field.Type == "datetime" {
			r.dateTimes = append(r.dateTimes, i)
		}
	}
	im.warnOfFields(r)
	if r.object.Name == "Opportunity" {
		if err := im.readStages(ctx, described); err != nil {
			return err
		}
	}
	r.full = im.full || r.state.Watermark.IsZero() || len(r.selection.New) > 0 || r.selection.Stamp == "" || r.object.Name == "UserRole" ||
		described.ServerTime.Sub(r.state.Watermark) > replicationReach || // the deletion log does not reach back so far
		r.formulasAreOld(described.ServerTime)
	r.window = nextWindow(r.state.Watermark, described.ServerTime, r.full)
	if err := im.hardDeletes(ctx, r, described); err != nil {
		return err
	}
	if err := im.readWindow(ctx, r); err != nil {
		return err
	}
	if err := im.reconcile(ctx, r, described.ServerTime); err != nil {
		return err
	}
	return im.finish(ctx, r)
}

// formulasAfter is how often an object with a formula among its fields is read
// whole: what a formula shows changes without moving the record's stamp, so that
// no window brings it (salesforce.md 3.1).
const formulasAfter = 7 * 24 * time.Hour

func (r *reading) formulasAreOld(now time.Time) bool {
	return len(r.selection.Calculated) > 0 && now.Sub(r.state.FullAt) >= formulasAfter
}

// wanted is the annex's list (S52), the revenue field and currency of
// opportunities (decisions 6 and 9), and the LinkedIn ids where switched on.
func (im *importing) wanted(object store.Object) []string {
	fields := slices.Clone(object.Fields)
	if object.Name == "Opportunity" {
		if revenue := im.settings.Text(SettingRevenueField); revenue != "" && !slices.Contains(fields, revenue) {
			fields = append(fields, revenue)
		}
		fields = append(fields, "CurrencyIsoCode")
	}
	if im.settings.Bool(SettingImportIDs) {
		fields = append(fields, linkedInFields[object.Name]...)
	}
	return fields
}

// warnOfFields tells about fields that were readable and are not any more;
// their old values are kept.
func (im *importing) warnOfFields(r *reading) {
	if len(r.selection.Lost) == 0 {
		return
	}
	im.engine.log.Warn("fields are no longer readable; their old values are kept", "object", r.object.Name, "fields", len(r.selection.Lost))
	im.engine.publish(Event{Kind: EventConnection, Object: r.object.Name, Text: fmt.Sprintf("fields no longer readable: %v", r.selection.Lost)})
}

// readWindow reads the rows of the window: by going on with a job that was
// begun before, over REST when it is small, else by a new bulk job.
func (im *importing) readWindow(ctx context.Context, r *reading) error {
	if job, ok, err := im.unfinished(ctx, r); err != nil || ok {
		if err != nil {
			return err
		}
		return im.readJob(ctx, r, job)
	}
	if r.ByID {
		return im.readByID(ctx, r, r.window, false)
	}
	if r.object.Name == "UserRole" || !r.full {
		done, err := im.readSmall(ctx, r)
		if done || err != nil {
			return err
		}
	}
	return im.readBulk(ctx, r, r.window, 0)
}

// finish ends a verified window: what vanished is marked, the watermark moves,
// both in one short transaction.
func (im *importing) finish(ctx context.Context, r *reading) error {
	e := im.engine
	vanished, doubt := im.mayTombstone(ctx, r)
	if doubt != nil && CodeOf(doubt) != codeVanished {
		return doubt
	}
	// Records that seem lost are told about; the rows that did come are in all
	// the same, and the watermark may pass them.
	return errors.Join(doubt, e.store.Write(ctx, func(tx *store.Tx) error {
		if vanished {
			n, err := tx.TombstoneMissing(r.object.Name, r.seen.has, im.run.ID)
			if err != nil {
				return err
			}
			r.row.Deleted += n
		}
		state := store.ImportState{Object: r.object.Name, Watermark: later(r.state.Watermark, r.window.until), FullAt: r.state.FullAt,
			Fields: r.selection.Fields, RunID: im.run.ID}
		if doubt == nil && (r.full || vanished) {
			state.FullAt = e.now().UTC()
		}
		return tx.PutImportState(state)
	}))
}

// keep writes how far a reading got, in the transaction of its rows.
func (im *importing) keep(tx *store.Tx, r *reading) error {
	cursor, err := json.Marshal(r)
	if err != nil {
		return err
	}
	state := r.state
	state.Object, state.RunID = r.object.Name, im.run.ID
	state.After, state.Until, state.Full, state.Cursor = r.window.after, r.window.until, r.full, string(cursor)
	if err := tx.PutImportState(state); err != nil {
		return err
	}
	return tx.PutRunObject(r.row)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
