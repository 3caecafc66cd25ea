package cli

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"crmsync/store"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say how the sync stands",
		Long:  "Says how the sync stands. Exit code 0: healthy, 1: not healthy, 10: no org is connected.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !a.storeExists() {
				return &failure{code: "connect.none", message: "no org is connected: there is no store in " + a.dirName(), hint: "name yours with --dir or CRMSYNC_DIR, or make one: crmsync connect, or without an account: crmsync demo"}
			}
			return a.do(func(ctx context.Context, s *session, _ []string) error {
				return a.printStatus(ctx, s)
			})(cmd, args)
		},
	}
}

// printStatus prints how the sync stands, and returns an error when it is not healthy.
func (a *app) printStatus(ctx context.Context, s *session) error {
	status, err := s.engine.Status(ctx)
	if err != nil {
		return err
	}
	noOrg := status.Connection == "none" || status.Connection == "disconnected"
	if a.json {
		if err := a.printJSON(status); err != nil {
			return err
		}
	} else {
		a.labelled("org        %s %s", orDash(status.Instance), status.Connection)
		a.labelled("last sync  %s", when(status.LastSync))
		a.labelled("engine     %s", engineLine(status.Engine))
		for _, work := range status.Running {
			a.labelled("running    %s", runningLine(work))
		}
		for _, job := range status.Schedule {
			if job.Every > 0 && !noOrg {
				a.labelled("next       %s %s", job.Kind, nextLine(job, s.store.Now()))
			}
		}
		if status.APIMax > 0 {
			a.printAllowance(status)
		}
		a.printCounts("matches  ", status.Matches)
		a.printRates(status)
		a.printCounts("outbox   ", status.Outbox)
		a.labelled("disk       %s", diskLine(status.Disk))
		for _, problem := range status.Problems {
			a.hanging("! ", printable(problem))
		}
	}
	switch {
	case noOrg:
		return &failure{code: "connect.none", message: "no org is connected", hint: "crmsync connect"}
	case !status.Healthy:
		return &failure{code: "status.unhealthy", message: "the sync is not healthy", hint: "see the problems above, and: crmsync doctor"}
	}
	return nil
}

// printAllowance says how it stands with the org's API calls, and what is to come.
func (a *app) printAllowance(s crmsync.Status) {
	a.labelled("API calls  %d of %d in 24 h, %d of our own %d; the next import costs about %d", s.APIUsed, s.APIMax, s.Budget.Own, s.Budget.OwnMax, s.ImportCalls)
	x := s.Allowance
	if x == nil {
		return
	}
	a.labelled("           our next 24 h cost about %d, which with what others use makes %d of %d", x.NextDay, x.Forecast, s.APIMax)
	free := ""
	if x.Frees > 0 {
		free = sprintf("; %d calls leave the count at %s", x.Frees, when(s.Budget.FreesAt))
	}
	a.labelled("           imports can wait: they pause at %d %% and go on below %d %%; writing goes on to %d %%%s", x.DeferPause, x.DeferResume, x.EssentialTo, free)
}

// runningLine says how far a piece of work is, and which other process does it.
func runningLine(p crmsync.Progress) string {
	parts := []string{}
	for _, part := range []string{p.Object, p.Step} {
		if part != "" {
			parts = append(parts, printable(part))
		}
	}
	switch {
	case p.Total > 0:
		parts = append(parts, sprintf("%d of %d", p.Done, p.Total))
	case p.Done > 0:
		parts = append(parts, sprintf("%d so far", p.Done))
	}
	if p.Rate > 0 {
		parts = append(parts, sprintf("%d a second", int64(math.Round(p.Rate))))
	}
	switch {
	case p.Silent && p.At.IsZero():
		parts = append(parts, "no sign of life: the process may be stuck")
	case p.Silent:
		parts = append(parts, "no sign of life since "+when(p.At)+": the process may be stuck")
	}
	if p.Paused {
		parts = append(parts, "paused after it")
	}
	line := string(p.Job)
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	if p.Here {
		return line
	}
	return line + " (" + printable(p.Owner) + ")"
}

// diskLine says how much room there is. The engine sets its reserve aside when it first works.
func diskLine(disk crmsync.DiskLine) string {
	line := fmt.Sprint(store.Bytes(disk.Free), " free")
	if disk.Reserve > 0 {
		line += fmt.Sprint(", and ", store.Bytes(disk.Reserve), " in reserve")
	}
	return line
}

// engineLine says which process runs the schedule.
func engineLine(holder string) string {
	if holder == "" {
		return "none is running: nothing happens by itself until crmsync serve or the console is started"
	}
	return "running (" + printable(holder) + ")"
}

// nextLine says when a kind of work is due.
func nextLine(job crmsync.Scheduled, now time.Time) string {
	switch {
	case job.Paused:
		return "paused"
	case job.Running:
		return "running"
	case !job.Next.After(now):
		return "due now"
	}
	return when(job.Next)
}

// printRates prints how many of 100 records of each object are matched (S64), and
// how many more true matches review is expected to bring.
func (a *app) printRates(s crmsync.Status) {
	if len(s.Percentages) == 0 {
		return
	}
	var words []string
	for _, object := range sortedKeys(s.Percentages) {
		words = append(words, fmt.Sprintf("%s %d %%", object, int(s.Percentages[object])))
	}
	text := strings.Join(words, ", ") + ", duplicates not counted"
	expected := 0.0
	for _, n := range s.Expected {
		expected += n
	}
	if n := int64(math.Round(expected)); n > 0 {
		text += fmt.Sprintf("; about %s more expected in review", crmsync.Thousands(n))
	}
	a.labelled("matched    %s", text)
}

func (a *app) printCounts(label string, counts map[string]int64) {
	var states []string
	for state := range counts {
		states = append(states, state)
	}
	slices.Sort(states)
	if len(states) == 0 {
		a.printf("%s  none yet\n", label)
		return
	}
	a.printf("%s ", label)
	for _, state := range states {
		a.printf(" %s %d", state, counts[state])
	}
	a.printf("\n")
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return printable(s)
}

// when returns a time in the local zone, or that it never was.
func when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2006-01-02 15:04:05")
}
