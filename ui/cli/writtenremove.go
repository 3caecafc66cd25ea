package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newWritebackRemove(a *app) *cobra.Command {
	var (
		dryRun bool
		org    string
	)
	cmd := &cobra.Command{
		Use:   "remove ITEM…",
		Short: "Remove tasks and notes that crmsync wrote from Salesforce again",
		Long: "Deletes in Salesforce what crmsync itself wrote, and only that: a record that somebody has changed since, or\n" +
			"that another user made, stays. Off until an admin switches " + crmsync.SettingDeleteOwn + " on. The name of the\n" +
			"organization has to be typed; a script gives it with --org. Salesforce's recycle bin keeps the records for 15 days.",
		Example: "  crmsync writeback remove 0193b2c4-… --dry-run",
		Args:    someArgs("id of an item; see: crmsync writeback outbox"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			return a.removeWritten(ctx, s, args, dryRun, org)
		}),
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "tell what would be removed, and remove nothing")
	cmd.Flags().StringVar(&org, "org", "", "`name` of the organization, instead of typing it")
	return cmd
}

func (a *app) removeWritten(ctx context.Context, s *session, items []string, dryRun bool, org string) error {
	report, err := s.engine.PreviewRemoveWritten(ctx, s.actor, items)
	if err != nil {
		return err
	}
	if !dryRun {
		if org == "" {
			if org, err = a.askRemoval(ctx, s, report); err != nil {
				return err
			}
		}
		if report, err = s.engine.RemoveWritten(ctx, s.actor, items, org); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(report)
	}
	a.printWritten(report)
	if dryRun {
		a.printf("nothing was removed\n")
		return nil
	}
	a.printf("removed %s\n", plural(report.Removed, "record"))
	return nil
}

func (a *app) printWritten(report crmsync.RemoveWrittenReport) {
	for _, row := range report.Rows {
		if row.Kept == "" {
			a.printf("  - %s %s\n", row.Object, row.ID)
			continue
		}
		a.printf("    %s %s stays: %s\n", row.Object, row.ID, printable(row.Kept))
	}
}

// askRemoval shows what would go and has the organization's name typed.
func (a *app) askRemoval(ctx context.Context, s *session, report crmsync.RemoveWrittenReport) (typed string, err error) {
	if !a.terminal() {
		return "", &failure{code: "usage.org_name", message: "removing needs the name of the organization typed on a terminal",
			hint: "by script: crmsync writeback remove ITEM --org NAME"}
	}
	connection, err := s.store.Connection(ctx)
	if err != nil {
		return "", err
	}
	a.printWritten(report)
	fmt.Fprintf(a.stderr, "\nThey are deleted in Salesforce.\nType the organization's name, %s: ", printable(connection.OrgName))
	line, err := bufio.NewReader(a.stdin).ReadString('\n')
	if typed = strings.TrimSpace(line); typed == "" {
		return "", &failure{code: "written.left", message: "nothing was removed", hint: "the name is typed exactly as it is shown"}
	}
	if err != nil {
		return "", err
	}
	return typed, nil
}
