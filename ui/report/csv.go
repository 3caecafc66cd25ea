package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	crmsync "crmsync/sync"
)

// CSV writes a report as a table of one figure a row: period, scope (total, before, person, month, activities), name,
// currency (empty for counts), measure and value. Values are exact. A name that a spreadsheet would take for a formula
// gets an apostrophe before it.
func CSV(w io.Writer, r crmsync.ROIReport) error {
	t := table{csv: csv.NewWriter(w)}
	t.row("period", "scope", "name", "currency", "measure", "value")
	t.period = r.Period.String()
	t.figures("total", "", r.Figures)
	t.values("total", "", r.Values)
	for _, p := range r.People {
		t.figures("person", p.Name, p.Figures)
		t.values("person", p.Name, p.Values)
	}
	for _, m := range r.Months {
		t.put("month", m.Month, m.Currency, "won_with_activity", m.With.String())
		t.put("month", m.Month, m.Currency, "won_without_activity", m.Without.String())
	}
	for _, b := range r.Bands {
		t.count("activities", BandName(b), "closed", b.Closed)
		t.count("activities", BandName(b), "won", b.Won)
	}
	t.period = r.Before.Period.String()
	t.figures("before", "", r.Before.Figures)
	t.values("before", "", r.Before.Values)
	t.csv.Flush()
	if t.err == nil {
		t.err = t.csv.Error()
	}
	if t.err != nil {
		return fmt.Errorf("write the report as CSV: %w", t.err)
	}
	return nil
}

type table struct {
	csv    *csv.Writer
	period string
	err    error
}

func (t *table) row(cells ...string) {
	if t.err == nil {
		t.err = t.csv.Write(cells)
	}
}

func (t *table) put(scope, name, currency, measure, value string) {
	t.row(t.period, scope, Harmless(name), currency, measure, value)
}

func (t *table) count(scope, name, measure string, n int64) {
	t.put(scope, name, "", measure, strconv.FormatInt(n, 10))
}

func (t *table) figures(scope, name string, f crmsync.ROIFigures) {
	for _, c := range []struct {
		measure string
		n       int64
	}{
		{"opportunities", f.Opportunities}, {"open", f.Open}, {"won", f.Won}, {"lost", f.Lost}, {"sourced", f.Sourced}, {"influenced", f.Influenced},
		{"sourced_and_influenced", f.Both}, {"by_saves_alone", f.BySaves}, {"activities", f.Activities}, {"without_value", f.NoValue}, {"without_creation_date", f.NoCreation},
		{"closed_with_activity", f.With.Closed}, {"won_with_activity", f.With.Won}, {"closed_without_activity", f.Without.Closed}, {"won_without_activity", f.Without.Won},
	} {
		t.count(scope, name, c.measure, c.n)
	}
	for _, side := range []struct {
		name    string
		closing crmsync.ROIClosing
	}{{"with_activity", f.With}, {"without_activity", f.Without}} {
		if rate, ok := side.closing.WinRate(); ok {
			t.put(scope, name, "", "win_rate_"+side.name, strconv.FormatFloat(rate, 'f', 4, 64))
		}
		if side.closing.Won > 0 {
			t.put(scope, name, "", "cycle_days_"+side.name, strconv.FormatFloat(side.closing.CycleDays, 'f', 2, 64))
		}
	}
}

func (t *table) values(scope, name string, values []crmsync.ROIValues) {
	for _, v := range values {
		for _, c := range []struct {
			measure string
			value   crmsync.Money
		}{{"total", v.Total}, {"won", v.Won}, {"sourced", v.Sourced}, {"sourced_won", v.SourcedWon}, {"influenced", v.Influenced}, {"influenced_won", v.InfluencedWon},
			{"sourced_and_influenced", v.Both}, {"neither", v.Neither}} {
			t.put(scope, name, v.Currency, "value_"+c.measure, c.value.String())
		}
	}
}

// Harmless keeps a spreadsheet from computing a cell: what begins like a formula, also by a sign of full width, gets an
// apostrophe before it.
func Harmless(cell string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
