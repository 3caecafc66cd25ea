package sync

import (
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// The import stays within its own share of the org's daily calls: it stops,
// says why, counts on after a restart, and goes on when the day frees.
func TestBudget_readsPauseAndGoOn(t *testing.T) {
	h := connected(t, orgsim.Config{DailyRequests: 300}) // our share is a tenth, reads stop at 80 % of it
	report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
	h.code(err, "salesforce.budget")
	if report.OK || len(report.Objects) == 0 || report.APICalls > 30 {
		t.Fatalf("report %+v", report)
	}
	first := len(report.Objects)
	run, err := h.store.LastRun(t.Context(), string(JobImport))
	if err != nil || run.State != store.RunFailed || run.ErrorCode != "salesforce.budget" {
		t.Errorf("run %+v, %v", run, err)
	}
	if budget, ok := h.engine.Budget(); !ok || budget.OwnMax != 30 {
		t.Errorf("budget %+v", budget)
	}

	h.engine = h.another()
	report, err = h.engine.Import(t.Context(), h.admin, ImportOptions{})
	h.code(err, "salesforce.budget")
	if len(report.Objects) > 1 {
		t.Errorf("after a restart the day's calls are forgotten: %d objects more", len(report.Objects))
	}

	for day := range 5 {
		h.clock.Advance(25 * time.Hour)
		report, err = h.engine.Import(t.Context(), h.admin, ImportOptions{})
		if err == nil && report.OK {
			break
		}
		h.code(err, "salesforce.budget")
		if day == 4 {
			t.Fatalf("it never ends: %d objects at first, now %+v", first, report)
		}
	}
	for _, object := range objectNames {
		if state, err := h.store.ImportState(t.Context(), object); err != nil || state.Watermark.IsZero() {
			t.Errorf("%s is not in, %v", object, err)
		}
	}
}
