package cli

import (
	"context"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

// printPreview says what a change would do; nothing has changed.
func (a *app) printPreview(p crmsync.Preview, err error) error {
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(p)
	}
	a.printf("%s: %s, now %s\n", printable(p.Key), orDash(printable(p.After)), orDash(printable(p.Before)))
	for _, line := range p.Lines() {
		a.printf("  %s\n", printable(line))
	}
	a.printf("nothing has changed\n")
	return nil
}

func newOpportunities(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "opportunities",
		Short: "Sum up the opportunity list: open opportunities by stage, value by currency",
		Long: "An open opportunity is on the list, and counts for auto-save, from the stage on that the setting\n" +
			"opportunity.from_stage names. crmsync settings set opportunity.from_stage STAGE --dry-run shows another one.",
		Args: noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			list, err := s.engine.OpportunityList(ctx)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(list)
			}
			var rows [][]string
			for _, stage := range list.Stages {
				rows = append(rows, []string{stage.Stage, crmsync.Thousands(stage.Open), yes(stage.Now)})
			}
			if err := a.table([]string{"STAGE", "OPEN", "ON THE LIST"}, rows); err != nil {
				return err
			}
			a.printf("\n%d on the list\n", list.Now)
			for _, sum := range list.Sums {
				a.printf("  %s\n", report.Amount(sum.Now, sum.Currency))
			}
			return nil
		}),
	}
}
