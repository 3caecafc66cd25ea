package cli

import (
	"context"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newUsersEdit(a *app) *cobra.Command {
	var name, profile string
	cmd := &cobra.Command{
		Use:   "edit EMAIL",
		Short: "Mend a seat's name, or the address of its holder's profile",
		Long: "Mends a seat's name, or the address of its holder's profile. By that address their own messages are told from\n" +
			"those of others; read their archive again after it was wrong. What is not named stays as it is, and an empty\n" +
			"--profile means that it is not known.",
		Example: "  crmsync users edit ana@acme.com --profile https://www.linkedin.com/in/ana-garcia",
		Args:    exactArgs("a seat's e-mail address"),
	}
	cmd.Flags().StringVar(&profile, "profile", "", "`address` of the seat holder's profile")
	cmd.Flags().StringVar(&name, "name", "", "the seat holder's `name`")
	run := a.do(func(ctx context.Context, s *session, args []string) error {
		var edit crmsync.SeatEdit
		if cmd.Flags().Changed("name") {
			edit.Name = &name
		}
		if cmd.Flags().Changed("profile") {
			edit.ProfileURL = &profile
		}
		return a.acted(s.engine.EditSeat(ctx, s.actor, args[0], edit))
	})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("name") && !cmd.Flags().Changed("profile") {
			return usage(cmd, "say what is to change: --name or --profile")
		}
		return run(cmd, args)
	}
	return cmd
}
