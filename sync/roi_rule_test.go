package sync

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/store"
)

// aDeal draws an opportunity with touches around the edges of its windows.
func aDeal(t *rapid.T, rule roiRule) roiDeal {
	created := rule.now.Add(-time.Duration(rapid.Int64Range(0, 400*24).Draw(t, "age")) * time.Hour)
	d := roiDeal{ID: store.NewID(), Created: created, Closed: rapid.Bool().Draw(t, "closed"), Currency: rapid.SampledFrom([]string{"EUR", "USD", ""}).Draw(t, "currency"),
		Owner: rapid.SampledFrom([]string{"a", "b", ""}).Draw(t, "owner")}
	d.Won = d.Closed && rapid.Bool().Draw(t, "won")
	d.CloseDate = created.In(rule.zone).AddDate(0, 0, rapid.IntRange(-3, 300).Draw(t, "days")).Format(time.DateOnly)
	d.Value, d.HasValue = parseMoney(rapid.SampledFrom([]string{"", "0", "0.1", "0.2", "1E3", "-5", "99999999999999.99"}).Draw(t, "value"))
	edges := []time.Time{created, created.AddDate(0, 0, -rule.Sourced), rule.end(d), rule.end(d).AddDate(0, 0, -rule.Influenced)}
	for range rapid.IntRange(0, 5).Draw(t, "touches") {
		at := rapid.SampledFrom(edges).Draw(t, "edge").Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "off")) * rapid.SampledFrom([]time.Duration{1, time.Hour}).Draw(t, "unit"))
		d.Touches = append(d.Touches, roiTouch{Touch: store.Touch{ID: store.NewID(), Kind: rapid.SampledFrom([]string{touchSave, "note"}).Draw(t, "kind"), At: at}})
	}
	d.Touches = inOrder(d.Touches)
	return d
}

func aRule(t *rapid.T) roiRule {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"UTC", "America/Los_Angeles", "Pacific/Auckland"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	return roiRule{Sourced: rapid.IntRange(1, 120).Draw(t, "sourced"), Influenced: rapid.SampledFrom([]int{0, 1, 30}).Draw(t, "influenced"), Revenue: "Amount",
		zone: zone, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
}

// No touch counts as a source and as an influence; a source comes before the creation and an influence does not; a
// sourced opportunity has no touch before its window.
func TestROIRule_windowsAreDisjoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := aRule(t)
		d := aDeal(t, rule)
		v := rule.judge(d)
		var sourcingAny, influencingAny bool
		for _, touch := range d.Touches {
			sourcing, influencing := rule.place(d, touch.At)
			if sourcing && influencing {
				t.Fatalf("%v counts twice", touch.At)
			}
			if sourcing && !touch.At.Before(d.Created) || influencing && (touch.At.Before(d.Created) || !touch.At.Before(rule.end(d))) {
				t.Fatalf("%v is in the wrong window", touch.At)
			}
			sourcingAny, influencingAny = sourcingAny || sourcing, influencingAny || influencing
		}
		if v.Influenced != influencingAny || v.Sourced && !sourcingAny {
			t.Fatalf("%+v of %+v", v, d)
		}
		if v.Sourced && d.Touches[0].At.Before(d.Created.AddDate(0, 0, -rule.Sourced)) {
			t.Fatal("it was touched before the window of its source")
		}
		if v.Cycle < 0 {
			t.Fatalf("cycle %v", v.Cycle)
		}
	})
}

// For each currency the sums are those of the opportunities, and the attributions make up the total without counting
// anything twice; so do the owners.
func TestROIFold_sumsAreThoseOfTheOpportunities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := aRule(t)
		fold, totals := newROIFold(), map[string]*Money{}
		n := rapid.IntRange(0, 12).Draw(t, "n")
		for range n {
			d := aDeal(t, rule)
			fold.add(d, rule.judge(d))
			if d.HasValue {
				if totals[d.Currency] == nil {
					totals[d.Currency] = &Money{}
				}
				totals[d.Currency].add(&d.Value)
			}
		}
		values := fold.total.values()
		if len(values) != len(totals) {
			t.Fatalf("%d currencies, want %d", len(values), len(totals))
		}
		for _, v := range values {
			if v.Total.String() != totals[v.Currency].String() {
				t.Fatalf("%s: %s, want %s", v.Currency, v.Total, totals[v.Currency])
			}
			var parts, owners Money
			parts.add(&v.Sourced)
			parts.add(&v.Influenced)
			parts.add(&v.Neither)
			parts.value.Sub(&parts.value, &v.Both.value)
			for _, sums := range fold.owners {
				owners.add(&sums.value(v.Currency).Total)
			}
			if parts.String() != v.Total.String() || owners.String() != v.Total.String() {
				t.Fatalf("%s: parts %s, owners %s, total %s", v.Currency, parts, owners, v.Total)
			}
		}
		f := fold.total.figures()
		if f.Opportunities != int64(n) || f.Open+f.Won+f.Lost != f.Opportunities || f.With.Closed+f.Without.Closed != f.Won+f.Lost || f.With.Won+f.Without.Won != f.Won {
			t.Fatalf("figures %+v of %d", f, n)
		}
		var closed int64
		for _, band := range fold.bands {
			closed += band.Closed
		}
		if closed != f.Won+f.Lost {
			t.Fatalf("bands hold %d of %d", closed, f.Won+f.Lost)
		}
	})
}

func TestPeriod(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	cases := []struct{ text, from, to, name, before string }{
		{"", "2026-10-01", "2027-01-01", "2026-Q4", "2026-Q3"}, {"2026Q1", "2026-01-01", "2026-04-01", "2026-Q1", "2025-Q4"}, {"2026-03", "2026-03-01", "2026-04-01", "2026-03", "2026-02"},
		{"2026", "2026-01-01", "2027-01-01", "2026", "2025"}, {"2026-02-27..2026-03-01", "2026-02-27", "2026-03-02", "2026-02-27..2026-03-01", "2026-02-24..2026-02-26"},
	}
	for _, c := range cases {
		p, err := ParsePeriod(c.text, now)
		if err != nil || p != (Period{c.from, c.to}) || p.String() != c.name || p.Shift(-1).String() != c.before || p.Shift(-1).Shift(1) != p {
			t.Errorf("%q: %+v %s, before %s, %v", c.text, p, p, p.Shift(-1), err)
		}
	}
	for _, text := range []string{"2026-13", "2026-Q5", "now", "2026-03-02..2026-03-01", "2026-02-31..2026-03-05", "26"} {
		if p, err := ParsePeriod(text, now); err == nil || CodeOf(err) != "usage.period" {
			t.Errorf("%q is taken for %+v, %v", text, p, err)
		}
	}
}

func TestMoney(t *testing.T) {
	cases := []struct{ text, exact, words string }{
		{"1250000.5", "1250000.5", "1,250,001"}, {"1.2E6", "1200000", "1,200,000"}, {"-999.4", "-999.4", "-999"}, {"0", "0", "0"}, {"100.", "100", "100"},
	}
	for _, c := range cases {
		m, ok := parseMoney(c.text)
		if !ok || m.String() != c.exact || m.Text() != c.words {
			t.Errorf("%q: %s, %s, %v", c.text, m, m.Text(), ok)
		}
	}
	for _, text := range []string{"", "x", "1e999999999", "1/3", "0x10", "NaN", "1_000"} {
		if m, ok := parseMoney(text); ok {
			t.Errorf("%q is taken for %s", text, m)
		}
	}
}
