package cli

import (
	"context"
	"encoding/json"
	"os"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newReceipt(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "receipt [FILE]",
		Short: "Show and check the receipt of a purge",
		Long: "Shows the receipt of the last purge of this store, or the one in FILE, and checks it: whether it is as it was\n" +
			"signed, whether this store signed it, and what its verification query counts now. Exit code 1 if it does not\n" +
			"hold. With --json the receipt itself is in the answer, with the query, which any SQLite program can run.",
		Example: "  crmsync disconnect --purge --receipt receipt.json\n  crmsync receipt receipt.json",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%s takes one file at most", cmd.CommandPath())
			}
			return nil
		},
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			var text []byte
			if len(args) > 0 {
				var err error
				if text, err = os.ReadFile(args[0]); err != nil {
					return &failure{code: "receipt.unreadable", message: "the receipt cannot be read: " + err.Error(), hint: "name the file that crmsync disconnect --purge --receipt wrote"}
				}
			}
			check, err := s.engine.CheckReceipt(ctx, s.actor, text)
			if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(check)
			} else {
				err = a.printReceipt(check.Receipt)
				a.printReceiptCheck(check)
			}
			if err == nil && (!check.Whole || !check.Ours || check.Left > 0 && !check.Later) {
				return &failure{code: "receipt.refuted", message: "the receipt does not hold", hint: "see the lines above"}
			}
			return err
		}),
	}
}

// printReceiptCheck says what became of a receipt.
func (a *app) printReceiptCheck(check crmsync.ReceiptCheck) {
	line := func(good bool, yes, no string) {
		if good {
			a.printf("✓ %s\n", yes)
			return
		}
		a.printf("✗ %s\n", no)
	}
	line(check.Whole, "it is as it was signed", "it was changed after it was signed")
	line(check.Ours, "this store signed it", "another store signed it")
	switch {
	case check.Later:
		a.printf("- an org was connected again since: the verification query counts %d rows\n", check.Left)
	default:
		line(check.Left == 0, "the verification query counts 0 rows now", sprintf("the verification query counts %d rows now", check.Left))
	}
}

// writeReceipt puts a receipt into a file for its owner alone.
func writeReceipt(name string, receipt crmsync.Receipt) error {
	text, err := json.MarshalIndent(receipt, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, append(text, '\n'), 0o600); err != nil {
		return &failure{code: "receipt.unwritten", message: "the receipt could not be written: " + err.Error(), hint: "crmsync receipt --json shows it again"}
	}
	return nil
}
