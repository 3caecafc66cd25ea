package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
	"crmsync/ui/cli/machine"
)

func newSettings(a *app) *cobra.Command {
	var p paging
	list := &cobra.Command{
		Use:   "list",
		Short: "List settings",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			settings, err := s.engine.Settings(ctx)
			if err != nil {
				return err
			}
			return printMapped(a, p, settings, settingLineOf, settingHeader, settingLine.cells)
		}),
	}
	p.wholeFlags(list)
	show := &cobra.Command{
		Use:     "show NAME",
		Short:   "Say what a setting is for, what it is and which values it takes",
		Example: "  crmsync settings show match.accept",
		Args:    exactArgs("a setting"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			settings, err := s.engine.Settings(ctx)
			if err != nil {
				return err
			}
			at := slices.IndexFunc(settings, func(x crmsync.Setting) bool { return x.Key == args[0] })
			if at < 0 {
				return &failure{code: "settings.not_found", message: fmt.Sprintf("there is no setting %q", args[0]), hint: "See crmsync settings for the list."}
			}
			return a.printSetting(settings[at])
		}),
	}
	dryRun := false
	set := &cobra.Command{
		Use:   "set NAME VALUE",
		Short: "Change a setting",
		Args:  exactArgs("a setting", "a value"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if dryRun {
				preview, err := s.engine.PreviewSetting(ctx, args[0], args[1])
				return a.printPreview(preview, err)
			}
			return a.acted(s.engine.SetSetting(ctx, s.actor, args[0], args[1]))
		}),
	}
	set.Flags().BoolVar(&dryRun, "dry-run", false, "say what it would change, and change nothing")
	preview := &cobra.Command{
		Use:   "preview NAME VALUE",
		Short: "Say what a setting would change",
		Args:  exactArgs("a setting", "a value"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			preview, err := s.engine.PreviewSetting(ctx, args[0], args[1])
			return a.printPreview(preview, err)
		}),
	}
	cmd := listing("settings", "Settings of the contract, and of this machine", list, show, set, preview, newSettingsMachine(a))
	cmd.Long = "Settings of the contract are kept in the store, and changing one is audited and can be taken back. Those of this\n" +
		"machine stand in " + machine.File + " in the data directory: crmsync help settings."
	return cmd
}

var settingHeader = []string{"SETTING", "VALUE", "", "WHAT IT IS"}

func (a *app) printSetting(x crmsync.Setting) error {
	if a.json {
		return a.printJSON(settingLineOf(x))
	}
	value := cmp.Or(x.Value, "empty")
	if x.IsDefault {
		value += ", the default"
	} else {
		value += "; the default is " + cmp.Or(x.Default, "empty")
	}
	a.printf("%s\n\n  is     %s\n  takes  %s\n\n%s\n", x.Key, printable(value), x.Takes(), strings.Join(wordwrap(x.Text, a.helpWidth()), "\n"))
	return nil
}
