package match

import (
	"fmt"
	"testing"
)

// changed makes records of companies, some with a web site.
func changed(n, sites int) []Record {
	records := make([]Record, n)
	for i := range records {
		records[i] = Record{ID: fmt.Sprint(i), Object: "Account", Company: fmt.Sprintf("Company %d", i)}
		if i < sites {
			records[i].Website = fmt.Sprintf("https://company%d.example", i)
		}
	}
	return records
}

func TestEmptied(t *testing.T) {
	for name, test := range map[string]struct {
		share    float64 // of all records
		n, sites int     // that changed
		want     bool
	}{
		"went empty":              {0.8, 40, 0, true},
		"nearly":                  {0.8, 100, 3, true},
		"half of before":          {0.8, 100, 40, false},
		"as before":               {0.8, 40, 33, false},
		"too few to tell":         {0.8, 29, 0, false},
		"seldom filled: chance":   {0.2, 40, 0, false},
		"seldom filled, and many": {0.2, 400, 0, true},
		"hardly ever filled":      {0.04, 5000, 0, false},
		"all had one":             {1, 30, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			half := SampleOf(Company, changed(test.n, test.sites)[:test.n/2])
			sample := half.Add(SampleOf(Company, changed(test.n, test.sites)[test.n/2:]))
			alarms := Emptied(map[string]float64{"crm website": test.share, "crm company": 1}, sample)
			if got := len(alarms) == 1 && alarms[0].Figure == "crm website"; got != test.want || len(alarms) > 1 {
				t.Errorf("alarms %+v of %+v", alarms, sample)
			}
		})
	}
}
