package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	crmsync "crmsync/sync"
	"crmsync/ui"
)

func newNetwork(a *app) *cobra.Command {
	return group("network", "Read the network's side: people, companies, activities", newNetworkImport(a), newNetworkPortability(a), newNetworkWatch(a), newNetworkSources(a))
}

func newNetworkImport(a *app) *cobra.Command {
	request := crmsync.NetworkRequest{}
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Read files of the network",
		Long: "Reads Connections.csv, messages.csv or Invitations.csv of a member's own data archive, the whole archive\n" +
			"(.zip), CSV lists of people or companies, or our own NDJSON of activities. Every file is read to its end\n" +
			"before anything is kept: a file that is broken anywhere changes nothing. Reading one again is harmless.\n" +
			"FILE is - for standard input.",
		Example: "  crmsync network import Connections.csv --seat ana@acme.com\n  crmsync network import vendor.csv --seat ana@acme.com --as people --map columns.json",
		Args:    someArgs("file"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if request.Seat == "" {
				return &failure{code: "cli.usage", message: "--seat is needed: whose files are they?", hint: "for instance: --seat ana@acme.com"}
			}
			request.Files, request.Input = args, a.stdin
			return a.networkImport(ctx, s, request)
		}),
	}
	a.networkFlags(cmd, &request)
	cmd.Flags().StringVar(&request.Seat, "seat", "", "`email` of the seat whose files these are")
	return cmd
}

func (a *app) networkFlags(cmd *cobra.Command, request *crmsync.NetworkRequest) {
	request.As = "auto"
	cmd.Flags().Var(asFlag{&request.As, &a.as}, "as", "`kind` of the files: auto, connections, messages, invitations, archive, people, companies or activities")
	cmd.Flags().StringVar(&request.Consent, "consent", "", "on what `ground` the files are read, kept with them: \"contract with vendor X\"")
	cmd.Flags().StringVar(&request.Map, "map", "", "`file` that says which column is which field, as JSON: {\"Firma\": \"company\"}")
}

func (a *app) networkImport(ctx context.Context, s *session, request crmsync.NetworkRequest) error {
	report, err := s.engine.ImportNetwork(ctx, s.actor, request)
	if err != nil {
		return err
	}
	return a.printNetwork(report)
}

// placesOf says where the first rows stand that were left out for a reason.
func placesOf(file crmsync.NetworkFile, reason string) string {
	at := file.SkippedAt[reason]
	switch {
	case len(at) == 0:
		return ""
	case len(at) < file.Skipped[reason]:
		at = append(slices.Clone(at), "…")
	}
	return printable(" (" + strings.Join(at, ", ") + ")")
}

// printNetwork prints what an import of the network's side did.
func (a *app) printNetwork(report crmsync.NetworkReport) error {
	if a.json {
		return a.printJSON(report)
	}
	for _, file := range report.Files {
		a.printf("%s: %s, %s\n", printable(file.Name), file.Kind, plural(file.Rows, "row"))
		var reasons []string
		for reason := range file.Skipped {
			reasons = append(reasons, reason)
		}
		slices.Sort(reasons)
		for _, reason := range reasons {
			a.printf("  left out %d: %s%s\n", file.Skipped[reason], reason, placesOf(file, reason))
		}
	}
	a.printf("people %d (%d new or changed), companies %d (%d), connections %d, activities %d (%d new: %d queued, %d held)\n",
		report.People, report.NewPeople, report.Companies, report.NewCompany, report.Connections, report.Activities, report.NewActivity, report.Queued, report.Held)
	if report.SeatAdded {
		a.printf("! %s is a new seat and takes a licence, and stays with what was read for it; made by mistake, its licence is free again with: %s\n", printable(report.Seat), a.onThisStore("licences apply --remove "+ui.ShellWord(report.Seat)+" --yes"))
	}
	a.printf("then: %s\n", a.onThisStore("match run"))
	return nil
}

func newNetworkSources(a *app) *cobra.Command {
	var p paging
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "List where the network's rows came from: file, date, ground, and what is kept of each",
		Args:  noArgs,
		RunE: a.do(func(ctx context.Context, s *session, _ []string) error {
			sources, err := s.engine.NetworkSources(ctx)
			if err != nil {
				return err
			}
			return printMapped(a, p, sources, sourceLineOf,
				[]string{"READ", "KIND", "FILE", "ROWS", "PEOPLE KEPT", "BY", "ON THE GROUND OF", "SHA-256"}, sourceLine.cells)
		}),
	}
	p.wholeFlags(cmd)
	return cmd
}
