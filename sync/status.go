package sync

import (
	"context"
	"errors"
	"slices"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// Status is how things stand, without personal data: for the home screen, for
// support, for scripts.
type Status struct {
	Healthy     bool               `json:"healthy"`
	Connection  string             `json:"connection"` // connected, paused, revoked, disconnected or none
	Reason      string             `json:"reason,omitempty"`
	Grace       *Grace             `json:"grace,omitempty"` // while the org refuses the sign-in
	Instance    string             `json:"instance,omitempty"`
	Org         string             `json:"org,omitempty"`
	LastSync    time.Time          `json:"last_sync,omitzero"` // end of the last import that was whole (S68)
	LastImport  *RunLine           `json:"last_import,omitempty"`
	LastWrite   *RunLine           `json:"last_writeback,omitempty"`
	Schedule    []Scheduled        `json:"schedule"`
	Engine      string             `json:"engine,omitempty"` // who runs the schedule, "" for nobody
	Running     []Progress         `json:"running"`          // what is under way, in whatever process
	APIUsed     int64              `json:"api_used"`
	APIMax      int64              `json:"api_max"`
	Budget      BudgetLine         `json:"budget"`
	ImportCalls int                `json:"next_import_api_calls"` // what the next import is expected to cost
	Allowance   *Allowance         `json:"allowance,omitempty"`   // while there is a connection
	Matches     map[string]int64   `json:"matches"`               // records by state, all objects
	Percentages map[string]float64 `json:"match_percent"`         // linked among those that are neither duplicate nor excluded
	Expected    map[string]float64 `json:"expected_in_review"`    // further true matches: the sum of their probabilities
	Outbox      map[string]int64   `json:"outbox"`
	Unmapped    int                `json:"seats_without_crm_user"`
	Alarms      []string           `json:"match_alarms,omitempty"` // of the last match run; they are problems, too
	Disk        DiskLine           `json:"disk"`
	Problems    []string           `json:"problems"`
}

// RunLine is a run in short.
type RunLine struct {
	ID       string    `json:"id"`
	State    string    `json:"state"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	APICalls int64     `json:"api_calls"`
	Error    string    `json:"error,omitempty"`
}

// Status tells how things stand.
func (e *Engine) Status(ctx context.Context) (Status, error) {
	s := Status{Connection: "none", Matches: map[string]int64{}, Percentages: map[string]float64{}, Expected: map[string]float64{}, Outbox: map[string]int64{}, Problems: []string{}, Running: []Progress{}}
	for _, part := range []func(context.Context, *Status) error{e.statusConnection, e.statusBudget, e.statusRuns, e.statusAllowance, e.statusCounts, e.statusDrift, e.statusDisk} {
		if err := part(ctx, &s); err != nil {
			return s, err
		}
	}
	s.Engine, _ = e.EngineRunning()
	s.Healthy = s.Connection == string(store.Connected) && len(s.Problems) == 0
	return s, nil
}

func (e *Engine) statusConnection(ctx context.Context, s *Status) error {
	connection, err := e.store.Connection(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Connection, s.Reason = string(connection.State), connection.Reason
	s.Instance, s.Org = connection.InstanceURL, connection.OrgName
	s.APIUsed, s.APIMax = connection.APIUsed, connection.APIMax
	grace, isRefused, err := e.Grace(ctx)
	if err != nil {
		return err
	}
	if isRefused {
		s.Grace = &grace
		s.Problems = append(s.Problems, grace.Words(e.now())+": crmsync connect --again")
	}
	forecast, err := e.forecast(ctx)
	s.ImportCalls = forecast.Calls
	return err
}

func (e *Engine) statusRuns(ctx context.Context, s *Status) error {
	var err error
	if s.Schedule, err = e.Schedule(ctx); err != nil {
		return err
	}
	running, err := e.UnderWay(ctx)
	if err != nil {
		return err
	}
	s.Running = append(s.Running, running...)
	if s.LastImport, err = e.lastRun(ctx, JobImport, running); err != nil {
		return err
	}
	if s.LastWrite, err = e.lastRun(ctx, JobWriteback, running); err != nil {
		return err
	}
	whole, err := e.store.LastRun(ctx, string(JobImport), store.RunDone)
	if err == nil {
		s.LastSync = whole.EndedAt
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if s.LastImport != nil && (s.LastImport.State == string(store.RunFailed) || s.LastImport.State == string(store.RunPartial)) {
		s.Problems = append(s.Problems, "the last import failed: "+s.LastImport.Error)
	}
	return nil
}

// RunBroken is the state of a run in a status whose process has died in the middle of it. The engine that starts next
// ends it as failed, and goes on from there.
const RunBroken = "broken off"

func (e *Engine) lastRun(ctx context.Context, kind JobKind, running []Progress) (*RunLine, error) {
	run, err := e.store.LastRun(ctx, string(kind))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	state := string(run.State)
	if run.State == store.RunRunning && !slices.ContainsFunc(running, func(p Progress) bool { return p.Job == kind }) {
		state = RunBroken
	}
	return &RunLine{ID: run.ID, State: state, Started: run.StartedAt, Ended: run.EndedAt, APICalls: run.APICalls, Error: run.ErrorCode}, nil
}

// countMatches adds the matches of one object. Its percentage is of the records that
// are neither duplicates of a linked one nor take no part.
func (s *Status) countMatches(object string, tallies []store.MatchTally) {
	for _, tally := range tallies {
		s.Matches[string(tally.State)] += tally.Count
	}
	stats := MatchStats(tallies)
	if stats.Records > stats.Duplicates+stats.Excluded {
		s.Percentages[object] = stats.Percentage()
	}
	if stats.Expected > 0 {
		s.Expected[object] = stats.Expected
	}
}

// MatchStats sums up an object's matches, as they are counted in the store.
func MatchStats(tallies []store.MatchTally) (stats match.Stats) {
	for _, tally := range tallies {
		stats.Records += int(tally.Count)
		addTally(&stats, tally)
	}
	return stats
}

// statusCounts are the aggregates of S64 and of the outbox.
func (e *Engine) statusCounts(ctx context.Context, s *Status) error {
	for _, object := range []string{"Account", "Contact", "Lead"} {
		tallies, err := e.store.MatchTallies(ctx, object)
		if err != nil {
			return err
		}
		s.countMatches(object, tallies)
	}
	outbox, err := e.store.CountOutbox(ctx)
	if err != nil {
		return err
	}
	for state, n := range outbox {
		s.Outbox[string(state)] = n
	}
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return err
	}
	for _, seat := range seats {
		if seat.UserID == "" {
			s.Unmapped++
		}
	}
	return nil
}
