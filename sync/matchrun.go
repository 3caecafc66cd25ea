package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

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
	Percentage float64 `json:"percentage"`         // linked among those that are neither duplicate nor excluded
	Expected   float64 `json:"expected_in_review"` // further true matches there: the sum of their probabilities
	Changed    int     `json:"changed"`            // rows that are not what they were
	Model      string  `json:"model"`

	Incremental bool          `json:"incremental"` // only what a change touched was judged again
	Judged      int           `json:"judged"`      // records that were
	Figures     match.Figures `json:"figures"`     // by which drift is seen
	Fields      []string      `json:"fields"`      // CRM fields for matching that could be read
	// Sample are the records that incremental runs saw change since it last told something.
	Sample match.Sample `json:"sample"`
	// Outcomes is a hash of all that the run left, and Inputs one of all records and members that it read; an incremental run does
	// not read all.
	Outcomes string `json:"outcomes"`
	Inputs   string `json:"inputs,omitempty"`
}

// MatchReport is what a match run did. People are leads and contacts together.
type MatchReport struct {
	People    MatchCounts `json:"people"`
	Companies MatchCounts `json:"companies"`
	Run       string      `json:"run"`
	Seconds   float64     `json:"seconds"`

	Alarms     []MatchAlarm    `json:"alarms"`           // step changes against the runs before
	Import     string          `json:"import,omitempty"` // the import run that this one is part of
	Org        string          `json:"org,omitempty"`    // id of the org; drift is seen within one
	KeyVersion int             `json:"key_version"`      // of the keys in the store
	Claims     int             `json:"claim_version"`    // of the claims in the store
	Thresholds matchThresholds `json:"thresholds"`
}

// matchThresholds are the probabilities from which a pair is linked, and shown to a person.
type matchThresholds struct {
	Auto   float64 `json:"auto"`
	Review float64 `json:"review"`
}

// matchRun is one run of the matcher over both kinds.
type matchRun struct {
	engine  *Engine
	run     store.Run
	options MatchOptions
	base    matchBase
	// accounts that changed, that somebody decided about, or that are linked otherwise than before: evidence for their contacts.
	// Only an incremental run tells.
	accounts []string
	digests  map[match.Kind]string // of what the matches of a kind say
	report   MatchReport
}

// Match links CRM accounts with companies and then leads and contacts with people, for whom the linked account is
// evidence (S3, S49). Decisions of people are constraints that no run changes (S63, S136). When little changed since
// the last run, only what that touches is judged again. Only rows that changed are written, all of a
// kind in one transaction. Where other processes may be at work, ask by [Engine.Request]: two runs at once are none.
func (e *Engine) Match(ctx context.Context, actor Actor, options MatchOptions) (MatchReport, error) {
	if err := Allowed(actor, ActMatchRun); err != nil {
		return MatchReport{}, err
	}
	began := e.now().UTC()
	base, err := e.matchBase(ctx)
	if err != nil {
		return MatchReport{}, err
	}
	m := &matchRun{engine: e, options: options, base: base, digests: map[match.Kind]string{},
		run: store.Run{ID: store.NewID(), Kind: string(JobMatch), State: store.RunRunning, Actor: actor.Name, StartedAt: began}}
	if err := e.store.Write(ctx, func(tx *store.Tx) error { return tx.PutRun(m.run) }); err != nil {
		return MatchReport{}, fmt.Errorf("begin a match run: %w", err)
	}
	e.publish(Event{Kind: EventRunStarted, Job: JobMatch, Run: m.run.ID})
	m.report = MatchReport{Run: m.run.ID, Import: options.Run, KeyVersion: match.KeyVersion, Claims: claimVersion, Alarms: []MatchAlarm{}}
	err = m.both(ctx)
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
	return m.alarms(ctx)
}

// decisionTries is how often a run begins again because somebody decided while it computed.
const decisionTries = 3

