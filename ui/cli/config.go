package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newConfig(a *app) *cobra.Command {
	return group("config", "The contract's set-up as text, to be kept and compared", newConfigExport(a), newConfigImport(a))
}

func newConfigExport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "export",
		Short: "Print settings, seats and console users as TOML",
		Long: "Prints what is set up by hand: settings that differ from their default, pins and permissions of seats, and the\n" +
			"console's users. No secrets, no opt-ins and no consent are in it.",
		Example: "  crmsync config export > crmsync-contract.toml",
		Args:    noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			text, err := s.engine.ExportConfig(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]string{"toml": text})
			}
			_, err = io.WriteString(a.stdout, text)
			return err
		}),
	}
}

func newConfigImport(a *app) *cobra.Command {
	var yes, dry bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Show what a configuration would change; with --yes set it up so",
		Long: "Compares a configuration with what is set up, shows the difference, and with --yes makes it so: all of it or\n" +
			"nothing, and one undo takes all of it back. A setting that the file does not name gets its default; a seat or\n" +
			"user that it does not name stays as it is.",
		Example: "  crmsync config import crmsync-contract.toml\n  crmsync config import crmsync-contract.toml --yes",
		Args:    exactArgs("the file"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			text, err := os.ReadFile(args[0])
			if err != nil {
				return &failure{code: "config.file", message: "the configuration cannot be read: " + err.Error(), hint: "crmsync config export writes one"}
			}
			config, err := crmsync.ParseConfig(string(text))
			if err != nil {
				return err
			}
			if yes && !dry {
				return a.acted(s.engine.ImportConfig(ctx, s.actor, config))
			}
			diff, err := s.engine.DiffConfig(ctx, config)
			if err != nil {
				return err
			}
			return a.printDiff(diff)
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "set it up so")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only show the difference, which is what happens without --yes")
	return cmd
}

func (a *app) printDiff(diff crmsync.ConfigDiff) error {
	if a.json {
		return a.printJSON(diff)
	}
	for _, change := range diff.Changes {
		a.printf("%s\n  - %s\n  + %s\n", printable(change.What), printable(change.Before), printable(change.After))
		if change.Problem != "" {
			a.printf("  ! %s\n", printable(change.Problem))
		}
	}
	switch {
	case len(diff.Changes) == 0:
		a.printf("everything is set up as the configuration says\n")
	case diff.Problem != "":
		a.printf("! cannot be applied: %s\n", printable(diff.Problem))
	default:
		fmt.Fprintln(a.stderr, "nothing has changed; set it up so with --yes")
	}
	return nil
}
