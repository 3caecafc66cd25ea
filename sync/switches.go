package sync

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"crmsync/store"
)

// SetContractSwitch turns writeback on or off for the contract (S8, S23). Turning it on needs a connection and the
// Sales Navigator application in the org (S34; code "writeback.no_package"). It opts nobody in.
func (e *Engine) SetContractSwitch(ctx context.Context, actor Actor, on bool) (auditID string, err error) {
	if err := Allowed(actor, ActWritebackSwitch); err != nil {
		return "", err
	}
	if on {
		connection, err := e.store.Connection(ctx)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return "", errNotConnected()
		case err != nil:
			return "", fmt.Errorf("read the connection: %w", err)
		case !connection.HasPackage:
			return "", fault("writeback.no_package", HoldPackage.Fix, "%s", HoldPackage.Text)
		}
	}
	actor, err = e.secondAdmin(ctx, actor, taskSwitch, switchArgs{"", on}, func() (sight, error) { return e.switchSight(ctx, "writeback", SettingWriteEnabled, on) })
	if err != nil {
		return "", err
	}
	return e.setSwitch(ctx, actor, ActWritebackSwitch, SettingWriteEnabled, on)
}

// SetKindSwitch says whether activities of a kind are written back at all (S107). PointDrive can be turned on only where
// the org has its record type (decision 1; code "writeback.no_record_type").
func (e *Engine) SetKindSwitch(ctx context.Context, actor Actor, kind Kind, on bool) (auditID string, err error) {
	if err := Allowed(actor, ActWritebackKind); err != nil {
		return "", err
	}
	kind, err = ParseKind(string(kind))
	if err != nil {
		return "", err
	}
	if on && kind.NeedsRecordType() {
		if err := e.needRecordType(ctx, kind); err != nil {
			return "", err
		}
	}
	key := SettingKindKey(string(kind))
	actor, err = e.secondAdmin(ctx, actor, taskKind, switchArgs{kind, on}, func() (sight, error) { return e.switchSight(ctx, "writeback of "+kind.Label(), key, on) })
	if err != nil {
		return "", err
	}
	return e.setSwitch(ctx, actor, ActWritebackKind, key, on)
}

func (e *Engine) setSwitch(ctx context.Context, actor Actor, act ActID, key string, on bool) (string, error) {
	value := strconv.FormatBool(on)
	auditID, err := e.change(ctx, actor, act, func(tx *store.Tx) (changed, error) {
		before, err := settingNow(tx, key)
		if err != nil {
			return changed{}, err
		}
		what := changed{Subject: key, After: settingState{value}}
		if before != nil {
			what.Before = *before
		}
		return what, tx.PutSetting(key, value, actor.Name)
	})
	if err != nil {
		return "", err
	}
	e.publish(Event{Kind: EventSettings, Text: key})
	return auditID, nil
}

func (e *Engine) needRecordType(ctx context.Context, kind Kind) error {
	client, connection, err := e.client(ctx)
	if err != nil {
		return err
	}
	facts, err := e.orgFacts(ctx, client, connection.OrgID)
	if err != nil {
		return e.noteFailure(ctx, err)
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return err
	}
	if facts.recordType(kind, settings.Text(SettingRecordTypeKey(string(kind)))) == "" {
		return fault("writeback.no_record_type", HoldRecordType.Fix, "the org has no record type for %s", kind.Label())
	}
	return nil
}
