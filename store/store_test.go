package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/store/vault"
)

// clock is a clock that stands still.
var clock = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func testKey() *vault.Key {
	return &vault.Key{Bytes: bytes.Repeat([]byte{7}, vault.KeySize), Source: "the test"}
}

func openTest(t testing.TB) *Store {
	t.Helper()
	return openIn(t, filepath.Join(t.TempDir(), "data"))
}

func openIn(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey(), Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func write(t testing.TB, s *Store, change func(tx *Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesWrongKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openIn(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	_, err := Open(t.Context(), Options{Dir: dir, Key: &vault.Key{Bytes: make([]byte, vault.KeySize), Source: "elsewhere"}})
	var wrong *vault.WrongKeyError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a wrong key", err)
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("a wrong key changed the data directory:\n%s\n%s", before, after)
	}
}

func snapshot(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %x\n", e.Name(), text[:min(len(text), 4096)])
	}
	return b.String()
}

func TestOpenRefusesLostKeyringNewerSchemaAndOpenDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openIn(t, dir)
	if _, err := s.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.newer" {
		t.Errorf("a newer schema: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, vault.KeyringFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.keyring" {
		t.Errorf("a lost keyring: %v", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.permissions" {
		t.Errorf("a directory that others read: %v", err)
	}
}

func codeOf(err error) string {
	var e interface{ Code() string }
	if errors.As(err, &e) {
		return e.Code()
	}
	return ""
}

func TestSealedTextIsInNoFile(t *testing.T) {
	s := openTest(t)
	const needle = "needle-in-the-hay"
	seat, person := addSeat(t, s, "ana@acme.test"), addPerson(t, s, "in/ann", "Ann")
	write(t, s, func(tx *Tx) error {
		_, err := tx.AddActivity(Activity{ID: "a1", Ident: "x", Kind: "message", SeatID: seat, PersonID: person, OccurredAt: clock, Subject: needle, Body: needle, AddedAt: clock})
		return errors.Join(err, tx.PutSecret("token", []byte(needle)),
			tx.PutOutbox(OutboxItem{ActivityID: "a1", State: OutboxHeld, Request: []byte(needle)}))
	})
	a, err := s.Activity(t.Context(), "a1")
	if err != nil || a.Body != needle || a.Subject != needle {
		t.Fatalf("reading back: %q %q %v", a.Subject, a.Body, err)
	}
	secret, err := s.Secret(t.Context(), "token")
	if err != nil || string(secret) != needle {
		t.Fatalf("secret: %q %v", secret, err)
	}
	s.Close()
	if strings.Contains(fileBytes(t, s.Dir()), needle) {
		t.Error("a sealed text stands in clear in a file")
	}
}

func fileBytes(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func addSeat(t testing.TB, s *Store, email string) string {
	t.Helper()
	id := NewID()
	write(t, s, func(tx *Tx) error { return tx.PutSeat(Seat{ID: id, Email: email, Name: email, AddedAt: clock}) })
	return id
}

func addPerson(t testing.TB, s *Store, ident, name string) (id string) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) {
		id, _, err = tx.PutPerson(Person{Ident: ident, Name: name, FirstName: name})
		return err
	})
	return id
}

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

func TestMatchSchema_S3_S19(t *testing.T) {
	s := openTest(t)
	person := addPerson(t, s, "in/ann", "Ann")
	var company string
	write(t, s, func(tx *Tx) (err error) {
		company, _, err = tx.PutCompany(Company{Ident: "company/acme", Name: "Acme"})
		return err
	})
	put := func(rows ...Match) error {
		return s.Write(t.Context(), func(tx *Tx) error { return tx.PutMatches(rows) })
	}
	if err := put(Match{RecordID: "003A", Object: "Contact", State: MatchAuto, MemberID: person, Score: 990_000}); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]Match{
		"a second live match of the person": {RecordID: "00QB", Object: "Lead", State: MatchAccepted, MemberID: person},
		"a contact with a company":          {RecordID: "003C", Object: "Contact", State: MatchAuto, MemberID: company},
		"an account with a person":          {RecordID: "001D", Object: "Account", State: MatchAuto, MemberID: person},
		"a live match without a member":     {RecordID: "003E", Object: "Contact", State: MatchAuto},
		"an opportunity":                    {RecordID: "006F", Object: "Opportunity", State: MatchNone},
		"an unknown state":                  {RecordID: "003G", Object: "Contact", State: "perhaps"},
	} {
		if err := put(bad); !errors.Is(err, ErrConflict) {
			t.Errorf("%s: got %v, want a conflict", name, err)
		}
	}
	if err := put(Match{RecordID: "00QB", Object: "Lead", State: MatchReview, MemberID: person, Score: 400_000}); err != nil {
		t.Errorf("a suggestion beside a live match: %v", err)
	}
	// The member changes hands inside one call, whatever the order.
	if err := put(Match{RecordID: "00QB", Object: "Lead", State: MatchOverridden, MemberID: person}, Match{RecordID: "003A", Object: "Contact", State: MatchNone, Reason: "lost_one_to_one"}); err != nil {
		t.Errorf("changing hands: %v", err)
	}
	live, err := s.MatchOfMember(t.Context(), person)
	if err != nil || live.RecordID != "00QB" {
		t.Errorf("live match: %v %v", live.RecordID, err)
	}
	counts, err := s.CountMatches(t.Context())
	if err != nil || counts["Contact"][MatchNone] != 1 || counts["Contact"][MatchAuto] != 0 || counts["Lead"][MatchOverridden] != 1 {
		t.Errorf("counts: %v %v", counts, err)
	}
}

