package ui

import (
	"context"
	"strings"

	crmsync "crmsync/sync"
)

// liveSettings reads and changes the contract's settings.
type liveSettings struct{ live }

// Settings lists what is changed here; the switches of writeback have their own screen.
func (s liveSettings) Settings(ctx context.Context) ([]Setting, error) {
	all, err := s.engine.Settings(ctx)
	if err != nil {
		return nil, err
	}
	stages, err := s.stages(ctx)
	if err != nil {
		return nil, err
	}
	var out []Setting
	for _, group := range []Field{{"Import", "import."}, {"Matching", "match."}, {"Opportunities", "opportunity."}, {"Auto-save", "autosave."}, {"Writeback", "writeback."}, {"Contract", "contract."}, {"ROI", "roi."}} {
		for _, setting := range all {
			if setting.Act != crmsync.ActSettingSet || !strings.HasPrefix(setting.Key, group.Value) {
				continue
			}
			out = append(out, settingRow(group, setting, stages))
		}
	}
	return out, nil
}

// settingRow says a setting in the screen's terms.
func settingRow(group Field, s crmsync.Setting, stages []string) Setting {
	row := Setting{Group: group.Name, Key: s.Key, Name: settingName(s.Key, group.Value), Value: s.Value, Default: s.Default, Unit: s.Unit, Note: s.Text, Choices: s.Choices}
	switch s.Kind {
	case crmsync.KindBool:
		row.Choices = []string{"false", "true"}
	case crmsync.KindStage:
		row.Choices = stages
	}
	return row
}

// settingName is a setting's name for people; one that has none is called by its key.
func settingName(key, group string) string {
	switch key {
	case crmsync.SettingImportHours:
		return "Every"
	case crmsync.SettingImportIDs:
		return "LinkedIn ids in the org"
	case crmsync.SettingReadStop:
		return "Stop reading at"
	case crmsync.SettingOwnShare:
		return "Own share of API calls"
	case crmsync.SettingMatchFloor:
		return "Match floor"
	case crmsync.SettingMatchAccept:
		return "Accept alone from"
	case crmsync.SettingFromStage:
		return "From stage"
	case crmsync.SettingRevenueField:
		return "Revenue field"
	case crmsync.SettingAutoSave:
		return "Auto-save"
	case crmsync.SettingWriteMinutes:
		return "Every"
	case crmsync.SettingWriteTimezone:
		return "Time zone of dates"
	case crmsync.SettingCallDate:
		return "Date on calls"
	case crmsync.SettingSyncKeyField:
		return "Field of our key"
	case crmsync.SettingDeleteOwn:
		return "Removal of own rows"
	case crmsync.SettingEdition:
		return "Edition"
	case crmsync.SettingROIConsent:
		return "Consent to reports"
	}
	for _, kind := range crmsync.Kinds() {
		switch key {
		case crmsync.SettingRecordTypeKey(string(kind)):
			return "Record type, " + kind.Label()
		case crmsync.SettingSubjectKey(string(kind)):
			return "Subject, " + kind.Label()
		}
	}
	return strings.NewReplacer("_", " ", ".", " ").Replace(strings.TrimPrefix(key, group))
}

// stages are the open stages of the org in their order, after "" for the first.
func (s liveSettings) stages(ctx context.Context) ([]string, error) {
	stages, err := s.store.Stages(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{""}
	for _, stage := range stages {
		if !stage.Closed {
			out = append(out, stage.Name)
		}
	}
	if len(out) == 1 {
		return nil, nil
	}
	return out, nil
}

// Preview says what a setting would change.
func (s liveSettings) Preview(ctx context.Context, key, value string) ([]string, error) {
	preview, err := s.engine.PreviewSetting(ctx, key, value)
	return preview.Lines(), err
}

// Set changes one setting, unless it is not as it was seen.
func (s liveSettings) Set(ctx context.Context, key, value string, seen *string) (string, error) {
	return s.engine.SetSettingSeen(ctx, s.actor, key, value, seen)
}
