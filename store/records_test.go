package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// importRows imports rows of any object under a run.
func importRows(t testing.TB, s *Store, object, runID string, fields []string, rows ...[]string) (counts UpsertCounts) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) {
		counts, err = tx.UpsertRecords(object, fields, rowsOf(rows...), runID)
		return err
	})
	return counts
}

const (
	day1 = "2026-11-01T00:00:00.000Z"
	day2 = "2026-11-02T00:00:00.000Z"
)

func recordIDs(t testing.TB, s *Store, object string, filter RecordFilter) (ids []string) {
	t.Helper()
	for r, err := range s.EachRecord(t.Context(), object, filter) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	return ids
}

// What another record stands for now is found by an index that holds nothing else.
func TestEachRecordMoved(t *testing.T) {
	s := openTest(t)
	merged := []string{"Id", "SystemModstamp", "IsDeleted", "MasterRecordId"}
	for _, object := range []string{"Account", "Contact"} {
		importRows(t, s, object, "run1", merged, []string{"1", day1, "true", "2"}, []string{"2", day1, "false", ""}, []string{"3", day1, "true", ""})
		importRows(t, s, object, "run2", merged, []string{"4", day1, "true", "2"}, []string{"5", day1, "false", "2"})
	}
	importRows(t, s, "Lead", "run1", append(merged, "IsConverted", "ConvertedContactId"),
		[]string{"1", day1, "true", "2", "false", ""}, []string{"2", day1, "false", "", "true", ""}, []string{"3", day1, "false", "", "true", "c"})
	importRows(t, s, "Lead", "run2", append(merged, "IsConverted", "ConvertedContactId"), []string{"4", day1, "true", "", "true", "c"})
	for _, test := range []struct {
		object, after string
		want          []string
	}{
		{"Account", "", []string{"1", "4"}}, {"Contact", "", []string{"1", "4"}}, {"Contact", "run1", []string{"4"}}, {"Contact", "run2", nil},
		{"Lead", "", []string{"1", "3", "4"}}, {"Lead", "run1", []string{"4"}},
	} {
		filter := RecordFilter{Moved: true, AfterRun: test.after}
		if got := recordIDs(t, s, test.object, filter); !slices.Equal(got, test.want) {
			t.Errorf("%s after %q: %v, want %v", test.object, test.after, got, test.want)
		}
		object, _ := ObjectNamed(test.object)
		query, args := filter.query(object, s.dialect)
		if plan := strings.Join(planOf(t, s, query, append(args, "")...), "; "); !strings.Contains(plan, "INDEX "+object.table+"_moved") {
			t.Errorf("%s after %q: %s", test.object, test.after, plan)
		}
	}
}

