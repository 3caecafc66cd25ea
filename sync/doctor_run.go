package sync

import (
	"context"
	"errors"

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
		report.Checks = []Check{failed("Connection", err.Error(), BlocksEverything, HintOf(err))}
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
	facts := client.Preflight(ctx, salesforce.PreflightOptions{Fields: fields, RecordTypes: []string{"Task"}})
	report.APICalls = facts.Calls
	report.Checks = judge(facts, Objects(), connection.UserID, forecast.Calls, settings.Int(SettingReadStop))
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
		return tx.PutConnection(connection)
	})
}

// forecast is what the next import is expected to cost, from what the last one
// read.
func (e *Engine) forecast(ctx context.Context) (salesforce.Forecast, error) {
	var objects []salesforce.ObjectForecast
	last := map[string]int64{}
	run, err := e.store.LastRun(ctx, string(JobImport), store.RunDone, store.RunPartial)
	if err == nil {
		rows, err := e.store.RunObjects(ctx, run.ID)
		if err != nil {
			return salesforce.Forecast{}, err
		}
		for _, row := range rows {
			last[row.Object] = row.Fetched
		}
	} else if !errors.Is(err, store.ErrNotFound) {
		return salesforce.Forecast{}, err
	}
	for _, name := range objectNames {
		objects = append(objects, salesforce.ObjectForecast{Object: name, Rows: last[name], PageRows: e.page, REST: name == "UserRole"})
	}
	return salesforce.ForecastRun(objects), nil
}
