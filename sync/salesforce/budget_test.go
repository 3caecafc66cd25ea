package salesforce_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

func TestParseLimitInfo(t *testing.T) {
	for header, want := range map[string]salesforce.Usage{
		"api-usage=18/5000": {Used: 18, Max: 5000},
		"api-usage=25/5000; per-app-api-usage=17/250(appName=sample-connected-app)": {Used: 25, Max: 5000, AppUsed: 17, AppMax: 250, AppName: "sample-connected-app"},
		"api-usage=25/5000;per-app-api-usage=17/250":                                {Used: 25, Max: 5000, AppUsed: 17, AppMax: 250},
		"": {}, "api-usage=": {}, "api-usage=1": {}, "api-usage=x/5": {}, "api-usage=1/0": {}, "api-usage=-1/5": {}, "other=1/2": {},
	} {
		got, ok := salesforce.ParseLimitInfo(header)
		if got != want || ok != (want.Max > 0) {
			t.Errorf("%q: %+v, %v", header, got, ok)
		}
	}
}

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func TestGovernorLevels(t *testing.T) {
	c := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	var told []salesforce.BudgetLevel
	g := salesforce.NewGovernor(salesforce.GovernorOptions{Now: c.now, BudgetShares: salesforce.BudgetShares{Warn: .7}, OnChange: func(b salesforce.Budget) { told = append(told, b.Level) }})
	if err := g.Allow(salesforce.PurposeRead); err != nil {
		t.Errorf("before anything is known: %v", err)
	}
	for _, step := range []struct {
		used                 int64
		level                salesforce.BudgetLevel
		read, write, control bool
	}{
		{100, salesforce.BudgetOK, true, true, true},
		{700, salesforce.BudgetWarning, true, true, true},
		{799, salesforce.BudgetWarning, true, true, true},
		{800, salesforce.BudgetReadsPaused, false, true, true},
		{760, salesforce.BudgetReadsPaused, false, true, true}, // still above the point of resuming
		{950, salesforce.BudgetStopped, false, false, true},
		{940, salesforce.BudgetReadsPaused, false, true, true},
		{749, salesforce.BudgetWarning, true, true, true},
		{10, salesforce.BudgetOK, true, true, true},
	} {
		g.Observe(salesforce.Usage{Used: step.used, Max: 1000, At: c.at})
		if b := g.Budget(); b.Level != step.level {
			t.Errorf("at %d: %v, want %v", step.used, b.Level, step.level)
		}
		for p, want := range map[salesforce.Purpose]bool{salesforce.PurposeRead: step.read, salesforce.PurposeWrite: step.write, salesforce.PurposeControl: step.control} {
			err := g.Allow(p)
			if (err == nil) != want || (err != nil && (!errors.Is(err, salesforce.ErrBudget) || salesforce.Classify(err) != salesforce.ActionPause)) {
				t.Errorf("at %d purpose %d: %v", step.used, p, err)
			}
		}
	}
	if len(told) != 6 {
		t.Errorf("told of %v", told)
	}
}

func TestGovernorCountsOurOwnCalls(t *testing.T) {
	c := &clock{time.Date(2026, 11, 1, 12, 30, 0, 0, time.UTC)}
	kept := []salesforce.HourCalls{{Hour: c.at.Add(-30 * time.Hour).Truncate(time.Hour), Calls: 5000}, {Hour: c.at.Add(-2 * time.Hour).Truncate(time.Hour), Calls: 79}}
	g := salesforce.NewGovernor(salesforce.GovernorOptions{Now: c.now, Spent: kept})
	org := newScripted(t)
	org.on("GET "+limitsPath, withHeader(js(200, `{}`), "Sforce-Limit-Info", "api-usage=90/1000"))
	client, _ := org.client(func(o *salesforce.Options) { o.Governor, o.Now = g, c.now })
	if _, err := client.Limits(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := g.Budget()
	if b.Own != 80 || b.OwnMax != 100 || b.Share != .8 || b.Level != salesforce.BudgetReadsPaused || !b.FreesAt.After(c.at) {
		t.Fatalf("budget %+v", b)
	}
	for _, err := range client.Query(t.Context(), "SELECT Id FROM Lead") {
		if !errors.Is(err, salesforce.ErrBudget) || !strings.Contains(err.Error(), "80 of our own 100") {
			t.Errorf("a read went through: %v", err)
		}
	}
	ctx := salesforce.WithPurpose(t.Context(), salesforce.PurposeWrite)
	org.on("GET /services/data/v67.0/query", withHeader(js(200, `{"totalSize":0,"done":true,"records":[]}`), "Sforce-Limit-Info", "api-usage=90/1000"))
	for _, err := range client.Query(ctx, "SELECT Id FROM Task") {
		t.Errorf("a read that a write needs was held back: %v", err)
	}
	if spent := g.Spent(); len(spent) != 2 || spent[1].Calls != 2 {
		t.Errorf("spent %+v", spent)
	}
	c.at = c.at.Add(23 * time.Hour)
	if b := g.Budget(); b.Own != 2 || b.Level != salesforce.BudgetOK {
		t.Errorf("a day later %+v", b)
	}
}

func TestGovernorLooksAgain(t *testing.T) {
	c := &clock{time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	g := salesforce.NewGovernor(salesforce.GovernorOptions{Now: c.now})
	g.Observe(salesforce.Usage{Used: 900, Max: 1000, At: c.at})
	if g.Allow(salesforce.PurposeRead) == nil {
		t.Fatal("a full meter lets reads through")
	}
	c.at = c.at.Add(20 * time.Minute)
	if err := g.Allow(salesforce.PurposeRead); err != nil {
		t.Errorf("nothing would ever tell that the allowance has freed: %v", err)
	}
	if g.Allow(salesforce.PurposeRead) == nil {
		t.Error("more than one call looked")
	}
	g.Observe(salesforce.Usage{Used: 100, Max: 1000, At: c.at})
	if err := g.Allow(salesforce.PurposeRead); err != nil {
		t.Errorf("the allowance has freed: %v", err)
	}
}

func TestAppLimitCounts(t *testing.T) {
	g := salesforce.NewGovernor(salesforce.GovernorOptions{})
	g.Observe(salesforce.Usage{Used: 1, Max: 1000, AppUsed: 240, AppMax: 250, At: time.Now()})
	if b := g.Budget(); b.Level != salesforce.BudgetStopped {
		t.Errorf("budget %+v", b)
	}
}

func TestForecastRun(t *testing.T) {
	f := salesforce.ForecastRun([]salesforce.ObjectForecast{{Object: "Contact", Rows: 100_000, PageRows: 10_000}, {Object: "UserRole", Rows: 20, REST: true}, {Object: "Lead"}})
	if f.PerObject["UserRole"] != 2 || f.PerObject["Lead"] != 6 {
		t.Errorf("forecast %+v", f)
	}
	if n := f.PerObject["Contact"]; n < 10+4 || n > 10+12 {
		t.Errorf("Contact costs %d", n)
	}
	if sum := f.PerObject["UserRole"] + f.PerObject["Lead"] + f.PerObject["Contact"]; f.Calls <= sum || f.Calls > sum+5 {
		t.Errorf("total %d of %d", f.Calls, sum)
	}
}
