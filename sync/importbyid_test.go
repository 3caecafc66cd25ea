package sync

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// An org in which no query of more than 25 rows ends, and a mass update that
// gave all records one stamp: a whole import, one of what changed, and the
// comparison of ids all come to their end, and no window of time is narrow
// enough for that.
func TestImport_manyRowsOfOneStamp(t *testing.T) {
	h := newFaulty(t, false)
	contacts := h.apart.ids("Contact")
	imports := func(wait time.Duration) {
		t.Helper()
		h.clock.Advance(wait)
		h.scenarios("query-timeout=25")
		h.imports(ImportOptions{})
		h.scenarios()
		h.sameAsOrg(h.apart)
	}
	h.updates(contacts, "Description", "mass update")
	imports(time.Hour)
	h.updates(contacts, "Description", "and again")
	imports(12 * time.Hour)
	imports(29 * 24 * time.Hour)
}

// updates sets a field of many records at one moment.
func (h *harness) updates(ids []string, field, value string) {
	h.t.Helper()
	for _, id := range ids {
		if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: id, Fields: fieldsOf(field, value)}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// A first load by id that was interrupted goes on behind the last row that is
// in, also when its job is gone.
func TestImport_goesOnByID(t *testing.T) {
	h := newFaulty(t, false)
	h.scenarios("query-timeout=25")
	ctx, stop := context.WithCancel(t.Context())
	results := 0
	h.gate.watch(func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/results") {
			if results++; results == 3 {
				stop()
			}
		}
	})
	if _, err := h.engine.Import(ctx, h.admin, ImportOptions{Objects: []string{"Contact"}}); err == nil {
		t.Fatal("the import was not interrupted")
	}
	left := len(h.stored("Contact"))
	if left != 2*h.page {
		t.Fatalf("%d contacts are in", left)
	}
	h.gate.watch(nil)
	h.clock.Advance(8 * 24 * time.Hour) // the org keeps results for seven days
	h.engine = h.another()
	report := h.imports(ImportOptions{Objects: []string{"Contact"}})
	// Forty rows of the first run count with the twenty of this one, and then the
	// window of eight days later is empty.
	if o := report.Objects[0]; o.Inserted+o.Deleted != int64(len(h.stored("Contact"))) || o.Unchanged != 0 {
		t.Errorf("%+v", o)
	}
	h.scenarios()
	h.imports(ImportOptions{})
	h.sameAsOrg(h.apart)
}
