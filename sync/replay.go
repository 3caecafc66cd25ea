package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"crmsync/match"
	"crmsync/store"
)

// ReplayReport is what came out when a kept match run was done again with its model and thresholds, over what the store has
// now. Nothing is written.
type ReplayReport struct {
	Run       string       `json:"run"`
	StartedAt time.Time    `json:"started_at"`
	Same      bool         `json:"same"` // byte for byte, for both kinds
	Kinds     []ReplayKind `json:"kinds"`
}

// ReplayKind is a replay of one kind, with what explains a difference.
type ReplayKind struct {
	Kind   string `json:"kind"`
	Model  string `json:"model"`
	Same   bool   `json:"same"`
	Then   string `json:"outcomes_then"` // a hash of all outcomes
	Now    string `json:"outcomes_now"`
	Inputs string `json:"inputs"` // same, changed, or not_kept: an incremental run reads only a part

	Causes []string `json:"causes"` // why it may come out otherwise; those that count come first

	RecordsChanged int                `json:"records_changed"` // since, as far as imports tell
	MembersChanged int                `json:"members_changed"`
	Decisions      int                `json:"decisions_changed"` // made, ended or brought back since
	RowsChanged    int64              `json:"matches_changed"`   // written since, by runs and people
	Differences    int                `json:"differences"`       // records for which the store says otherwise than the replay
	Examples       []ReplayDifference `json:"examples"`          // some of them
}

// ReplayDifference is one record for which the store says otherwise than the replay.
type ReplayDifference struct {
	RecordID string     `json:"record"`
	Kept     ReplaySide `json:"kept"`     // what the store says
	Replayed ReplaySide `json:"replayed"` // what the run says now
	Why      string     `json:"why"`
}

// ReplaySide is what is said of a record.
type ReplaySide struct {
	State  string  `json:"state"`
	Reason string  `json:"reason,omitempty"`
	Member string  `json:"member,omitempty"`
	Score  float64 `json:"probability"`
}

// replayExamples is how many differences a report names.
const replayExamples = 20

// Replay does a kept match run again: with the same model and thresholds, over the records, members and decisions that the
// store has now. When nothing changed since, it comes out the same, byte for byte; otherwise the report says what changed.
// The run is a match run, or an import whose match run is meant; "" is the last one that ended well.
func (e *Engine) Replay(ctx context.Context, runID string) (ReplayReport, error) {
	run, kept, err := e.replayed(ctx, runID)
	if err != nil {
		return ReplayReport{}, err
	}
	report := ReplayReport{Run: run.ID, StartedAt: run.StartedAt, Same: true}
	linked := map[string]string{}
	for _, kind := range []match.Kind{match.Company, match.Person} {
		r := &replay{engine: e, run: run, kept: kept, counts: matchBase{report: kept}.counts(kind), kind: kind, linked: linked}
		one, err := r.do(ctx)
		if err != nil {
			return report, fmt.Errorf("do the %s side of run %s again: %w", kind, run.ID, err)
		}
		report.Kinds, report.Same = append(report.Kinds, one), report.Same && one.Same
	}
	return report, nil
}

// replayed reads the run to do again, and its report.
func (e *Engine) replayed(ctx context.Context, runID string) (run store.Run, report MatchReport, err error) {
	if runID == "" {
		run, err = e.store.LastRun(ctx, string(JobMatch), store.RunDone)
	} else {
		run, err = e.store.Run(ctx, runID)
	}
	if errors.Is(err, store.ErrNotFound) {
		return run, report, fault("replay.not_found", "Leave the run out for the last match run; all that can be done again: crmsync runs --kind match.", "there is no such match run")
	}
	if err != nil {
		return run, report, fmt.Errorf("read the run: %w", err)
	}
	if run.Kind == string(JobImport) {
		var sync SyncReport
		if err := json.Unmarshal([]byte(run.Summary), &sync); err != nil || sync.Match == nil || sync.Match.Run == "" {
			return run, report, fault("replay.no_match_run", "Leave the run out for the last match run; all that can be done again: crmsync runs --kind match.", "the import %s had no match run", run.ID)
		}
		return e.replayed(ctx, sync.Match.Run)
	}
	if run.Kind != string(JobMatch) || run.State != store.RunDone {
		return run, report, fault("replay.no_match_run", "Leave the run out for the last match run; all that can be done again: crmsync runs --kind match.", "%s is no match run that ended well", run.ID)
	}
	if err := json.Unmarshal([]byte(run.Summary), &report); err != nil || report.Companies.Outcomes == "" {
		return run, report, fault("replay.not_kept", "Runs from now on keep it.", "the run %s kept no hash of what it left", run.ID)
	}
	return run, report, nil
}

// replay does one kind of a run again.
type replay struct {
	engine *Engine
	run    store.Run
	kept   MatchReport
	counts MatchCounts
	kind   match.Kind
	linked map[string]string // companies of accounts, by the replay of companies
	read   digest
	report ReplayKind
}

func (r *replay) do(ctx context.Context) (ReplayKind, error) {
	r.report = ReplayKind{Kind: r.kind.String(), Model: r.counts.Model, Then: r.counts.Outcomes, Causes: []string{}, Examples: []ReplayDifference{}}
	model, err := r.model(ctx)
	if err != nil || model == nil {
		return r.report, err
	}
	standing, err := r.engine.store.Decisions(ctx, store.DecisionQuery{Standing: true})
	if err != nil {
		return r.report, fmt.Errorf("read the decisions: %w", err)
	}
	input := match.Input{Kind: r.kind, Decisions: decisionsOn(r.kind, standing),
		Records: hashing(&r.read, r.engine.crmRecords(ctx, r.kind, r.linked)), Members: hashing(&r.read, r.engine.networkMembers(ctx, r.kind))}
	result, err := match.Run(ctx, input, match.Options{Model: model, Version: model.Version(), Thresholds: match.Thresholds(r.kept.Thresholds)})
	if err != nil {
		return r.report, err
	}
	for _, outcome := range result.Outcomes {
		if r.kind == match.Company && outcome.Linked() {
			r.linked[outcome.RecordID] = outcome.MemberID
		}
	}
	if err := r.compare(ctx, result); err != nil {
		return r.report, err
	}
	return r.report, r.causes(ctx)
}

// model is the model of the run; nil, with the cause in the report, when it cannot be read any more.
func (r *replay) model(ctx context.Context) (*match.Model, error) {
	kept, err := r.engine.store.Model(ctx, r.counts.Model)
	if errors.Is(err, store.ErrNotFound) {
		r.report.Causes = append(r.report.Causes, "the model "+r.counts.Model+" is not kept any more")
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	model := new(match.Model)
	if err := model.UnmarshalBinary(kept.Bytes); err != nil {
		r.report.Causes = append(r.report.Causes, "the model "+r.counts.Model+" is of a form that this program does not read: "+err.Error())
		return nil, nil
	}
	return model, nil
}

// hashing yields values on and adds them to a hash.
func hashing[T any](into *digest, values iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for value, err := range values {
			if err == nil {
				err = into.add(value)
			}
			if !yield(value, err) {
				return
			}
		}
	}
}
