package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func putPerson(t testing.TB, s *Store, x Person) (id string, changed bool) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) { id, changed, err = tx.PutPerson(x); return err })
	return id, changed
}

func putCompany(t testing.TB, s *Store, x Company) (id string, changed bool) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) { id, changed, err = tx.PutCompany(x); return err })
	return id, changed
}

// TestPutPersonFillsIn reads one person from several files: what a file leaves out stays, a place is taken
// whole or not at all, and a company keeps its row only while its name stays.
func TestPutPersonFillsIn(t *testing.T) {
	s := openTest(t)
	acme, _ := putCompany(t, s, Company{Ident: "c/acme", Name: "Acme"})
	whole := Person{Ident: "in/ann", Name: "Ann Lind", FirstName: "Ann", LastName: "Lind", Headline: "Buys", Title: "CFO", Company: "Acme", CompanyID: acme,
		Email: "a@acme.test", Phone: "+46 1", ProfileURL: "in/ann", Industry: "Steel", Location: "Lund", Place: Place{City: "Lund", Country: "SE"}}
	steps := []struct {
		name    string
		put     Person
		changed bool
		want    func(*Person)
	}{
		{"new", whole, true, func(*Person) {}},
		{"the same", whole, false, func(*Person) {}},
		{"nothing but the identity", Person{Ident: "in/ann"}, false, func(*Person) {}},
		{"a title", Person{Ident: "in/ann", Title: "CEO"}, true, func(x *Person) { x.Title = "CEO" }},
		{"a place of one field", Person{Ident: "in/ann", Place: Place{Country: "NO"}}, true, func(x *Person) { x.Place = Place{Country: "NO"} }},
		{"a company without a row", Person{Ident: "in/ann", Company: "Initech"}, true, func(x *Person) { x.Company, x.CompanyID = "Initech", "" }},
		{"the company's row", Person{Ident: "in/ann", Company: "Initech", CompanyID: acme}, true, func(x *Person) { x.CompanyID = acme }},
		{"the company without its row", Person{Ident: "in/ann", Company: "Initech"}, false, func(*Person) {}},
		{"a family name", Person{Ident: "in/ann", LastName: "Berg"}, true, func(x *Person) { x.LastName, x.SortName = "Berg", "berg ann" }},
	}
	want := whole
	want.SortName = "lind ann"
	for _, step := range steps {
		id, changed := putPerson(t, s, step.put)
		if step.want(&want); want.ID == "" {
			want.ID, want.ChangedAt = id, clock
		}
		got, err := s.PersonByIdent(t.Context(), "in/ann")
		if diff := cmp.Diff(want, got); diff != "" || err != nil || changed != step.changed || id != want.ID {
			t.Errorf("%s: changed %v, %v, id %s:\n%s", step.name, changed, err, id, diff)
		}
	}
	if byID, err := s.Person(t.Context(), want.ID); err != nil || byID != want {
		t.Errorf("by id: %+v %v", byID, err)
	}
	if _, err := s.Person(t.Context(), "none"); err != ErrNotFound {
		t.Errorf("a person who is not there: %v", err)
	}
}

func TestPutCompanyFillsIn(t *testing.T) {
	s := openTest(t)
	whole := Company{Ident: "c/acme", Name: "Acme AB", Website: "https://acme.test", Domain: "acme.test", PageURL: "company/acme", Phone: "+46 1", Industry: "Steel",
		Employees: 50, Place: Place{Street: "A 1", City: "Lund", State: "Skåne", PostalCode: "1", Country: "SE"}}
	steps := []struct {
		name    string
		put     Company
		changed bool
		want    func(*Company)
	}{
		{"new", whole, true, func(*Company) {}},
		{"the same", whole, false, func(*Company) {}},
		{"less", Company{Ident: "c/acme", Name: "Acme AB"}, false, func(*Company) {}},
		{"growth", Company{Ident: "c/acme", Employees: 60}, true, func(x *Company) { x.Employees = 60 }},
		{"a move", Company{Ident: "c/acme", Place: Place{City: "Malmö"}}, true, func(x *Company) { x.Place = Place{City: "Malmö"} }},
		{"another name", Company{Ident: "c/acme", Name: "Acmé"}, true, func(x *Company) { x.Name, x.SortName = "Acmé", "acme" }},
	}
	want := whole
	want.SortName = "acme ab"
	for _, step := range steps {
		id, changed := putCompany(t, s, step.put)
		if step.want(&want); want.ID == "" {
			want.ID, want.ChangedAt = id, clock
		}
		got, err := s.CompanyByIdent(t.Context(), "c/acme")
		if diff := cmp.Diff(want, got); diff != "" || err != nil || changed != step.changed {
			t.Errorf("%s: changed %v, %v:\n%s", step.name, changed, err, diff)
		}
	}
	if same, err := s.CompaniesBySortName(t.Context(), "acme"); err != nil || len(same) != 1 || same[0] != want {
		t.Errorf("by sort name: %+v %v", same, err)
	}
}

