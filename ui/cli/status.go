package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

func newStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say how the sync stands",
		Long:  "Says how the sync stands. Exit code 0: healthy, 1: not healthy, 10: no org is connected.",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !a.storeExists() {
				return &failure{code: "connection.none", message: "no org is connected", hint: "crmsync connect, or without an account: crmsync demo"}
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
	if a.json {
		if err := a.printJSON(status); err != nil {
			return err
		}
	} else {
		a.printf("org        %s %s\n", orDash(status.Instance), status.Connection)
		a.printf("last sync  %s\n", when(status.LastSync))
		for _, job := range status.Schedule {
			a.printf("next       %s %s\n", job.Kind, when(job.Next))
		}
		if status.APIMax > 0 {
			a.printf("API calls  %d of %d today; the next import costs about %d\n", status.APIUsed, status.APIMax, status.ImportCalls)
		}
		a.printCounts("matches  ", status.Matches)
		a.printCounts("outbox   ", status.Outbox)
		for _, problem := range status.Problems {
			a.printf("! %s\n", printable(problem))
		}
	}
	switch {
	case status.Connection == "none" || status.Connection == "disconnected":
		return &failure{code: "connection.none", message: "no org is connected", hint: "crmsync connect"}
	case !status.Healthy:
		return &failure{code: "status.unhealthy", message: "the sync is not healthy", hint: "see the problems above, and: crmsync doctor"}
	}
	return nil
}

func (a *app) printCounts(label string, counts map[string]int64) {
	var states []string
	for state := range counts {
		states = append(states, state)
	}
	slices.Sort(states)
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
