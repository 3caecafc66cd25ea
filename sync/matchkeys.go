package sync

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// keysPage is the number of records or members whose keys are written in one transaction.
const keysPage = 2000

// keys brings the key tables up to date before a full run: those of records and members that changed since the last run
// that ended well, or of all when there was none, or it made other keys, or everything is to be done anew.
func (m *matchRun) keys(ctx context.Context, kind match.Kind) error {
	if m.keyed[kind] {
		return nil
	}
	isWhole := m.options.Full || !m.base.known
	if err := m.memberKeys(ctx, kind, isWhole); err != nil {
		return err
	}
	if err := m.recordKeys(ctx, kind, isWhole); err != nil {
		return err
	}
	m.keyed[kind] = true
	return nil
}

func (m *matchRun) memberKeys(ctx context.Context, kind match.Kind, isWhole bool) error {
	since := m.base.since()
	if isWhole {
		since = time.Time{}
	}
	var page []keyed
	for member, err := range m.engine.networkMembers(ctx, kind, since) {
		if err != nil {
			return err
		}
		page = append(page, keyed{member.ID, match.MemberKeys(kind, member)})
		if len(page) == keysPage {
			if err := m.writeKeys(ctx, matchWrites{memberKeys: page}); err != nil {
				return err
			}
			page = page[:0]
		}
	}
	return m.writeKeys(ctx, matchWrites{memberKeys: page})
}

func (m *matchRun) recordKeys(ctx context.Context, kind match.Kind, isWhole bool) error {
	var page []keyed
	add := func(record match.Record) error {
		page = append(page, keyed{record.ID, match.Keys(kind, record)})
		if len(page) < keysPage {
			return nil
		}
		err := m.writeKeys(ctx, matchWrites{recordKeys: page})
		page = page[:0]
		return err
	}
	if isWhole {
		for record, err := range m.engine.crmRecords(ctx, kind, nil) {
			if err == nil {
				err = add(record)
			}
			if err != nil {
				return err
			}
		}
		return m.writeKeys(ctx, matchWrites{recordKeys: page})
	}
	ids, err := m.changedRecords(ctx, kind, math.MaxInt32)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, keysPage) {
		records, err := m.engine.matchRecordsOf(ctx, kind, chunk)
		if err != nil {
			return err
		}
		for _, record := range records {
			if err := add(record); err != nil {
				return err
			}
		}
	}
	return m.writeKeys(ctx, matchWrites{recordKeys: page})
}

func (m *matchRun) writeKeys(ctx context.Context, w matchWrites) error {
	if len(w.recordKeys)+len(w.memberKeys) == 0 {
		return nil
	}
	if err := m.engine.store.Write(ctx, func(tx *store.Tx) error { return putKeys(tx, w) }); err != nil {
		return fmt.Errorf("keep the keys: %w", err)
	}
	return nil
}
