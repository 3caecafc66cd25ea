package sync

import (
	"context"
	"encoding/json"
	"fmt"

	"crmsync/store"
)

// taskName is one way of an act that a second admin may be asked about, as it is kept with the proposal.
type taskName string

// The tasks. An act of level bulk or forever has one at least; a test joins them with the list of acts.
const (
	taskConnect     taskName = "connect"
	taskDisconnect  taskName = "disconnect"
	taskPurge       taskName = "purge"
	taskLicences    taskName = "licence.apply"
	taskAutoMap     taskName = "seat.map"
	taskErase       taskName = "person.erase"
	taskRestore     taskName = "store.restore"
	taskConfig      taskName = "config.import"
	taskClean       taskName = "save.clean"
	taskBulk        taskName = "match.bulk"
	taskMarked      taskName = "match.marked"
	taskSwitch      taskName = "writeback.switch"
	taskKind        taskName = "writeback.kind"
	taskRetry       taskName = "outbox.retry"
	taskRetryOne    taskName = "outbox.retry.one"
	taskRemove      taskName = "written.remove"
	taskTrial       taskName = "trial.run"
	taskTrialRemove taskName = "trial.remove"
	taskSetting     taskName = "setting.set" // only to switch the second admin off
	taskUndo        taskName = "undo"        // of what switched the second admin on; the redo of a bulk act
)

// task says how an approved act is done.
type task struct {
	act     ActID
	granted bool // it needs what is not kept, so that the one who proposed it does it once it is approved
	after   bool // its audit event is kept before its work, which may be cut off and gone on with
	run     func(ctx context.Context, e *Engine, actor Actor, args json.RawMessage) (result any, err error)
}

// What is kept of the arguments of acts that have no type of their own for them.
type (
	purgeArgs  struct{ Org string }
	eraseArgs  struct{ Person, Name string }
	switchArgs struct {
		Kind Kind
		On   bool
	}
	cleanArgs struct {
		Seat   string
		Reason store.StaleReason
	}
	itemArgs   struct{ Item string }
	removeArgs struct {
		Items []string
		Org   string
	}
	settingArgs struct{ Key, Value string }
	undoArgs    struct{ Event string }
	connectArgs struct{ Flow, Host, App, User string }
	restoreArgs struct{ File, SHA256 string }
)

// doing makes the run of a task out of a function of its arguments.
func doing[A any](do func(ctx context.Context, e *Engine, actor Actor, args A) (any, error)) func(context.Context, *Engine, Actor, json.RawMessage) (any, error) {
	return func(ctx context.Context, e *Engine, actor Actor, kept json.RawMessage) (any, error) {
		var args A
		if err := json.Unmarshal(kept, &args); err != nil {
			return nil, fmt.Errorf("read what was proposed: %w", err)
		}
		return do(ctx, e, actor, args)
	}
}

// eventOf is the result of an act that returns the id of its audit event and nothing else.
func eventOf(auditID string, err error) (any, error) {
	return map[string]string{"event": auditID}, err
}

// taskNamed finds a task.
func taskNamed(name taskName) (task, bool) {
	found, ok := engineTasks()[name]
	if !ok {
		found, ok = writebackTasks()[name]
	}
	return found, ok
}

