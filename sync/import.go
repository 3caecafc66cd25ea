package sync

import (
	"context"
	"errors"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// ImportOptions say what to import.
type ImportOptions struct {
	Full    bool     `json:"full,omitempty"`    // read everything, not only what changed
	Objects []string `json:"objects,omitempty"` // none = all seven
}

// ImportReport is what an import did; its JSON is a contract with scripts.
type ImportReport struct {
	OK       bool           `json:"ok"`
	Objects  []ObjectReport `json:"objects"`
	APICalls int64          `json:"api_calls"`
	Seconds  float64        `json:"seconds"`

	RunID string `json:"-"`
}

// ObjectReport is what an import did with one object. Inserted, updated,
// deleted and unchanged add up to fetched; records that vanished from the org
// without being read count as deleted besides.
type ObjectReport struct {
	Object    string       `json:"object"`
	Fetched   int64        `json:"fetched"`
	Inserted  int64        `json:"inserted"`
	Updated   int64        `json:"updated"`
	Deleted   int64        `json:"deleted"`
	Unchanged int64        `json:"unchanged"`
	Pages     int64        `json:"pages"`
	APICalls  int64        `json:"api_calls"`
	Seconds   float64      `json:"seconds"`
	Error     *ReportError `json:"error"`
}

// ReportError is a failure in a report.
type ReportError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// importing is one import under way.
type importing struct {
	engine   *Engine
	client   *salesforce.Client
	run      store.Run
	settings Settings
	full     bool
	calls    int64 // of the client when the import began
	sees     *bool // whether the user sees all records, once it was asked
	compared bool  // the ids of an object were compared
}

// Import reads the objects that were asked for from the org: each one whole or
// what changed since its watermark. An object that fails is reported and keeps
// its watermark; the others go on.
func (e *Engine) Import(ctx context.Context, actor Actor, options ImportOptions) (ImportReport, error) {
	report, run, err := e.importRun(ctx, actor, options)
	if run.ID == "" {
		return report, err
	}
	state := importState(report, err)
	return report, errors.Join(err, e.endRun(ctx, run, state, report, firstError(report, err)))
}

// importRun does an import and leaves its run row open for what follows it.
func (e *Engine) importRun(ctx context.Context, actor Actor, options ImportOptions) (ImportReport, store.Run, error) {
	if err := Allowed(actor, ActImportRun); err != nil {
		return ImportReport{}, store.Run{}, err
	}
	objects, err := chosenObjects(options.Objects)
	if err != nil {
		return ImportReport{}, store.Run{}, err
	}
	client, _, err := e.client(ctx)
	if err != nil {
		return ImportReport{}, store.Run{}, err
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return ImportReport{}, store.Run{}, err
	}
	run, err := e.beginRun(ctx, JobImport, actor)
	if err != nil {
		return ImportReport{}, store.Run{}, err
	}
	im := &importing{engine: e, client: client, run: run, settings: settings, full: options.Full, calls: client.Calls()}
	report, err := im.all(ctx, objects)
	run.APICalls = report.APICalls
	return report, run, err
}

// all imports the objects in order and then follows what was merged or
// converted. What goes wrong for the whole org is found out once: the objects
// that are left fail with the same reason, and nobody waits for each of them.
func (im *importing) all(ctx context.Context, objects []string) (ImportReport, error) {
	began := im.engine.now()
	report := ImportReport{OK: true, Objects: []ObjectReport{}, RunID: im.run.ID}
	var stop error
	for i, name := range objects {
		object, ok := store.ObjectNamed(name)
		if !ok {
			continue
		}
		row, described, err := im.object(ctx, object)
		report.Objects = append(report.Objects, reportOf(row))
		if err == nil {
			continue
		}
		report.OK = false
		if stop = im.engine.stopsAll(ctx, err, described); stop != nil {
			report.Objects = append(report.Objects, im.notTried(ctx, objects[i+1:], stop)...)
			break
		}
	}
	if stop == nil {
		if err := im.follow(ctx); err != nil {
			report.OK, stop = false, err
		}
	}
	report.APICalls = im.client.Calls() - im.calls
	report.Seconds = im.engine.now().Sub(began).Seconds()
	return report, errors.Join(stop, im.engine.noteConnection(ctx, im.client))
}

// stopsAll returns the error when it makes no sense to go on with the next
// object: the org cannot be reached or refuses everything, the budget is used
// up, the work was taken away, the caller gave up. An org that does not even
// describe an object does no better with the next one.
func (e *Engine) stopsAll(ctx context.Context, err error, described bool) error {
	if errors.Is(err, store.ErrLost) {
		return err
	}
	err = e.noteFailure(ctx, err)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case salesforce.Classify(err) == salesforce.ActionStop, salesforce.OrgWide(err), !described && salesforce.Unanswered(err):
		return err
	}
	return nil
}

