package sync

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// ids returns the ids of the live records of an object, in order.
func (h *harness) ids(object string) []string {
	h.t.Helper()
	var ids []string
	for record, err := range h.store.EachRecord(h.t.Context(), object, store.RecordFilter{Live: true}) {
		if err != nil {
			h.t.Fatal(err)
		}
		ids = append(ids, record.ID)
	}
	return ids
}

// happens lets something happen in the org and moves the clock past the lag of
// the next window.
func (h *harness) happens(changes ...orgsim.Change) orgsim.ChangeResult {
	h.t.Helper()
	var result orgsim.ChangeResult
	h.clock.Advance(time.Hour)
	for _, change := range changes {
		var err error
		if result, err = h.org.Change(change); err != nil {
			h.t.Fatal(err)
		}
	}
	h.clock.Advance(11 * time.Hour)
	return result
}

// record reads a record, deleted or not.
func (h *harness) record(object, id string) store.Record {
	h.t.Helper()
	record, err := h.store.Record(h.t.Context(), object, id)
	if err != nil {
		h.t.Fatalf("%s %s: %v", object, id, err)
	}
	return record
}

func fieldsOf(pairs ...string) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	for i := 0; i < len(pairs); i += 2 {
		text, _ := json.Marshal(pairs[i+1])
		fields[pairs[i]] = text
	}
	return fields
}

func TestImport_deletedUndeletedPurged(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	contacts := h.ids("Contact")
	gone, back, purged := contacts[0], contacts[1], contacts[2]

	h.happens(orgsim.Change{Kind: "delete", ID: gone}, orgsim.Change{Kind: "delete", ID: back})
	report := h.imports(ImportOptions{})
	for _, id := range []string{gone, back} {
		if !h.record("Contact", id).Deleted {
			t.Errorf("%s is not marked as deleted", id)
		}
	}
	for _, object := range report.Objects {
		if object.Object == "Contact" && object.Deleted < 2 {
			t.Errorf("counted %+v", object)
		}
	}

	h.happens(orgsim.Change{Kind: "undelete", ID: back})
	h.imports(ImportOptions{})
	if h.record("Contact", back).Deleted {
		t.Error("an undeleted record is live again")
	}

	// Deleted and emptied from the recycle bin between two imports: no window
	// brings it, the deletion log does.
	h.happens(orgsim.Change{Kind: "delete", ID: purged}, orgsim.Change{Kind: "purge", ID: purged})
	h.imports(ImportOptions{})
	if !h.record("Contact", purged).Deleted {
		t.Error("a hard delete was missed")
	}
	h.equalToOrg()
}

// A role that was deleted vanishes without a mark; roles are read whole.
func TestImport_vanishedRole(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	fake := "00E000000000009EAA"
	err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		rows := func(yield func([]string, error) bool) {
			yield([]string{fake, "Ghost", "2020-01-01T00:00:00.000Z"}, nil)
		}
		_, err := tx.UpsertRecords("UserRole", []string{"Id", "Name", "SystemModstamp"}, rows, "x")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	if !h.record("UserRole", fake).Deleted {
		t.Error("a role that is not in the org any more is still live")
	}
}

