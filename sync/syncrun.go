package sync

import (
	"context"
	"errors"
	"fmt"

	"crmsync/store"
)

// SyncReport is what a whole sync did: import, match run, and the steps after
// them. Match and Steps are nil when they did not run.
type SyncReport struct {
	Import ImportReport `json:"import"`
	Match  *MatchReport `json:"match,omitempty"`
	Steps  *StepsReport `json:"steps,omitempty"`
}

// Sync does what the schedule does every twelve hours (S66, S67): import, then
// a match run, then the four steps. Match run and steps need whole objects:
// they wait for the next sync when an object that they need failed.
func (e *Engine) Sync(ctx context.Context, actor Actor, options ImportOptions) (SyncReport, error) {
	imported, run, err := e.importRun(ctx, actor, options)
	report := SyncReport{Import: imported}
	if run.ID == "" {
		return report, err
	}
	if err == nil && wholeEnough(imported) {
		err = e.afterwards(ctx, run, &report)
	}
	state := importState(imported, err)
	return report, errors.Join(err, e.endRun(ctx, run, state, report, firstError(imported, err)))
}

// afterwards runs the match and the steps for an import that ended well.
func (e *Engine) afterwards(ctx context.Context, run store.Run, report *SyncReport) error {
	matched, err := e.Match(ctx, EngineActor, MatchOptions{Run: run.ID})
	if err != nil {
		return fmt.Errorf("match run: %w", err)
	}
	report.Match = &matched
	steps, err := e.AfterImport(ctx, run.ID)
	if err != nil {
		return fmt.Errorf("after the import: %w", err)
	}
	report.Steps = &steps
	return nil
}

// wholeEnough tells whether everything that a match run and auto-save look at
// is in. Roles and users only map seats.
func wholeEnough(report ImportReport) bool {
	for _, object := range report.Objects {
		if object.Error != nil && object.Object != "UserRole" && object.Error.Code != codeVanished {
			return false
		}
	}
	return true
}
