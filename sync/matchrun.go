package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// MatchOptions say how to match.
type MatchOptions struct {
	Full bool   // train the model anew, whatever its age
	Run  string // the run that this one is part of, or ""
}

// MatchCounts are the states of one kind after a run. None includes duplicates and records that take no part.
type MatchCounts struct {
	Records    int     `json:"records"`
	Members    int     `json:"members"`
	Auto       int     `json:"auto"`
	Review     int     `json:"review"`
	None       int     `json:"none"`
	Accepted   int     `json:"accepted"`
	Overridden int     `json:"overridden"`
	Rejected   int     `json:"rejected"`
	Duplicates int     `json:"duplicates"`
	Excluded   int     `json:"excluded"`
	Linked     int     `json:"linked"`
	Percentage float64 `json:"percentage"` // linked among those that are neither duplicate nor excluded
	Changed    int     `json:"changed"`    // rows that are not what they were
	Model      string  `json:"model"`
}

// MatchReport is what a match run did. People are leads and contacts together.
type MatchReport struct {
	People    MatchCounts `json:"people"`
	Companies MatchCounts `json:"companies"`
	Run       string      `json:"run"`
	Seconds   float64     `json:"seconds"`
}

// modelLasts is how long a model is used before it is trained anew (matching.md 2.8).
const modelLasts = 7 * 24 * time.Hour

// matchRun is one run of the matcher over both kinds.
type matchRun struct {
	engine  *Engine
	run     store.Run
	options MatchOptions
	linked  map[string]string // account to the company it is linked to
	report  MatchReport
}

// Match links CRM accounts with companies and then leads and contacts with people, for whom the linked account is
// evidence (S3, S49). Decisions of people are constraints that no run changes (S63, S136). Only rows that
// changed are written, all of a kind in one transaction.
func (e *Engine) Match(ctx context.Context, actor Actor, options MatchOptions) (MatchReport, error) {
	if err := Allowed(actor, ActMatchRun); err != nil {
		return MatchReport{}, err
	}
	began := e.now().UTC()
	m := &matchRun{engine: e, options: options, linked: map[string]string{},
		run: store.Run{ID: store.NewID(), Kind: string(JobMatch), State: store.RunRunning, Actor: actor.Name, StartedAt: began}}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(m.run) }); err != nil {
		return MatchReport{}, fmt.Errorf("begin a match run: %w", err)
	}
	e.publish(Event{Kind: EventRunStarted, Job: JobMatch, Run: m.run.ID})
	m.report.Run = m.run.ID
	err := m.both(ctx)
	m.report.Seconds = e.now().Sub(began).Seconds()
	if endErr := m.end(ctx, err); endErr != nil {
		err = errors.Join(err, endErr)
	}
	return m.report, err
}

func (m *matchRun) both(ctx context.Context) error {
	companies, err := m.kind(ctx, match.Company)
	if err != nil {
		return fmt.Errorf("match companies: %w", err)
	}
	m.report.Companies = companies
	people, err := m.kind(ctx, match.Person)
	if err != nil {
		return fmt.Errorf("match people: %w", err)
	}
	m.report.People = people
	return nil
}

// decisionTries is how often a run begins again because somebody decided while it computed.
const decisionTries = 3

func (m *matchRun) kind(ctx context.Context, kind match.Kind) (MatchCounts, error) {
	if err := m.keys(ctx, kind); err != nil {
		return MatchCounts{}, err
	}
	var err error
	for range decisionTries {
		var counts MatchCounts
		if counts, err = m.once(ctx, kind); !errors.Is(err, errDecided) {
			return counts, err
		}
	}
	return MatchCounts{}, err
}

// errDecided says that a person decided something while the run computed.
var errDecided = errors.New("a person decided while the run computed")

func (m *matchRun) once(ctx context.Context, kind match.Kind) (MatchCounts, error) {
	standing, err := m.engine.store.Decisions(ctx, store.DecisionQuery{Standing: true})
	if err != nil {
		return MatchCounts{}, fmt.Errorf("read the decisions: %w", err)
	}
	options, err := m.engine.matchOptions(ctx, kind, m.options.Full)
	if err != nil {
		return MatchCounts{}, err
	}
	options.Progress = func(done, total int) {
		m.engine.publish(Event{Kind: EventProgress, Job: JobMatch, Run: m.run.ID, Object: kind.String(), Step: "match", Done: int64(done), Total: int64(total)})
	}
	result, err := match.Run(ctx, match.Input{Kind: kind, Records: m.engine.crmRecords(ctx, kind, m.linked),
		Members: m.engine.networkMembers(ctx, kind, time.Time{}), Decisions: decisionsOn(kind, standing)}, options)
	if err != nil {
		return MatchCounts{}, err
	}
	if kind == match.Company {
		for _, outcome := range result.Outcomes {
			if outcome.Linked() {
				m.linked[outcome.RecordID] = outcome.MemberID
			}
		}
	}
	counts := countsOf(result)
	counts.Changed, err = m.keep(ctx, kind, result, standing)
	return counts, err
}

