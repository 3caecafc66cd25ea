package sync

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"

	"golang.org/x/sync/errgroup"

	"crmsync/match"
	"crmsync/store"
)

// The sides of a kind's blocking keys.
var (
	memberSide = map[match.Kind]store.KeySide{match.Person: store.PersonKeys, match.Company: store.CompanyKeys}
	recordSide = map[match.Kind]store.KeySide{match.Person: store.PersonRecordKeys, match.Company: store.CompanyRecordKeys}
)

// hasKeys reports whether a full run has written all keys, and none was taken away since.
func (e *Engine) hasKeys(ctx context.Context) (bool, error) {
	for _, side := range []store.KeySide{store.PersonKeys, store.CompanyKeys, store.PersonRecordKeys, store.CompanyRecordKeys} {
		has, err := e.store.HasKeys(ctx, side)
		if err != nil || !has {
			return false, err
		}
	}
	return true, nil
}

// keysPage is the number of records or members whose keys are written in one transaction.
const keysPage = 4000

// keyIntake takes down the blocking keys of all that a full run reads, while it reads: what later runs compare with are
// the very values that this one judged.
type keyIntake struct {
	ctx              context.Context // of the group
	group            *errgroup.Group
	kind             match.Kind
	members, records *store.KeyWriter
	read             digest // of all that the run reads
}

// takeKeys begins to write a kind's keys anew.
func (m *matchRun) takeKeys(ctx context.Context, kind match.Kind) (*keyIntake, error) {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	intake := &keyIntake{ctx: inner, group: group, kind: kind}
	var err error
	if intake.members, err = m.engine.store.WriteKeys(ctx, memberSide[kind]); err != nil {
		return nil, fmt.Errorf("begin to keep the keys of members: %w", err)
	}
	if intake.records, err = m.engine.store.WriteKeys(ctx, recordSide[kind]); err != nil {
		return nil, fmt.Errorf("begin to keep the keys of records: %w", err)
	}
	return intake, nil
}

// input is what a run reads, with the keys of all that it reads taken down.
func (k *keyIntake) input(records iter.Seq2[match.Record, error], members iter.Seq2[match.Member, error], decisions []match.Decision) match.Input {
	return match.Input{Kind: k.kind, Decisions: decisions,
		Records: taking(k, k.records, records, func(r match.Record) store.KeyOwner { return recordOwner(k.kind, r) }),
		Members: taking(k, k.members, members, func(m match.Member) store.KeyOwner { return memberOwner(k.kind, m) })}
}

// recordOwner is a record with its keys.
func recordOwner(kind match.Kind, record match.Record) store.KeyOwner {
	return store.KeyOwner{ID: record.ID, Keys: match.Keys(kind, record)}
}

// memberOwner is a member with its keys.
func memberOwner(kind match.Kind, member match.Member) store.KeyOwner {
	return store.KeyOwner{ID: member.ID, Keys: match.MemberKeys(kind, member)}
}

// taking yields values on and hands them to the group by pages.
func taking[T any](k *keyIntake, writer *store.KeyWriter, values iter.Seq2[T, error], owner func(T) store.KeyOwner) iter.Seq2[T, error] {
	write := func(page []T) {
		k.group.Go(func() error {
			owners := make([]store.KeyOwner, len(page))
			for i, value := range page {
				if err := k.ctx.Err(); err != nil {
					return err
				}
				if err := k.read.add(value); err != nil {
					return err
				}
				owners[i] = owner(value)
			}
			return writer.Add(k.ctx, owners)
		})
	}
	return func(yield func(T, error) bool) {
		page := make([]T, 0, keysPage)
		for value, err := range values {
			if err == nil {
				page = append(page, value)
			}
			if len(page) == keysPage {
				write(page)
				page = make([]T, 0, keysPage)
			}
			if !yield(value, err) {
				return
			}
		}
		write(page)
	}
}

// wait ends the intake after the run that read; failure is that run's.
func (k *keyIntake) wait(failure error) error {
	err := k.group.Wait()
	if failure != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return failure
	}
	if err != nil {
		return fmt.Errorf("keep the keys: %w", err)
	}
	return nil
}

// finish puts the keys in force. Records are looked up by keys that the model follows only; members also by those that a
// search follows.
func (k *keyIntake) finish(ctx context.Context, model *match.Model) error {
	err := k.members.Finish(ctx, func(key uint64, owners int) bool { return owners <= searchMembers || model.Follows(key) })
	if err == nil {
		err = k.records.Finish(ctx, func(key uint64, _ int) bool { return model.Follows(key) })
	}
	if err != nil {
		return fmt.Errorf("keep the keys: %w", err)
	}
	return nil
}

// changeKeys keeps the keys of what changed.
func changeKeys(tx *store.Tx, w matchWrites) error {
	if err := tx.ChangeKeys(recordSide[w.kind], w.recordKeys); err != nil {
		return fmt.Errorf("keep the keys of records: %w", err)
	}
	if err := tx.ChangeKeys(memberSide[w.kind], w.memberKeys); err != nil {
		return fmt.Errorf("keep the keys of members: %w", err)
	}
	return nil
}
