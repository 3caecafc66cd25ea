package sync

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// Preview is the blast radius of a setting before it is applied: how much of
// what it decides there is now, and how much there would be.
type Preview struct {
	Key    string `json:"key"`
	Before string `json:"before"`
	After  string `json:"after"`
	What   string `json:"what"` // what is counted; "" when nothing is
	Now    int64  `json:"now"`
	Then   int64  `json:"then"`

	Sums      []PreviewSum   `json:"values,omitempty"` // by currency, never mixed
	Stages    []PreviewStage `json:"stages,omitempty"` // of the opportunity list
	Gained    int64          `json:"gained"`
	Lost      int64          `json:"lost"`
	Comes     []string       `json:"comes,omitempty"` // names of some that come
	Goes      []string       `json:"goes,omitempty"`
	Saves     int64          `json:"saves"`                // that the next import would make for what comes
	SavesMore bool           `json:"saves_more,omitempty"` // only those of the first 500 were counted
	Note      string         `json:"note,omitempty"`
}

// PreviewSetting tells what a setting's new value would change, without
// changing it.
func (e *Engine) PreviewSetting(ctx context.Context, key, value string) (Preview, error) {
	spec, err := lookSetting(key)
	if err != nil {
		return Preview{}, err
	}
	kept, err := spec.Parse(value)
	if err != nil {
		return Preview{}, err
	}
	if err := e.checkAgainstOrg(ctx, spec, kept); err != nil {
		return Preview{}, err
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Key: key, Before: settings.Text(key), After: kept}
	floor, accept := settings.Int(SettingMatchFloor), settings.Int(SettingMatchAccept)
	switch key {
	case SettingMatchFloor:
		floor, err = strconv.Atoi(kept)
	case SettingMatchAccept:
		accept, err = strconv.Atoi(kept)
	}
	if err := cmp.Or(err, thresholdsFit(floor, accept)); err != nil {
		return p, err
	}
	switch key {
	case SettingFromStage:
		err = e.previewList(ctx, settings, &p)
	case SettingRevenueField:
		err = e.previewRevenue(ctx, &p)
	case SettingMatchFloor:
		p.What, p.Note = "pairs at or above it", "pairs that a lower floor lets in are found by the next full match run"
		if p.Now, err = e.countAtScore(ctx, settings.Int(key)); err == nil {
			settings.values = map[string]string{key: kept}
			p.Then, err = e.countAtScore(ctx, settings.Int(key))
		}
	case SettingAutoSave:
		p.What, p.Note = "saves that stand", "none of them is removed"
		if p.Now, err = e.store.CountSaves(ctx); err == nil {
			p.Then = p.Now
		}
	case SettingMatchAccept:
		p.What = "matches at or above it"
		p.Now, err = e.countAtScore(ctx, settings.Int(key))
		if err == nil {
			settings.values = map[string]string{key: kept}
			p.Then, err = e.countAtScore(ctx, settings.Int(key))
		}
	}
	return p, err
}

func (e *Engine) countAtScore(ctx context.Context, percent int) (int64, error) {
	return e.store.CountMatchQuery(ctx, store.MatchQuery{MinScore: int64(percent) * store.ScoreUnit / 100})
}

// stages returns the org's stages as the last import read them.
func (e *Engine) stages(ctx context.Context) ([]Stage, error) {
	rows, err := e.store.Stages(ctx)
	if err != nil {
		return nil, err
	}
	stages := make([]Stage, len(rows))
	for i, row := range rows {
		stages[i] = Stage{Name: row.Name, Label: row.Label, Order: row.Order, Closed: row.Closed, Won: row.Won}
	}
	return stages, nil
}

// checkAgainstOrg checks the settings that name something of the org.
func (e *Engine) checkAgainstOrg(ctx context.Context, spec SettingSpec, value string) error {
	switch {
	case value == "" || value == spec.Default:
		return nil
	case spec.Kind == KindStage:
		return e.checkStage(ctx, spec, value)
	case spec.Kind == KindRevenue:
		return e.checkField(ctx, spec, value, "Opportunity", revenueField)
	case spec.Kind == KindField:
		return e.checkField(ctx, spec, value, "Task", func(f salesforce.Field) bool { return f.ExternalID && f.Unique && f.Createable })
	case spec.Kind == KindRecordType:
		return e.checkRecordType(ctx, spec, value)
	}
	return nil
}

// revenueField is decision 9: any currency or number field.
func revenueField(f salesforce.Field) bool {
	return slices.Contains([]string{"currency", "double", "int", "long"}, strings.ToLower(f.Type))
}

func (e *Engine) checkStage(ctx context.Context, spec SettingSpec, value string) error {
	stages, err := e.stages(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, stage := range stages {
		if stage.Name == value {
			return nil
		}
		if !stage.Closed {
			names = append(names, stage.Name)
		}
	}
	if len(names) == 0 {
		return fault("settings.no_stages", "Import first: crmsync import.", "the org's stages are not known yet")
	}
	return spec.invalid(value, "one of "+strings.Join(names, ", "))
}

func (e *Engine) checkField(ctx context.Context, spec SettingSpec, value, object string, fits func(salesforce.Field) bool) error {
	client, _, err := e.client(ctx)
	if err != nil {
		return err
	}
	described, err := client.Describe(ctx, object)
	if err != nil {
		return e.noteFailure(ctx, err)
	}
	if field, ok := described.Field(value); ok && fits(field) {
		return nil
	}
	var names []string
	for _, field := range described.Fields {
		if fits(field) {
			names = append(names, field.Name)
		}
	}
	if len(names) == 0 {
		return spec.invalid(value, "a field of "+object+" that this org does not have")
	}
	return spec.invalid(value, "one of "+strings.Join(names, ", "))
}

func (e *Engine) checkRecordType(ctx context.Context, spec SettingSpec, value string) error {
	client, _, err := e.client(ctx)
	if err != nil {
		return err
	}
	described, err := client.Describe(ctx, "Task")
	if err != nil {
		return e.noteFailure(ctx, err)
	}
	types, err := client.RecordTypes(ctx, described)
	if err != nil {
		return e.noteFailure(ctx, err)
	}
	var names []string
	for _, recordType := range types {
		if !recordType.Active || !recordType.Available {
			continue
		}
		if recordType.FullName() == value || recordType.ID == value {
			return nil
		}
		names = append(names, recordType.FullName())
	}
	return spec.invalid(value, "one of "+nameOr(strings.Join(names, ", "), "the record types of Task, of which the integration user sees none"))
}
