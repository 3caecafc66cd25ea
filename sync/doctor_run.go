package sync

import (
	"context"
	"errors"
	"slices"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// Doctor checks whether this org can be worked with, and what stands in the
// way of which part. Not being connected is a finding, no error.
func (e *Engine) Doctor(ctx context.Context, _ Actor) (DoctorReport, error) {
	report := DoctorReport{Checked: e.now().UTC()}
	client, connection, err := e.client(ctx)
	if code := CodeOf(err); err != nil {
		if code != "connect.none" && code != "connect.revoked" {
			return report, err
		}
		report.Checks = []Check{failed("Connection", err.Error(), BlocksEverything, HintOf(err)), e.checkDisk()}
		return report, nil
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return report, err
	}
	forecast, err := e.forecast(ctx)
	if err != nil {
		return report, err
	}
	fields := map[string][]string{"Task": taskFields, "Note": noteFields}
	for _, object := range store.Objects() {
		fields[object.Name] = append(append([]string(nil), object.Fields...), "SystemModstamp")
	}
	revenue := settings.Text(SettingRevenueField)
	if revenue != "" && !slices.Contains(fields["Opportunity"], revenue) {
		fields["Opportunity"] = append(fields["Opportunity"], revenue)
	}
	facts := client.Preflight(ctx, salesforce.PreflightOptions{Fields: fields, RecordTypes: []string{"Task"},
		Rules: []string{"Task"}, Lists: parentObjects, Policies: true})
	report.APICalls = facts.Calls
	if network := (*salesforce.NetworkError)(nil); errors.As(facts.Identity.Err, &network) {
		report.Checks = []Check{failed("Connection", network.Error(), BlocksEverything, network.Hint()), e.checkDisk()}
		return report, nil
	}
	report.Checks = judge(facts, Objects(), connection.UserID, forecast.Calls, settings.Int(SettingReadStop))
	report.Checks = append(report.Checks, e.checkDisk())
	if report.Fields, err = e.compareFields(ctx, facts, revenue); err != nil {
		return report, err
	}
	report.OK = true
	for _, check := range report.Checks {
		report.OK = report.OK && check.State != CheckFail
	}
	if facts.Identity.Err != nil {
		if err := e.noteFailure(ctx, facts.Identity.Err); err != nil && !signInEnded(err) {
			return report, err
		}
	}
	return report, e.notePreflight(ctx, client, facts)
}

// notePreflight keeps what the check found out about the org: writeback asks
// for the package (S34), screens show the meter.
func (e *Engine) notePreflight(ctx context.Context, client *salesforce.Client, facts salesforce.Facts) error {
	return e.store.Write(ctx, func(tx *store.Tx) error {
		connection, err := tx.Connection()
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		notePackage(&connection, facts)
		noteUsage(&connection, client)
		if err := tx.PutConnection(connection); err != nil {
			return err
		}
		return e.keepBudget(tx)
	})
}

// forecast is what the next import is expected to cost in API calls, from what
// is in and what the last one read.
func (e *Engine) forecast(ctx context.Context) (salesforce.Forecast, error) {
	run, err := e.store.LastRun(ctx, string(JobImport), store.RunDone, store.RunPartial)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return salesforce.Forecast{}, err
	}
	last := map[string]store.RunObject{}
	if err == nil {
		rows, err := e.store.RunObjects(ctx, run.ID)
		if err != nil {
			return salesforce.Forecast{}, err
		}
		for _, row := range rows {
			last[row.Object] = row
		}
	}
	var objects []salesforce.ObjectForecast
	for _, object := range store.Objects() {
		state, err := e.store.ImportState(ctx, object.Name)
		if err != nil {
			return salesforce.Forecast{}, err
		}
		objects = append(objects, objectForecast(object, state, last[object.Name], run.StartedAt, e.page))
	}
	return salesforce.ForecastRun(objects), nil
}

// objectForecast says how an object will be read: whole when it never was, else
// what changed, which is as much as the last import of changes found. One that
// read it whole, at or after began, says nothing of that.
func objectForecast(object store.Object, state store.ImportState, last store.RunObject, began time.Time, page int) salesforce.ObjectForecast {
	f := salesforce.ObjectForecast{Object: object.Name, Rows: last.Fetched, PageRows: page}
	if object.Name == "UserRole" {
		f.REST = true
		return f
	}
	if state.Watermark.IsZero() {
		return f
	}
	if !state.FullAt.Before(began) {
		f.Rows = 0
	}
	f.REST = f.Rows < int64(min(smallWindow, page))
	f.Deleted = object.Name != "User"
	return f
}
