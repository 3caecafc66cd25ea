package report

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	crmsync "crmsync/sync"
)

// sample is a report with two currencies and names as they come from outside.
func sample(t *testing.T) crmsync.ROIReport {
	t.Helper()
	money := func(text string) (m crmsync.Money) {
		if err := json.Unmarshal([]byte(`"`+text+`"`), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	figures := crmsync.ROIFigures{Opportunities: 5, Open: 1, Won: 2, Lost: 2, Sourced: 2, Influenced: 3, Both: 1, BySaves: 1, Activities: 4, NoValue: 1,
		With: crmsync.ROIClosing{Closed: 2, Won: 1, CycleDays: 21.5}, Without: crmsync.ROIClosing{Closed: 2, Won: 1, CycleDays: 31}}
	euros := crmsync.ROIValues{Currency: "EUR", Opportunities: 3, Total: money("1150.15"), Won: money("150.15"), Sourced: money("1100.1"), Influenced: money("1050.05"), Both: money("1000")}
	dollars := crmsync.ROIValues{Currency: "USD", Opportunities: 1, Total: money("200"), Influenced: money("200")}
	return crmsync.ROIReport{
		Made: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Org: "Acme <script>alert(1)</script>", Period: crmsync.Period{From: "2026-07-01", To: "2026-10-01"},
		Consent: crmsync.ROIConsent{Given: true, By: "ana", At: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}, Revenue: "Amount", Figures: figures,
		Values: []crmsync.ROIValues{euros, dollars}, Definitions: []string{"Sourced: the first touch ever lies in the 90 days before the opportunity was created."},
		Months: []crmsync.ROIMonth{{Month: "2026-07", Currency: "EUR", With: money("100.1")}, {Month: "2026-08", Currency: "EUR", Without: money("50.05")}},
		Bands:  []crmsync.ROIBand{{From: 0, Closed: 2, Won: 1}, {From: 1, To: 4, Closed: 2, Won: 1}, {From: 15}},
		People: []crmsync.ROIPerson{{Owner: "005a", Name: "Hugo Weiß", Seat: "seat", Figures: figures, Values: []crmsync.ROIValues{euros}},
			{Owner: "005b", Name: "=cmd|' /C calc'!A0\x1b[2J\u202eevil<b>"}},
		Before: crmsync.ROIBefore{Period: crmsync.Period{From: "2026-04-01", To: "2026-07-01"}, Values: []crmsync.ROIValues{{Currency: "EUR", Sourced: money("550.05")}}},
	}
}

func TestHTML_isOneFileAndHarmless(t *testing.T) {
	var out strings.Builder
	if err := HTML(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	if loads := regexp.MustCompile(`(?i)(src|href)\s*=|url\(|@import|<script|<link|ZgotmplZ`).FindAllString(page, -1); loads != nil {
		t.Errorf("the page loads or runs something: %q", loads)
	}
	for _, want := range []string{"1,150", "EUR", "USD", "Hugo Weiß", "up 100 % on 2026-Q2", "width:100.0%", "&lt;script&gt;", "90 days before", "consent recorded by ana", "prefers-color-scheme: dark", "@media print", "22 days"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.ContainsAny(page, "\x1b\u202e") {
		t.Error("a name steers")
	}
	if depth := wellFormed(t, page); depth != 0 {
		t.Errorf("%d elements are not closed", depth)
	}
}

// wellFormed counts elements that are opened and not closed.
func wellFormed(t *testing.T, page string) (open int) {
	t.Helper()
	void := map[string]bool{"meta": true, "br": true}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return open
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open++
			}
		case html.EndTagToken:
			open--
		}
	}
}

func TestCSV_isExactAndHarmless(t *testing.T) {
	var out strings.Builder
	if err := CSV(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	find := func(cells ...string) string {
		for _, row := range rows {
			if strings.Join(row[:5], "|") == strings.Join(cells, "|") {
				return row[5]
			}
		}
		return "missing"
	}
	cases := map[string]string{
		find("2026-Q3", "total", "", "EUR", "value_total"):                  "1150.15",
		find("2026-Q3", "total", "", "USD", "value_influenced"):             "200",
		find("2026-Q3", "total", "", "", "sourced_and_influenced"):          "1",
		find("2026-Q3", "total", "", "", "cycle_days_with_activity"):        "21.50",
		find("2026-Q3", "total", "", "", "win_rate_without_activity"):       "0.5000",
		find("2026-Q3", "month", "2026-08", "EUR", "won_without_activity"):  "50.05",
		find("2026-Q2", "before", "", "EUR", "value_sourced"):               "550.05",
		find("2026-Q3", "person", "Hugo Weiß", "EUR", "value_won"):          "150.15",
		find("2026-Q3", "activities", "15 or more", "", "closed"):           "0",
		find("2026-Q3", "person", "Hugo Weiß", "", "closed_with_activity"):  "2",
		find("2026-Q3", "person", "Hugo Weiß", "", "without_creation_date"): "0",
		find("2026-Q3", "person", "Hugo Weiß", "EUR", "value_sourced_won"):  "0",
		find("2026-Q3", "total", "", "EUR", "value_sourced_and_influenced"): "1000",
	}
	for got, want := range cases {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, row := range rows[1:] {
		if strings.HasPrefix(row[2], "=") {
			t.Errorf("a spreadsheet would run %q", row[2])
		}
	}
}

func TestText_fitsTheWidth(t *testing.T) {
	for _, width := range []int{60, 80, 120} {
		var out strings.Builder
		if err := Text(&out, sample(t), width); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for _, want := range []string{"ROI of 2026-Q3", "sourced 2, influenced 3, both 1", "EUR 1,100", "USD 200", "up 100 % on 2026-Q2", "1 to 4", "Definitions", "(no seat)"} {
			if !strings.Contains(text, want) {
				t.Errorf("width %d lacks %q:\n%s", width, want, text)
			}
		}
		if strings.ContainsAny(text, "\x1b\u202e") {
			t.Error("a name steers the terminal")
		}
		for line := range strings.SplitSeq(text, "\n") {
			if n := len([]rune(line)); n > width && width >= 80 && !strings.Contains(line, "made ") {
				t.Errorf("width %d: %d columns: %q", width, n, line)
			}
		}
	}
}

// What there is nothing of is a dash, not a number.
func TestNothingIsADash(t *testing.T) {
	var none crmsync.ROIClosing
	if Rate(none) != "-" || Days(none) != "-" || Change(5, 0, "Q2") != "" || Change(1, 2, "Q2") != "down 50 % on Q2" {
		t.Errorf("%q %q %q %q", Rate(none), Days(none), Change(5, 0, "Q2"), Change(1, 2, "Q2"))
	}
	for _, write := range []func(*strings.Builder) error{
		func(b *strings.Builder) error { return Text(b, crmsync.ROIReport{}, 80) }, func(b *strings.Builder) error { return HTML(b, crmsync.ROIReport{}) },
	} {
		var out strings.Builder
		if err := write(&out); err != nil || strings.Contains(out.String(), "NaN") {
			t.Errorf("%v: %s", err, out.String())
		}
	}
}
