package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/match"
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
		Example: "  crmsync match tune --accept 84\n  crmsync match tune --accept 84 --pairs 1000\n  crmsync match tune --accept 90 --review 30 --apply",
		Args:    noArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			if apply && proposal.Accept == 0 && proposal.Review == 0 {
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
	flags.Var((*countFlag)(&proposal.Pairs), "pairs", "name at most this `number` of the pairs that would move (default 10)")
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
		a.printf("%s\n", "so there is only what the model expects; judge some pairs: crmsync match queue")
	case report.Decided < decisionsWanted:
		a.printf("%s\n", "so these are rough estimates; judge more pairs to narrow the band, some of them sure ones")
	}
	accept := max(report.Accept.Current.Threshold, report.Accept.Proposed.Threshold)
	report.Review.Curve = slices.DeleteFunc(slices.Clone(report.Review.Curve), func(p match.TunePoint) bool { return p.Threshold >= accept })
	for _, threshold := range []crmsync.TuneThreshold{report.Accept, report.Review} {
		if err := a.printThreshold(threshold); err != nil {
			return err
		}
	}
	for _, event := range report.Events {
		a.printf("set; the next match run goes by it; %s\n", a.undoWith(event))
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
	head, rows := tuneTable(t, isTerminal(a.stdout) && a.columns() < tuneWidth)
	if err := a.table(head, rows); err != nil {
		return err
	}
	switch {
	case t.Gained > 0:
		a.printf("at %s you would gain %s and break about %.0f; the least sure of them first:\n", percent(t.Proposed.Threshold), plural(t.Gained, "pair"), t.Broken)
	case t.Lost > 0:
		a.printf("at %s you would lose %s; the least sure of them first:\n", percent(t.Proposed.Threshold), plural(t.Lost, "pair"))
	}
	for _, example := range t.Examples {
		a.printf("  %3s  %s  %-30s = %-30s %s\n", percent(example.Probability), example.RecordID, printable(example.RecordName), printable(example.MemberName), example.Known)
	}
	if moved := t.Gained + t.Lost; moved > len(t.Examples) {
		a.printf("  … and %d more: --pairs %s\n", moved-len(t.Examples), strconv.Itoa(moved))
	}
	return nil
}

// tuneTable is the curve as a table; a narrow one leaves out what can be done without.
func tuneTable(t crmsync.TuneThreshold, narrow bool) ([]string, [][]string) {
	scale := newBandScale(t.Curve)
	head := []string{"", "FROM", "PAIRS", "EXPECTED", "PRECISION", "95 % BAND", scale.title(), "RECALL", "F1", "GAINED", "WRONG", "LOST"}
	rows := make([][]string, 0, len(t.Curve))
	for _, point := range t.Curve {
		rows = append(rows, tuneRow(t, point, scale))
	}
	switch {
	case t.Labels == 0: // nothing is known of these
		return without(head, rows, 4, 5, 6, 7, 8)
	case narrow:
		head[4] = "PREC."
		return without(head, rows, 3, 6)
	}
	return head, rows
}

// tuneWidth is how many columns of a terminal the curve takes with all its columns.
const tuneWidth = 125

// without leaves columns out of a table.
func without(head []string, rows [][]string, columns ...int) ([]string, [][]string) {
	keep := func(row []string) []string {
		var out []string
		for i, cell := range row {
			if !slices.Contains(columns, i) {
				out = append(out, cell)
			}
		}
		return out
	}
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = keep(row)
	}
	return keep(head), out
}

// tuneRow is one line of the curve; a threshold of which no pair is known shows what the model expects alone.
func tuneRow(t crmsync.TuneThreshold, point match.TunePoint, scale bandScale) []string {
	name := ""
	switch point.Threshold {
	case t.Current.Threshold:
		name = "now"
	case t.Proposed.Threshold:
		name = "proposed"
	}
	row := []string{name, percent(point.Threshold), crmsync.Thousands(point.Links), share(point.Expected)}
	if t.Labels == 0 {
		row = append(row, "not known", "", scale.bar(point.Expected, point.Expected, point.Expected), "not known", "")
	} else {
		row = append(row, share(point.Precision), fmt.Sprintf("%.2f–%.2f", point.Low, point.High), scale.bar(point.Low, point.Precision, point.High), share(point.Recall), share(point.F1))
	}
	moved := []string{"", "", ""}
	if point.Gained > 0 {
		moved[0], moved[1] = crmsync.Thousands(point.Gained), "~"+crmsync.Thousands(int64(math.Round(point.Broken)))
	}
	if point.Lost > 0 {
		moved[2] = crmsync.Thousands(point.Lost)
	}
	return append(row, moved...)
}

// bandWidth is how many characters the drawn band takes.
const bandWidth = 24

// bandScale draws shares from low to 1 as positions in a line.
type bandScale struct{ low float64 }

// newBandScale begins at the lowest tenth that any band of the curve reaches down to.
func newBandScale(curve []match.TunePoint) bandScale {
	low := 1.0
	for _, point := range curve {
		if point.Links == 0 {
			continue
		}
		if point.Precision > 0 {
			low = min(low, point.Low)
		} else {
			low = min(low, point.Expected)
		}
	}
	return bandScale{min(.9, math.Floor(low*10)/10)}
}

func (s bandScale) title() string {
	low := strconv.FormatFloat(s.low, 'f', 1, 64)
	return low + strings.Repeat(" ", bandWidth-len(low)-1) + "1"
}

// bar draws the band and the value in it.
func (s bandScale) bar(low, value, high float64) string {
	place := func(x float64) int {
		return max(0, min(bandWidth-1, int(math.Round((x-s.low)/(1-s.low)*(bandWidth-1)))))
	}
	if value == 0 {
		return ""
	}
	line := []rune(strings.Repeat(" ", place(high)+1))
	for i := place(low); i <= place(high); i++ {
		line[i] = '░'
	}
	line[place(value)] = '█'
	return string(line)
}

func share(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) }
