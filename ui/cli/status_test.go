package cli

import (
	"bytes"
	"strings"
	"testing"

	crmsync "crmsync/sync"
)

// Figures for people have thousands marks, on every line that can grow large.
func TestStatusMarksThousands(t *testing.T) {
	var out bytes.Buffer
	a := &app{stdout: &out}
	a.printAllowance(crmsync.Status{APIUsed: 12345, APIMax: 105000, ImportCalls: 1250, Budget: crmsync.BudgetLine{Own: 6789, OwnMax: 84000},
		Allowance: &crmsync.Allowance{NextDay: 5150, Forecast: 17495, Frees: 1001}})
	a.printCounts("matches  ", map[string]int64{"auto": 812480, "review": 999, "none": 1204})
	for _, want := range []string{"12,345 of 105,000 in 24 h, 6,789 of our own 84,000", "costs about 1,250\n", "cost about 5,150", "makes 17,495 of 105,000", "; 1,001 calls leave", " auto 812,480 none 1,204 review 999\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestRunningLineMarksThousands(t *testing.T) {
	for want, p := range map[string]crmsync.Progress{
		"import: Contact, 12,000 of 1,300,000, 1,235 a second": {Job: crmsync.JobImport, Object: "Contact", Done: 12_000, Total: 1_300_000, Rate: 1234.6, Here: true},
		"import: 4,096 so far":                                 {Job: crmsync.JobImport, Done: 4096, Here: true},
	} {
		if got := runningLine(p); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