// engineTasks are those of this half's acts.
func engineTasks() map[taskName]task {
	return map[taskName]task{
		taskConnect: {act: ActConnect, granted: true},
		taskRestore: {act: ActRestore, granted: true},
		taskDisconnect: {act: ActDisconnect, run: doing(func(ctx context.Context, e *Engine, actor Actor, _ struct{}) (any, error) {
			return e.Disconnect(ctx, actor)
		})},
		taskPurge: {act: ActPurge, run: doing(func(ctx context.Context, e *Engine, actor Actor, args purgeArgs) (any, error) {
			return e.Purge(ctx, actor, args.Org)
		})},
		taskLicences: {act: ActLicences, run: doing(func(ctx context.Context, e *Engine, actor Actor, choice LicenceChoice) (any, error) {
			return eventOf(e.ApplyLicences(ctx, actor, LicencePlan{Choice: choice}))
		})},
		taskAutoMap: {act: ActSeatMap, run: doing(func(ctx context.Context, e *Engine, actor Actor, _ struct{}) (any, error) {
			return e.AutoMap(ctx, actor)
		})},
		taskErase: {act: ActPersonErase, run: doing(func(ctx context.Context, e *Engine, actor Actor, args eraseArgs) (any, error) {
			return e.ErasePerson(ctx, actor, args.Person, args.Name)
		})},
		taskConfig: {act: ActConfigImport, run: doing(func(ctx context.Context, e *Engine, actor Actor, config Config) (any, error) {
			return eventOf(e.ImportConfig(ctx, actor, config))
		})},
		taskClean: {act: ActSaveClean, run: doing(func(ctx context.Context, e *Engine, actor Actor, args cleanArgs) (any, error) {
			removed, auditID, err := e.CleanSaves(ctx, actor, args.Seat, args.Reason)
			return map[string]any{"removed": removed, "event": auditID}, err
		})},
		taskSetting: {act: ActSettingSet, run: doing(func(ctx context.Context, e *Engine, actor Actor, args settingArgs) (any, error) {
			return eventOf(e.SetSetting(ctx, actor, args.Key, args.Value))
		})},
		taskUndo: {act: ActUndo, run: doing(func(ctx context.Context, e *Engine, actor Actor, args undoArgs) (any, error) {
			return eventOf(e.Undo(ctx, actor, args.Event))
		})},
	}
}

// writebackTasks are those of the other half's.
func writebackTasks() map[taskName]task {
	return map[taskName]task{
		taskBulk: {act: ActMatchBulk, run: doing(func(ctx context.Context, e *Engine, actor Actor, filter BulkFilter) (any, error) {
			return e.AcceptBulk(ctx, actor, filter)
		})},
		taskMarked: {act: ActMatchBulk, run: doing(func(ctx context.Context, e *Engine, actor Actor, args markedArgs) (any, error) {
			return e.DecideMarked(ctx, actor, args.Pairs, args.Reject, args.Note)
		})},
		taskSwitch: {act: ActWritebackSwitch, run: doing(func(ctx context.Context, e *Engine, actor Actor, args switchArgs) (any, error) {
			return eventOf(e.SetContractSwitch(ctx, actor, args.On))
		})},
		taskKind: {act: ActWritebackKind, run: doing(func(ctx context.Context, e *Engine, actor Actor, args switchArgs) (any, error) {
			return eventOf(e.SetKindSwitch(ctx, actor, args.Kind, args.On))
		})},
		taskRetry: {act: ActOutboxRetry, run: doing(func(ctx context.Context, e *Engine, actor Actor, _ struct{}) (any, error) {
			return e.RetryFailed(ctx, actor)
		})},
		taskRetryOne: {act: ActOutboxRetry, run: doing(func(ctx context.Context, e *Engine, actor Actor, args itemArgs) (any, error) {
			return eventOf(e.RetryOutbox(ctx, actor, args.Item))
		})},
		taskRemove: {act: ActWrittenRemove, after: true, run: doing(func(ctx context.Context, e *Engine, actor Actor, args removeArgs) (any, error) {
			return e.RemoveWritten(ctx, actor, args.Items, args.Org)
		})},
		taskTrial: {act: ActTrialRun, after: true, run: doing(func(ctx context.Context, e *Engine, actor Actor, options TrialOptions) (any, error) {
			return e.RunTrial(ctx, actor, options)
		})},
		taskTrialRemove: {act: ActTrialRemove, run: doing(func(ctx context.Context, e *Engine, actor Actor, _ struct{}) (any, error) {
			return eventOf(e.RemoveTrial(ctx, actor))
		})},
	}
}
