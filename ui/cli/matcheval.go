package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"

	"crmsync/match"
	"crmsync/match/eval"
)

func newMatchEval(a *app) *cobra.Command {
	var (
		files       eval.Files
		object, out string
	)
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Match two CSV files and, with the truth, count what is right",
		Long: "Matches the records of --crm with the members of --directory, both CSV, and prints how many pairs it\n" +
			"links; with --truth also precision, recall and F1. It touches no store and needs no connection.\n\n" +
			"Columns: Id in --crm, MemberId in --directory, and in both, as far as they are known, FirstName, LastName, Company,\n" +
			"Title, Email, Phone, Street, City, State, PostalCode, Country, Website, Industry, Employees and ProfileUrl; in --crm also\n" +
			"Object (Lead, Contact or Account) and Modified. --positions: MemberId, Company and Current. --truth: Id and MemberId.",
		Example: "  crmsync match eval --crm crm.csv --directory directory.csv --truth truth.csv --out pairs.csv",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch object {
			case "person":
				files.Object = match.Person
			case "company":
				files.Object = match.Company
			default:
				return usage(cmd, "--object is person or company, not %q", object)
			}
			if !(files.Threshold >= 0 && files.Threshold <= 1) { // not a number is neither
				return usage(cmd, "--threshold takes a probability from 0 to 1")
			}
			if files.CRM == "" || files.Directory == "" {
				return usage(cmd, "--crm and --directory are needed")
			}
			return a.matchEval(cmd, files, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&files.CRM, "crm", "", "`file` with the CRM records")
	flags.StringVar(&files.Directory, "directory", "", "`file` with the members, people or companies")
	flags.StringVar(&files.Positions, "positions", "", "`file` with the members' positions")
	flags.StringVar(&files.Truth, "truth", "", "`file` with the true pairs")
	flags.StringVar(&object, "object", "person", "person or company")
	flags.Float64Var(&files.Threshold, "threshold", 0.5, "probability from which a pair counts as a link")
	flags.StringVar(&out, "out", "", "`file` to write the pairs to, as CSV")
	return cmd
}

// evalGC is how much garbage there may be beside what an evaluation holds, in percent. Nearly all that it holds is the
// directory, which is collected anew a few times only: with 60, a million members take 1.3 to 1.4 GB instead of 1.5 to
// 1.6 and no more of the processor. Who sets GOGC knows better.
func evalGC() int {
	percent := 60
	if given, err := strconv.Atoi(os.Getenv("GOGC")); err == nil {
		percent = given
	}
	return percent
}

func (a *app) matchEval(cmd *cobra.Command, files eval.Files, out string) (err error) {
	if out != "" {
		file, err := os.Create(out)
		if err != nil {
			return fmt.Errorf("making --out: %w", err)
		}
		files.Out = file
		defer func() {
			if closing := file.Close(); err == nil {
				err = closing
			}
		}()
	}
	defer debug.SetGCPercent(debug.SetGCPercent(evalGC()))
	report, err := eval.Run(cmd.Context(), files)
	var missing *fs.PathError
	if errors.As(err, &missing) {
		return &failure{code: "cli.file", message: err.Error(), hint: "check the paths of --crm, --directory, --positions and --truth"}
	}
	if err != nil {
		return err
	}
	return a.printJSON(report)
}
