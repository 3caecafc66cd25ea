package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"crmsync/store"
	crmsync "crmsync/sync"
	"crmsync/ui/report"
)

func newROI(a *app) *cobra.Command {
	return group("roi", "What the network brought to opportunities: sourced, influenced, value, win rate", newROIConsent(a), newROIReport(a), newROIList(a), newROIShow(a))
}

func newROIConsent(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "consent [on|off]",
		Short: "Record the customer's consent to ROI reports, or take it back",
		Long: "Without an argument says how the consent stands, who recorded it and when. No report is made before consent is\n" +
			"recorded, and none after it is taken back.",
		Args: cobra.MaximumNArgs(1),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			if len(args) == 0 {
				return a.printConsent(ctx, s)
			}
			if args[0] != "on" && args[0] != "off" {
				return &failure{code: "cli.usage", message: fmt.Sprintf("%q is neither on nor off", args[0]), hint: "for instance: crmsync roi consent on"}
			}
			return a.acted(s.engine.SetROIConsent(ctx, s.actor, args[0] == "on"))
		}),
	}
}

func (a *app) printConsent(ctx context.Context, s *session) error {
	consent, err := s.engine.ROIConsent(ctx)
	if err != nil {
		return err
	}
	switch {
	case a.json:
		return a.printJSON(consent)
	case consent.Given:
		a.printf("consent recorded by %s, %s\n", printable(consent.By), when(consent.At))
	case consent.At.IsZero():
		a.printf("no consent is recorded: crmsync roi consent on\n")
	default:
		a.printf("consent taken back by %s, %s\n", printable(consent.By), when(consent.At))
	}
	return nil
}

func newROIReport(a *app) *cobra.Command {
	var html, csv string
	cmd := &cobra.Command{
		Use:   "report [PERIOD]",
		Short: "Report a period, the present quarter by default",
		Long: "Reports the opportunities whose close date lies in a period: 2026-Q3, 2026-09, 2026 or\n" +
			"2026-07-01..2026-09-15. The definitions and windows stand in the report; settings roi.* change them.",
		Example: "  crmsync roi report 2026-Q3\n  crmsync roi report 2026 --html roi.html --csv roi.csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			period, err := periodOf(s, args)
			if err != nil {
				return err
			}
			made, err := s.engine.ROIReport(ctx, s.actor, period)
			if err != nil {
				return err
			}
			for _, export := range []struct {
				format, file string
				write        func(io.Writer, crmsync.ROIReport) error
			}{{"html", html, report.HTML}, {"csv", csv, report.CSV}} {
				if export.file != "" {
					if err := a.exportROI(ctx, s, made, export.format, export.file, export.write); err != nil {
						return err
					}
				}
			}
			switch {
			case html != "" || csv != "":
				return nil
			case a.json:
				return a.printJSON(made)
			}
			return report.Text(a.stdout, made, a.columns())
		}),
	}
	cmd.Flags().StringVar(&html, "html", "", "write one self-contained HTML `file`; - for standard output")
	cmd.Flags().StringVar(&csv, "csv", "", "write a CSV `file`; - for standard output")
	return cmd
}

func periodOf(s *session, args []string) (crmsync.Period, error) {
	text := ""
	if len(args) > 0 {
		text = args[0]
	}
	return crmsync.ParsePeriod(text, s.store.Now())
}

// exportROI writes a report to a file that its owner alone may read, and notes in the audit trail that it left.
func (a *app) exportROI(ctx context.Context, s *session, made crmsync.ROIReport, format, file string, write func(io.Writer, crmsync.ROIReport) error) error {
	var text bytes.Buffer
	if err := write(&text, made); err != nil {
		return err
	}
	if _, err := s.engine.NoteROIExport(ctx, s.actor, made.Period, format); err != nil {
		return err
	}
	if file == "-" {
		_, err := a.stdout.Write(text.Bytes())
		return err
	}
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		return &failure{code: "roi.file", message: "the report could not be written: " + err.Error(), hint: "choose a file that you may write"}
	}
	if !a.json {
		a.printf("wrote %s\n", file)
		return nil
	}
	return a.printJSON(map[string]string{"format": format, "file": file})
}

