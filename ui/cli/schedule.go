package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

// scheduled are the kinds of work that the schedule starts by itself.
var scheduled = []string{string(crmsync.JobImport), string(crmsync.JobWriteback)}

func newSchedule(a *app) *cobra.Command {
	var p paging
	list := &cobra.Command{
		Use:   "list",
		Short: "List what the engine does by itself, how often, and when next",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			jobs, err := s.engine.Schedule(ctx)
			if err != nil {
				return err
			}
			now := s.store.Now()
			return printRows(a, p, jobs, []string{"WORK", "EVERY", "NEXT", "LAST RUN"}, func(job crmsync.Scheduled) []string {
				every, next := "after each import", "—"
				if job.Every > 0 {
					every, next = inWords(job.Every.Round(time.Second).Seconds()), nextLine(job, now)
				}
				return []string{string(job.Kind), every, next, orDash(job.LastRun)}
			})
		}),
	}
	p.wholeFlags(list)
	cmd := listing("schedule", "What the engine does by itself, and pausing it", list,
		scheduleSwitch(a, "pause", "Start no more imports, or no more writeback, by itself", (*crmsync.Engine).Pause),
		newScheduleStop(a),
		scheduleSwitch(a, "resume", "Let the schedule start imports, or writeback, again", (*crmsync.Engine).Resume))
	cmd.Long = "Lists what the engine does by itself. How often is set: crmsync settings set import.every_hours HOURS, and\n" +
		"writeback.every_minutes MINUTES. crmsync import and crmsync writeback run do it now."
	return cmd
}

// scheduleSwitch returns a command that pauses or resumes one kind of work.
func scheduleSwitch(a *app, verb, short string, act func(*crmsync.Engine, context.Context, crmsync.Actor, crmsync.JobKind) (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   verb + " import|writeback",
		Short: short,
		Long:  short + ".\n\nWhat runs goes on to its end, and what a person asks for is done all the same.",
		Args:  exactArgs("import or writeback"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			kind := ""
			if err := (choiceFlag{&kind, scheduled}).Set(args[0]); err != nil {
				return &failure{code: "cli.usage", message: fmt.Sprintf("the schedule has no work %q", args[0]), hint: "it has " + anyOf(scheduled)}
			}
			return a.acted(act(s.engine, ctx, s.actor, crmsync.JobKind(kind)))
		}),
	}
}

// stoppable are the kinds of work that can be stopped while they run.
var stoppable = []string{string(crmsync.JobImport), string(crmsync.JobMatch)}

func newScheduleStop(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "stop import|match",
		Short: "Stop the import or the match run that is under way",
		Long: "Stops the import or the match run that is under way, whichever engine does it. What was imported so far stays,\n" +
			"and the next one goes on from there. Writeback is paused instead: crmsync schedule pause writeback.",
		Args: exactArgs("import or match"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			kind := ""
			if err := (choiceFlag{&kind, stoppable}).Set(args[0]); err != nil {
				return &failure{code: "cli.usage", message: fmt.Sprintf("%q cannot be stopped while it runs", args[0]), hint: "that is for " + anyOf(stoppable)}
			}
			return a.acted(s.engine.StopRun(ctx, s.actor, crmsync.JobKind(kind)))
		}),
	}
}
