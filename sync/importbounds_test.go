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
	}{
		{"small", orgsim.Config{}, 0, 0},
		{"many pages", orgsim.Config{Contacts: 900}, 25, 3 * time.Hour},
		{"slow jobs", orgsim.Config{SlowPolls: 8}, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
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
			for _, name := range []string{"nothing new", "nothing new, the second time"} {
				h.clock.Advance(12 * time.Hour)
				h.asForecast(func() int64 {
					report := h.imports(ImportOptions{})
					h.costsNothing(name, report, 60)
					return report.APICalls
				})
			}
			h.clock.Advance(8 * 24 * time.Hour)
			h.costsNothing("nothing new, with the weekly count", h.imports(ImportOptions{}), 60)
			h.idsAreComparedByTurns()
		})
	}
}

// asForecast checks that an import costs what the status said before, or one
// call more: the access token may have to be renewed.
func (h *harness) asForecast(imports func() int64) {
	h.t.Helper()
	status, err := h.engine.Status(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	if calls := imports(); int64(status.ImportCalls) > calls || int64(status.ImportCalls) < calls-1 {
		h.t.Errorf("an import costs %d calls, the forecast was %d", calls, status.ImportCalls)
	}
}

// idsAreComparedByTurns lets the ids of all five objects that can vanish fall
// due; an import compares one object's.
func (h *harness) idsAreComparedByTurns() {
	h.t.Helper()
	h.clock.Advance(7 * 24 * time.Hour)
	h.costsNothing("nothing new, with the second weekly count", h.imports(ImportOptions{}), 60)
	h.clock.Advance(7 * 24 * time.Hour)
	h.imports(ImportOptions{})
	h.clock.Advance(6 * 24 * time.Hour)
	due := h.clock.Now()
	for turn := range 6 {
		compared := 0
		for _, object := range objectNames {
			if object != "User" && object != "UserRole" && h.importState(object).FullAt.After(due) {
				compared++
			}
		}
		if compared != min(turn, 5) {
			h.t.Errorf("the ids of %d objects were compared in %d imports", compared, turn)
		}
		h.clock.Advance(12 * time.Hour)
		h.costsNothing("nothing new, with a comparison of ids", h.imports(ImportOptions{}), 60)
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

// Renewing the access token is no failure of the call: an answer that is tried
// only twice is still tried twice.
func TestImport_renewedTokenCostsNoTry(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.clock.Advance(3 * time.Hour)
	h.scenarios("status-420")
	h.imports(ImportOptions{Objects: []string{"User"}})
}

// A whole reading marks as deleted what it did not bring, but not what changed
// in the minutes that no window reaches yet.
func TestImport_wholeReadingKeepsWhatChangedJustNow(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	h.clock.Advance(12 * time.Hour)
	for _, object := range []string{"UserRole", "Account", "OpportunityContactRole"} {
		id := h.ids(object)[0]
		field := map[string]string{"UserRole": "Name", "Account": "Website", "OpportunityContactRole": "Role"}[object]
		if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: id, Fields: fieldsOf(field, "Evaluator")}); err != nil {
			t.Fatal(err)
		}
		h.imports(ImportOptions{Full: true})
		if h.record(object, id).Deleted {
			t.Errorf("%s %s changed just now and is marked as deleted", object, id)
		}
	}
}

// An import that goes on with an interrupted window does not end with it.
func TestImport_resumedWindowIsNotTheEnd(t *testing.T) {
	h := newHarness(t, orgsim.Config{})
	h.page = 20
	h.engine = h.another()
	h.connect()
	h.scenarios("cut-csv:*")
	if report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{Objects: []string{"Contact"}}); err != nil || report.OK {
		t.Fatalf("report %+v, %v", report, err)
	}
	h.scenarios()
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{Objects: []string{"Contact"}})
	if late := h.clock.Now().Sub(h.importState("Contact").Watermark); late > time.Hour {
		t.Errorf("the import ended %v before now", late)
	}
}