// A record that vanished without a trace is found by the weekly comparison of
// ids, but not when so many vanished that it looks like lost access, and not
// by a user who does not see all records.
func TestImport_reconciles(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	ghosts := func(n int) {
		err := h.store.Write(t.Context(), func(tx *store.Tx) error {
			rows := func(yield func([]string, error) bool) {
				for i := range n {
					if !yield([]string{fmt.Sprintf("003ZZ0000000%03dAAA", i), "Ghost", "2020-01-01T00:00:00.000Z", "false"}, nil) {
						return
					}
				}
			}
			_, err := tx.UpsertRecords("Contact", []string{"Id", "LastName", "SystemModstamp", "IsDeleted"}, rows, "x")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ghosts(1)
	h.clock.Advance(3 * 24 * time.Hour)
	h.imports(ImportOptions{})
	if h.record("Contact", "003ZZ0000000000AAA").Deleted {
		t.Error("compared before a week was over")
	}
	h.clock.Advance(5 * 24 * time.Hour)
	h.imports(ImportOptions{})
	if !h.record("Contact", "003ZZ0000000000AAA").Deleted {
		t.Error("a vanished record is still live after the weekly comparison")
	}
	h.equalToOrg()

	ghosts(40)
	h.clock.Advance(8 * 24 * time.Hour)
	report, err := h.engine.Import(t.Context(), h.admin, ImportOptions{})
	if err != nil || report.OK || report.Objects[3].Error == nil || report.Objects[3].Error.Code != "import.vanished" {
		t.Fatalf("report %+v, %v", report, err)
	}
	if h.record("Contact", "003ZZ0000000039AAA").Deleted {
		t.Error("lost access was taken for deletions")
	}
	if state, err := h.store.ImportState(t.Context(), "Contact"); err != nil || h.clock.Now().Sub(state.Watermark) > time.Hour {
		t.Errorf("what did come is not in: watermark %v, %v", state.Watermark, err)
	}
}

// What a formula shows changes without moving the stamp: an object with one among its fields is read whole once a week.
func TestImport_formulasAreReadAgainWeekly(t *testing.T) {
	h := connected(t, orgsim.Config{})
	org := h.front.now()
	h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/sobjects/Opportunity/describe") {
			org.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Accept-Encoding")
		said := httptest.NewRecorder()
		org.ServeHTTP(said, r)
		for name, values := range said.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(said.Code)
		body := said.Body.Bytes()
		if said.Code == http.StatusOK { // not when the session has ended
			body = formula(t, body, "Amount")
		}
		_, _ = w.Write(body)
	}))
	h.imports(ImportOptions{})
	opportunity := h.ids("Opportunity")[0]
	record, amount := h.record("Opportunity", opportunity), h.record("Opportunity", opportunity).Get("Amount")
	stale := []string{opportunity, record.Modstamp.Format("2006-01-02T15:04:05.000Z"), "1.0"}
	err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.UpsertRecords("Opportunity", []string{"Id", "SystemModstamp", "Amount"}, func(yield func([]string, error) bool) { yield(stale, nil) }, "stale")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		days int
		want string
	}{{3, "1.0"}, {3, "1.0"}, {2, amount}} {
		h.clock.Advance(time.Duration(test.days) * 24 * time.Hour)
		h.imports(ImportOptions{Objects: []string{"Opportunity"}})
		if got := h.record("Opportunity", opportunity).Get("Amount"); got != test.want {
			t.Errorf("%d days later the amount is %q instead of %q", test.days, got, test.want)
		}
	}
}

// formula marks a field of a describe as a formula.
func formula(t *testing.T, described []byte, field string) []byte {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(described, &object); err != nil {
		t.Error(err)
	}
	fields, _ := object["fields"].([]any)
	for _, one := range fields {
		if f, ok := one.(map[string]any); ok && f["name"] == field {
			f["calculated"] = true
		}
	}
	text, err := json.Marshal(object)
	if err != nil {
		t.Error(err)
	}
	return text
}

// A deletion log that begins too late, since the org deletes much, or that lags, hides what is gone for good: the number
// of records shows it in the same import.
func TestImport_deletionLogWithAGap(t *testing.T) {
	for name, log := range map[string]func(now time.Time) (earliest, covered time.Time){
		"begins too late": func(now time.Time) (time.Time, time.Time) { return now.Add(-time.Minute), now },
		"lags":            func(now time.Time) (time.Time, time.Time) { return now.Add(-14 * 24 * time.Hour), now.Add(-time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			h := connected(t, orgsim.Config{})
			h.imports(ImportOptions{})
			gone := h.ids("Contact")[0]
			h.happens(orgsim.Change{Kind: "delete", ID: gone}, orgsim.Change{Kind: "purge", ID: gone})
			org := h.front.now()
			h.front.set(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasSuffix(r.URL.Path, "/deleted/") {
					org.ServeHTTP(w, r)
					return
				}
				earliest, covered := log(h.clock.Now())
				w.Header().Set("Date", h.clock.Now().UTC().Format(http.TimeFormat))
				w.Header().Set("Content-Type", "application/json;charset=UTF-8")
				fmt.Fprintf(w, `{"deletedRecords":[],"earliestDateAvailable":%q,"latestDateCovered":%q}`, salesforce.FormatDateTime(earliest), salesforce.FormatDateTime(covered))
			}))
			h.imports(ImportOptions{})
			if !h.record("Contact", gone).Deleted {
				t.Error("a record that is gone for good is still here")
			}
			h.front.set(org)
			h.equalToOrg()
		})
	}
}

// Late commits: a record whose stamp lies before the end of the last window is
// found by the overlap.
func TestImport_lateCommit(t *testing.T) {
	h := connected(t, orgsim.Config{})
	h.imports(ImportOptions{})
	if err := h.org.SetScenarios("late-commit"); err != nil {
		t.Fatal(err)
	}
	account := h.ids("Account")[0]
	if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: account, Fields: fieldsOf("Website", "https://late.example")}); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	if got := h.record("Account", account).Get("Website"); got != "https://late.example" {
		t.Errorf("website is %q", got)
	}
	h.equalToOrg()
}
