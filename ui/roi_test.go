package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	crmsync "crmsync/sync"
)

type roiFake struct{ *world }

func (f roiFake) Consent(context.Context) (crmsync.ROIConsent, error) { return f.consent, f.err }
func (f roiFake) SetConsent(_ context.Context, given bool) (string, error) {
	f.consent.Given = given
	return f.note("consent %v", given)
}
func (f roiFake) Report(_ context.Context, period crmsync.Period) (crmsync.ROIReport, error) {
	if f.roiErr != nil {
		return crmsync.ROIReport{}, f.roiErr
	}
	report := f.roi
	report.Period = period
	return report, f.err
}
func (f roiFake) Deals(_ context.Context, query crmsync.ROIDealQuery) ([]crmsync.ROIDeal, bool, error) {
	deals := make([]crmsync.ROIDeal, 0, 30)
	for i := range 30 {
		value := moneyOf(fmt.Sprint(1000 * i))
		deals = append(deals, crmsync.ROIDeal{ID: fmt.Sprintf("006%015d", i), Name: hostile[i%len(hostile)], OwnerName: "Hugo Weiß", Result: []string{"won", "lost", "open"}[i%3], CloseDate: "2026-11-30",
			Created: testNow.AddDate(0, -2, 0), Currency: "EUR", Value: &value, Sourced: i%3 == 0, Influenced: i%2 == 0, Activities: int64(i)})
	}
	f.retext(&deals)
	f.did = append(f.did, "deals "+query.Attribution+query.Owner)
	return deals, true, f.err
}
func (f roiFake) Deal(_ context.Context, id string) (crmsync.ROIDeal, []crmsync.ROITouch, error) {
	deals, _, err := f.Deals(context.Background(), crmsync.ROIDealQuery{})
	at := slices.IndexFunc(deals, func(d crmsync.ROIDeal) bool { return d.ID == id })
	touches := []crmsync.ROITouch{{Kind: "note", At: testNow.AddDate(0, -3, 0), By: "Hugo Weiß", With: hostile[7], Window: "sourced", First: true},
		{Kind: "save", At: testNow.AddDate(0, -2, 1), By: "Bea", With: "Škoda Auto a.s.", Window: "influenced"}, {Kind: "message", At: testNow, By: "Bea", With: hostile[8], Window: "none"}}
	f.retext(&touches)
	return deals[at], touches, err
}
func (f roiFake) Export(_ context.Context, report crmsync.ROIReport) (string, error) {
	_, err := f.note("export %s", report.Period)
	return "roi.html and .csv", err
}

func moneyOf(text string) (m crmsync.Money) {
	if err := json.Unmarshal([]byte(`"`+text+`"`), &m); err != nil {
		panic(err)
	}
	return m
}