// TestMatchPages reads a list with many ties forwards and backwards in pages of any size.
func TestMatchPages(t *testing.T) {
	s := openTest(t)
	var rows []Match
	for i := range 300 {
		rows = append(rows, Match{RecordID: fmt.Sprintf("003%015d", i*7919%300), Object: "Contact", State: MatchNone, Score: int64(i % 5 * 100_000)})
	}
	write(t, s, func(tx *Tx) error { return tx.PutMatches(rows) })
	slices.SortFunc(rows, func(a, b Match) int {
		if a.Score != b.Score {
			return int(b.Score - a.Score)
		}
		return strings.Compare(a.RecordID, b.RecordID)
	})
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 90).Draw(rt, "limit")
		q := MatchQuery{Object: "Contact", States: []MatchState{MatchNone}, PageQuery: PageQuery{Limit: limit}}
		var forwards []string
		for {
			p, err := s.Matches(t.Context(), q)
			if err != nil {
				rt.Fatal(err)
			}
			for _, row := range p.Rows {
				forwards = append(forwards, row.RecordID)
			}
			if !p.More {
				break
			}
			q.After = p.Next
		}
		q.After, q.Last = "", true
		var backwards []string
		for {
			p, err := s.Matches(t.Context(), q)
			if err != nil {
				rt.Fatal(err)
			}
			var ids []string
			for _, row := range p.Rows {
				ids = append(ids, row.RecordID)
			}
			backwards = append(ids, backwards...)
			if !p.More {
				break
			}
			q.Last, q.Before = false, p.First
		}
		for i, row := range rows {
			if len(forwards) != len(rows) || len(backwards) != len(rows) || forwards[i] != row.RecordID || backwards[i] != row.RecordID {
				rt.Fatalf("pages of %d: row %d differs (%d forwards, %d backwards)", limit, i, len(forwards), len(backwards))
			}
		}
	})
}

func TestMatchPageUsesItsIndex(t *testing.T) {
	s := openTest(t)
	for _, q := range []PageQuery{{}, {After: cursorOf(500_000, "003A")}, {Last: true}, {Before: cursorOf(500_000, "003A")}} {
		k := MatchQuery{Object: "Contact", States: []MatchState{MatchReview}}.keyset(s.dialect)
		k.columns, k.order = "m.score, m.record_id", []orderColumn{{"m.score", true}, {"m.record_id", false}}
		sql, args, err := k.query(q)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := list(s.reader(t.Context()), func(row scanner) (detail string, err error) {
			var a, b, c int
			return detail, row.Scan(&a, &b, &c, &detail)
		}, "EXPLAIN QUERY PLAN "+sql, args...)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			if strings.Contains(line, "SCAN m") {
				t.Errorf("%+v reads the whole table: %s", q, line)
			}
			if strings.Contains(line, "TEMP B-TREE") && q.After == "" && q.Before == "" {
				t.Errorf("%+v sorts: %s", q, line)
			}
		}
	}
}

