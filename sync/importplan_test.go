package sync

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func fieldsNamed(names ...string) []describedField {
	var fields []describedField
	for _, name := range names {
		fields = append(fields, describedField{Name: name, Type: "string"})
	}
	return fields
}

func TestSelectFields(t *testing.T) {
	annex := []string{"Id", "Name", "Website", "LastModifiedDate"}
	bookkeeping := []string{"IsDeleted", "SystemModstamp", "MasterRecordId"}
	cases := []struct {
		name  string
		have  []describedField
		extra []string
		last  []string
		want  selection
	}{
		{"everything visible", fieldsNamed("Id", "Name", "Website", "LastModifiedDate", "IsDeleted", "SystemModstamp", "MasterRecordId", "Secret__c"), nil, nil,
			selection{fields: []string{"Id", "Name", "Website", "LastModifiedDate", "IsDeleted", "SystemModstamp", "MasterRecordId"}, stamp: "SystemModstamp"}},
		{"hidden by field access", fieldsNamed("Id", "Name", "LastModifiedDate", "SystemModstamp"), nil, []string{"Id", "Name", "Website", "LastModifiedDate", "SystemModstamp"},
			selection{fields: []string{"Id", "Name", "LastModifiedDate", "SystemModstamp"}, hidden: []string{"Website"}, lost: []string{"Website"}, stamp: "SystemModstamp"}},
		{"new column", fieldsNamed("Id", "Name", "Website", "LastModifiedDate", "SystemModstamp"), nil, []string{"Id", "Name", "LastModifiedDate", "SystemModstamp"},
			selection{fields: []string{"Id", "Name", "Website", "LastModifiedDate", "SystemModstamp"}, added: []string{"Website"}, stamp: "SystemModstamp"}},
		{"revenue field once, though it is in the annex", fieldsNamed("Id", "Name", "Website", "LastModifiedDate", "SystemModstamp", "Rev__c"), []string{"Rev__c", "Name", ""}, nil,
			selection{fields: []string{"Id", "Name", "Website", "LastModifiedDate", "SystemModstamp", "Rev__c"}, stamp: "SystemModstamp"}},
		{"no SystemModstamp", fieldsNamed("Id", "Name", "Website", "LastModifiedDate"), nil, nil,
			selection{fields: []string{"Id", "Name", "Website", "LastModifiedDate"}, stamp: "LastModifiedDate"}},
		{"compound fields are refused by bulk", append(fieldsNamed("Id", "Name", "SystemModstamp", "LastModifiedDate"), describedField{"Website", "address"}), nil, nil,
			selection{fields: []string{"Id", "Name", "LastModifiedDate", "SystemModstamp"}, hidden: []string{"Website"}, stamp: "SystemModstamp"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := selectFields(annex, bookkeeping, c.extra, c.have, c.last)
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(selection{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSelection_soql(t *testing.T) {
	s := selection{fields: []string{"Id", "Name"}, stamp: "SystemModstamp"}
	now := time.Date(2026, 11, 24, 12, 0, 0, 999, time.FixedZone("x", 3600))
	first := s.soql("Lead", nextWindow(time.Time{}, now, false))
	if want := "SELECT Id, Name FROM Lead WHERE SystemModstamp <= 2026-11-24T10:55:00.000Z"; first != want {
		t.Errorf("first: %s", first)
	}
	later := s.soql("Lead", nextWindow(now.Add(-12*time.Hour), now, false))
	if want := "SELECT Id, Name FROM Lead WHERE SystemModstamp > 2026-11-23T22:50:00.000Z AND SystemModstamp <= 2026-11-24T10:55:00.000Z"; later != want {
		t.Errorf("later: %s", later)
	}
	if strings.Contains(later, "ORDER BY") || strings.Contains(later, "LIMIT") {
		t.Error("ORDER BY and LIMIT switch off chunking")
	}
	s.stamp = ""
	if got := s.soql("Lead", nextWindow(now, now, false)); got != "SELECT Id, Name FROM Lead" {
		t.Errorf("without a stamp: %s", got)
	}
}

// Two windows in a row leave no gap, whatever the clock does.
func TestNextWindow_leavesNoGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		watermark := time.Unix(rapid.Int64Range(1e9, 2e9).Draw(t, "watermark"), 0)
		now := watermark.Add(time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(t, "shift")) * time.Second)
		w := nextWindow(watermark, now, false)
		if !w.after.Before(w.until) {
			t.Fatalf("empty window %v", w)
		}
		if w.after.After(watermark.Add(-settleTime)) {
			t.Fatalf("begins %v after the watermark less what may be late", w.after.Sub(watermark))
		}
	})
}