func (m *matchRun) kind(ctx context.Context, kind match.Kind) (MatchCounts, error) {
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
	fresh, err := m.engine.store.UnjudgedDecisions(ctx)
	if err != nil {
		return MatchCounts{}, fmt.Errorf("read the new decisions: %w", err)
	}
	options, err := m.engine.matchOptions(ctx, kind, m.options.Full)
	if err != nil {
		return MatchCounts{}, err
	}
	m.report.Thresholds = matchThresholds(options.Thresholds)
	if m.mayIncrement(kind, options) {
		change, isSmall, err := m.delta(ctx, kind, fresh)
		if err != nil {
			return MatchCounts{}, err
		}
		if isSmall {
			counts, err := m.increment(ctx, kind, change, options)
			if !errors.Is(err, match.ErrReach) {
				return counts, err
			}
			m.engine.log.Info("a change reaches too far to follow; everything is matched anew", "kind", kind.String(), "why", err)
		}
	}
	return m.full(ctx, kind, options, fresh)
}

// full judges every record. Fresh are the decisions that the last run did not know.
func (m *matchRun) full(ctx context.Context, kind match.Kind, options match.Options, fresh []store.Decision) (MatchCounts, error) {
	standing, err := m.engine.store.Decisions(ctx, store.DecisionQuery{Standing: true})
	if err != nil {
		return MatchCounts{}, fmt.Errorf("read the decisions: %w", err)
	}
	options.Progress = func(done, total int) {
		m.engine.publish(Event{Kind: EventProgress, Job: JobMatch, Run: m.run.ID, Object: kind.String(), Step: "match", Done: int64(done), Total: int64(total)})
	}
	linked, err := m.engine.allLinked(ctx, kind)
	if err != nil {
		return MatchCounts{}, err
	}
	intake, err := m.takeKeys(ctx, kind)
	if err != nil {
		return MatchCounts{}, err
	}
	result, err := match.Run(ctx, intake.input(m.engine.crmRecords(ctx, kind, linked), m.engine.networkMembers(ctx, kind), decisionsOn(kind, standing)), options)
	if err = intake.wait(err); err != nil {
		return MatchCounts{}, err
	}
	if err := intake.finish(ctx, result.Model); err != nil {
		return MatchCounts{}, err
	}
	counts := countsOf(result.Stats, result.Model)
	counts.Judged, counts.Inputs = len(result.Outcomes), intake.read.String()
	if counts.Changed, err = m.keep(ctx, kind, result, fresh); err != nil {
		return counts, err
	}
	counts.Outcomes = m.digests[kind]
	return counts, m.figures(ctx, kind, result.Stats, &counts)
}

// allLinked are the companies that accounts are linked to, when people are matched: they are matched after companies.
func (e *Engine) allLinked(ctx context.Context, kind match.Kind) (map[string]string, error) {
	linked := map[string]string{}
	if kind == match.Company {
		return linked, nil
	}
	for row, err := range e.store.EachMatch(ctx, "Account", "") {
		if err != nil {
			return nil, fmt.Errorf("read the matches of accounts: %w", err)
		}
		if row.State.Live() {
			linked[row.RecordID] = row.MemberID
		}
	}
	return linked, nil
}

func countsOf(stats match.Stats, model *match.Model) MatchCounts {
	return MatchCounts{Records: stats.Records, Members: stats.Members, Auto: stats.Auto, Review: stats.Review, None: stats.None,
		Accepted: stats.Accepted, Overridden: stats.Overridden, Rejected: stats.Rejected, Duplicates: stats.Duplicates,
		Excluded: stats.Excluded, Linked: stats.Linked(), Percentage: stats.Percentage(), Expected: stats.Expected, Model: model.ID()}
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
	err = m.engine.keepEnd(ctx, run, func(tx *store.Tx) error { return tx.PutRun(run) })
	m.engine.publish(Event{Kind: EventMatches, Job: JobMatch, Run: run.ID, Done: int64(m.report.People.Changed + m.report.Companies.Changed)})
	m.engine.publish(Event{Kind: EventRunEnded, Job: JobMatch, Run: run.ID, Err: failure})
	return err
}
