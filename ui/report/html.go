package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	crmsync "crmsync/sync"
)

//go:embed page.html
var pageText string

// htmlPage is the page; every value is escaped by html/template for where it stands.
var htmlPage = template.Must(template.New("roi").Funcs(template.FuncMap{
	"amount": Amount, "rate": Rate, "days": Days, "band": BandName, "clean": Clean, "consent": consentLine, "all": All,
	"bandRate": func(b crmsync.ROIBand) string { return Percent(bandRate(b)) },
	"bandShare": func(b crmsync.ROIBand) string {
		rate, _ := bandRate(b)
		return share(rate)
	},
	"change": func(now, before crmsync.Money, name crmsync.Period) string {
		return Change(now.Float(), before.Float(), name.String())
	},
	"before": func(r crmsync.ROIReport, currency string) crmsync.ROIValues {
		return valuesOf(r.Before.Values, currency)
	},
}).Parse(pageText))

// share writes a width in percent.
func share(of float64) string { return fmt.Sprintf("%.1f", 100*min(1, max(0, of))) }

// htmlMonth is a bar of the chart of one currency.
type htmlMonth struct {
	crmsync.ROIMonth
	WithShare, WithoutShare string
}

// htmlChart are the months of one currency.
type htmlChart struct {
	Currency string
	Months   []htmlMonth
}

// HTML writes a report as one file that loads nothing else, for light and dark screens and for paper.
func HTML(w io.Writer, r crmsync.ROIReport) error {
	data := struct {
		crmsync.ROIReport
		Charts []htmlChart
	}{r, charts(r)}
	if err := htmlPage.Execute(w, data); err != nil {
		return fmt.Errorf("write the report as HTML: %w", err)
	}
	return nil
}

func charts(r crmsync.ROIReport) []htmlChart {
	var all []htmlChart
	for _, v := range r.Values {
		most := 0.0
		for _, m := range r.Months {
			if m.Currency == v.Currency {
				most = max(most, m.With.Float()+m.Without.Float())
			}
		}
		if most <= 0 {
			continue
		}
		chart := htmlChart{Currency: v.Currency}
		for _, m := range r.Months {
			if m.Currency == v.Currency {
				chart.Months = append(chart.Months, htmlMonth{m, share(m.With.Float() / most), share(m.Without.Float() / most)})
			}
		}
		all = append(all, chart)
	}
	return all
}
