package sync

import (
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// alarmOf is the alarm about a figure.
func alarmOf(report MatchReport, figure string) (MatchAlarm, bool) {
	i := slices.IndexFunc(report.Alarms, func(a MatchAlarm) bool { return a.Figure == figure })
	if i < 0 {
		return MatchAlarm{}, false
	}
	return report.Alarms[i], true
}

func TestHiddenFieldIsAnAlarm(t *testing.T) {
	h, _, report := matched(t, orgsim.Config{Contacts: 240})
	if len(report.Alarms) != 0 {
		t.Fatalf("the first run has nothing to compare with: %+v", report.Alarms)
	}
	if err := h.org.SetScenarios("hidden-field=Account.Website"); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	report, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	alarm, found := alarmOf(report, "Account.Website")
	if !found || !strings.Contains(alarm.Cause, "hidden") {
		t.Errorf("no alarm names the field: %+v", report.Alarms)
	}
	status, err := h.engine.Status(t.Context())
	if err != nil || !slices.ContainsFunc(status.Problems, func(s string) bool { return strings.Contains(s, "Account.Website") }) || status.Healthy {
		t.Errorf("the status does not say it: %+v %v", status.Problems, err)
	}
	if err := h.org.SetScenarios(); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	if report, err = h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil || len(report.Alarms) != 0 {
		t.Errorf("the field is back, and still %+v %v", report.Alarms, err)
	}
}

func TestEmptiedColumnIsAnAlarm(t *testing.T) {
	h, _, before := matched(t, orgsim.Config{Contacts: 240})
	var people []store.Person
	for person, err := range h.store.EachPerson(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, person)
	}
	for record, err := range h.store.EachRecord(t.Context(), "Contact", store.RecordFilter{Live: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if record.Get("Email") != "" || record.Get("Title") != "" {
			if _, err := h.org.Change(orgsim.Change{Kind: "update", ID: record.ID, Fields: fieldsOf("Email", "", "Title", "")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	after, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if after.People.Incremental {
		t.Error("that much is no small change")
	}
	if alarm, found := alarmOf(after, "crm e-mail"); !found || !strings.Contains(alarm.Cause, "e-mail") || alarm.Kind != "person" {
		t.Errorf("no alarm names the column: %+v; before %+v, now %+v", after.Alarms, before.People.Figures, after.People.Figures)
	}
}

// TestEmptiedColumnIsSeenByIncrementalRuns empties a field in so few records at a time that no run looks at all of them.
func TestEmptiedColumnIsSeenByIncrementalRuns(t *testing.T) {
	h, _ := peopled(t, orgsim.Config{Contacts: 240})
	h.clock.Advance(time.Minute)
	before, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if before.People.Figures.Filled["crm e-mail"] < 0.5 {
		t.Fatalf("the sample has hardly an e-mail: %v", before.People.Figures.Filled)
	}
	var ids []string
	for record, err := range h.store.EachRecord(t.Context(), "Contact", store.RecordFilter{Live: true}) {
		if err != nil {
			t.Fatal(err)
		}
		if record.Get("Email") != "" {
			ids = append(ids, record.ID)
		}
	}
	for run, some := range slices.Collect(slices.Chunk(ids, 15))[:3] {
		var changes []orgsim.Change
		for _, id := range some {
			changes = append(changes, orgsim.Change{Kind: "update", ID: id, Fields: fieldsOf("Email", "")})
		}
		h.happens(changes...)
		h.imports(ImportOptions{})
		h.clock.Advance(time.Minute)
		report, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
		if err != nil || !report.People.Incremental {
			t.Fatalf("run %d is not incremental: %v", run, err)
		}
		alarm, found := alarmOf(report, "crm e-mail")
		switch {
		case run == 0 && found:
			t.Errorf("an alarm after %d records: %+v", len(some), alarm)
		case run == 1 && (!found || !strings.Contains(alarm.Cause, "e-mail is filled in 0 % of the 30 records that changed")):
			t.Errorf("no alarm names the column: %+v", report.Alarms)
		case run == 2 && found:
			t.Errorf("the same records are told of twice: %+v", alarm)
		}
	}
}
