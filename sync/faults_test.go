package sync

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// faultRow says what one fault of the org does to an import.
type faultRow struct {
	once  bool   // when it strikes once nobody sees it
	last  string // the scenario as it lasts; the import fails with code, or passes when there is none
	code  string // of what the user sees while it lasts
	says  string // a part of what the user is told to do
	event string // a part of what the user is told although the import passes
	late  bool   // strikes when the access token is renewed
	stop  bool   // the import ends as a whole; otherwise each object fails by itself
	sign  bool   // only a new sign-in helps
}

// readFaults has a row for every fault that concerns sign-in, limits and
// reading.
var readFaults = map[string]faultRow{
	"html-503":            {once: true, last: "html-503:*", code: "salesforce.http_503", says: "tried again", stop: true},
	"status-420":          {once: true, last: "status-420:*", code: "salesforce.http_420", says: "tried again", stop: true},
	"rate-429":            {once: true, last: "rate-429:*", code: "salesforce.request_limit_exceeded", says: "tried again"},
	"server-error":        {once: true, last: "server-error:*", code: "salesforce.unknown_exception", says: "tried again"},
	"total-requests":      {last: "total-requests", code: "salesforce.request_limit_exceeded", says: "24-hour window", stop: true},
	"concurrent-requests": {once: true, last: "concurrent-requests:*", code: "salesforce.request_limit_exceeded", says: "tried again"},
	"api-disabled":        {last: "api-disabled", code: "salesforce.api_disabled_for_org", says: "API Enabled", stop: true},
	"drop-connection":     {once: true, last: "drop-connection:*", code: "salesforce.broken", says: "Check the name", stop: true},
	"expire-session":      {once: true, last: "expire-session:*", code: "salesforce.session_refused", says: "login hours", stop: true},
	"login-rate":          {last: "login-rate:*", code: "salesforce.auth_rate_limit_exceeded", says: "hour", late: true, stop: true},
	"login-503":           {once: true, last: "login-503:*", code: "salesforce.auth_http_503", says: "Try again in a minute", late: true, stop: true},
	"lost-refresh":        {last: "lost-refresh", code: "salesforce.revoked", says: "crmsync connect", late: true, stop: true, sign: true},
	"cut-csv":             {once: true, last: "cut-csv:*", code: "salesforce.broken", says: "Check the name"},
	"short-csv":           {once: true, last: "short-csv:*", code: "salesforce.csv", says: "next run"},
	"wrong-count":         {once: true, last: "wrong-count:*", code: "salesforce.count", says: "next run"},
	"job-failed":          {once: true, last: "job-failed:*", code: "salesforce.job", says: "next run"},
	"job-failed-silent":   {last: "job-failed-silent:*", code: "salesforce.job", says: "next run"},
	"job-aborted":         {last: "job-aborted:*", code: "salesforce.job", says: "Bulk Data Load Jobs"},
	"job-limit":           {last: "job-limit", code: "salesforce.limit_exceeded", says: "24-hour window", stop: true},
	"too-large":           {once: true, last: "too-large:*", code: "salesforce.operation_too_large", says: "next run"},
	"query-timeout":       {last: "query-timeout=25"},
	"slow-job":            {once: true, last: "slow-job:*"},
	"hidden-field":        {last: "hidden-field=Lead.Email", event: "Email"},
	"late-commit":         {last: "late-commit"},
}

// writeFaults names the tests of the faults that concern writing only, and of
// those that nothing but the doctor sees.
var writeFaults = map[string]string{
	"lost-reply":      "TestLostReplyAfterCommitIsFound_Decision17",
	"lock-row":        "TestPartialBatch",
	"storage-full":    "TestOrgWideRefusalsKeepTheQueue",
	"validation-rule": "TestRefusedForGoodWaitsForAPerson",
	"no-record-type":  "TestNoRecordTypeIsWrittenWithout",
	"hidden-list":     "TestWrittenButInvisible",
	"login-range":     "TestDoctorSeesRulesRangesAndPages",
}

// Every fault of the org: what the user sees, that
// nothing was lost or half done, and that the next import repairs it.
func TestImport_everyFault(t *testing.T) {
	t.Parallel()
	for _, scenario := range orgsim.Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			t.Parallel()
			if test, ok := writeFaults[scenario.Name]; ok {
				isTested(t, scenario.Name, test)
				return
			}
			row, ok := readFaults[scenario.Name]
			if !ok {
				t.Fatalf("no test says what the fault %q (%s) does: give it a row", scenario.Name, scenario.Text)
			}
			if row.once {
				t.Run("once", func(t *testing.T) {
					t.Parallel()
					strikesOnce(t, scenario.Name, row)
				})
			}
			t.Run("first import", func(t *testing.T) {
				t.Parallel()
				lastsFromTheStart(t, row)
			})
			t.Run("midway", func(t *testing.T) {
				t.Parallel()
				lastsFromTheMiddle(t, row)
			})
		})
	}
}