// notTried keeps why the objects that are left were not read. It says nothing
// when the work was taken away or stopped: that is no failure of theirs.
func (im *importing) notTried(ctx context.Context, objects []string, cause error) []ObjectReport {
	if ctx.Err() != nil || errors.Is(cause, store.ErrLost) || salesforce.Classify(cause) == salesforce.ActionStop {
		return nil
	}
	var reason interface {
		error
		Code() string
	}
	if errors.As(cause, &reason) { // without the object and the call that met it
		cause = reason
	}
	var reports []ObjectReport
	for _, name := range objects {
		object, ok := store.ObjectNamed(name)
		if !ok {
			continue
		}
		row := store.RunObject{RunID: im.run.ID, Object: name}
		im.fails(&row, &objectError{name, cause})
		if err := im.engine.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRunObject(row) }); err != nil {
			im.engine.log.Warn("the run does not tell about an object", "object", object.Name, "code", CodeOf(err))
		}
		reports = append(reports, reportOf(row))
	}
	return reports
}

// fails makes the row of an object say that it was not imported, and why.
func (im *importing) fails(row *store.RunObject, err error) {
	row.State, row.ErrorCode, row.ErrorText = store.RunFailed, CodeOf(err), told(err)
	im.engine.log.Warn("an object was not imported", "object", row.Object, "code", row.ErrorCode)
}

// objectError is what kept an object from being imported.
type objectError struct {
	object string
	cause  error
}

func (e *objectError) Error() string { return "import " + e.object + ": " + e.cause.Error() }

func (e *objectError) Unwrap() error { return e.cause }

// noteConnection records the org's API meter and what we have spent.
func (e *Engine) noteConnection(ctx context.Context, client *salesforce.Client) error {
	return e.store.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		connection, err := tx.Connection()
		if err != nil {
			return err
		}
		noteUsage(&connection, client)
		if err := tx.PutConnection(connection); err != nil {
			return err
		}
		return e.keepBudget(tx)
	})
}

func importState(report ImportReport, err error) store.RunState {
	if err != nil {
		return stateOf(err)
	}
	if !report.OK {
		return store.RunPartial
	}
	return store.RunDone
}

// firstError is the error a run's row tells: what ended it, else the first
// object's.
func firstError(report ImportReport, err error) error {
	if err != nil {
		return err
	}
	for _, object := range report.Objects {
		if object.Error != nil {
			return fault(object.Error.Code, "", "%s: %s", object.Object, object.Error.Message)
		}
	}
	return nil
}

func reportOf(row store.RunObject) ObjectReport {
	report := ObjectReport{Object: row.Object, Fetched: row.Fetched, Inserted: row.Inserted, Updated: row.Updated, Deleted: row.Deleted,
		Unchanged: row.Unchanged, Pages: row.Pages, APICalls: row.APICalls, Seconds: row.Took.Round(time.Millisecond).Seconds()}
	if row.ErrorCode != "" {
		report.Error = &ReportError{Code: row.ErrorCode, Message: row.ErrorText}
	}
	return report
}
