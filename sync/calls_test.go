package sync

import (
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// Issue 3 bounds what imports may cost in API calls: all seven objects 30,
// their pages and 12 for each; nothing new 60.
func TestImport_callBounds(t *testing.T) {
	cases := []struct {
		name   string
		config orgsim.Config
		page   int
		asleep time.Duration // between sign-in and import; after two hours the access token is renewed first
		weekly int64         // bound with the weekly comparison of ids, a bulk job for each of five objects
	}{
		{"small", orgsim.Config{}, 0, 0, 60},
		{"many pages", orgsim.Config{Contacts: 900}, 25, 3 * time.Hour, 60},
		{"slow jobs", orgsim.Config{SlowPolls: 4}, 0, 0, 60 + 5*4},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t, c.config)
			if c.page > 0 {
				h.page = c.page
				h.engine = h.another()
			}
			h.connect()
			h.clock.Advance(c.asleep)
			for _, full := range []string{"first", "again, whole"} {
				h.withinBounds(full, h.imports(ImportOptions{Full: true}))
			}
			h.clock.Advance(12 * time.Hour)
			h.costsNothing("nothing new", h.imports(ImportOptions{}), 60)
			h.clock.Advance(8 * 24 * time.Hour)
			h.costsNothing("nothing new, with the weekly comparison", h.imports(ImportOptions{}), c.weekly)
		})
	}
}

func (h *harness) withinBounds(name string, report ImportReport) {
	h.t.Helper()
	bound := int64(30)
	for _, object := range report.Objects {
		bound += object.Pages + 12
		if object.Fetched == 0 {
			h.t.Errorf("%s: %s is empty", name, object.Object)
		}
	}
	h.t.Logf("%s: %d calls, the bound is %d", name, report.APICalls, bound)
	if report.APICalls > bound || len(report.Objects) != len(objectNames) {
		h.t.Errorf("%s: %d objects cost %d calls, the bound is %d", name, len(report.Objects), report.APICalls, bound)
	}
}

func (h *harness) costsNothing(name string, report ImportReport, bound int64) {
	h.t.Helper()
	changed := int64(0)
	for _, object := range report.Objects {
		changed += object.Inserted + object.Updated + object.Deleted
	}
	h.t.Logf("%s: %d calls", name, report.APICalls)
	if report.APICalls > bound || changed != 0 {
		h.t.Errorf("%s: %d calls, %d rows changed", name, report.APICalls, changed)
	}
}
