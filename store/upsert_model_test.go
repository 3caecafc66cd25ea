package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// modelRecord is a record as the rules of an import say it must be.
type modelRecord struct {
	day     int
	deleted bool
	fields  map[string]string
}

// TestImportsAgainstAModel imports random pages, with fields that come and go, rows that repeat and arrive late,
// and deletions by the row and by the list of what is gone; what is kept must be what the rules say.
func TestImportsAgainstAModel(t *testing.T) {
	s := openTest(t)
	rapid.Check(t, func(rt *rapid.T) {
		if _, err := s.write.Exec("DELETE FROM crm_lead"); err != nil {
			rt.Fatal(err)
		}
		model := map[string]modelRecord{}
		for range rapid.IntRange(1, 6).Draw(rt, "pages") {
			fields := []string{"Id", "SystemModstamp", "IsDeleted"}
			for _, f := range []string{"LastName", "Email", "Company"} {
				if rapid.Bool().Draw(rt, "reads "+f) {
					fields = append(fields, f)
				}
			}
			var rows [][]string
			var want UpsertCounts
			for range rapid.IntRange(0, 8).Draw(rt, "rows") {
				row := drawRow(rt, fields)
				rows = append(rows, row)
				want.Add(applyRow(model, fields, row))
			}
			var got UpsertCounts
			err := s.Write(rt.Context(), func(tx *Tx) (err error) {
				got, err = tx.UpsertRecords("Lead", fields, rowsOf(rows...), "r")
				return err
			})
			if err != nil || got != want {
				rt.Fatalf("page of %v: %+v, want %+v (%v)", rows, got, want, err)
			}
		}
		for id, want := range model {
			r, err := s.Record(rt.Context(), "Lead", id)
			got := map[string]string{}
			for _, f := range r.Fields {
				got[f.Name] = f.Value
			}
			if err != nil || r.Deleted != want.deleted || !maps.Equal(got, want.fields) || len(got) != len(r.Fields) {
				rt.Fatalf("%s: deleted %v, %v; want %+v (%v)", id, r.Deleted, r.Fields, want, err)
			}
			var company, name string
			if err := s.read.QueryRow("SELECT coalesce(company, ''), sort_name FROM crm_lead WHERE id = ?", id).Scan(&company, &name); err != nil ||
				company != want.fields["Company"] || name != SortName(want.fields["LastName"]) {
				rt.Fatalf("%s: columns %q, %q beside the fields %v (%v)", id, company, name, want.fields, err)
			}
		}
	})
}

func drawRow(t *rapid.T, fields []string) []string {
	row := make([]string, len(fields))
	for i, f := range fields {
		switch f {
		case "Id":
			row[i] = fmt.Sprint("00Q", rapid.IntRange(1, 4).Draw(t, "id"))
		case "SystemModstamp":
			row[i] = fmt.Sprintf("2026-11-%02dT00:00:00.000Z", rapid.IntRange(1, 5).Draw(t, "day"))
		case "IsDeleted":
			row[i] = fmt.Sprint(rapid.Bool().Draw(t, "deleted"))
		default:
			row[i] = rapid.SampledFrom([]string{"", "a", "B\n", "ö"}).Draw(t, f)
		}
	}
	return row
}

// applyRow applies a row to the model, and says what it counts as.
func applyRow(model map[string]modelRecord, fields, row []string) (counts UpsertCounts) {
	next := modelRecord{fields: map[string]string{}}
	for i, f := range fields[3:] {
		if row[i+3] != "" {
			next.fields[f] = row[i+3]
		}
	}
	_, _ = fmt.Sscanf(row[1], "2026-11-%02d", &next.day)
	next.deleted = row[2] == "true"
	old, exists := model[row[0]]
	if exists && next.day < old.day {
		return UpsertCounts{Unchanged: 1}
	}
	for f, v := range old.fields {
		if !slices.Contains(fields, f) {
			next.fields[f] = v
		}
	}
	model[row[0]] = next
	switch {
	case !exists && next.deleted:
		counts.Deleted = 1 // kept, but nobody has seen it as a record
	case !exists:
		counts.Inserted = 1
	case old.deleted == next.deleted && maps.Equal(old.fields, next.fields):
		counts.Unchanged = 1
	case next.deleted && !old.deleted:
		counts.Deleted = 1
	case !next.deleted && old.deleted:
		counts.Undeleted = 1
	default:
		counts.Updated = 1
	}
	return counts
}

func TestACancelledImportKeepsNothing(t *testing.T) {
	s := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	read := 0
	err := s.Write(ctx, func(tx *Tx) error {
		_, err := tx.UpsertRecords("Contact", contactFields, func(yield func([]string, error) bool) {
			for ; read < 100*upsertChunk; read++ {
				if read == 2*upsertChunk {
					cancel()
				}
				if !yield(contact(fmt.Sprintf("003%015d", read), "Lind", "", day1, "false"), nil) {
					return
				}
			}
		}, "r")
		return err
	})
	if !errors.Is(err, context.Canceled) || read > 4*upsertChunk {
		t.Errorf("after %d rows: %v", read, err)
	}
	if n, err := s.CountRecords(t.Context(), "Contact"); err != nil || n != 0 {
		t.Errorf("%d rows were kept (%v)", n, err)
	}
}

func TestRowsThatCannotBeImported(t *testing.T) {
	s := openTest(t)
	failed := errors.New("the file ends")
	for name, test := range map[string]struct {
		fields []string
		rows   func(yield func([]string, error) bool)
		code   string
	}{
		"no id":             {[]string{"SystemModstamp"}, rowsOf(), "store.columns"},
		"no stamp":          {[]string{"Id"}, rowsOf(), "store.columns"},
		"a row cut short":   {contactFields, rowsOf([]string{"003A", "Lind"}), "store.columns"},
		"a stamp that none": {contactFields, rowsOf(contact("003A", "Lind", "", "yesterday", "false")), "store.value"},
		"a reading error":   {contactFields, func(yield func([]string, error) bool) { yield(nil, failed) }, ""},
	} {
		err := s.Write(t.Context(), func(tx *Tx) error { _, err := tx.UpsertRecords("Contact", test.fields, test.rows, "r"); return err })
		if err == nil || codeOf(err) != test.code {
			t.Errorf("%s: %v, want code %s", name, err, test.code)
		}
	}
}
