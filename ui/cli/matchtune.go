package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newMatchTune(a *app) *cobra.Command {
	var (
		proposal crmsync.TuneProposal
		apply    bool
	)
	cmd := &cobra.Command{
		Use:   "tune",
		Short: "See what other thresholds of matching would do",
		Long: "Estimates what the present thresholds and the proposed ones give, from the pairs of which the truth is known:\n" +
			"those that people judged, and those that an id in Salesforce names. EXPECTED is the model's own word for it.\n" +
			"Nothing moves until --apply sets them. What the columns mean: crmsync help matching",
		Example: "  crmsync match tune --accept 90\n  crmsync match tune --accept 90 --review 30 --apply",
		Args:    noArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			if apply && proposal == (crmsync.TuneProposal{}) {
				return usage(cmd, "--apply has nothing to set: say --accept or --review as well")
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			report, err := s.engine.TuneMatching(ctx, s.actor, proposal)
			if err != nil {
				return err
			}
			applied := tuneApplied{TuneReport: report}
			if apply {
				if applied.Events, err = s.applyTuning(ctx, proposal, report.Accept.Current.Threshold); err != nil {
					return err
				}
			}
			if a.json {
				return a.printJSON(applied)
			}
			return a.printTuning(applied)
		}),
	}
	flags := cmd.Flags()
	flags.Var((*wholePercent)(&proposal.Accept), "accept", "`percent` from which a pair would be linked (default: as now)")
	flags.Var((*wholePercent)(&proposal.Review), "review", "`percent` from which a pair would be shown for review (default: as now)")
	flags.BoolVar(&apply, "apply", false, "set the proposed thresholds")
	return cmd
}

// wholePercent is a flag that takes 1 to 100, with or without the sign; 0 when it was not given.
type wholePercent int

// String returns the percent, empty when it was not given.
func (p *wholePercent) String() string {
	if *p == 0 {
		return ""
	}
	return strconv.Itoa(int(*p))
}

// Set reads the percent.
func (p *wholePercent) Set(text string) error {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	if err != nil || n < 1 || n > 100 {
		return errors.New("it takes a whole percent from 1 to 100, such as 90")
	}
	*p = wholePercent(n)
	return nil
}

// Type names the kind of flag.
func (p *wholePercent) Type() string { return "percent" }

// tuneApplied is what was measured and the audit events of what was set.
type tuneApplied struct {
	crmsync.TuneReport
	Events []string `json:"events,omitempty"`
}

// applyTuning sets what was proposed, where so far pairs are linked from accept on; the next match run goes by it.
func (s *session) applyTuning(ctx context.Context, proposal crmsync.TuneProposal, accept float64) (events []string, err error) {
	type threshold struct {
		key   string
		value int
	}
	both := []threshold{{crmsync.SettingMatchAccept, proposal.Accept}, {crmsync.SettingMatchFloor, proposal.Review}}
	if proposal.Review > 0 && float64(proposal.Review) <= 100*accept { // each has to fit the other as it is then
		slices.Reverse(both)
	}
	for _, one := range both {
		if one.value == 0 {
			continue
		}
		event, err := s.engine.SetSetting(ctx, s.actor, one.key, strconv.Itoa(one.value))
		if err != nil {
			return events, err
		}
		events = append(events, event)
	}
	return events, nil
}

func (a *app) printTuning(report tuneApplied) error {
	a.printf("known pairs: %d that people judged, %d that an id names\n", report.Decided, report.ByID)
	switch {
	case report.Decided+report.ByID == 0:
		a.printf("%s\n", "so precision is only what the model expects; judge some pairs (crmsync match accept, reject)")
	case report.Decided < decisionsWanted:
		a.printf("%s\n", "so these are rough estimates; judge more pairs to narrow the band, some of them sure ones")
	}
	for _, threshold := range []crmsync.TuneThreshold{report.Accept, report.Review} {
		if err := a.printThreshold(threshold); err != nil {
			return err
		}
	}
	for _, event := range report.Events {
		a.printf("set; the next match run goes by it; undo with: crmsync undo %s\n", event)
	}
	if len(report.Events) == 0 {
		fmt.Fprintln(a.stderr, "nothing has moved; add --apply to set what you propose")
	}
	return nil
}

// decisionsWanted is how many judged pairs make an estimate worth its decimals.
const decisionsWanted = 30

func (a *app) printThreshold(t crmsync.TuneThreshold) error {
	what := "linked without a question from this score on"
	if t.Setting == crmsync.SettingMatchFloor {
		what = "shown for review from this score on"
	}
	a.printf("\n%s: %s\n", t.Setting, what)
	rows := [][]string{tuneRow("now", t, false)}
	if t.Proposed.Threshold != t.Current.Threshold {
		rows = append(rows, tuneRow("proposed", t, true))
	}
	if err := a.table([]string{"", "FROM", "PAIRS", "EXPECTED", "PRECISION", "95 % BAND", "RECALL", "F1"}, rows); err != nil {
		return err
	}
	switch {
	case t.Gained > 0:
		a.printf("gained: %s, of which about %.1f wrong\n", plural(t.Gained, "pair"), t.Broken)
	case t.Lost > 0:
		a.printf("lost: %s\n", plural(t.Lost, "pair"))
	}
	for _, example := range t.Examples {
		a.printf("  %3s  %-30s = %-30s %s\n", percent(example.Probability), printable(example.RecordName), printable(example.MemberName), example.Known)
	}
	return nil
}

// tuneRow is one line of the table; a threshold of which no pair is known shows the pairs alone.
func tuneRow(name string, t crmsync.TuneThreshold, isProposed bool) []string {
	point := t.Current
	if isProposed {
		point = t.Proposed
	}
	row := []string{name, percent(point.Threshold), strconv.Itoa(point.Links), share(point.Expected)}
	if t.Labels == 0 {
		return append(row, "not known", "", "not known", "")
	}
	return append(row, share(point.Precision), share(point.Low)+" to "+share(point.High), share(point.Recall), share(point.F1))
}

func share(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }
