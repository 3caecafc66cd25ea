package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
)

func newLicences(a *app) *cobra.Command {
	show := &cobra.Command{
		Use:   "show",
		Short: "Show the licences of the contract, and who cannot use theirs",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			inventory, err := s.engine.Licences(ctx)
			if err != nil {
				return err
			}
			inventory = inventory.SeenBy(s.actor)
			if a.json {
				return a.printJSON(inventory)
			}
			return a.printLicences(inventory)
		}),
	}
	return listing("licences", "Licences: what the contract has, who has one, who is to have one", show,
		newLicencesRoles(a), newLicencesPlan(a), newLicencesApply(a))
}

func newLicencesRoles(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "roles",
		Short: "Show the role tree of the CRM with its people and licences",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			nodes, err := s.engine.Roles(ctx)
			if err != nil {
				return err
			}
			return printRows(a, p, nodes, []string{"ROLE", "USERS", "ACTIVE", "LICENCES", "ID", ""}, func(n crmsync.RoleNode) []string {
				return []string{strings.Repeat("  ", n.Depth) + n.Name, fmt.Sprint(n.Total.Users), fmt.Sprint(n.Total.Active), fmt.Sprint(n.Total.Licensed), orDash(n.ID), n.Broken}
			})
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}

// choiceFlags are the flags that say who is to have a licence.
func choiceFlags(cmd *cobra.Command, choice *crmsync.LicenceChoice) {
	flags := cmd.Flags()
	flags.StringArrayVar(&choice.Roles, "role", nil, "everyone active in these `roles` and below, by name, path or id; Enterprise only")
	flags.StringSliceVar(&choice.Add, "add", nil, "these people, by `email` or id of the CRM user")
	flags.StringSliceVar(&choice.Remove, "remove", nil, "take it from these people, by `email` or id")
	flags.BoolVar(&choice.Only, "only", false, "take it from everyone who is not chosen")
	flags.BoolVar(&choice.DropInactive, "drop-inactive", false, "take it from those who are inactive in the CRM")
}

// chooses refuses a command line that chooses nobody.
func chooses(cmd *cobra.Command, choice crmsync.LicenceChoice) error {
	if len(choice.Roles)+len(choice.Add)+len(choice.Remove) == 0 && !choice.DropInactive {
		return usage(cmd, "nobody is chosen: give --role, --add, --remove or --drop-inactive")
	}
	return nil
}

func newLicencesPlan(a *app) *cobra.Command {
	var choice crmsync.LicenceChoice
	var out string
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Show who would get a licence and who would lose it, and what that costs",
		Long: "Works out what a choice would change and shows it; nothing is changed. With --out the plan is kept in a\n" +
			"file, to be applied later with: crmsync licences apply FILE. It is refused then if it would come out differently.",
		Example: "  crmsync licences plan --role EMEA,'Acme / APAC' --drop-inactive\n" +
			"  crmsync licences plan --role Sales --only --out plan.json",
		Args: noArgs,
	}
	choiceFlags(cmd, &choice)
	cmd.Flags().StringVar(&out, "out", "", "keep the plan in this `file`")
	cmd.RunE = a.do(func(ctx context.Context, s *session, _ []string) error {
		if err := chooses(cmd, choice); err != nil {
			return err
		}
		plan, err := s.engine.PlanLicences(ctx, choice)
		if err != nil {
			return err
		}
		if out != "" {
			if err := writePlan(out, plan); err != nil {
				return err
			}
		}
		if err := a.printPlan(plan); err != nil || a.json || out == "" {
			return err
		}
		a.printf("kept in %s; apply it with: crmsync licences apply %s\n", printable(out), printable(out))
		return nil
	})
	return cmd
}

func writePlan(file string, plan crmsync.LicencePlan) error {
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

func readPlan(file string) (plan crmsync.LicencePlan, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return plan, &failure{code: "licences.file", message: "the plan cannot be read: " + err.Error(), hint: "make one: crmsync licences plan --out FILE"}
	}
	if err := json.Unmarshal(text, &plan); err != nil || plan.Basis == "" {
		return plan, &failure{code: "licences.file", message: fmt.Sprintf("%s holds no plan", file), hint: "make one: crmsync licences plan --out FILE"}
	}
	return plan, nil
}

func newLicencesApply(a *app) *cobra.Command {
	var choice crmsync.LicenceChoice
	var yes bool
	cmd := &cobra.Command{
		Use:   "apply [PLANFILE]",
		Short: "Give and take licences as a plan says, all of it or nothing",
		Long: "Applies a plan that crmsync licences plan --out kept, or a choice named here with --yes; without --yes the\n" +
			"choice is only shown. All of it happens or nothing, and one undo takes all of it back. Who loses a licence\n" +
			"keeps seat and history, and loses auto-save and writeback.",
		Example: "  crmsync licences apply plan.json\n  crmsync licences apply --add dana@acme.com --remove erik@acme.com --yes",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage(cmd, "%s takes one plan at most", cmd.CommandPath())
			}
			return nil
		},
	}
	choiceFlags(cmd, &choice)
	cmd.Flags().BoolVar(&yes, "yes", false, "apply what is chosen here")
	cmd.RunE = a.do(func(ctx context.Context, s *session, args []string) error {
		if len(args) == 1 {
			plan, err := readPlan(args[0])
			if err != nil {
				return err
			}
			return a.acted(s.engine.ApplyLicences(ctx, s.actor, plan))
		}
		if err := chooses(cmd, choice); err != nil {
			return err
		}
		plan, err := s.engine.PlanLicences(ctx, choice)
		if err != nil {
			return err
		}
		if yes {
			return a.acted(s.engine.ApplyLicences(ctx, s.actor, plan))
		}
		if err := a.printPlan(plan); err != nil {
			return err
		}
		fmt.Fprintln(a.stderr, "nothing has changed; apply it with --yes")
		return nil
	})
	return cmd
}

func (a *app) printPlan(plan crmsync.LicencePlan) error {
	if a.json {
		return a.printJSON(plan)
	}
	var rows [][]string
	for _, part := range []struct {
		mark    string
		holders []crmsync.LicenceHolder
	}{{"+ gets one", plan.Added}, {"- loses it", plan.Removed}, {"! cannot get one", plan.Skipped}, {"! inactive, keeps it", plan.Inactive}} {
		for _, h := range part.holders {
			why := h.Why
			if part.mark == "- loses it" && h.Writes {
				why += "; their writeback ends"
			}
			rows = append(rows, []string{part.mark, h.Email, h.Name, orDash(h.Role), why})
		}
	}
	if len(rows) > 0 {
		if err := a.table([]string{"", "EMAIL", "NAME", "ROLE", "WHY"}, rows); err != nil {
			return err
		}
	}
	a.printf("licences: %d now, %d then%s\n", plan.Before, plan.After, ofTotal(plan.Total))
	if plan.Cost.After != "" {
		a.printf("cost a year: %s now, %s then, difference %s %s\n", plan.Cost.Before, plan.Cost.After, plan.Cost.Difference, plan.Cost.Currency)
	}
	if plan.Problem != "" {
		a.printf("! cannot be applied: %s\n", printable(plan.Problem))
	}
	return nil
}

func ofTotal(total int) string {
	if total == 0 {
		return ""
	}
	return sprintf(", of %d in the contract", total)
}

func (a *app) printLicences(x crmsync.LicenceInventory) error {
	a.printf("edition: %s\nlicences: %d in use%s\n", x.Edition, x.Used, ofTotal(x.Total))
	if x.Cost.After != "" {
		a.printf("cost a year: %s %s at %s each\n", x.Cost.After, x.Cost.Currency, x.Cost.Each)
	}
	var rows [][]string
	for _, h := range x.Lost {
		rows = append(rows, []string{h.Email, h.Name, orDash(h.Role), h.Why, when(h.Since)})
	}
	for _, h := range x.Ended {
		rows = append(rows, []string{h.Email, h.Name, orDash(h.Role), "has no licence any more", when(h.Since)})
	}
	if len(rows) == 0 {
		return nil
	}
	a.printf("\nseats that cannot write back:\n")
	return a.table([]string{"EMAIL", "NAME", "ROLE", "WHY", "SINCE"}, rows)
}
