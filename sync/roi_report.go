package sync

import (
	"context"
	"fmt"
	"time"

	"crmsync/store"
)

// ROIReport is what the network brought to the opportunities of a period (S16, S88). Values stand for each currency
// by itself.
type ROIReport struct {
	Made           time.Time   `json:"made"`
	Org            string      `json:"org"`
	Period         Period      `json:"period"`
	Consent        ROIConsent  `json:"consent"`
	SourcedDays    int         `json:"sourced_days"`
	InfluencedDays int         `json:"influenced_days"` // 0 = from the creation on
	Revenue        string      `json:"revenue_field"`
	TimeZone       string      `json:"time_zone"`
	Definitions    []string    `json:"definitions"`
	Figures        ROIFigures  `json:"figures"`
	Values         []ROIValues `json:"values"`
	Months         []ROIMonth  `json:"months"` // won, by month of the close date
	Bands          []ROIBand   `json:"bands"`  // closed, by number of activities
	People         []ROIPerson `json:"people"` // owners, those who won most first
	Before         ROIBefore   `json:"period_before"`
}

// ROIBefore are the totals of the period before, to compare with.
type ROIBefore struct {
	Period  Period      `json:"period"`
	Figures ROIFigures  `json:"figures"`
	Values  []ROIValues `json:"values"`
}

// ROIFigures count opportunities.
type ROIFigures struct {
	Opportunities int64      `json:"opportunities"`
	Open          int64      `json:"open"`
	Won           int64      `json:"won"`
	Lost          int64      `json:"lost"`
	Sourced       int64      `json:"sourced"`
	Influenced    int64      `json:"influenced"`
	Both          int64      `json:"sourced_and_influenced"`
	BySaves       int64      `json:"by_saves_alone"` // sourced or influenced without any activity
	Activities    int64      `json:"activities"`     // that lie in a window
	NoValue       int64      `json:"without_value"`
	NoCreation    int64      `json:"without_creation_date"` // nothing can be said of them
	With          ROIClosing `json:"with_activity"`
	Without       ROIClosing `json:"without_activity"`
}

// ROIClosing is how well opportunities are closed.
type ROIClosing struct {
	Closed    int64   `json:"closed"`
	Won       int64   `json:"won"`
	CycleDays float64 `json:"cycle_days"` // mean of those won
	days      float64 // their sum
}

// WinRate is won of closed, from 0 to 1; ok is false when none is closed.
func (c ROIClosing) WinRate() (rate float64, ok bool) {
	if c.Closed == 0 {
		return 0, false
	}
	return float64(c.Won) / float64(c.Closed), true
}

// ROIValues are sums of one currency.
type ROIValues struct {
	Currency      string `json:"currency"` // "" where the org has one only
	Opportunities int64  `json:"opportunities"`
	Total         Money  `json:"total"`
	Won           Money  `json:"won"`
	Sourced       Money  `json:"sourced"`
	SourcedWon    Money  `json:"sourced_won"`
	Influenced    Money  `json:"influenced"`
	InfluencedWon Money  `json:"influenced_won"`
	Both          Money  `json:"sourced_and_influenced"`
	Neither       Money  `json:"neither"`
}

// ROIMonth is what was won in a month in one currency.
type ROIMonth struct {
	Month    string `json:"month"` // 2026-09
	Currency string `json:"currency"`
	With     Money  `json:"with_activity"`
	Without  Money  `json:"without_activity"`
}

// ROIBand are the closed opportunities with a number of activities.
type ROIBand struct {
	From   int64 `json:"from"`
	To     int64 `json:"to"` // 0 = no end
	Closed int64 `json:"closed"`
	Won    int64 `json:"won"`
}

// ROIPerson are the opportunities of one owner.
type ROIPerson struct {
	Owner   string      `json:"owner"`
	Name    string      `json:"name"`
	Seat    string      `json:"seat,omitempty"` // "" for an owner without one
	Figures ROIFigures  `json:"figures"`
	Values  []ROIValues `json:"values"`
}

// ROIReport makes the report of a period. It reads the store once for the period and once for the one before, and
// keeps figures only.
func (e *Engine) ROIReport(ctx context.Context, actor Actor, period Period) (ROIReport, error) {
	consent, err := e.roiAllowed(ctx, actor)
	if err != nil {
		return ROIReport{}, err
	}
	rule, err := e.roiRuleOf(ctx)
	if err != nil {
		return ROIReport{}, err
	}
	report := ROIReport{Made: e.now().UTC(), Period: period, Consent: consent, SourcedDays: rule.Sourced, InfluencedDays: rule.Influenced, Revenue: rule.Revenue,
		TimeZone: rule.zone.String(), Definitions: rule.Definitions()}
	if connection, err := e.store.Connection(ctx); err == nil {
		report.Org = connection.OrgName
	}
	now, err := e.roiFold(ctx, rule, period)
	if err != nil {
		return ROIReport{}, err
	}
	before, err := e.roiFold(ctx, rule, period.Shift(-1))
	if err != nil {
		return ROIReport{}, err
	}
	report.Figures, report.Values, report.Months, report.Bands = now.total.figures(), now.total.values(), now.months(), now.bands
	report.Before = ROIBefore{period.Shift(-1), before.total.figures(), before.total.values()}
	report.People, err = e.roiPeople(ctx, now)
	return report, err
}

func (e *Engine) roiFold(ctx context.Context, rule roiRule, period Period) (*roiFold, error) {
	fold := newROIFold()
	for deal, err := range e.roiDeals(ctx, rule, e.store.OpportunitiesClosing(ctx, period.From, period.To)) {
		if err != nil {
			return nil, fmt.Errorf("read the opportunities of %s: %w", period, err)
		}
		fold.add(deal, rule.judge(deal))
	}
	return fold, nil
}

// roiPeople names the owners.
func (e *Engine) roiPeople(ctx context.Context, fold *roiFold) ([]ROIPerson, error) {
	seats, err := e.store.Seats(ctx)
	if err != nil {
		return nil, err
	}
	seatOf := map[string]store.Seat{}
	for _, seat := range seats {
		if seat.UserID != "" {
			seatOf[seat.UserID] = seat
		}
	}
	names := e.names()
	var people []ROIPerson
	for owner, sums := range fold.owners {
		person := ROIPerson{Owner: owner, Seat: seatOf[owner].ID, Figures: sums.figures(), Values: sums.values()}
		if person.Name, err = names.of(ctx, "User", owner); err != nil {
			return nil, err
		}
		people = append(people, person)
	}
	sortPeople(people)
	return people, nil
}
