package sync

import (
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// S1, S48: after connect rows exist for every object of the annex.
func TestImport_S1_S48_everyObject(t *testing.T) {
	h := connected(t, orgsim.Config{})
	report := h.imports(ImportOptions{})
	if !report.OK || len(report.Objects) != 7 {
		t.Fatalf("report %+v", report)
	}
	for _, object := range report.Objects {
		if object.Fetched == 0 || object.Fetched != object.Inserted+object.Updated+object.Deleted+object.Unchanged {
			t.Errorf("%s: %+v", object.Object, object)
		}
	}
	t.Logf("%+v", report)
}

// An import of nothing new costs few calls and changes nothing.
func TestImport_S70_nothingNewIsCheap(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	h.clock.Advance(12 * time.Hour)
	report := h.imports(ImportOptions{})
	if report.APICalls > 60 {
		t.Errorf("it cost %d calls", report.APICalls)
	}
	for _, object := range report.Objects {
		if object.Inserted+object.Updated+object.Deleted != 0 {
			t.Errorf("%s changed: %+v", object.Object, object)
		}
	}
}
