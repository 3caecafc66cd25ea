package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	crmsync "crmsync/sync"
)

// people is how many owners the text names, nameWidth the width of a name.
const (
	people    = 20
	nameWidth = 22
)

// Text writes a report for a terminal of a width in columns (at least 60), with bars.
func Text(w io.Writer, r crmsync.ROIReport, width int) error {
	t := &page{width: max(60, width)}
	t.line("ROI of %s, %s", r.Period, Clean(r.Org))
	t.line("%s; made %s", consentLine(r.Consent), r.Made.Format("2 January 2006, 15:04 MST"))
	t.headline(r)
	for _, v := range r.Values {
		t.months(r, v.Currency)
	}
	t.bands(r)
	t.owners(r)
	t.title("Definitions")
	for _, definition := range r.Definitions {
		t.wrapped(definition)
	}
	if _, err := io.WriteString(w, t.text.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

type page struct {
	text  strings.Builder
	width int
}

func (t *page) line(format string, args ...any) {
	t.text.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (t *page) title(text string) { t.line("\n%s", text) }

func (t *page) wrapped(text string) {
	line := "  -"
	for _, word := range strings.Fields(Clean(text)) {
		if len(line)+1+len(word) > t.width {
			t.line("%s", line)
			line = "   "
		}
		line += " " + word
	}
	t.line("%s", line)
}

func (t *page) headline(r crmsync.ROIReport) {
	f := r.Figures
	t.title("What the seats brought in")
	t.line("  %s: %d won, %d lost, %d open", plural(f.Opportunities, "opportunity", "opportunities"), f.Won, f.Lost, f.Open)
	t.line("  sourced %d, influenced %d, both %d; %d of them by saves alone", f.Sourced, f.Influenced, f.Both, f.BySaves)
	t.line("  %-22s %-14s %s", "", "with activity", "without")
	t.line("  %-22s %-14s %s", "win rate", Rate(f.With), Rate(f.Without))
	t.line("  %-22s %-14s %s", "cycle of those won", Days(f.With), Days(f.Without))
	for _, v := range r.Values {
		before := valuesOf(r.Before.Values, v.Currency)
		name := r.Before.Period.String()
		t.line("  %-22s %-24s %s", "influenced value", Amount(v.Influenced, v.Currency), Change(v.Influenced.Float(), before.Influenced.Float(), name))
		t.line("  %-22s %-24s %s", "sourced value", Amount(v.Sourced, v.Currency), Change(v.Sourced.Float(), before.Sourced.Float(), name))
		t.line("  %-22s %s", "of all", Amount(v.Total, v.Currency))
	}
	if f.NoValue > 0 {
		t.line("  %s without a value in %s", plural(f.NoValue, "opportunity", "opportunities"), Clean(r.Revenue))
	}
}

// bar draws a share from 0 to 1.
func bar(share float64, width int, mark string) string {
	return strings.Repeat(mark, min(width, max(0, int(share*float64(width)+.5))))
}

func (t *page) months(r crmsync.ROIReport, currency string) {
	most := 0.0
	for _, m := range r.Months {
		if m.Currency == currency {
			most = max(most, m.With.Float()+m.Without.Float())
		}
	}
	if most <= 0 {
		return
	}
	t.title(strings.TrimSpace("Closed won by month "+Clean(currency)) + "   # with activity   . without")
	room := max(10, min(60, t.width-56))
	for _, m := range r.Months {
		if m.Currency != currency {
			continue
		}
		bars := bar(m.With.Float()/most, room, "#") + bar(m.Without.Float()/most, room, ".")
		t.line("  %s  %-*s  %s + %s", m.Month, room+1, bars, m.With.Text(), m.Without.Text())
	}
}

func (t *page) bands(r crmsync.ROIReport) {
	t.title("Win rate by number of activities")
	room := max(10, min(60, t.width-46))
	for _, b := range r.Bands {
		rate, ok := bandRate(b)
		t.line("  %-12s %-*s %6s  %s", BandName(b), room, bar(rate, room, "#"), Percent(rate, ok), plural(b.Closed, "closed", "closed"))
	}
}

func (t *page) owners(r crmsync.ROIReport) {
	if len(r.People) == 0 {
		return
	}
	t.title("By person, those who won most first")
	t.line("  %-22s %10s %6s %6s %8s %8s  %s", "PERSON", "ACTIVITIES", "OPPS", "WON", "WITH", "WITHOUT", "WON VALUE")
	for _, p := range r.People[:min(people, len(r.People))] {
		var won []string
		for _, v := range p.Values {
			if !v.Won.IsZero() {
				won = append(won, Amount(v.Won, v.Currency))
			}
		}
		note := ""
		if p.Seat == "" {
			note = " (no seat)"
		}
		name := runewidth.FillRight(runewidth.Truncate(Clean(p.Name), nameWidth-len(note), "…")+note, nameWidth)
		t.line("  %s %10d %6d %6d %8s %8s  %s", name, p.Figures.Activities, p.Figures.Opportunities, p.Figures.Won, Rate(p.Figures.With), Rate(p.Figures.Without), strings.Join(won, ", "))
	}
	if more := len(r.People) - people; more > 0 {
		t.line("  and %d more: --json or --csv has all", more)
	}
}
