package store

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var contactFields = []string{"Id", "LastName", "FirstName", "Email", "AccountId", "SystemModstamp", "IsDeleted", "MasterRecordId"}

func rowsOf(rows ...[]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func contact(id, last, email, stamp string, deleted string) []string {
	return []string{id, last, "Ann", email, "001000000000001AAA", stamp, deleted, ""}
}

func upsertTest(t testing.TB, s *Store, fields []string, rows ...[]string) (counts UpsertCounts) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) {
		counts, err = tx.UpsertRecords("Contact", fields, rowsOf(rows...), "run")
		return err
	})
	return counts
}

func TestUpsertIsGuardedBySystemModstamp(t *testing.T) {
	s := openTest(t)
	const early, late = "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000+0000"
	id := "003000000000001AAA"
	steps := []struct {
		name string
		row  []string
		want UpsertCounts
		last string
	}{
		{"new", contact(id, "Lind", "a@b.test", early, "false"), UpsertCounts{Inserted: 1}, "Lind"},
		{"the same again", contact(id, "Lind", "a@b.test", early, "false"), UpsertCounts{Unchanged: 1}, "Lind"},
		{"newer", contact(id, "Lindh", "a@b.test", late, "false"), UpsertCounts{Updated: 1}, "Lindh"},
		{"late arrival of an older one", contact(id, "Lind", "a@b.test", early, "false"), UpsertCounts{Unchanged: 1}, "Lindh"},
		{"deleted", contact(id, "Lindh", "a@b.test", late, "true"), UpsertCounts{Deleted: 1}, "Lindh"},
		{"undeleted", contact(id, "Lindh", "a@b.test", late, "false"), UpsertCounts{Undeleted: 1}, "Lindh"},
	}
	for _, step := range steps {
		if got := upsertTest(t, s, contactFields, step.row); got != step.want {
			t.Errorf("%s: got %+v, want %+v", step.name, got, step.want)
		}
		r, err := s.Record(t.Context(), "Contact", id)
		if err != nil || r.Get("LastName") != step.last {
			t.Errorf("%s: LastName %q, want %q (%v)", step.name, r.Get("LastName"), step.last, err)
		}
	}
}

func TestUpsertKeepsFieldsThatAreHidden(t *testing.T) {
	s := openTest(t)
	id := "003000000000001AAA"
	upsertTest(t, s, contactFields, contact(id, "Lind", "a@b.test", "2026-11-01T00:00:00.000Z", "false"))
	upsertTest(t, s, []string{"Id", "LastName", "SystemModstamp"}, []string{id, "Lindh", "2026-11-03T00:00:00.000Z"})
	r, err := s.Record(t.Context(), "Contact", id)
	if err != nil || r.Get("Email") != "a@b.test" || r.Get("LastName") != "Lindh" {
		t.Fatalf("got %+v, %v; the hidden e-mail must stay", r.Fields, err)
	}
}

func TestRecordsComeBackLossless(t *testing.T) {
	s := openTest(t)
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`003[0-9A-Za-z]{15}`).Draw(t, "id")
		last, email := rapid.String().Draw(t, "last"), rapid.String().Draw(t, "email")
		err := s.Write(t.Context(), func(tx *Tx) error {
			_, err := tx.UpsertRecords("Contact", contactFields, rowsOf(contact(id, last, email, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), "false")), "r")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Record(t.Context(), "Contact", id)
		if err != nil || r.Get("LastName") != last || r.Get("Email") != email {
			t.Fatalf("kept %q %q, got %q %q (%v)", last, email, r.Get("LastName"), r.Get("Email"), err)
		}
	})
}

// BenchmarkUpsertContacts imports pages of 10,000 contacts with all fields of the annex and every index
// present. Names and accounts come in no order, as they do in an org: their indexes grow everywhere at once.
func BenchmarkUpsertContacts(b *testing.B) {
	fields := append([]string{"Id", "SystemModstamp", "IsDeleted", "MasterRecordId"}, objects[3].Fields[1:]...)
	for _, name := range []string{"new", "unchanged"} {
		b.Run(name, func(b *testing.B) {
			s := openTest(b)
			const size = 10_000
			from := 0
			read := func() {
				write(b, s, func(tx *Tx) error {
					_, err := tx.UpsertRecords("Contact", fields, manyContacts(fields, from, size), "run")
					return err
				})
			}
			read()
			b.ResetTimer()
			for range b.N {
				if name == "new" {
					from += size
				}
				read()
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func manyContacts(fields []string, from, size int) iter.Seq2[[]string, error] {
	row := make([]string, len(fields))
	for i := range row {
		row[i] = "some text " + fields[i]
	}
	row[1], row[2], row[3] = day1, "false", ""
	name, account := slices.Index(fields, "LastName"), slices.Index(fields, "AccountId")
	return func(yield func([]string, error) bool) {
		for n := from; n < from+size; n++ {
			row[0] = fmt.Sprintf("003%012dAAA", n)
			row[name] = fmt.Sprintf("Name%d", n*7919%999_983)
			row[account] = fmt.Sprintf("001%012dAAA", n*104_729%99_991)
			if !yield(row, nil) {
				return
			}
		}
	}
}
