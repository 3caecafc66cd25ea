package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"crmsync/store"
)

// Setting is a setting with its present value.
type Setting struct {
	SettingSpec
	Value     string
	IsDefault bool
}

// settingsOf reads the contract's settings at this moment.
func (e *Engine) settingsOf(ctx context.Context) (Settings, error) {
	rows, err := e.store.Settings(ctx)
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings: %w", err)
	}
	values := make(map[string]string, len(rows))
	for _, row := range rows {
		values[row.Name] = row.Value
	}
	return Settings{values: values}, nil
}

// Settings lists every setting with its present value.
func (e *Engine) Settings(ctx context.Context) ([]Setting, error) {
	now, err := e.settingsOf(ctx)
	if err != nil {
		return nil, err
	}
	var all []Setting
	for _, spec := range settingSpecs {
		_, stored := now.values[spec.Key]
		all = append(all, Setting{SettingSpec: spec, Value: now.Text(spec.Key), IsDefault: !stored})
	}
	return all, nil
}

// settingState is what the audit trail keeps of a setting: nil for "default".
type settingState struct {
	Value string `json:"value"`
}

// SetSetting changes a setting. The switches of writeback have acts of their
// own and are refused here.
func (e *Engine) SetSetting(ctx context.Context, actor Actor, key, value string) (auditID string, err error) {
	return e.SetSettingSeen(ctx, actor, key, value, nil)
}

// SetSettingSeen is SetSetting for somebody who looked at the setting before: when it is not as it was seen any more,
// nothing is changed and the error settings.changed says who changed it.
func (e *Engine) SetSettingSeen(ctx context.Context, actor Actor, key, value string, seen *string) (auditID string, err error) {
	spec, err := lookSetting(key)
	if err != nil {
		return "", err
	}
	if spec.Act != ActSettingSet {
		return "", fault("settings.own_act", ownActHint(spec.Act), "%s is switched by an act of its own", key)
	}
	if err := Allowed(actor, spec.Act); err != nil {
		return "", err
	}
	kept, err := spec.Parse(value)
	if err != nil {
		return "", err
	}
	if err := e.checkAgainstOrg(ctx, spec, kept); err != nil {
		return "", err
	}
	if key == SettingSecondAdmin {
		if actor, err = e.switchingOff(ctx, actor, kept); err != nil {
			return "", err
		}
	}
	auditID, err = e.change(ctx, actor, spec.Act, func(tx *store.Tx) (changed, error) {
		before, err := settingNow(tx, key)
		if err != nil {
			return changed{}, err
		}
		if err := stillSeen(tx, spec, seen); err != nil {
			return changed{}, err
		}
		what := changed{Subject: key, After: settingState{kept}}
		if before != nil {
			what.Before = *before
		}
		err = keepsSecond(tx, actor, func() error { return tx.PutSetting(key, kept, actor.Name) })
		if err == nil && key == SettingSecondAdmin {
			err = keepsTwoAdmins(tx)
		}
		if err == nil && (key == SettingMatchFloor || key == SettingMatchAccept) {
			err = keepsThresholds(tx)
		}
		return what, err
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventSettings, Text: key})
	if key == SettingImportHours || key == SettingWriteMinutes {
		return auditID, e.reschedule(ctx)
	}
	return auditID, nil
}

// stillSeen refuses a change of a setting that is not as it was seen: two people who change it at once do not write over
// each other without knowing.
func stillSeen(tx *store.Tx, spec SettingSpec, seen *string) error {
	if seen == nil {
		return nil
	}
	now, who := spec.Default, "somebody"
	row, err := tx.Setting(spec.Key)
	switch {
	case err == nil:
		now, who = row.Value, nameOr(row.ChangedBy, who)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	if now == *seen {
		return nil
	}
	return fault("settings.changed", "Look at it as it is now, and change it again.", "%s set %s to %q meanwhile", who, spec.Key, now)
}

// ownActHint names the command of a setting that has an act of its own.
func ownActHint(act ActID) string {
	if act == ActROIConsent {
		return "Use crmsync roi consent on or off."
	}
	return "Use crmsync writeback enable or disable."
}

func settingNow(tx *store.Tx, key string) (*settingState, error) {
	row, err := tx.Setting(key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &settingState{row.Value}, nil
}

// restoreSetting is the way back of a changed setting, writeback's switches
// included.
func restoreSetting(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	current, err := settingNow(tx, subject)
	if err != nil {
		return err
	}
	expected, there, err := decodeState[settingState](now)
	if err != nil {
		return err
	}
	if there != (current != nil) || (there && *current != expected) {
		return fmt.Errorf("setting %s: %w", subject, errStale)
	}
	wanted, there, err := decodeState[settingState](want)
	if err != nil {
		return err
	}
	if there {
		return tx.PutSetting(subject, wanted.Value, "undo")
	}
	return tx.DeleteSetting(subject)
}
