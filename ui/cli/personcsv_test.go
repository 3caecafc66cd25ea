package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"testing"

	"crmsync/store"
	crmsync "crmsync/sync"
)

// Every value that is set stands in a row of its own, where it can be found, and no cell is taken for a formula.
func TestPersonAsCSV(t *testing.T) {
	dossier := crmsync.PersonDossier{
		Person:    store.Person{ID: "p1", Name: "=HYPERLINK(\"http://evil\")", Company: "A \"quoted\"\nname, with a comma"},
		Positions: []store.Position{{PersonID: "p1", Company: "Acme"}, {PersonID: "p1", Company: "+41 Labs", Current: true}},
		Competing: []string{"003A", "003B"},
	}
	text, err := json.Marshal(dossier)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writePersonCSV(&out, text); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{{"part", "row", "field", "value"}, {"person", "", "id", "p1"}, {"person", "", "name", "'=HYPERLINK(\"http://evil\")"},
		{"person", "", "company", "A \"quoted\"\nname, with a comma"}, {"positions", "2", "company", "'+41 Labs"}, {"positions", "2", "current", "true"}, {"competing", "2", "", "003B"}} {
		if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, want) }) {
			t.Errorf("no row %q in %q", want, rows)
		}
	}
	if err := writePersonCSV(&out, text[:len(text)/2]); err == nil {
		t.Error("half an export is one")
	}
}
