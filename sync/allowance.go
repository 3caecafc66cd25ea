package sync

import (
	"context"
	"fmt"
	"slices"
	"time"

	"crmsync/sync/salesforce"
)

// Allowance is what is expected of the org's API calls in the next 24 hours, and which class of calls goes on how far.
// Imports are deferrable: they pause first and go on later. Writing is essential: it goes on until next to nothing is
// left. Shares are in percent.
type Allowance struct {
	NextDay     int64 `json:"next_day"` // calls of ours: imports by schedule, writing as in the last day
	Forecast    int64 `json:"forecast"` // of everybody, when the others go on as they did
	Frees       int64 `json:"frees"`    // of our calls that leave the count first
	DeferPause  int   `json:"deferrable_pause_percent"`
	DeferResume int   `json:"deferrable_resume_percent"`
	EssentialTo int   `json:"essential_stop_percent"`
}

// statusAllowance works out what is to come, from what is kept: the process that asks need not be the one that calls.
func (e *Engine) statusAllowance(ctx context.Context, s *Status) error {
	if s.APIMax == 0 {
		return nil
	}
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return err
	}
	written, err := e.store.SumAPICalls(ctx, string(JobWriteback), e.now().Add(-24*time.Hour))
	if err != nil {
		return fmt.Errorf("sum up the calls of writing: %w", err)
	}
	shares := budgetShares(settings).WithDefaults()
	percent := func(share float64) int { return int(100*share + .5) }
	a := Allowance{NextDay: written, DeferPause: percent(shares.Reads), DeferResume: percent(shares.Resume), EssentialTo: percent(shares.Writes)}
	paused := slices.ContainsFunc(s.Schedule, func(job Scheduled) bool { return job.Kind == JobImport && job.Paused })
	if every := settings.Int(SettingImportHours); !paused && every > 0 {
		a.NextDay += int64(24/every) * int64(s.ImportCalls)
	}
	a.Forecast = max(0, s.APIUsed-s.Budget.Own) + a.NextDay
	governor := salesforce.NewGovernor(salesforce.GovernorOptions{Spent: e.spentBefore(ctx), Now: e.now})
	governor.Budget() // forgets what is older than a day
	if left := governor.Spent(); len(left) > 0 {
		a.Frees = left[0].Calls
	}
	s.Allowance = &a
	return nil
}