func TestEachRecordFilters(t *testing.T) {
	s := openTest(t)
	fields := []string{"Id", "SystemModstamp", "LastName", "IsDeleted", "IsConverted"}
	importRows(t, s, "Lead", "run1", fields,
		[]string{"00Q1", day1, "Ann", "false", "false"}, []string{"00Q2", day1, "Bo", "true", "false"}, []string{"00Q3", day1, "Cy", "false", "true"}, []string{"00Q4", day1, "Di", "false", "false"})
	importRows(t, s, "Lead", "run2", fields, []string{"00Q4", day2, "Dia", "false", "false"}, []string{"00Q1", day2, "Ann", "false", "false"}, []string{"00Q5", day2, "Eve", "true", "false"})
	for name, test := range map[string]struct {
		filter RecordFilter
		want   []string
	}{
		"all":  {RecordFilter{}, []string{"00Q1", "00Q2", "00Q3", "00Q4", "00Q5"}},
		"live": {RecordFilter{Live: true}, []string{"00Q1", "00Q4"}},
		// 00Q1 came again in run2, but only its stamp moved.
		"changed by the first run":  {RecordFilter{ChangedRun: "run1"}, []string{"00Q1", "00Q2", "00Q3"}},
		"changed by the second run": {RecordFilter{ChangedRun: "run2"}, []string{"00Q4", "00Q5"}},
		"live and changed":          {RecordFilter{Live: true, ChangedRun: "run2"}, []string{"00Q4"}},
		"after an id":               {RecordFilter{After: "00Q3"}, []string{"00Q4", "00Q5"}},
		"changed by no such run":    {RecordFilter{ChangedRun: "run3"}, nil},
		"changed after a run":       {RecordFilter{AfterRun: "run1"}, []string{"00Q4", "00Q5"}},
		"after a run and an id":     {RecordFilter{AfterRun: "run1", After: "00Q4"}, []string{"00Q5"}},
	} {
		if got := recordIDs(t, s, "Lead", test.filter); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	if n, err := s.CountRecords(t.Context(), "Lead"); err != nil || n != 3 {
		t.Errorf("%d leads that are not deleted (%v), want 3", n, err)
	}
	if r, err := s.Record(t.Context(), "Lead", "00Q1"); err != nil || r.Modstamp.Format("2006-01-02") != "2026-11-02" || r.ChangedRun != "run1" {
		t.Errorf("a stamp that moved alone: %+v %v", r, err)
	}
	for _, err := range s.EachRecord(t.Context(), "Task", RecordFilter{}) {
		if codeOf(err) != "store.object" {
			t.Errorf("an object that is not imported: %v", err)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, err := range s.EachRecord(stopped, "Lead", RecordFilter{}) {
		if err == nil {
			t.Error("a cancelled iteration goes on")
		}
	}
}

func TestContactsCarryTheirAccount(t *testing.T) {
	s := openTest(t)
	importRows(t, s, "Account", "r", []string{"Id", "SystemModstamp", "Name", "Website"}, []string{"001A", day1, "Acme", "acme.test"})
	fields := []string{"Id", "SystemModstamp", "LastName", "AccountId"}
	importRows(t, s, "Contact", "r", fields, []string{"003A", day1, "Ann", "001A"}, []string{"003B", day1, "Bo", "001GONE"}, []string{"003C", day1, "Cy", ""})
	want := map[string][2]string{"003A": {"Acme", "acme.test"}, "003B": {"", ""}, "003C": {"", ""}}
	check := func(when string) {
		for id, account := range want {
			r, err := s.Record(t.Context(), "Contact", id)
			if err != nil || r.Get("Account.Name") != account[0] || r.Get("Account.Website") != account[1] {
				t.Errorf("%s: %s: %+v %v", when, id, r.Fields, err)
			}
		}
	}
	check("at first")
	// The account changes its name, and the contact comes again without all fields of the annex: the old
	// name must not have become a field of the contact.
	importRows(t, s, "Account", "r2", []string{"Id", "SystemModstamp", "Name", "Website"}, []string{"001A", day2, "Acme AB", ""})
	importRows(t, s, "Contact", "r2", fields, []string{"003A", day2, "Annie", "001A"})
	want["003A"] = [2]string{"Acme AB", ""}
	check("after the account changed")
}

func TestRecordsByBeginningBothWays(t *testing.T) {
	s := openTest(t)
	names := []string{"Dana", "Dane", "Dániel", "Da", "Eve", "Ada", "dan"}
	var rows [][]string
	for i, name := range names {
		rows = append(rows, []string{fmt.Sprintf("003%d", i), day1, name, "Bo", "false"})
	}
	rows = append(rows, []string{"003X", day1, "Dana", "Gone", "true"})
	importRows(t, s, "Contact", "r", []string{"Id", "SystemModstamp", "LastName", "FirstName", "IsDeleted"}, rows...)
	want := []string{"dan", "Dana", "Dane", "Dániel"}
	read := func(q PageQuery) (got []string, p Page[Record]) {
		p, err := s.Records(t.Context(), "Contact", "DAN", q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			got = append(got, r.Get("LastName"))
		}
		return got, p
	}
	if got, _ := read(PageQuery{}); !slices.Equal(got, want) {
		t.Errorf("whole: %v", got)
	}
	first, p := read(PageQuery{Limit: 3})
	rest, _ := read(PageQuery{Limit: 3, After: p.Next})
	if !slices.Equal(append(first, rest...), want) || !p.More {
		t.Errorf("forwards: %v, %v", first, rest)
	}
	last, p := read(PageQuery{Limit: 3, Last: true})
	before, _ := read(PageQuery{Limit: 3, Before: p.First})
	if !slices.Equal(append(before, last...), want) || !p.More {
		t.Errorf("backwards: %v, %v", before, last)
	}
	if _, err := s.Records(t.Context(), "Task", "", PageQuery{}); err != ErrNotFound {
		t.Errorf("an object that is not imported: %v", err)
	}
}

func TestTombstones(t *testing.T) {
	s := openTest(t)
	fields := []string{"Id", "SystemModstamp", "Name"}
	var rows [][]string
	for i := range 3*upsertChunk + 7 { // more than one statement's worth
		rows = append(rows, []string{fmt.Sprintf("00E%05d", i), day1, "Role"})
	}
	importRows(t, s, "UserRole", "run1", fields, rows...)
	tombstone := func(ids ...string) (n int64) {
		write(t, s, func(tx *Tx) (err error) { n, err = tx.Tombstone("UserRole", ids, "run2"); return err })
		return n
	}
	if n := tombstone("00E00001", "00E00002", "00ENONE"); n != 2 {
		t.Errorf("%d records became tombstones, want 2", n)
	}
	if n := tombstone("00E00002", "00E00003"); n != 1 {
		t.Errorf("%d, want 1: one was a tombstone already", n)
	}
	var n int64
	write(t, s, func(tx *Tx) (err error) {
		n, err = tx.TombstoneMissing("UserRole", func(id string) bool { return id >= "00E00100" }, "run3")
		return err
	})
	if n != 97 {
		t.Errorf("%d were missing, want 97", n)
	}
	if live, err := s.CountRecords(t.Context(), "UserRole"); err != nil || live != int64(len(rows)-100) {
		t.Errorf("%d live, %v", live, err)
	}
	if r, err := s.Record(t.Context(), "UserRole", "00E00001"); err != nil || !r.Deleted || r.ChangedRun != "run2" {
		t.Errorf("a tombstone: %+v %v", r, err)
	}
	// What is a tombstone and comes again, as it was, is back.
	if counts := importRows(t, s, "UserRole", "run4", fields, rows[1]); counts != (UpsertCounts{Undeleted: 1}) {
		t.Errorf("coming back: %+v", counts)
	}
	for _, change := range []func(tx *Tx) error{
		func(tx *Tx) error { _, err := tx.Tombstone("Task", nil, "r"); return err },
		func(tx *Tx) error { _, err := tx.TombstoneMissing("Task", nil, "r"); return err },
		func(tx *Tx) error { _, err := tx.UpsertRecords("Task", fields, rowsOf(), "r"); return err },
	} {
		if err := s.Write(t.Context(), change); codeOf(err) != "store.object" {
			t.Errorf("an object that is not imported: %v", err)
		}
	}
}

func TestOpenOpportunitiesAndTheirRoles(t *testing.T) {
	s := openTest(t)
	fields := []string{"Id", "SystemModstamp", "Name", "IsClosed", "IsDeleted", "Amount", "CurrencyIsoCode"}
	importRows(t, s, "Opportunity", "r", fields, []string{"006B", day1, "Beta", "false", "false", "9.5E8", "SEK"}, []string{"006A", day1, "Alpha", "false", "false", "", ""},
		[]string{"006C", day1, "Closed", "true", "false", "", ""}, []string{"006D", day1, "Deleted", "false", "true", "", ""})
	importRows(t, s, "OpportunityContactRole", "r", []string{"Id", "SystemModstamp", "OpportunityId", "ContactId", "Role", "IsPrimary", "IsDeleted"},
		[]string{"00K1", day1, "006B", "003A", "Buyer", "false", "false"}, []string{"00K2", day1, "006B", "003B", "Boss", "true", "false"}, []string{"00K3", day1, "006B", "003C", "", "false", "true"})
	var ids []string
	for o, err := range s.EachOpenOpportunity(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if ids = append(ids, o.ID); o.ID == "006B" && (o.Amount != "9.5E8" || o.Currency != "SEK") {
			t.Errorf("%+v", o)
		}
	}
	if !slices.Equal(ids, []string{"006A", "006B"}) {
		t.Errorf("open: %v", ids)
	}
	if n, err := s.CountOpenOpportunities(t.Context()); n != 2 || err != nil {
		t.Errorf("%d are open: %v", n, err)
	}
	if roles, err := s.ContactRoles(t.Context(), "006B"); err != nil || !slices.Equal(roles, []ContactRole{{"00K2", "003B", "Boss", true}, {"00K1", "003A", "Buyer", false}}) {
		t.Errorf("roles: %+v %v", roles, err)
	}
}

func TestUsersByEmailWhateverItsCase(t *testing.T) {
	s := openTest(t)
	importRows(t, s, "User", "r", []string{"Id", "SystemModstamp", "Name", "Email", "IsActive"}, []string{"005A", day1, "Ana", "Ana@Acme.test", "true"})
	users, err := s.UsersByEmail(t.Context(), " ANA@acme.TEST ")
	if err != nil || len(users) != 1 || users[0].Get("Email") != "Ana@Acme.test" || !users[0].Flag("IsActive") {
		t.Errorf("%+v %v", users, err)
	}
}

func TestObjectOf(t *testing.T) {
	for id, want := range map[string]string{"003000000000001AAA": "Contact", "00Q000000000001": "Lead", "003": "", "": "", "a00000000000001AAA": ""} {
		if got := ObjectOf(id); got != want {
			t.Errorf("ObjectOf(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestDamagedPayloadIsAnError(t *testing.T) {
	s := openTest(t)
	importRows(t, s, "Lead", "r", []string{"Id", "SystemModstamp", "LastName"}, []string{"00QA", day1, "Lind"})
	whole, err := one(s.reader(t.Context()), scanText, "SELECT payload FROM crm_lead")
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) - 1 {
		if _, err := s.write.Exec("UPDATE crm_lead SET payload = ?", []byte(whole[:n+1])); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Record(t.Context(), "Lead", "00QA"); !errors.Is(err, errPayload) || !strings.Contains(err.Error(), "00QA") {
			t.Errorf("cut after %d bytes: %v", n+1, err)
		}
	}
}

func FuzzReadPayload(f *testing.F) {
	f.Add([]byte{})
	f.Add(appendText(appendText(nil, "Name"), "Lind"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		fields, err := readPayload(b)
		if err != nil {
			return
		}
		var again []byte
		for _, x := range fields {
			again = appendText(appendText(again, x.Name), x.Value)
		}
		if read, err := readPayload(again); err != nil || !slices.Equal(read, fields) {
			t.Errorf("%x: %v, again %v (%v)", b, fields, read, err)
		}
	})
}
