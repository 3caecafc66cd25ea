package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newWriteback(a *app) *cobra.Command {
	return group("writeback", "Write messages, calls and notes back to the CRM",
		newWritebackStatus(a), newWritebackSwitch(a, true), newWritebackSwitch(a, false), newWritebackRun(a),
		newWritebackOutbox(a), newWritebackRetry(a), newWritebackHold(a), newWritebackDrop(a), newWritebackRemove(a), newWritebackShadow(a), newWritebackTrial(a))
}

func newWritebackSwitch(a *app, on bool) *cobra.Command {
	use, short := "disable [KIND]", "Switch writeback, or one kind of activity, off"
	if on {
		use, short = "enable [KIND]", "Switch writeback, or one kind of activity, on"
	}
	return &cobra.Command{
		Use:   use,
		Short: short,
		Long: short + ".\n\nKinds: " + kindNames() + ". Three things must be on before anything is written: the contract's\n" +
			"switch (this command without a kind), the kind's, and each member's own opt-in: crmsync me writeback on KIND.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%s takes one kind at most: %s", cmd.CommandPath(), kindNames())
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if len(args) == 0 {
				return a.acted(s.engine.SetContractSwitch(ctx, s.actor, on))
			}
			kind, err := parseKind(args[0])
			if err != nil {
				return err
			}
			return a.acted(s.engine.SetKindSwitch(ctx, s.actor, kind, on))
		}),
	}
}

func newWritebackRun(a *app) *cobra.Command {
	noWait := false
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Write what is queued now",
		Long:  "Writes what is queued now, as the schedule would. A running engine is handed the work, and this command waits for its end.",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			outcome, err := a.request(ctx, s, crmsync.JobWriteback, nil, !noWait)
			if err != nil {
				return err
			}
			if outcome.Handed && noWait {
				return &failure{code: "engine.running", message: "the running engine has the writeback; it has not ended yet", hint: "see: crmsync writeback status"}
			}
			report, err := s.writtenBy(ctx, outcome)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(report)
			}
			a.printf("%d written, %d written unassigned, %d failed, %d in doubt, %d held, %s\n",
				report.Written, report.Unassigned, report.Failed, report.Doubtful, report.Held, plural(int(report.APICalls), "API call"))
			return nil
		}),
	}
	cmd.Flags().BoolVar(&noWait, "no-wait", false, "do not wait for a running engine: exit code 8")
	return cmd
}

// writtenBy returns what a cycle did. One of another process left it with its run; one that had nothing to do left no run.
func (s *session) writtenBy(ctx context.Context, outcome crmsync.Outcome) (crmsync.WritebackReport, error) {
	if report, ok := outcome.Report.(crmsync.WritebackReport); ok {
		return report, nil
	}
	if outcome.RunID != "" {
		return left[crmsync.WritebackReport](ctx, s, outcome.RunID)
	}
	counts, err := s.store.CountOutbox(ctx)
	return crmsync.WritebackReport{Held: int(counts[store.OutboxHeld]), Queued: int(counts[store.OutboxQueued])}, err
}

func newWritebackDrop(a *app) *cobra.Command {
	return outboxAct(a, "drop ITEM", "Give an item up: it is never written", func(ctx context.Context, s *session, id string) (string, error) {
		return s.engine.DropOutbox(ctx, s.actor, id)
	})
}

func newWritebackHold(a *app) *cobra.Command {
	return outboxAct(a, "hold ACTIVITY", "Hold one activity back", func(ctx context.Context, s *session, id string) (string, error) {
		return s.engine.HoldActivity(ctx, s.actor, id, "")
	})
}

// outboxAct returns a command that does one act on one item.
func outboxAct(a *app, use, short string, act func(ctx context.Context, s *session, id string) (string, error)) *cobra.Command {
	return actOnOne(a, use, short, "the id of an item; see: crmsync writeback outbox", act)
}

// actOnOne is an act on one thing; wanted says which id it takes.
func actOnOne(a *app, use, short, wanted string, act func(ctx context.Context, s *session, id string) (string, error)) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  exactArgs(wanted),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.acted(act(ctx, s, args[0]))
		}),
	}
}

// parseKind reads the name of an activity kind.
func parseKind(name string) (crmsync.Kind, error) {
	kind, err := crmsync.ParseKind(strings.ToLower(name))
	if err != nil {
		return "", &failure{code: "cli.usage", message: err.Error(), hint: "kinds: " + kindNames()}
	}
	return kind, nil
}

func kindNames() string {
	var names []string
	for _, kind := range crmsync.Kinds() {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}
