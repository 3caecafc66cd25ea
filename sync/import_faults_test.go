package sync

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// equalToOrg compares the store with a second store that imported the org from
// nothing: live rows of every object, field by field.
func (h *harness) equalToOrg(objects ...string) {
	h.t.Helper()
	if len(objects) == 0 {
		objects = objectNames
	}
	fresh := &harness{t: h.t, clock: h.clock, org: h.org, server: h.server, admin: h.admin}
	if err := h.org.SetScenarios(); err != nil {
		h.t.Fatal(err)
	}
	fresh.open(h.t.TempDir() + "/fresh")
	fresh.connect()
	fresh.imports(ImportOptions{Objects: objects})
	for _, object := range objects {
		want, have := fresh.live(object), h.live(object)
		if len(want) != len(have) {
			h.t.Errorf("%s: %d live records, the org has %d", object, len(have), len(want))
		}
		for id, text := range want {
			if have[id] != text {
				h.t.Errorf("%s %s differs:\n have %s\n want %s", object, id, have[id], text)
				break
			}
		}
	}
}

// live returns the live records of an object as text, by id.
func (h *harness) live(object string) map[string]string {
	h.t.Helper()
	rows := map[string]string{}
	for record, err := range h.store.EachRecord(h.t.Context(), object, store.RecordFilter{}) {
		if err != nil {
			h.t.Fatal(err)
		}
		if !record.Deleted {
			rows[record.ID] = fmt.Sprint(record.Fields)
		}
	}
	return rows
}

// When the daily calls are used up the import stops as a whole and says so.
func TestImport_requestLimitStopsTheRun(t *testing.T) {
	h := connected(t, orgsim.Config{})
	if err := h.org.SetScenarios("total-requests"); err != nil {
		t.Fatal(err)
	}
	report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
	if err == nil || report.OK {
		t.Fatalf("report %+v, %v", report, err)
	}
	run, err := h.store.LastRun(t.Context(), string(JobImport))
	if err != nil || run.State != store.RunFailed {
		t.Errorf("run %+v, %v", run, err)
	}
	if err := h.org.SetScenarios(); err != nil {
		t.Fatal(err)
	}
	h.imports(ImportOptions{})
}

// A field hidden between two runs: the run goes on, old values stay, and when
// it is visible again the object is read whole.
func TestImport_hiddenFieldKeepsOldValues(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	website := func() (n int) {
		for record, err := range h.store.EachRecord(t.Context(), "Account", store.RecordFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if record.Get("Website") != "" {
				n++
			}
		}
		return n
	}
	before := website()
	if before == 0 {
		t.Fatal("no account has a website")
	}
	if err := h.org.SetScenarios("hidden-field=Account.Website"); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{Full: true})
	if after := website(); after != before {
		t.Errorf("%d of %d websites are left", after, before)
	}
	if err := h.org.SetScenarios(); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(12 * time.Hour)
	for _, object := range h.imports(ImportOptions{}).Objects {
		if object.Object == "Account" && object.Fetched < int64(before) {
			t.Errorf("a field that came back needs a whole reading: %+v", object)
		}
	}
	h.equalToOrg()
}

// The engine dies between two pages; the next run goes on from job and locator
// and reads no page twice.
func TestImport_resumesAfterACrash(t *testing.T) {
	const contacts = 1100
	h := newHarness(t, orgsim.Config{Contacts: contacts})
	h.page = 100
	h.engine = h.another()
	h.connect()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := h.engine.Events().Subscribe(t.Context())
	go func() {
		for event := range events {
			if event.Object == "Contact" && event.Step == "pages" && event.Done > 0 {
				cancel() // as kill -9 does, as far as the store can tell: no more writes
				return
			}
		}
	}()
	if report, err := h.engine.Import(ctx, h.admin, ImportOptions{Objects: []string{"Contact"}}); err == nil {
		t.Fatalf("the import did not notice its end: %+v", report)
	}
	state, err := h.store.ImportState(t.Context(), "Contact")
	if err != nil || state.Cursor == "" || !state.Watermark.IsZero() {
		t.Fatalf("state %+v, %v", state, err)
	}
	h.engine = h.another()
	again := h.imports(ImportOptions{Objects: []string{"Contact"}})
	contact := again.Objects[0]
	if contact.Fetched != contacts || contact.Inserted+contact.Deleted != contacts || contact.Unchanged != 0 {
		t.Errorf("the window as a whole: %+v", contact)
	}
	h.equalToOrg("Contact")
}

func TestImport_unknownObjectIsRefused(t *testing.T) {
	h := connected(t, orgsim.Config{})
	_, err := h.engine.Import(t.Context(), h.admin, ImportOptions{Objects: []string{"Lead", "Case"}})
	h.code(err, "import.object_not_found")
	if !strings.Contains(err.Error(), "Case") {
		t.Error(err)
	}
}