func TestOutboxVersions(t *testing.T) {
	s := openTest(t)
	seat, person := addSeat(t, s, "ana@acme.test"), addPerson(t, s, "in/ann", "Ann")
	write(t, s, func(tx *Tx) error {
		added, err := tx.AddActivity(Activity{ID: "a1", Ident: "x", Kind: "note", SeatID: seat, PersonID: person, OccurredAt: clock, AddedAt: clock})
		if !added {
			t.Error("the first activity was not added")
		}
		again, err2 := tx.AddActivity(Activity{ID: "a2", Ident: "x", Kind: "note", SeatID: seat, PersonID: person, OccurredAt: clock, AddedAt: clock})
		if again {
			t.Error("the same activity was added twice")
		}
		return errors.Join(err, err2, tx.PutOutbox(OutboxItem{ActivityID: "a1", State: OutboxQueued, QueuedAt: clock, NextAt: clock}))
	})
	item, err := s.OutboxItem(t.Context(), "a1")
	if err != nil {
		t.Fatal(err)
	}
	sending := item
	sending.State, sending.SentAt, sending.Request = OutboxSending, clock, []byte("{}")
	write(t, s, func(tx *Tx) error { return tx.PutOutbox(sending) })
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOutbox(item) }); !errors.Is(err, ErrStale) {
		t.Errorf("an old version: %v, want stale", err)
	}
	written := sending
	written.Version++
	written.State = OutboxWritten
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.PutOutbox(written) }); !errors.Is(err, ErrConflict) {
		t.Errorf("written without an id: %v, want a conflict", err)
	}
	counts, err := s.CountOutbox(t.Context())
	if err != nil || counts[OutboxSending] != 1 || counts[OutboxQueued] != 0 {
		t.Errorf("counts: %v %v", counts, err)
	}
	page, err := s.Outbox(t.Context(), OutboxQuery{States: []OutboxState{OutboxSending}})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].MemberName != "Ann" {
		t.Errorf("outbox page: %+v %v", page, err)
	}
}

func TestJobsAreClaimedOnceAndLostWithTheLease(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error { return tx.PutJob(Job{Kind: "import", Every: 12 * time.Hour, RunAt: clock}) })
	first, err := s.ClaimJob(t.Context(), "one", clock, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ClaimJob(t.Context(), "two", clock, time.Minute); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second claim: %v", err)
	}
	later := clock.Add(2 * time.Minute)
	second, err := s.ClaimJob(t.Context(), "two", later, time.Minute)
	if err != nil {
		t.Fatalf("after the lease: %v", err)
	}
	if err := s.Write(t.Context(), func(tx *Tx) error { return tx.FinishJob(first, later, "run") }); !errors.Is(err, ErrLost) {
		t.Errorf("the zombie finished: %v", err)
	}
	write(t, s, func(tx *Tx) error { return tx.FinishJob(second, later.Add(time.Hour), "run") })
	if job, err := s.Job(t.Context(), "import"); err != nil || job.Owner != "" || job.LastRun != "run" {
		t.Errorf("after the end: %+v %v", job, err)
	}
}

func TestSaveIsNotMadeTwice(t *testing.T) {
	s := openTest(t)
	seat := addSeat(t, s, "ana@acme.test")
	save := Save{SeatID: seat, MemberID: "m", RecordID: "003A", Object: "Contact", OpportunityID: "006A", SavedAt: clock}
	add := func() (added bool) {
		save.ID = NewID()
		write(t, s, func(tx *Tx) (err error) { added, err = tx.AddSave(save); return err })
		return added
	}
	if !add() {
		t.Fatal("the first save was not made")
	}
	page, err := s.Saves(t.Context(), SaveQuery{SeatID: seat})
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("saves: %+v %v", page, err)
	}
	write(t, s, func(tx *Tx) error { return tx.SetSaveRemoved(page.Rows[0].ID, "ana", true) })
	if add() {
		t.Error("a removed save was made again for the same opportunity")
	}
}

func BenchmarkUpsertContacts(b *testing.B) {
	fields := append([]string{"Id", "SystemModstamp", "IsDeleted", "MasterRecordId"}, objects[3].Fields[1:]...)
	for _, name := range []string{"new", "unchanged"} {
		b.Run(name, func(b *testing.B) {
			s := openTest(b)
			const size = 10_000
			write1 := func(from int) {
				write(b, s, func(tx *Tx) error {
					_, err := tx.UpsertRecords("Contact", fields, func(yield func([]string, error) bool) {
						row := make([]string, len(fields))
						for i := range row {
							row[i] = "some text " + fields[i]
						}
						row[1], row[2], row[3] = "2026-11-01T00:00:00.000Z", "false", ""
						for i := range size {
							row[0] = fmt.Sprintf("003%012dAAA", from+i)
							if !yield(row, nil) {
								return
							}
						}
					}, "run")
					return err
				})
			}
			write1(0)
			b.ResetTimer()
			for i := range b.N {
				if name == "new" {
					write1((i + 1) * size)
				} else {
					write1(0)
				}
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
