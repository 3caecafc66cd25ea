package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

// runKinds are the kinds of work whose runs are kept.
var runKinds = []string{string(crmsync.JobImport), string(crmsync.JobMatch), string(crmsync.JobWriteback), string(crmsync.JobTrial)}

func newRuns(a *app) *cobra.Command {
	var kind string
	p := paging{}
	list := &cobra.Command{
		Use:   "list",
		Short: "List the runs of import, matching and writeback, the newest first",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			page, err := s.engine.Runs(ctx, crmsync.JobKind(kind), p.query())
			if err != nil {
				return err
			}
			return printPage(a, page, []string{"WORK", "STARTED", "TOOK", "STATE", "API CALLS", "DID", "RUN"}, runCells)
		}),
	}
	p.flags(list)
	list.Flags().Var(choiceFlag{&kind, runKinds}, "kind", "only this kind of `work`: "+anyOf(runKinds))
	cmd := listing("runs", "What the engine did: every import, match run and writeback, with counts and errors", list, newRunsShow(a))
	cmd.Long = "Lists what the engine did, the newest first, with counts and the id of each run. crmsync runs show RUN tells all of\n" +
		"one: what it did with each object, and what went wrong. crmsync replay RUN does a match run again."
	return cmd
}

// runCells is a run as a line.
func runCells(r crmsync.RunSummary) []string {
	state := r.State
	if r.ErrorCode != "" {
		state += " (" + r.ErrorCode + ")"
	}
	return []string{string(r.Kind), when(r.StartedAt), runTook(r.Seconds), state, fmt.Sprint(r.APICalls), runDid(r), r.ID}
}

func runTook(seconds float64) string {
	return time.Duration(seconds * float64(time.Second)).Round(100 * time.Millisecond).String()
}

// runDid are the counts of a run that are not zero.
func runDid(r crmsync.RunSummary) string {
	var words []string
	for _, word := range crmsync.CountWords(r.Kind) {
		if n := r.Counts[word]; n != 0 {
			words = append(words, sprintf("%d %s", n, strings.ReplaceAll(word, "_", " ")))
		}
	}
	switch {
	case len(words) == 0 && r.State == "done":
		return "nothing to do"
	case len(words) == 0:
		return "—"
	}
	return strings.Join(words, ", ")
}

func newRunsShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show RUN",
		Short: "Show what one run did, object by object, and what went wrong",
		Args:  exactArgs("the id of a run"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			run, err := s.engine.RunDetails(ctx, args[0])
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(run)
			}
			return a.printRun(run)
		}),
	}
}

func (a *app) printRun(r crmsync.RunDetails) error {
	a.printf("%s %s\n", r.Kind, r.ID)
	lines := [][2]string{{"state", r.State}, {"by", r.By}, {"started", when(r.StartedAt)}, {"took", runTook(r.Seconds)}, {"API calls", fmt.Sprint(r.APICalls)}, {"did", runDid(r.RunSummary)}, {"match run", r.Match}}
	if r.ErrorCode != "" {
		lines = append(lines, [2]string{"error", r.ErrorCode + ": " + r.Error})
	}
	for _, line := range lines {
		if line[1] != "" {
			a.printf("  %-10s %s\n", line[0], printable(line[1]))
		}
	}
	if len(r.Objects) > 0 {
		var rows [][]string
		for _, o := range r.Objects {
			wrong := ""
			if o.Error != nil {
				wrong = o.Error.Code + ": " + o.Error.Message
			}
			rows = append(rows, []string{o.Object, fmt.Sprint(o.Fetched), fmt.Sprint(o.Inserted), fmt.Sprint(o.Updated), fmt.Sprint(o.Deleted), fmt.Sprint(o.Unchanged), fmt.Sprint(o.APICalls), runTook(o.Seconds), wrong})
		}
		if err := a.table([]string{"OBJECT", "READ", "NEW", "CHANGED", "REMOVED", "UNCHANGED", "API CALLS", "TOOK", ""}, rows); err != nil {
			return err
		}
	}
	if r.Replays {
		a.printf("do its match run again: crmsync replay %s\n", r.ID)
	}
	return nil
}
