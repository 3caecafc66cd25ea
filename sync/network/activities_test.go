package network

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestActivities(t *testing.T) {
	content := "\ufeff" + `{"kind":"note","at":"2026-11-20T10:04:00+01:00","person":{"url":"https://www.linkedin.com/in/Ann/","name":"Ann Lee"},"subject":"Visit","body":"two\nlines"}
` + "\r\n" + `{"kind":"call","id":"pbx-1","at":"2026-11-20T11:00:00Z","person":{"first_name":"Bob","last_name":"Roe","company":"Alvabex"},"duration":"12m30s"}
{"kind":"note","at":"2026-11-20T12:00:00Z","company":{"domain":"www.alvabex.example","name":"Alvabex"},"body":"x"}
{"kind":"note","at":"2026-11-20T12:00:00Z","company":{"domain":"alvabex.example"},"body":"x"}`
	rows, summary := mustRead(t, "notes.ndjson", content, Options{})
	if summary.Kind != KindActivities || len(rows) != 3 || summary.Skipped[SkippedDuplicate] != 1 {
		t.Fatalf("%d rows, %+v", len(rows), summary)
	}
	want := Activity{
		Key: rows[0].Activity.Key, Kind: ActivityNote, At: time.Date(2026, 11, 20, 9, 4, 0, 0, time.UTC), Subject: "Visit", Body: "two\nlines",
		Person: &Person{Key: "in/ann", FirstName: "Ann", LastName: "Lee", Name: "Ann Lee", ProfileURL: ann},
	}
	if diff := cmp.Diff(want, *rows[0].Activity); diff != "" {
		t.Error(diff)
	}
	call := rows[1].Activity
	if call.Duration != 750*time.Second || call.Person.Key != PersonKey("", seat, "Bob", "Roe", "Alvabex") || rows[1].Line != 3 {
		t.Errorf("line %d: %+v", rows[1].Line, call)
	}
	if note := rows[2].Activity; note.Company.Key != "domain/alvabex.example" || note.Person != nil {
		t.Errorf("%+v", note)
	}
}

func TestActivityFormatIsTrue(t *testing.T) {
	var lines []string
	for line := range strings.Lines(ActivityFormat) {
		if strings.HasPrefix(line, "{") {
			lines = append(lines, line)
		}
	}
	if rows, _ := mustRead(t, "a.ndjson", strings.Join(lines, ""), Options{}); len(rows) != 3 {
		t.Errorf("%d of the examples are read", len(rows))
	}
}

// With an id the texts may change; without one they are part of the identity.
func TestActivityKeys(t *testing.T) {
	key := func(id, body string) string {
		rows, _ := mustRead(t, "a.ndjson", `{"kind":"note","at":"2026-11-20T10:00:00Z",`+id+`"person":{"name":"Ann Lee"},"body":"`+body+`"}`, Options{})
		return rows[0].Activity.Key
	}
	first, again := key("", "a"), key("", "a")
	if key(`"id":"7",`, "a") != key(`"id":"7",`, "b") || first != again || first == key("", "b") || key(`"id":"7",`, "a") == key(`"id":"8",`, "a") {
		t.Error("the keys do not follow id and text")
	}
}

func TestActivityFaults(t *testing.T) {
	const person = `"person":{"name":"Ann Lee"}`
	const at = `"at":"2026-11-20T10:00:00Z"`
	tests := []struct{ name, line, code, where, says string }{
		{"no JSON", `{"kind":"note",`, CodeJSON, "a.ndjson:2", "unexpected"},
		{"syntax", `{"kind":"note" "at"}`, CodeJSON, "a.ndjson:2:16: ", "invalid character"},
		{"unknown key", `{"kind":"note","when":"x"}`, CodeJSON, "a.ndjson:2: ", `"when"`},
		{"type", `{"kind":7}`, CodeJSON, "a.ndjson:2:", "number"},
		{"two objects", `{"kind":"note",` + at + `,` + person + `,"body":"x"} {}`, CodeJSON, "a.ndjson:2: ", "follows"},
		{"kind", `{"kind":"visit",` + at + `,` + person + `,"body":"x"}`, CodeValue, "a.ndjson:2: ", "visit"},
		{"no time", `{"kind":"note",` + person + `,"body":"x"}`, CodeDate, "a.ndjson:2: ", "RFC 3339"},
		{"time without zone", `{"kind":"note","at":"2026-11-20T10:00:00",` + person + `,"body":"x"}`, CodeDate, "a.ndjson:2: ", "zone"},
		{"nobody", `{"kind":"note",` + at + `,"body":"x"}`, CodeRequired, "a.ndjson:2: ", "neither"},
		{"both", `{"kind":"note",` + at + `,` + person + `,"company":{"name":"A"},"body":"x"}`, CodeValue, "a.ndjson:2: ", "not both"},
		{"message to a company", `{"kind":"message",` + at + `,"company":{"name":"A"},"body":"x"}`, CodeValue, "a.ndjson:2: ", "only a note"},
		{"no text", `{"kind":"message",` + at + `,` + person + `}`, CodeRequired, "a.ndjson:2: ", "body"},
		{"duration", `{"kind":"call",` + at + `,` + person + `,"duration":"-3m"}`, CodeValue, "a.ndjson:2: ", "-3m"},
		{"address", `{"kind":"call",` + at + `,"person":{"url":"xyz"}}`, CodeValue, "a.ndjson:2: ", "xyz"},
		{"company page", `{"kind":"note",` + at + `,"company":{"url":"https://x.example"},"body":"x"}`, CodeValue, "a.ndjson:2: ", "x.example"},
		{"nameless", `{"kind":"call",` + at + `,"person":{"company":"A"}}`, CodeRequired, "a.ndjson:2: ", "name"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := read(t, "a.ndjson", "\n"+test.line+"\n", Options{Kind: KindActivities})
			wantFault(t, err, test.code, test.where, test.says)
		})
	}
	_, _, err := read(t, "a.ndjson", strings.Repeat("x", 100_000), Options{Kind: KindActivities, Limits: Limits{RecordBytes: 10_000}})
	wantFault(t, err, CodeSize, "a.ndjson:", "longer")
}
