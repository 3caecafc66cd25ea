package sync

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func sample(kind Kind) outgoing {
	return outgoing{Kind: kind, OccurredAt: time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC), Subject: "pricing", Body: "Hello",
		Member: "Kaja Novak", Person: "Rui Costa", OwnerID: "005000000000001AAA",
		Target: target{WhoID: "003000000000001AAA", WhatID: "001000000000001AAA", ParentID: "003000000000001AAA"}}
}

// The fields are those of the annex and no other.
func TestFieldsWritten_S123_S124_S125_S126(t *testing.T) {
	task := []string{"ActivityDate", "Description", "OwnerId", "RecordTypeId", "Status", "Subject", "WhatId", "WhoId"}
	call := []string{"Description", "OwnerId", "RecordTypeId", "Status", "Subject", "WhatId", "WhoId"}
	want := map[Kind][]string{KindInMail: task, KindMessage: task, KindPointDrive: task, KindCall: call,
		KindNote: {"Body", "OwnerId", "ParentId", "Title"}}
	rules := writeRules{RecordTypes: map[Kind]string{KindInMail: "012A", KindMessage: "012B", KindCall: "012C", KindPointDrive: "012D"}}
	for kind, fields := range want {
		payload := compose(sample(kind), rules, "key")
		if got := slices.Sorted(maps.Keys(payload.Fields)); !slices.Equal(got, fields) {
			t.Errorf("%s writes %v, want %v", kind, got, fields)
		}
		if payload.Object != kind.Object() {
			t.Errorf("%s is written as %s", kind, payload.Object)
		}
		if payload.Object == "Task" && !strings.Contains(payload.Fields["Subject"], "Sales Navigator") {
			t.Errorf("%s: subject %q", kind, payload.Fields["Subject"])
		}
	}
	rules.CallDate = true
	if got := compose(sample(KindCall), rules, ""); got.Fields["ActivityDate"] == "" {
		t.Error("the setting adds no date to a call")
	}
}

func TestActivityDateIsTheIntegrationUsersDay_Decision20(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Skip(err)
	}
	if got := compose(sample(KindMessage), writeRules{Zone: zone}, "").Fields["ActivityDate"]; got != "2026-11-25" {
		t.Errorf("in Tokyo it is %s", got)
	}
	if got := compose(sample(KindMessage), writeRules{}, "").Fields["ActivityDate"]; got != "2026-11-24" {
		t.Errorf("in UTC it is %s", got)
	}
	if got := compose(sample(KindCall), writeRules{Zone: zone}, "").Fields["Description"]; !strings.HasPrefix(got, "Call started 2026-11-25 08:30 JST\nHello") {
		t.Errorf("the call says %q", got)
	}
}

func TestTextsFitTheirFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		activity := sample(rapid.SampledFrom(Kinds()).Draw(t, "kind"))
		activity.Subject = rapid.StringN(0, 400, -1).Draw(t, "subject")
		activity.Body = rapid.StringN(0, 400, -1).Draw(t, "body")
		rules := writeRules{Lengths: map[string]int{"Task.Description": 100, "Note.Body": 100}}
		limits := map[string]int{"Subject": 255, "Title": 80, "Description": 100, "Body": 100}
		for name, value := range compose(activity, rules, "").Fields {
			if limit, ok := limits[name]; ok && utf16Len(value) > limit {
				t.Fatalf("%s has %d units", name, utf16Len(value))
			}
			if !utf8.ValidString(value) || strings.ContainsAny(value, "\x00\x1b\r") {
				t.Fatalf("%s is %q", name, value)
			}
			if value != strings.TrimSpace(value) {
				t.Fatalf("%s has white space around it: %q", name, value)
			}
		}
	})
}

func TestCutText(t *testing.T) {
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"añejo ron", 6, "añejo…"},
		{"🙂🙂🙂", 6, "🙂🙂🙂"},
		{"🙂🙂🙂", 5, "🙂🙂…"},
		{"🙂🙂🙂", 4, "🙂…"},
	} {
		if got := cutText(test.text, test.limit); got != test.want {
			t.Errorf("cutText(%q, %d) = %q, want %q", test.text, test.limit, got, test.want)
		}
	}
}

func TestChooseTarget_Decision20_S75(t *testing.T) {
	records := map[string]crmRecord{
		"lead":      {Object: "Lead", ID: "lead"},
		"converted": {Object: "Lead", ID: "converted", Converted: true, ConvertedTo: "contact"},
		"contact":   {Object: "Contact", ID: "contact", AccountID: "account"},
		"orphan":    {Object: "Contact", ID: "orphan", AccountID: "gone"},
		"loser":     {Object: "Contact", ID: "loser", Deleted: true, MasterID: "contact"},
		"dead":      {Object: "Contact", ID: "dead", Deleted: true},
		"circle":    {Object: "Contact", ID: "circle", Deleted: true, MasterID: "circle"},
		"account":   {Object: "Account", ID: "account"},
		"old":       {Object: "Account", ID: "old", Deleted: true, MasterID: "account"},
		"moved":     {Object: "Contact", ID: "moved", AccountID: "old"},
	}
	find := func(_ context.Context, object, id string) (crmRecord, bool, error) {
		record, ok := records[id]
		return record, ok && record.Object == object, nil
	}
	tests := []struct {
		name       string
		kind       Kind
		object, id string
		want       target
		ok         bool
	}{
		{"contact with its account", KindMessage, "Contact", "contact", target{WhoID: "contact", WhatID: "account", Record: "contact"}, true},
		{"lead without WhatId", KindInMail, "Lead", "lead", target{WhoID: "lead", Record: "lead"}, true},
		{"converted lead goes to its contact", KindCall, "Lead", "converted", target{WhoID: "contact", WhatID: "account", Record: "contact"}, true},
		{"merged contact goes to the survivor", KindMessage, "Contact", "loser", target{WhoID: "contact", WhatID: "account", Record: "contact"}, true},
		{"account deleted", KindMessage, "Contact", "orphan", target{WhoID: "orphan", Record: "orphan"}, true},
		{"account merged", KindMessage, "Contact", "moved", target{WhoID: "moved", WhatID: "account", Record: "moved"}, true},
		{"unmatched task is unassigned (S81)", KindMessage, "", "", target{}, true},
		{"deleted record leaves it unassigned", KindMessage, "Contact", "dead", target{}, true},
		{"a circle of merges ends", KindMessage, "Contact", "circle", target{}, true},
		{"note on a contact", KindNote, "Contact", "contact", target{ParentID: "contact", Record: "contact"}, true},
		{"note on an account", KindNote, "Account", "account", target{ParentID: "account", Record: "account"}, true},
		{"note on a converted lead", KindNote, "Lead", "converted", target{ParentID: "contact", Record: "contact"}, true},
		{"note without a record waits", KindNote, "", "", target{}, false},
		{"note on a deleted record waits", KindNote, "Contact", "dead", target{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, ok, err := chooseTarget(t.Context(), find, test.kind, test.object, test.id)
			if err != nil || ok != test.ok || got != test.want {
				t.Errorf("got %+v %v %v, want %+v %v", got, ok, err, test.want, test.ok)
			}
		})
	}
	for _, kind := range []Kind{KindInMail, KindMessage, KindCall, KindPointDrive} {
		if _, _, err := chooseTarget(t.Context(), find, kind, "Account", "account"); CodeOf(err) != "activity.account_only" {
			t.Errorf("%s on an account: %v", kind, err)
		}
	}
}