func countsOf(result *match.Result) MatchCounts {
	stats := result.Stats
	return MatchCounts{Records: stats.Records, Members: stats.Members, Auto: stats.Auto, Review: stats.Review, None: stats.None,
		Accepted: stats.Accepted, Overridden: stats.Overridden, Rejected: stats.Rejected, Duplicates: stats.Duplicates,
		Excluded: stats.Excluded, Linked: stats.Linked(), Percentage: stats.Percentage(), Model: result.Model.ID()}
}

// matchOptions chooses the model: the frozen one of an earlier run, so that nothing moves without a cause, or a new
// one when it is asked for, there is none, it is old, or the directory has grown out of it.
func (e *Engine) matchOptions(ctx context.Context, kind match.Kind, full bool) (match.Options, error) {
	settings, err := e.settingsOf(ctx)
	if err != nil {
		return match.Options{}, err
	}
	now := e.now().UTC()
	options := match.Options{Version: now.Format(time.DateOnly), Thresholds: match.Thresholds{
		Auto: float64(settings.Int(SettingMatchAccept)) / 100, Review: float64(settings.Int(SettingMatchFloor)) / 100}}
	kept, model, err := e.newestModel(ctx, kind)
	if err != nil || model == nil {
		return options, err
	}
	options.Learned = model
	outgrown, err := e.outgrown(ctx, kind, model)
	if err != nil {
		return options, err
	}
	if !full && !outgrown && now.Sub(kept.MadeAt) < modelLasts {
		options.Model = model
	}
	return options, nil
}

// newestModel reads the model of the last training; nil when there is none, or when it is of a form that is not read any more.
func (e *Engine) newestModel(ctx context.Context, kind match.Kind) (store.Model, *match.Model, error) {
	kept, err := e.store.NewestModel(ctx, kind.String())
	if errors.Is(err, store.ErrNotFound) {
		return store.Model{}, nil, nil
	}
	if err != nil {
		return store.Model{}, nil, fmt.Errorf("read the model: %w", err)
	}
	model := new(match.Model)
	if err := model.UnmarshalBinary(kept.Bytes); err != nil {
		e.log.Warn("the kept model cannot be read and is trained anew", "kind", kind.String(), "error", err)
		return store.Model{}, nil, nil
	}
	return kept, model, nil
}

// outgrown reports whether the directory has changed in size by a fifth since the model was trained.
func (e *Engine) outgrown(ctx context.Context, kind match.Kind, model *match.Model) (bool, error) {
	members := 0
	for _, err := range e.networkMembers(ctx, kind, time.Time{}) {
		if err != nil {
			return false, err
		}
		members++
	}
	trained := model.Members()
	return 5*members > 6*trained || 5*members < 4*trained, nil
}

// decisionsOn are the decisions about one kind, as the model knows them.
func decisionsOn(kind match.Kind, standing []store.Decision) []match.Decision {
	var decisions []match.Decision
	for _, row := range standing {
		if kindOfObject(store.ObjectOf(row.RecordID)) == kind {
			decisions = append(decisions, matchDecision(row))
		}
	}
	return decisions
}

var verdicts = map[store.Verdict]match.Verdict{store.VerdictAccept: match.Accept, store.VerdictOverride: match.Override,
	store.VerdictReject: match.Reject, store.VerdictNoMatch: match.NoMatch}

func matchDecision(row store.Decision) match.Decision {
	decision := match.Decision{RecordID: row.RecordID, MemberID: row.MemberID, Verdict: verdicts[row.Verdict], At: row.DecidedAt, Probability: asProbability(row.Score)}
	if !row.RecordModstamp.IsZero() {
		decision.Modified = row.RecordModstamp.UnixMilli()
	}
	return decision
}

// end closes the run row and tells who listens.
func (m *matchRun) end(ctx context.Context, failure error) error {
	ctx = context.WithoutCancel(ctx)
	summary, err := json.Marshal(m.report)
	if err != nil {
		return fmt.Errorf("encode the match report: %w", err)
	}
	run := m.run
	run.EndedAt, run.Summary, run.State = m.engine.now().UTC(), string(summary), store.RunDone
	if failure != nil {
		run.State, run.ErrorCode, run.ErrorText = store.RunFailed, CodeOf(failure), failure.Error()
		if errors.Is(failure, context.Canceled) {
			run.State = store.RunCancelled
		}
	}
	err = m.engine.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(run) })
	m.engine.publish(Event{Kind: EventMatches, Job: JobMatch, Run: run.ID, Done: int64(m.report.People.Changed + m.report.Companies.Changed)})
	m.engine.publish(Event{Kind: EventRunEnded, Job: JobMatch, Run: run.ID, Err: failure})
	return err
}
