package sync

import (
	"slices"
	"strings"
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
	first := finished(report)
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
	if report.APICalls > 0 {
		t.Errorf("after a restart the day's calls are forgotten: %d calls more", report.APICalls)
	}
	status, err := h.engine.Status(t.Context())
	if err != nil || status.Budget.Level == "ok" || status.Budget.OwnMax != 30 || !slices.Contains(status.Problems, status.Budget.Problem()) ||
		!strings.HasPrefix(status.Budget.Problem(), "imports ") || !strings.Contains(status.Budget.Problem(), "of our own 30 API calls") {
		t.Errorf("%+v, %q, %v", status.Budget, status.Problems, err)
	}
	h.engine = h.another() // another process, without a connection of its own
	if apart, err := h.engine.Status(t.Context()); err != nil || apart.Budget != status.Budget {
		t.Errorf("another process says %+v instead of %+v, %v", apart.Budget, status.Budget, err)
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

// finished counts the objects of a report that were imported.
func finished(report ImportReport) (n int) {
	for _, object := range report.Objects {
		if object.Error == nil {
			n++
		}
	}
	return n
}

// What writeback and the doctor spend is put down as well, and a changed setting holds at once.
func TestBudget_everyCallCounts(t *testing.T) {
	w := writers(t, orgsim.Config{})
	spent := func() (calls int64) {
		for _, hour := range w.engine.spentBefore(t.Context()) {
			calls += hour.Calls
		}
		return calls
	}
	before := spent()
	w.add(KindNote, "a note")
	report := w.cycle()
	if now := spent(); report.APICalls == 0 || now != before+report.APICalls {
		t.Errorf("%d calls were put down, then %d after a cycle of %d", before, now, report.APICalls)
	}
	before = spent()
	doctor, err := w.engine.Doctor(t.Context(), w.admin)
	if now := spent(); err != nil || now != before+doctor.APICalls {
		t.Errorf("%d calls were put down, then %d after a check of %d, %v", before, now, doctor.APICalls, err)
	}
	w.must(w.engine.SetSetting(t.Context(), w.admin, SettingOwnShare, "1"))
	w.cycle()
	if _, err := w.engine.Doctor(t.Context(), w.admin); err != nil {
		t.Fatal(err)
	}
	if budget, ok := w.engine.Budget(); !ok || budget.OwnMax != budget.Max/100 {
		t.Errorf("%+v", budget)
	}
}
