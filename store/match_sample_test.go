package store

import (
	"fmt"
	"strings"
	"testing"
)

// The sample is read by its index alone, holds what was asked for, and about a quarter of all.
func TestMatchSample(t *testing.T) {
	s := openTest(t)
	fill(t, s)
	var rows []Match
	for i := range 400 {
		rows = append(rows, Match{RecordID: fmt.Sprintf("00Q%015d", i), Object: "Lead", State: MatchNone, Reason: "below_threshold", RunnerUpID: "x", RunnerUpScore: int64(i)})
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutMatches(rows) }); err != nil {
		t.Fatal(err)
	}
	got, err := s.MatchSample(t.Context(), "Lead", MatchNone, "below_threshold", 1000)
	if err != nil || len(got) < 60 || len(got) > 140 {
		t.Fatalf("%d of 400 in the sample, %v", len(got), err)
	}
	for _, row := range got {
		if row.Object != "Lead" || row.State != MatchNone || row.Reason != "below_threshold" || row.RunnerUpID != "x" {
			t.Errorf("in the sample: %+v", row.Match)
		}
	}
	if few, err := s.MatchSample(t.Context(), "Lead", MatchNone, "below_threshold", 5); err != nil || len(few) != 5 || few[4].RecordID != got[4].RecordID {
		t.Errorf("the first five: %d, %v", len(few), err)
	}
	for _, line := range planOf(t, s, matchSampleQuery(s.dialect), "Lead", "none", "below_threshold", 5) {
		if strings.Contains(line, "TEMP B-TREE") || strings.HasPrefix(line, "SCAN") {
			t.Errorf("sorts or reads from end to end: %s", line)
		}
	}
}
