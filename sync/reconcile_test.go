package sync

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func taskPayload(who, subject, body string) Payload {
	return Payload{Object: "Task", Fields: map[string]string{"OwnerId": "005000000000001AAA", "WhoId": who,
		"Subject": subject, "Description": body, "Status": "Completed", "ActivityDate": "2026-11-24"}}
}

func asRow(id string, created time.Time, payload Payload) readRow {
	fields := map[string]string{}
	for name, value := range payload.Fields {
		fields[name] = value
	}
	return readRow{ID: id, CreatedAt: created, Fields: fields}
}

func TestSettle_Decision17(t *testing.T) {
	const who = "003000000000001AAA"
	hello := taskPayload(who, "Sales Navigator message: hello", "Hello\nthere")
	rewritten := asRow("00T1", noon, hello)
	rewritten.Fields["Status"] = "Not Started"
	moved := asRow("00T1", noon, hello)
	moved.Fields["WhoId"] = "003000000000009AAA"
	deleted := asRow("00T1", noon, hello)
	deleted.Deleted = true
	windows := asRow("00T1", noon, hello)
	windows.Fields["Description"] = "Hello\r\nthere "

	tests := []struct {
		name  string
		rows  []readRow
		known map[string]bool
		age   time.Duration
		want  finding
	}{
		{"an equal row settles it", []readRow{asRow("00T1", noon, hello)}, nil, 0, foundWritten},
		{"line ends and white space do not count", []readRow{windows}, nil, 0, foundWritten},
		{"a deleted copy counts", []readRow{deleted}, nil, time.Hour, foundWritten},
		{"a row the outbox holds is another item's", []readRow{asRow("00T1", noon, hello)}, map[string]bool{"00T1": true}, time.Minute, foundNotYet},
		{"a row from before is another's", []readRow{asRow("00T1", noon.Add(-6*time.Minute), hello)}, nil, time.Minute, foundNotYet},
		{"clocks may differ by five minutes", []readRow{asRow("00T1", noon.Add(-4*time.Minute), hello)}, nil, time.Minute, foundWritten},
		{"nothing, but it may still commit", nil, nil, 10*time.Minute + 59*time.Second, foundNotYet},
		{"nothing after eleven minutes", nil, nil, 11 * time.Minute, foundNothing},
		{"a flow rewrote it", []readRow{rewritten}, nil, time.Hour, foundAltered},
		{"its record was merged away", []readRow{moved}, nil, time.Hour, foundAltered},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := settle([]doubt{{ID: "a", Payload: hello, SentAt: noon}}, test.rows, test.known, noon.Add(test.age))
			if got[0].Finding != test.want {
				t.Errorf("got %q, want %q (differs: %v)", got[0].Finding, test.want, got[0].Differs)
			}
		})
	}
}

func TestSettleCountsEqualItems(t *testing.T) {
	hello := taskPayload("003000000000001AAA", "Sales Navigator message: hello", "hello")
	doubts := []doubt{{"b", hello, noon, time.Time{}}, {"a", hello, noon, time.Time{}}, {"c", hello, noon, time.Time{}}}
	got := settle(doubts, []readRow{asRow("00T1", noon, hello), asRow("00T2", noon, hello)}, nil, noon.Add(time.Hour))
	found := map[finding]int{}
	for _, verdict := range got {
		found[verdict.Finding]++
	}
	if found[foundWritten] != 2 || found[foundNothing] != 1 {
		t.Errorf("two rows for three equal items: %v", found)
	}
}

// For any set of items of which some were committed, exactly the committed are found, each row once.
func TestSettleFindsExactlyWhatWasCommitted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var doubts []doubt
		var rows []readRow
		committed := map[string]int{}
		for i := range rapid.IntRange(0, 30).Draw(t, "items") {
			payload := taskPayload(
				fmt.Sprintf("00300000000000%dAAA", rapid.IntRange(0, 3).Draw(t, "who")),
				"Sales Navigator message: "+rapid.SampledFrom([]string{"hi", "hello"}).Draw(t, "subject"), "body")
			doubts = append(doubts, doubt{fmt.Sprint(i), payload, noon, time.Time{}})
			if rapid.Bool().Draw(t, "committed") {
				rows = append(rows, asRow(fmt.Sprintf("00T%03d", i), noon, payload))
				committed[payload.fingerprint()]++
			}
		}
		found := map[string]int{}
		used := map[string]bool{}
		byID := map[string]Payload{}
		for _, item := range doubts {
			byID[item.ID] = item.Payload
		}
		for _, verdict := range settle(doubts, rows, nil, noon.Add(time.Minute)) {
			if verdict.Finding != foundWritten {
				continue
			}
			if used[verdict.Row] {
				t.Fatalf("row %s settles two items", verdict.Row)
			}
			used[verdict.Row] = true
			found[byID[verdict.ID].fingerprint()]++
		}
		for print, n := range committed {
			if found[print] != n {
				t.Fatalf("%d committed, %d found", n, found[print])
			}
		}
		if len(used) != len(rows) {
			t.Fatalf("%d rows, %d given out", len(rows), len(used))
		}
	})
}
