package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
	"crmsync/ui/cli/machine"
)

// machineLine is one setting of the machine as it holds for commands that are given no flag.
type machineLine struct {
	Setting string `json:"setting"`
	Value   string `json:"value"`
	From    string `json:"from"` // "default", file:line, or the variable
}

func newSettingsMachine(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "machine",
		Short: "List the settings of this machine, and where each comes from",
		Long: "Lists what holds on this machine for commands that are given no flag, and whether the environment, " + machine.File + "\n" +
			"or the default says so. What each does, and how to set it: crmsync help settings.",
		Args: noArgs,
		RunE: a.do(func(_ context.Context, s *session, _ []string) error {
			if a.visitor != nil || s.actor.Role == crmsync.RoleMember {
				return &failure{code: "act.not_allowed", message: "the settings of the machine are for those who look after it", hint: "run it on the machine, or ask an admin"}
			}
			var lines []machineLine
			for _, key := range machine.Keys() {
				lines = append(lines, a.machineLineOf(key))
			}
			return printRows(a, p, lines, []string{"SETTING", "VALUE", "FROM"}, func(l machineLine) []string {
				return []string{l.Setting, l.Value, l.From}
			})
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}

func (a *app) machineLineOf(key machine.Key) machineLine {
	line := machineLine{Setting: key.Name, Value: key.Default, From: "default"}
	if text, set := a.machine.Text(key.Name); set {
		line.Value, line.From = key.Hidden(text), a.machine.Place(key.Name)
	}
	for _, variable := range key.Environment {
		if text := os.Getenv(variable); text != "" {
			line.Value, line.From = key.Hidden(text), "$"+variable
			break
		}
	}
	return line
}
