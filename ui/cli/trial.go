package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newWritebackShadow(a *app) *cobra.Command {
	all, p := false, paging{}
	cmd := &cobra.Command{
		Use:   "shadow",
		Short: "Show exactly what would be written, and write nothing",
		Long: "Builds the requests of what is queued or held, checks them against the org, and sends nothing. Switches and\n" +
			"opt-ins are shown and not obeyed, so that it can be read before anything is switched on, for as long as one likes.\n" +
			"--all looks at everything that waits and sums up what the org would say.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if all {
				sum, err := s.engine.ShadowAll(ctx, s.actor)
				if err != nil {
					return err
				}
				return a.printShadowSummary(sum)
			}
			page, err := s.engine.ShadowPage(ctx, s.actor, p.query())
			if err != nil {
				return err
			}
			for _, item := range page.Rows {
				if err := a.printShadow(item); err != nil {
					return err
				}
			}
			if !a.json {
				fmt.Fprintf(a.stderr, "%s shown, nothing was sent\n", plural(len(page.Rows), "request"))
			}
			a.printMore(page.More, page.Next)
			return nil
		}),
	}
	p.flags(cmd)
	p.limit = 20
	cmd.Flags().Lookup("limit").DefValue = p.limit.String()
	cmd.Flags().BoolVar(&all, "all", false, "sum up all activities that wait, instead of showing some")
	cmd.MarkFlagsMutuallyExclusive("limit", "all")
	cmd.MarkFlagsMutuallyExclusive("cursor", "all")
	return cmd
}

// printShadowSummary says how writing everything would go.
func (a *app) printShadowSummary(sum crmsync.ShadowSummary) error {
	if a.json {
		return a.printJSON(sum)
	}
	a.printf("%s queued or held: the org would take %d, %d of them unassigned, and refuse %d; nothing was sent\n",
		crmsync.Counted(sum.Looked, "activity", "activities"), sum.Fine, sum.Unassigned, sum.Refused)
	a.printTallies("!", sum.Problems)
	a.printTallies("-", sum.Notes)
	a.printf("what keeps them at present:\n")
	a.printTallies(" ", sum.Holds)
	return nil
}

func (a *app) printTallies(mark string, counts map[string]int) {
	for _, tally := range crmsync.Tallies(counts) {
		a.printf("%s %9d  %s\n", mark, tally.Count, printable(tally.Text))
	}
}

func (a *app) printShadow(item crmsync.ShadowItem) error {
	if a.json {
		return a.printJSON(item)
	}
	state := item.State
	if hold, ok := crmsync.HoldByCode(item.Hold); ok {
		state += ": " + hold.Text
	}
	who := item.Member
	if item.With != "" {
		who += " with " + item.With
	}
	a.printf("%s of %s, %s\n  %s %s\n", item.Kind, printable(who), state, item.Object, printable(string(item.Request)))
	for _, problem := range item.Problems {
		a.printf("  ! %s\n", printable(problem))
	}
	for _, note := range item.Notes {
		a.printf("  %s\n", printable(note))
	}
	return nil
}

func newWritebackTrial(a *app) *cobra.Command {
	var (
		options crmsync.TrialOptions
		kinds   []string
	)
	run := &cobra.Command{
		Use:   "run",
		Short: "Write one activity of each kind to a test contact, read it back and remove it",
		Long: "Makes one marked test contact in the org, writes one activity of each kind to it, reads them back, compares\n" +
			"every field and removes all of it. Writeback may still be off; nobody but the test contact gets anything.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			options.Kinds = nil
			for _, name := range kinds {
				kind, err := parseKind(name)
				if err != nil {
					return err
				}
				options.Kinds = append(options.Kinds, kind)
			}
			report, err := s.engine.RunTrial(ctx, s.actor, options)
			return a.trialDone(report, err)
		}),
	}
	run.Flags().StringSliceVar(&kinds, "kind", nil, "`kinds` to write (default those that are on, else all but pointdrive)")
	run.Flags().StringVar(&options.Seat, "seat", "", "`email` of the seat that the activities are of (default your own)")
	run.Flags().BoolVar(&options.Keep, "keep", false, "leave the test contact in the org until: crmsync writeback trial remove")
	remove := &cobra.Command{
		Use:   "remove",
		Short: "Remove the test contact and everything written to it",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			event, err := s.engine.RemoveTrial(ctx, s.actor)
			if err != nil {
				return err
			}
			if a.json {
				return a.printEvent(event)
			}
			a.printf("removed; nothing of a trial is left in the org\n")
			return nil
		}),
	}
	return group("trial", "Rehearse writeback with a test contact", run, remove)
}

// trialDone prints the steps of a trial, also of one that failed.
func (a *app) trialDone(report crmsync.TrialReport, err error) error {
	switch {
	case a.json && report.ID != "":
		if printErr := a.printJSON(report); printErr != nil {
			return printErr
		}
	case report.ID != "":
		for _, step := range report.Steps {
			mark := "✓"
			if !step.OK {
				mark = "✗"
			}
			a.printf("%s %-32s %6s  %s\n", mark, printable(step.Name), step.Took.Round(time.Millisecond), strings.TrimSpace(printable(step.Detail)))
		}
		if report.Contact != "" && !report.Removed {
			a.printf("test contact %s is in the org; remove it with: crmsync writeback trial remove\n", report.Contact)
		}
	}
	if err == nil && !report.OK {
		return &failure{code: "trial.failed", message: "the trial did not read back what it wrote", hint: "see the steps marked ✗, then: crmsync doctor"}
	}
	return err
}
