package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newDisconnect(a *app) *cobra.Command {
	var (
		purge, dry bool
		org, file  string
	)
	cmd := &cobra.Command{
		Use:   "disconnect",
		Short: crmsync.LabelDisconnect,
		Long: "Revokes the tokens at Salesforce and stops importing and writing. What was imported stays, so that\n" +
			"connecting again goes on where it ended.\n\n" +
			"With --purge all imported CRM data, and all that was worked out of it, is deleted for good. The name of the\n" +
			"organization has to be typed; a script gives it with --org. Work under way is stopped, also in a running engine,\n" +
			"and brings nothing back. " + crmsync.WarnPurge + "\n\n" +
			"--dry-run counts what would stay or be deleted, and neither asks nor changes anything.",
		Example: "  crmsync disconnect\n  crmsync disconnect --purge --dry-run\n  crmsync disconnect --purge\n  crmsync disconnect --purge --org 'Acme Inc.' --receipt receipt.json",
		Args: func(cmd *cobra.Command, args []string) error {
			if (org != "" || file != "") && !purge {
				return usage(cmd, "--org and --receipt are for --purge only: disconnecting deletes nothing that was imported")
			}
			return noArgs(cmd, args)
		},
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			if dry {
				return a.foretell(ctx, s, purge, org)
			}
			if purge {
				return a.purge(ctx, s, org, file)
			}
			return a.disconnect(ctx, s)
		}),
	}
	cmd.Flags().BoolVar(&purge, "purge", false, "delete all imported CRM data as well; this cannot be undone")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "count what would stay or be deleted, and change nothing")
	cmd.Flags().StringVar(&org, "org", "", "`name` of the organization whose data --purge deletes, instead of typing it")
	cmd.Flags().StringVar(&file, "receipt", "", "write the signed receipt of --purge to this `file`, for its owner alone")
	return cmd
}

func (a *app) disconnect(ctx context.Context, s *session) error {
	report, err := s.engine.Disconnect(ctx, s.actor)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	a.printf("disconnected; everything that was imported stays\n")
	if report.Warning != "" {
		a.printf("! %s\n", printable(report.Warning))
	}
	return nil
}

// purge asks for the organization's name unless it was given, deletes, and prints the receipt. The receipt is
// printed also when the purge could not be proved: what was deleted is deleted.
func (a *app) purge(ctx context.Context, s *session, org, file string) error {
	if err := crmsync.Allowed(s.actor, crmsync.ActPurge); err != nil {
		return err
	}
	if org == "" {
		connection, err := s.store.Connection(ctx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil {
			if org, err = a.askPurge(connection.OrgName); err != nil {
				return err
			}
		}
	}
	receipt, err := s.engine.Purge(ctx, s.actor, org)
	if receipt.AuditID == "" {
		return err
	}
	if file != "" {
		err = errors.Join(err, writeReceipt(file, receipt))
	}
	return errors.Join(a.printReceipt(receipt), err)
}

// askPurge leads through the two steps of S97 and returns what was typed as the organization's name.
func (a *app) askPurge(org string) (typed string, err error) {
	if !a.terminal() {
		return "", &failure{code: "usage.purge_name", message: "deleting needs the name of the organization typed on a terminal",
			hint: "by script: crmsync disconnect --purge --org NAME"}
	}
	lines := bufio.NewReader(a.stdin)
	fmt.Fprintf(a.stderr, "Step 1 of 2: %s\n\n  The tokens for %s are revoked at Salesforce and deleted here.\n\nGo on? yes or no: ",
		crmsync.LabelDisconnect, printable(org))
	if line, _ := lines.ReadString('\n'); strings.TrimSpace(line) != "yes" {
		return "", errPurgeLeft()
	}
	fmt.Fprintf(a.stderr, "\nStep 2 of 2: %s\n\n  %s\n  This cannot be undone.\n\nType the organization's name, %s: ",
		crmsync.LabelPurge, strings.ReplaceAll(ansi.Wordwrap(crmsync.WarnPurge, 76, ""), "\n", "\n  "), printable(org))
	line, _ := lines.ReadString('\n')
	if typed = strings.TrimSpace(line); typed == "" {
		return "", errPurgeLeft()
	}
	return typed, nil
}

func errPurgeLeft() error {
	return &failure{code: "purge.left", message: "nothing was changed: still connected, and all data is here", hint: "to disconnect and keep the data: crmsync disconnect"}
}

func (a *app) printReceipt(receipt crmsync.Receipt) error {
	if a.json {
		return a.printJSON(receipt)
	}
	a.printf("deleted all imported CRM data of %s (%s)\n", printable(receipt.Organization), receipt.OrgID)
	a.printf("at %s by %s, audit event %s\n", when(receipt.At), printable(receipt.By), receipt.AuditID)
	tables := make([]string, 0, len(receipt.Removed))
	for table, rows := range receipt.Removed {
		if rows > 0 {
			tables = append(tables, table)
		}
	}
	slices.Sort(tables)
	for _, table := range tables {
		a.printf("  %-24s %9d rows\n", table, receipt.Removed[table])
	}
	if len(receipt.Stopped) > 0 {
		a.printf("stopped in the middle: %s\n", strings.Join(receipt.Stopped, ", "))
	}
	if receipt.Revoked {
		a.printf("tokens: revoked at Salesforce and deleted here\n")
	}
	if receipt.Warning != "" {
		a.printf("! %s\n", printable(receipt.Warning))
	}
	a.printf("proof: %d files read for %d ids that were in them; %d still hold one\n", receipt.FilesRead, receipt.Looked, receipt.FilesHolding)
	if receipt.Signature != "" {
		a.printf("       the verification query counted %d rows; signed by %s; check it: crmsync receipt\n", receipt.Left, receipt.Key)
	}
	return nil
}
