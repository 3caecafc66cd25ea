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
	name := strings.NewReplacer("_", " ", ".", " ").Replace(strings.TrimPrefix(s.Key, group.Value))
	row := Setting{Group: group.Name, Key: s.Key, Name: strings.ToUpper(name[:1]) + name[1:], Value: s.Value, Default: s.Default, Note: s.Text, Choices: s.Choices}
	if s.Unit != "" {
		row.Note = s.Unit + ". " + s.Text
	}
	switch s.Kind {
	case crmsync.KindBool:
		row.Choices = []string{"false", "true"}
	case crmsync.KindStage:
		row.Choices = stages
	}
	return row
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

// Set changes one setting.
func (s liveSettings) Set(ctx context.Context, key, value string) (string, error) {
	return s.engine.SetSetting(ctx, s.actor, key, value)
}
