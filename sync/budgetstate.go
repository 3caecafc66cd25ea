package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
)

// BudgetLine is how much of the API allowance is used: of the org's, and of the
// share that is ours.
type BudgetLine struct {
	Own     int64     `json:"own"`     // our calls of the last 24 hours
	OwnMax  int64     `json:"own_max"` // our share of the org's allowance; 0 until the org told it
	Share   float64   `json:"share"`   // of the fuller of the two meters, 0 to 1 and beyond
	Level   string    `json:"level"`   // ok, warning, reads paused or stopped
	FreesAt time.Time `json:"frees_at,omitzero"`

	words string
}

// Problem says what the budget holds back, or nears; "" when nothing.
func (b BudgetLine) Problem() string {
	switch b.Level {
	case salesforce.BudgetStopped.String():
		return "imports and writeback pause: " + b.words + "; they go on by themselves"
	case salesforce.BudgetReadsPaused.String():
		return "imports pause: " + b.words + "; they go on by themselves"
	case salesforce.BudgetWarning.String():
		return b.words
	}
	return ""
}

// warnShare is the share from which the meter is a warning, whatever reads stop at.
const warnShare = 0.80

// budgetShares are the shares that the settings ask for.
func budgetShares(settings Settings) salesforce.BudgetShares {
	stop := float64(settings.Int(SettingReadStop)) / 100
	return salesforce.BudgetShares{Ceiling: float64(settings.Int(SettingOwnShare)) / 100, Warn: min(stop, warnShare), Reads: stop, Resume: stop - 0.05}
}

// governorOf makes a budget that goes on from what was spent, and from what the
// org said last.
func (e *Engine) governorOf(settings Settings, connection store.Connection, spent []salesforce.HourCalls) *salesforce.Governor {
	governor := salesforce.NewGovernor(salesforce.GovernorOptions{BudgetShares: budgetShares(settings), Spent: spent, Now: e.now})
	if connection.APIMax > 0 {
		governor.Observe(salesforce.Usage{Used: connection.APIUsed, Max: connection.APIMax, At: connection.APIAt})
	}
	return governor
}

// openGovernor makes the budget of a session. It holds e.mu.
func (e *Engine) openGovernor(ctx context.Context, connection store.Connection) (*salesforce.Governor, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return nil, err
	}
	spent := e.spentBefore(ctx)
	if e.governor != nil {
		spent = e.governor.Spent()
	}
	e.governor = e.governorOf(settings, connection, spent)
	return e.governor, nil
}

// adjustGovernor follows a change of the settings, also one by another process.
func (e *Engine) adjustGovernor(ctx context.Context) error {
	settings, err := e.settingsOf(ctx)
	if err == nil && e.governor != nil {
		e.governor.Adjust(budgetShares(settings))
	}
	return err
}

// spentBefore is what earlier processes have spent, as far as it was put down.
func (e *Engine) spentBefore(ctx context.Context) (spent []salesforce.HourCalls) {
	sealed, err := e.store.Secret(ctx, secretBudget)
	if err == nil && json.Unmarshal(sealed, &spent) != nil {
		return nil
	}
	return spent
}

// Budget is the state of the API allowance, if a connection is open.
func (e *Engine) Budget() (salesforce.Budget, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.governor == nil {
		return salesforce.Budget{}, false
	}
	return e.governor.Budget(), true
}

// keepBudget puts down what we have spent, for the next start.
func (e *Engine) keepBudget(tx *store.Tx) error {
	e.mu.Lock()
	governor := e.governor
	e.mu.Unlock()
	if governor == nil {
		return nil
	}
	spent, err := json.Marshal(governor.Spent())
	if err != nil {
		return err
	}
	return tx.PutSecret(secretBudget, spent)
}

// statusBudget tells how the allowance stands: as this process sees it, or by
// what others put down.
func (e *Engine) statusBudget(ctx context.Context, s *Status) error {
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the connection: %w", err)
	}
	budget, live := e.Budget()
	if !live || connection.APIAt.After(budget.At) {
		settings, err := e.settingsOf(ctx)
		if err != nil {
			return err
		}
		budget = e.governorOf(settings, connection, e.spentBefore(ctx)).Budget()
	}
	s.Budget = BudgetLine{Own: budget.Own, OwnMax: budget.OwnMax, Share: budget.Share, Level: budget.Level.String(), FreesAt: budget.FreesAt, words: budget.Words()}
	if problem := s.Budget.Problem(); problem != "" {
		s.Problems = append(s.Problems, problem)
	}
	return nil
}
