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
