package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newImport(a *app) *cobra.Command {
	var (
		options crmsync.ImportOptions
		noWait  bool
	)
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Import from the org now, then match and save",
		Long: "Reads what changed since the last import, or everything with --full, then matches and saves as the\n" +
			"schedule would. A running engine is handed the work, and this command waits for its end.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if err := checkObjects(options.Objects); err != nil {
				return err
			}
			outcome, err := a.request(ctx, s, crmsync.JobImport, options, !noWait)
			if err != nil && outcome.Report == nil {
				return err
			}
			if outcome.Handed && noWait {
				return &failure{code: "engine.running", message: "the running engine has the import; it has not ended yet", hint: "see: crmsync status"}
			}
			return a.printImport(ctx, s, outcome, err)
		}),
	}
	flags := cmd.Flags()
	flags.BoolVar(&options.Full, "full", false, "read everything, not only what changed")
	flags.StringSliceVar(&options.Objects, "object", nil, "`names` of objects to read (default all seven)")
	flags.BoolVar(&noWait, "no-wait", false, "do not wait for a running engine: exit code 8")
	return cmd
}

func checkObjects(names []string) error {
	for _, name := range names {
		if _, ok := store.ObjectNamed(name); !ok {
			return &failure{code: "cli.usage", message: fmt.Sprintf("--object %q is not an imported object", name), hint: "objects: " + strings.Join(objectNames(), ", ")}
		}
	}
	return nil
}

func objectNames() []string {
	var names []string
	for _, o := range store.Objects() {
		names = append(names, o.Name)
	}
	return names
}

// printImport prints what an import did. A run of another process left its report in the store.
func (a *app) printImport(ctx context.Context, s *session, outcome crmsync.Outcome, failed error) error {
	report, ok := outcome.Report.(crmsync.SyncReport)
	if !ok {
		var err error
		if report, err = left[crmsync.SyncReport](ctx, s, outcome.RunID); err != nil {
			return err
		}
	}
	if a.json {
		if err := a.printJSON(report.Import); err != nil {
			return err
		}
	} else {
		var rows [][]string
		for _, o := range report.Import.Objects {
			state := "✓ done"
			if o.Error != nil {
				state = "✗ " + o.Error.Code
			}
			rows = append(rows, []string{o.Object, fmt.Sprint(o.Fetched), fmt.Sprint(o.Inserted), fmt.Sprint(o.Updated), fmt.Sprint(o.Deleted), fmt.Sprint(o.APICalls), fmt.Sprintf("%.1f s", o.Seconds), state})
		}
		if err := a.table([]string{"OBJECT", "READ", "NEW", "CHANGED", "REMOVED", "API CALLS", "TOOK", "STATE"}, rows); err != nil {
			return err
		}
		if report.Match != nil {
			a.printMatch(*report.Match)
		}
	}
	switch {
	case failed != nil:
		return failed
	case report.Import.OK:
		return nil
	case slices.ContainsFunc(report.Import.Objects, func(o crmsync.ObjectReport) bool { return o.Error == nil }):
		return &failure{code: "import.partial", message: "some objects could not be imported; the others are in" + firstReason(report.Import), hint: "what failed is read again by the next import"}
	}
	return &failure{code: "import.failed", message: "nothing could be imported" + firstReason(report.Import), hint: "see: crmsync doctor"}
}

// firstReason is what kept the first object that failed from being imported.
func firstReason(report crmsync.ImportReport) string {
	for _, o := range report.Objects {
		if o.Error != nil {
			return ": " + o.Error.Message
		}
	}
	return ""
}

// left returns the report that another process left with a run. A run without one failed, and says how.
func left[T any](ctx context.Context, s *session, runID string) (report T, err error) {
	run, err := s.store.Run(ctx, runID)
	if err != nil {
		return report, fmt.Errorf("reading run %s: %w", runID, err)
	}
	if run.Summary == "" {
		return report, &failure{code: cmp.Or(run.ErrorCode, "run.no_report"), message: cmp.Or(run.ErrorText, "the run left no report"), hint: "see: crmsync status"}
	}
	if err := json.Unmarshal([]byte(run.Summary), &report); err != nil {
		return report, fmt.Errorf("reading the report of run %s: %w", runID, err)
	}
	return report, nil
}