// isTested fails unless a test file has the test and it names the fault.
func isTested(t *testing.T, fault, test string) {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, body, found := strings.Cut(string(source), "func "+test+"(")
		if body, _, _ = strings.Cut(body, "\n}\n"); found && strings.Contains(body, `"`+fault) {
			return
		}
	}
	t.Errorf("there is no test %s of the fault %s", test, fault)
}

// faulty is a connected harness of small pages behind a gate.
type faulty struct {
	*harness
	gate    *gate
	apart   *independent
	account string // one that changes right before an import
}

func newFaulty(t *testing.T, late bool) *faulty {
	t.Helper()
	h := newHarness(t, orgsim.Config{})
	f := &faulty{harness: h, gate: h.gated()}
	h.page = 20
	h.engine = h.another()
	h.connect()
	f.apart = h.independent()
	f.account = f.apart.ids("Account")[0]
	if late {
		h.clock.Advance(3 * time.Hour) // the access token lives two
	}
	return f
}

func (h *harness) scenarios(names ...string) {
	h.t.Helper()
	if err := h.org.SetScenarios(names...); err != nil {
		h.t.Fatal(err)
	}
}

func strikesOnce(t *testing.T, fault string, row faultRow) {
	h := newFaulty(t, row.late)
	h.scenarios(fault)
	h.imports(ImportOptions{})
	h.sameAsOrg(h.apart)
}

func lastsFromTheStart(t *testing.T, row faultRow) {
	h := newFaulty(t, row.late)
	h.scenarios(row.last)
	h.failsAndIsRepaired(row, nil)
}

// lastsFromTheMiddle lets the fault begin when the second page of the contacts
// is asked for, in a whole import after every account and contact changed.
func lastsFromTheMiddle(t *testing.T, row faultRow) {
	h := newFaulty(t, false)
	h.imports(ImportOptions{})
	h.clock.Advance(time.Hour)
	for _, object := range []string{"Account", "Contact"} {
		for i, id := range h.ids(object) {
			if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: id, Fields: fieldsOf("Phone", fmt.Sprintf("+49 30 %d", i))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.clock.Advance(11 * time.Hour)
	before := map[string]map[string]store.Record{}
	for _, object := range objectNames {
		before[object] = h.stored(object)
	}
	pages, struck := map[string]int{}, false
	h.gate.watch(func(r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/results") || struck {
			return
		}
		if pages[r.URL.Path]++; pages[r.URL.Path] < 2 {
			return
		}
		struck = true
		h.scenarios(row.last)
		if row.late {
			if _, err := h.org.Change(orgsim.Change{Kind: "expire"}); err != nil {
				t.Error(err)
			}
		}
	})
	h.failsAndIsRepaired(row, before)
	if !struck {
		t.Error("no object had a second page: nothing was shown")
	}
}

// failsAndIsRepaired imports while the fault lasts, looks at what the user sees
// and what the store holds, and then imports without the fault.
func (h *faulty) failsAndIsRepaired(row faultRow, before map[string]map[string]store.Record) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	defer cancel()
	events := h.engine.Events().Subscribe(ctx)
	marks := map[string]time.Time{}
	for _, object := range objectNames {
		marks[object] = h.importState(object).Watermark
	}
	began := h.clock.Now()
	if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: h.account, Fields: fieldsOf("Fax", "+49 30 99")}); err != nil {
		h.t.Fatal(err)
	}
	report, err := h.engine.Import(h.t.Context(), h.admin, ImportOptions{Full: true})
	h.scenarios()
	if row.code == "" && (err != nil || !report.OK) {
		h.t.Errorf("the import does not pass: %+v, %v", report, err)
	}
	if row.code != "" {
		h.sees(row, report, err)
	}
	if row.event != "" && before != nil {
		h.told(events, row.event)
	}
	h.holdsPart(before, marks, began.Add(-10*time.Minute))
	if row.sign {
		_, err := h.engine.Import(h.t.Context(), h.admin, ImportOptions{})
		h.code(err, "connect.revoked")
		h.connect()
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	h.sameAsOrg(h.apart)
}