func sampleROI(w *world) {
	figures := crmsync.ROIFigures{Opportunities: 1204, Open: 300, Won: 280, Lost: 624, Sourced: 90, Influenced: 402, Both: 61, BySaves: 12, Activities: 5100,
		With: crmsync.ROIClosing{Closed: 502, Won: 156, CycleDays: 74}, Without: crmsync.ROIClosing{Closed: 402, Won: 88, CycleDays: 85}}
	euros := crmsync.ROIValues{Currency: "EUR", Total: moneyOf("90000000"), Won: moneyOf("4200000.5"), Sourced: moneyOf("9100000"), Influenced: moneyOf("48200000")}
	dollars := crmsync.ROIValues{Currency: "USD", Total: moneyOf("700000"), Influenced: moneyOf("200000"), Won: moneyOf("70000")}
	w.consent = crmsync.ROIConsent{Given: true, By: "ana", At: testNow.AddDate(0, 0, -20)}
	w.roi = crmsync.ROIReport{Consent: w.consent, Revenue: "Expected_Revenue__c", Figures: figures, Values: []crmsync.ROIValues{euros, dollars},
		Definitions: []string{"Sourced: the first touch ever lies in the 90 days before the opportunity was created."},
		Months: []crmsync.ROIMonth{{Month: "2026-10", Currency: "EUR", With: moneyOf("4200000"), Without: moneyOf("6100000")}, {Month: "2026-11", Currency: "EUR", With: moneyOf("5800000"), Without: moneyOf("5200000")},
			{Month: "2026-12", Currency: "EUR", With: moneyOf("7900000"), Without: moneyOf("5000000")}},
		Bands:  []crmsync.ROIBand{{From: 0, Closed: 402, Won: 72}, {From: 1, To: 4, Closed: 388, Won: 105}, {From: 5, To: 14, Closed: 290, Won: 104}, {From: 15, Closed: 124, Won: 51}},
		Before: crmsync.ROIBefore{Values: []crmsync.ROIValues{{Currency: "EUR", Influenced: moneyOf("43000000"), Sourced: moneyOf("8750000")}}, Period: crmsync.Period{From: "2026-07-01", To: "2026-10-01"}}}
	for i, name := range []string{"Hugo Weiß", "Kaja Novak", hostile[7], "Bea Lindqvist", hostile[16]} {
		p := crmsync.ROIPerson{Owner: fmt.Sprintf("005%d", i), Name: name, Seat: "seat", Figures: figures, Values: []crmsync.ROIValues{euros}}
		p.Figures.Activities -= int64(i)
		if i == 3 {
			p.Seat = ""
		}
		w.roi.People = append(w.roi.People, p)
	}
}

// codedError is an error of the engine as the console sees it.
type codedError struct{ code, text string }

func (e codedError) Error() string { return e.text }
func (e codedError) Code() string  { return e.code }
func (e codedError) Hint() string  { return "" }

// withoutConsent is a world whose admin took the consent back.
func withoutConsent() *world {
	w := sampleWorld()
	w.roiErr = codedError{"roi.no_consent", "the customer's consent to ROI reports is not recorded"}
	w.consent = crmsync.ROIConsent{By: "ana", At: testNow.Add(-time.Hour)}
	return w
}

// From the report to the people behind it, to an opportunity, to its touches, and back.
func TestROIDrillDown(t *testing.T) {
	w := sampleWorld()
	c := start(t, setup{services: w.services(), w: 120, h: 40})
	c.press("7")
	c.sees("EUR 48,200,000")
	c.sees("up 12 % on 2026-Q3")
	c.sees("31 %")
	c.press("s")
	c.sees("Sourced")
	c.press("esc", "j", "enter")
	c.sees("Of Kaja Novak")
	c.press("enter")
	c.sees("as its source")
	c.sees("as an influence")
	c.press("esc", "esc")
	c.sees("By person")
	if want := []string{"deals sourced", "deals 0051"}; !slices.Equal(w.did[:2], want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// The consent is asked for before it is recorded; an export says where it went.
func TestROIConsentAndExport(t *testing.T) {
	w := withoutConsent()
	c := start(t, setup{services: w.services(), w: 100, h: 30})
	c.press("7")
	c.sees("No consent is recorded")
	c.sees("taken back by ana")
	c.press("e")
	c.sees("there is no report")
	c.press("c")
	c.sees("Record the customer's consent")
	c.now = c.now.Add(time.Second)
	w.roiErr = nil
	c.press("y")
	c.sees("Consent to ROI reports recorded.")
	c.press("e")
	c.sees("Wrote roi.html")
	if want := []string{"consent true", "export 2026-Q4"}; !slices.Equal(w.did, want) {
		t.Errorf("did %q, want %q", w.did, want)
	}
}

// The period goes by quarters, years and months.
func TestROIPeriods(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services(), w: 100, h: 30})
	c.press("7")
	for _, step := range [][2]string{{"left", "Jul–Sep 2026"}, {"g", "Jan–Dec 2026"}, {"g", "January 2026"}, {"right", "February 2026"}, {"g", "Jan–Mar 2026"}} {
		c.press(step[0])
		c.sees(step[1])
	}
}