func newROIList(a *app) *cobra.Command {
	var query crmsync.ROIDealQuery
	var seat, currency string
	p := paging{}
	cmd := &cobra.Command{
		Use:     "list [PERIOD]",
		Short:   "List the opportunities behind the figures of a report",
		Example: "  crmsync roi list 2026-Q3 --attribution influenced --result won",
		Args:    cobra.MaximumNArgs(1),
	}
	cmd.RunE = a.do(func(ctx context.Context, s *session, args []string) error {
		var err error
		if query.Period, err = periodOf(s, args); err != nil {
			return err
		}
		if err := query.Check(); err != nil {
			return err
		}
		if seat != "" {
			found, err := s.seat(ctx, seat)
			if err != nil {
				return err
			}
			if query.Owner = found.UserID; query.Owner == "" {
				return &failure{code: "roi.no_user", message: "the seat " + seat + " has no CRM user, and so no opportunities", hint: "map it: crmsync users map EMAIL USER-ID"}
			}
		}
		query.HasCurrency, query.Currency = cmd.Flags().Changed("currency"), currency
		query.Limit, query.After = int(p.limit), p.cursor
		deals, more, err := s.engine.ROIDeals(ctx, s.actor, query)
		if err != nil {
			return err
		}
		page := store.Page[crmsync.ROIDeal]{Rows: deals, More: more}
		if more {
			page.Next = store.Cursor(deals[len(deals)-1].Cursor)
		}
		return printPage(a, page, []string{"CLOSES", "OPPORTUNITY", "OWNER", "RESULT", "VALUE", "SOURCED", "INFLUENCED", "ACTIVITIES", "ID"}, dealCells)
	})
	flags := cmd.Flags()
	flags.StringVar(&query.Attribution, "attribution", "", "`which`: sourced, influenced, both, either or neither")
	flags.StringVar(&query.Result, "result", "", "`how` they went: open, won or lost")
	flags.StringVar(&query.Activity, "activity", "", "`with` or without network activity")
	flags.StringVar(&seat, "seat", "", "owned by the holder of the seat with this `email`")
	flags.StringVar(&currency, "currency", "", "of this currency `code`")
	p.flags(cmd)
	return cmd
}

func dealCells(d crmsync.ROIDeal) []string {
	value := ""
	if d.Value != nil {
		value = report.Amount(*d.Value, d.Currency)
	}
	return []string{d.CloseDate, shorten(d.Name, 40), shorten(d.OwnerName, 24), d.Result, value, yes(d.Sourced), yes(d.Influenced), decimal(d.Activities), d.ID}
}

func newROIShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show OPPORTUNITY",
		Short: "Show what touched an opportunity, and which touch counts for what",
		Args:  exactArgs("an opportunity's id or address"),
		RunE: a.do(func(ctx context.Context, s *session, args []string) error {
			deal, touches, err := s.engine.ROIDealOf(ctx, s.actor, recordID(args[0]))
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					crmsync.ROIDeal
					Touches []crmsync.ROITouch `json:"touches"`
				}{deal, touches})
			}
			return a.printDeal(deal, touches)
		}),
	}
}

func (a *app) printDeal(deal crmsync.ROIDeal, touches []crmsync.ROITouch) error {
	value := "no value"
	if deal.Value != nil {
		value = report.Amount(*deal.Value, deal.Currency)
	}
	a.printf("%s\n%s of %s, %s, created %s, closes %s\n", printable(deal.Name), deal.Result, printable(deal.OwnerName), value, when(deal.Created), deal.CloseDate)
	a.printf("sourced: %s   influenced: %s   activities that count: %d\n\n", yes(deal.Sourced), yes(deal.Influenced), deal.Activities)
	if len(touches) == 0 {
		a.printf("nothing of the network touched it\n")
		return nil
	}
	var rows [][]string
	for _, touch := range touches {
		counts := map[string]string{"sourced": "before it, in the window", "influenced": "yes", "none": "no"}[touch.Window]
		if touch.First && touch.Window == "sourced" {
			counts = "as its source"
		}
		rows = append(rows, []string{when(touch.At), touch.Kind, touch.By, touch.With, counts, touch.ID})
	}
	return a.table([]string{"AT", "KIND", "SEAT", "WITH", "COUNTS", "ID"}, rows)
}
