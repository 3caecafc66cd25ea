package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"crmsync/match/eval"
)

func newBench(a *app) *cobra.Command {
	return group("bench", "Measure this program on this machine", newBenchMatch(a), newBenchImport(a), newBenchConsole(a))
}

func newBenchMatch(a *app) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "match",
		Short: "Match every data set below a directory and print what is right and how long it took",
		Long: "Match every data set below a directory and print what is right and how long it took:\n" +
			"a line of JSON for each, in a terminal a table unless --json is given.\n\n" +
			"Precision, recall and F1 count pairs of probability .50 and more, AUTO is the\n" +
			"precision of those of .95 and more. OFF BY is the mean distance between\n" +
			"probability and truth (12 bins) after 200 decisions about other records of the\n" +
			"set; CHANCE is what probabilities that are right would show on so few pairs, MOST\n" +
			"what they would stay under 95 times in 100.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return usage(cmd, "--data is needed: a directory of data sets, each with crm.csv, directory.csv and truth.csv")
			}
			var failed error
			var rows [][]string
			lines, asTable := 0, !a.json && isTerminal(a.stdout)
			err := eval.Bench(cmd.Context(), data, func(line eval.Line) {
				lines++
				if asTable {
					rows = append(rows, benchCells(line))
				} else if failed == nil {
					failed = a.printJSON(line)
				}
			})
			if err == nil && len(rows) > 0 {
				failed = a.table([]string{"SET", "PREC", "RECALL", "F1", "AUTO", "CPU S", "OFF BY", "CHANCE", "MOST"}, rows)
			}
			if err == nil {
				err = failed
			}
			if err == nil && lines == 0 {
				return &failure{code: "bench.no_data", message: "there is no data set below " + data, hint: "a data set is a folder with crm.csv, directory.csv and truth.csv"}
			}
			return err
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "`directory` of data sets")
	return cmd
}

// benchCells is a row of the table of bench match.
func benchCells(line eval.Line) []string {
	share := func(p *float64) string {
		if p == nil {
			return ""
		}
		return fmt.Sprintf("%.4f", *p)
	}
	r, c := line.Report, line.Calibration
	return []string{
		line.Set, share(r.Precision), share(r.Recall), share(r.F1), share(&line.AutoPrecision), fmt.Sprintf("%.1f", r.CPUSeconds),
		fmt.Sprintf("%.4f", c.After.Error), fmt.Sprintf("%.4f", c.Noise), fmt.Sprintf("%.4f", c.NoiseMost),
	}
}
