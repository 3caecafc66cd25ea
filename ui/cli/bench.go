package cli

import (
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
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return usage(cmd, "--data is needed: a directory of data sets, each with crm.csv, directory.csv and truth.csv")
			}
			var failed error
			lines := 0
			err := eval.Bench(cmd.Context(), data, func(line eval.Line) {
				lines++
				if failed == nil {
					failed = a.printJSON(line)
				}
			})
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
