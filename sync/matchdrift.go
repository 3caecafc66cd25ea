package sync

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"crmsync/match"
	"crmsync/store"
)

// MatchAlarm is a step change of a match run's figures against the runs before.
type MatchAlarm struct {
	Kind string `json:"kind"` // person or company
	match.Alarm
}

// isTrouble tells a figure that got worse from one that got better: more matches after a network import are no problem.
func (a MatchAlarm) isTrouble() bool { return a.Figure == "reject_rate" || a.Now < a.Before }

// Text says what changed, and the likely cause.
func (a MatchAlarm) Text() string {
	switch a.Figure {
	case "match_rate":
		return fmt.Sprintf("the match rate of %s went from %.0f %% to %.0f %%: %s", a.Kind, 100*a.Before, 100*a.Now, a.Cause)
	case "mean_score":
		return fmt.Sprintf("the mean score of %s links went from %.0f to %.0f: %s", a.Kind, 100*a.Before, 100*a.Now, a.Cause)
	case "reject_rate":
		return fmt.Sprintf("of the decisions on %s records %.0f %% reject the match, before %.0f %%: %s", a.Kind, 100*a.Now, 100*a.Before, a.Cause)
	}
	return "matching of " + a.Kind + " records: " + a.Cause
}

// driftRuns is how many match runs are looked back at, and fewDecisions how few tell nothing about the rate of rejections.
const (
	driftRuns    = 20
	fewDecisions = 20
)

// figures fills in the figures of a run by which drift is seen. When there were too few decisions since the last run, its
// rate of rejections goes on.
func (m *matchRun) figures(ctx context.Context, kind match.Kind, stats match.Stats, counts *MatchCounts) error {
	standing, err := m.engine.store.Decisions(ctx, store.DecisionQuery{Standing: true, Since: m.base.run.StartedAt})
	if err != nil {
		return fmt.Errorf("read the decisions since the last run: %w", err)
	}
	recent := ofKind(kind, standing)
	counts.Figures = match.FiguresOf(stats, decisionsOn(kind, recent))
	if len(recent) < fewDecisions {
		before := m.base.counts(kind).Figures
		counts.Figures.RejectRate, counts.Figures.Decisions = before.RejectRate, before.Decisions
	}
	counts.Fields, err = m.engine.readableFields(ctx, kind)
	return err
}

// alarms compares the run with those before it.
func (m *matchRun) alarms(ctx context.Context) error {
	connection, err := m.engine.store.Connection(ctx)
	if ignoreNotFound(err) != nil {
		return fmt.Errorf("read the connection: %w", err)
	}
	m.report.Org = connection.OrgID
	page, err := m.engine.store.Runs(ctx, string(JobMatch), store.PageQuery{Limit: driftRuns})
	if err != nil {
		return fmt.Errorf("read the match runs: %w", err)
	}
	var earlier []MatchReport
	for _, run := range slices.Backward(page.Rows) {
		var report MatchReport
		if run.State != store.RunDone || json.Unmarshal([]byte(run.Summary), &report) != nil || report.KeyVersion == 0 || report.Org != m.report.Org {
			continue // a run that broke off, one of a time without figures, or of another org
		}
		earlier = append(earlier, report)
	}
	for _, kind := range []match.Kind{match.Company, match.Person} {
		var counts []MatchCounts
		for _, report := range earlier {
			counts = append(counts, matchBase{report: report}.counts(kind))
		}
		m.report.Alarms = append(m.report.Alarms, drift(kind, counts, matchBase{report: m.report}.counts(kind))...)
	}
	return nil
}

// drift compares the counts of a run with those of the runs before it. A hidden field is named first, then a column that
// is empty in the records that an incremental run saw change, each as the likely cause of what no emptied column explains;
// then what changed between the two runs where the figure stepped.
func drift(kind match.Kind, earlier []MatchCounts, now MatchCounts) []MatchAlarm {
	alarms := hiddenFields(kind, earlier, now)
	if now.Incremental {
		for _, alarm := range match.Emptied(now.Figures.Filled, now.Sample) {
			alarms = append(alarms, MatchAlarm{Kind: kind.String(), Alarm: alarm})
		}
	}
	named := alarms
	var history []match.Figures
	var runs []MatchCounts
	for _, counts := range earlier {
		if counts.Figures.MatchRate > 0 { // before the first network was read there was nothing to match with
			history, runs = append(history, counts.Figures), append(runs, counts)
		}
	}
	for _, alarm := range match.Drift(history, now.Figures) {
		switch {
		case alarm.Cause != match.NoCause:
		case len(named) > 0:
			alarm.Cause = named[0].Cause
		default:
			alarm.Cause = stepCause(alarm.Figure, runs, now)
		}
		alarms = append(alarms, MatchAlarm{Kind: kind.String(), Alarm: alarm})
	}
	return alarms
}

// statusDrift names the alarms of the last match run.
func (e *Engine) statusDrift(ctx context.Context, s *Status) error {
	base, err := e.matchBase(ctx)
	if err != nil {
		return err
	}
	for _, alarm := range base.report.Alarms {
		if alarm.isTrouble() {
			s.Alarms = append(s.Alarms, alarm.Text())
			s.Problems = append(s.Problems, alarm.Text())
		}
	}
	return nil
}
