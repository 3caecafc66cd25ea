package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
)

func newSearch(a *app) *cobra.Command {
	var (
		companies, inCRM, notInCRM bool
		p                          paging
	)
	cmd := &cobra.Command{
		Use:   "search [TEXT…]",
		Short: "Search people or companies of the network, in the CRM or not",
		Long: "Lists people of the network, or companies, by name. Each word of TEXT stands in the name or, of\n" +
			"people, in the company.\n" +
			"--in-crm leaves those that are a record of the CRM, --not-in-crm those that are not.",
		Example: "  crmsync search silva --in-crm\n  crmsync search --companies --not-in-crm --json",
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			q := store.MemberQuery{Companies: companies, Text: strings.Join(args, " "), PageQuery: p.query()}
			switch {
			case inCRM:
				q.Linked = store.LinkedIn
			case notInCRM:
				q.Linked = store.LinkedOut
			}
			page, err := s.store.Members(ctx, q)
			if err != nil {
				return err
			}
			line := func(row store.MemberRow) memberLine { return memberLineOf(row, s.actor.Role != crmsync.RoleSupport) }
			return printPage(a, mapRows(page, line), []string{"NAME", "TITLE", "COMPANY", "PLACE", "CRM", "RECORD", "MEMBER"}, memberLine.cells)
		}),
	}
	cmd.Flags().BoolVar(&companies, "companies", false, "companies, not people")
	cmd.Flags().BoolVar(&inCRM, "in-crm", false, "only those that are in the CRM")
	cmd.Flags().BoolVar(&notInCRM, "not-in-crm", false, "only those that are not in the CRM")
	cmd.Args = func(cmd *cobra.Command, _ []string) error {
		if inCRM && notInCRM {
			return usage(cmd, "--in-crm and --not-in-crm leave nobody; give one of them, or none for everybody")
		}
		return nil
	}
	p.flags(cmd)
	return cmd
}

// memberLine is a person or company of the network as it is listed.
type memberLine struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Title   string `json:"title,omitempty"`
	Company string `json:"company,omitempty"`
	Place   string `json:"place,omitempty"`
	Object  string `json:"object,omitempty"`
	Record  string `json:"record,omitempty"`
}

// memberLineOf keeps to names for those who see no more (decision 15).
func memberLineOf(row store.MemberRow, personal bool) memberLine {
	line := memberLine{ID: row.ID, Name: row.Name, Company: row.Company, Object: row.RecordObject, Record: row.RecordID}
	if personal {
		line.Title, line.Place = row.Title, row.Place
	}
	return line
}

func (m memberLine) cells() []string {
	return []string{shorten(m.Name, 40), shorten(m.Title, 30), shorten(m.Company, 30), shorten(m.Place, 24), m.Object, m.Record, m.ID}
}