func TestSourceOfAPersonIsTheFirst(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error {
		for _, id := range []string{"s1", "s2"} {
			if err := tx.PutSource(Source{ID: id, Kind: "people", File: id + ".csv", ImportedAt: clock, ImportedBy: "ana", Rows: 3}); err != nil {
				return err
			}
		}
		return nil
	})
	putPerson(t, s, Person{Ident: "in/ann", Name: "Ann", SourceID: "s1"})
	putPerson(t, s, Person{Ident: "in/ann", Title: "CFO", SourceID: "s2"})
	if x, err := s.PersonByIdent(t.Context(), "in/ann"); err != nil || x.SourceID != "s1" {
		t.Errorf("source %q %v", x.SourceID, err)
	}
	write(t, s, func(tx *Tx) error { return tx.PutSource(Source{ID: "s1", ImportedAt: clock, Rows: 9}) })
	sources, err := s.Sources(t.Context())
	if err != nil || len(sources) != 2 || sources[1].Rows != 9 || sources[1].File != "s1.csv" || sources[0].ID != "s2" {
		t.Errorf("sources: %+v %v", sources, err)
	}
}

func TestSortName(t *testing.T) {
	for name, want := range map[string]string{
		"  Åsa \t Öberg\n": "asa oberg", "O'Neil": "o'neil", "ŁUKASZ": "lukasz", "Groß": "gross", "İpek": "ipek", "Sørensen": "sorensen", "Æsir": "aesir",
		"ＡＢＣ": "abc", "ﬁn": "fin", "Ελλάδα": "ελλαδα", "Йода": "иода", "李雷": "李雷", "がく": "がく", "김철수": "김철수", "हिन्दी": "हिन्दी",
		"مُحَمَّد": "محمد", "שָׁלוֹם": "שלום", "a\u200db\u202e": "ab", "": "", "\xff": "\ufffd",
	} {
		if got := SortName(name); got != want {
			t.Errorf("SortName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSortNameIsStableAndValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		once := SortName(name)
		if !utf8.ValidString(once) || SortName(once) != once || strings.TrimSpace(once) != once {
			t.Fatalf("SortName(%q) = %q, again %q", name, once, SortName(once))
		}
	})
}

func TestNamesAreFoundByTheirBeginning(t *testing.T) {
	s := openTest(t)
	for i, name := range []string{"Łukasz", "Lukas", "Luka\U0010fffe", "Lux", "李雷", "100%"} {
		putPerson(t, s, Person{Ident: fmt.Sprint(i), Name: name})
	}
	for text, want := range map[string][]string{
		"luka": {"Lukas", "Łukasz", "Luka\U0010fffe"}, "LÚ": {"Lukas", "Łukasz", "Luka\U0010fffe", "Lux"}, "李": {"李雷"}, "100%": {"100%"}, "%": nil, "z": nil,
	} {
		p, err := s.People(t.Context(), text, PageQuery{})
		var got []string
		for _, x := range p.Rows {
			got = append(got, x.Name)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q (%v)", text, got, want, err)
		}
	}
}

func TestPositionsAndConnections(t *testing.T) {
	s := openTest(t)
	seat, ann, bo := addSeat(t, s, "ana@acme.test"), addPerson(t, s, "in/ann", "Ann"), addPerson(t, s, "in/bo", "Bo")
	write(t, s, func(tx *Tx) error {
		for _, x := range []Position{{ann, "Acme", "CFO", true}, {ann, "Initech", "CFO", true}, {bo, "Acme", "", true}, {ann, "Acme", "CFO", false}} {
			if err := tx.PutPosition(x); err != nil {
				return err
			}
		}
		if err := tx.PutSeatConnection(SeatConnection{seat, ann, clock}); err != nil {
			return err
		}
		return tx.PutSeatConnection(SeatConnection{seat, ann, time.Time{}}) // a file that does not know the day
	})
	if got, err := s.Positions(t.Context(), ann); err != nil || !slices.Equal(got, []Position{{ann, "Initech", "CFO", true}, {ann, "Acme", "CFO", false}}) {
		t.Errorf("positions: %+v %v", got, err)
	}
	all, people := 0, map[string]bool{}
	for x, err := range s.EachPosition(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		all++
		people[x.PersonID] = true
	}
	if all != 3 || len(people) != 2 {
		t.Errorf("%d positions of %d people", all, len(people))
	}
	if x, err := s.SeatConnection(t.Context(), seat, ann); err != nil || !x.ConnectedAt.Equal(clock) {
		t.Errorf("a known day was forgotten: %v %v", x.ConnectedAt, err)
	}
	if _, err := s.SeatConnection(t.Context(), seat, bo); err != ErrNotFound {
		t.Errorf("who is not connected: %v", err)
	}
}

// TestEachYieldsAllOnce goes through more rows than one chunk, and stops early.
func TestEachYieldsAllOnce(t *testing.T) {
	s := openTest(t)
	const n = eachChunk + 500
	write(t, s, func(tx *Tx) error {
		for i := range n {
			if _, _, err := tx.PutPerson(Person{Ident: fmt.Sprint(i), Name: "Ann"}); err != nil {
				return err
			}
		}
		return nil
	})
	seen, last := 0, ""
	for x, err := range s.EachPerson(t.Context(), "") {
		if err != nil || x.ID <= last {
			t.Fatalf("%s after %s: %v", x.ID, last, err)
		}
		seen, last = seen+1, x.ID
	}
	if seen != n {
		t.Errorf("%d of %d people", seen, n)
	}
	for range s.EachPerson(t.Context(), last) {
		t.Error("somebody comes after the last")
	}
	for range s.EachPerson(t.Context(), "") {
		break
	}
}