// told waits for an event that says something.
func (h *harness) told(events <-chan Event, text string) {
	h.t.Helper()
	for event := range events {
		if event.Kind == EventConnection && strings.Contains(event.Text, text) {
			return
		}
		if event.Kind == EventRunEnded {
			break
		}
	}
	h.t.Errorf("nobody was told about %s", text)
}

func (h *harness) importState(object string) store.ImportState {
	h.t.Helper()
	state, err := h.store.ImportState(h.t.Context(), object)
	if err != nil {
		h.t.Fatal(err)
	}
	return state
}

// sees checks the code and the text of a failure wherever a user meets it: the
// error, the report's objects, and the run's row.
func (h *harness) sees(row faultRow, report ImportReport, err error) {
	h.t.Helper()
	if report.OK {
		h.t.Error("the report says that all is well")
	}
	if row.stop != (err != nil) {
		h.t.Errorf("the import ends as a whole: %v, error %v", row.stop, err)
	}
	if err != nil && (CodeOf(err) != row.code || !strings.Contains(HintOf(err), row.says)) {
		h.t.Errorf("%v: code %s, hint %q", err, CodeOf(err), HintOf(err))
	}
	failed := 0
	for _, object := range report.Objects {
		if object.Error == nil {
			continue
		}
		failed++
		if object.Error.Code != row.code || !strings.Contains(object.Error.Message, object.Object) || !strings.Contains(object.Error.Message, row.says) {
			h.t.Errorf("%s: %+v does not say %q", object.Object, *object.Error, row.says)
		}
	}
	if failed == 0 || len(report.Objects) != len(objectNames) {
		h.t.Errorf("%d of %d objects failed", failed, len(report.Objects))
	}
	run, err := h.store.LastRun(h.t.Context(), string(JobImport))
	if err != nil || run.ErrorCode != row.code || !strings.Contains(run.ErrorText, row.says) || strings.Contains(run.ErrorText, "\n") {
		h.t.Errorf("run %s %s %q, %v", run.State, run.ErrorCode, run.ErrorText, err)
	}
}

// holdsPart checks that the store holds, of each object, what it held before or
// that with a beginning of the org's changes, by whole pages; and that no
// watermark is past a row that is not in. Rows that changed after recent are
// for the next import.
func (h *faulty) holdsPart(before map[string]map[string]store.Record, marks map[string]time.Time, recent time.Time) {
	h.t.Helper()
	for object, rows := range h.apart.all() {
		have, state := h.stored(object), h.importState(object)
		skip := func(field string) bool { return len(state.Fields) > 0 && !slices.Contains(state.Fields, field) }
		taken, left := 0, 0
		for _, row := range rows {
			old, was := before[object][row.id]
			record, is := have[row.id]
			delete(have, row.id)
			switch {
			case row.fields["SystemModstamp"] > recent.Format("2006-01-02T15:04:05.000Z"), was && row.differs(old, skip) == "":
			case is && row.differs(record, skip) == "":
				if taken++; left > 0 {
					h.t.Errorf("%s %s is in, and one before it is not", object, row.id)
				}
			case is != was || (is && fmt.Sprint(record) != fmt.Sprint(old)):
				h.t.Errorf("%s %s is half done: %s", object, row.id, row.differs(record, skip))
			default:
				left++
			}
		}
		if left > 0 && taken%h.page != 0 {
			h.t.Errorf("%s: %d of %d rows are in, which is no whole page of %d", object, taken, taken+left, h.page)
		}
		if left > 0 && !state.Watermark.Equal(marks[object]) {
			h.t.Errorf("%s: %d rows are not in and the watermark moved to %s", object, left, state.Watermark)
		}
		for id := range have {
			h.t.Errorf("%s %s is in the store alone", object, id)
		}
	}
}

// Record types that the user may not use are left out of what is written.
func TestNoRecordTypeIsWrittenWithout(t *testing.T) {
	w := writers(t, orgsim.Config{})
	message := w.add(KindMessage, "a message")
	w.fault("no-record-type")
	if report := w.cycle(); report.Written != 1 || report.Failed+report.Retried != 0 {
		t.Fatalf("%+v", report)
	}
	w.wants(message, store.OutboxWritten)
	if rows := w.written("Task")["a message"]; len(rows) != 1 || rows[0].Text("RecordTypeId") != "" {
		t.Errorf("%d rows: %+v", len(rows), rows)
	}
}
