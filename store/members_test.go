package store

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// memberWorld is three people, of whom one is in the CRM and one is only suggested for a record, and two companies.
func memberWorld(t *testing.T) *Store {
	t.Helper()
	s := openTest(t)
	in, _ := putPerson(t, s, Person{Ident: "in/ann", FirstName: "Ann", LastName: "Okafor", Name: "Ann Okafor", Title: "Buyer", Company: "Veolia Eau", Location: "Paris"})
	suggested, _ := putPerson(t, s, Person{Ident: "in/bo", FirstName: "Bo", LastName: "Berg", Name: "Bo Berg", Headline: "CFO at large", Company: "100% Pure"})
	putPerson(t, s, Person{Ident: "in/cy", FirstName: "Cy", LastName: "Łódź", Name: "Cy Łódź", Company: "Initech"})
	company, _ := putCompany(t, s, Company{Ident: "c/veolia", Name: "Veolia", Domain: "veolia.com"})
	putCompany(t, s, Company{Ident: "c/initech", Name: "Initech"})
	importRows(t, s, "Contact", "r", []string{"Id", "SystemModstamp", "LastName"}, []string{"003A", day1, "Okafor"}, []string{"003B", day1, "Berg"})
	importRows(t, s, "Account", "r", []string{"Id", "SystemModstamp", "Name"}, []string{"001A", day1, "Veolia"})
	write(t, s, func(tx *Tx) error {
		return tx.PutMatches([]Match{
			{RecordID: "003A", Object: "Contact", State: MatchAccepted, MemberID: in, Score: 970_000},
			{RecordID: "003B", Object: "Contact", State: MatchReview, MemberID: suggested, Score: 600_000},
			{RecordID: "001A", Object: "Account", State: MatchAuto, MemberID: company, Score: 990_000}})
	})
	return s
}

// TestMembersByFilter asks for exactly those in the CRM, exactly those not in it, and all (S12). A suggestion
// does not put anybody into the CRM.
func TestMembersByFilter(t *testing.T) {
	s := memberWorld(t)
	for name, test := range map[string]struct {
		q    MemberQuery
		want []string
	}{
		"all, family name first":   {MemberQuery{}, []string{"Bo Berg", "Cy Łódź", "Ann Okafor"}},
		"in the CRM":               {MemberQuery{Linked: LinkedIn}, []string{"Ann Okafor"}},
		"not in the CRM":           {MemberQuery{Linked: LinkedOut}, []string{"Bo Berg", "Cy Łódź"}},
		"a part of a name":         {MemberQuery{Text: "KAF"}, []string{"Ann Okafor"}},
		"words in any order":       {MemberQuery{Text: "ann okafor"}, []string{"Ann Okafor"}},
		"a name and a company":     {MemberQuery{Text: "ann veolia"}, []string{"Ann Okafor"}},
		"without its accents":      {MemberQuery{Text: "lodz"}, []string{"Cy Łódź"}},
		"a text that is not there": {MemberQuery{Text: "ann initech"}, nil},
		"a sign of patterns":       {MemberQuery{Text: "100%"}, []string{"Bo Berg"}},
		"text and filter":          {MemberQuery{Text: "b", Linked: LinkedIn}, nil},
		"companies":                {MemberQuery{Companies: true}, []string{"Initech", "Veolia"}},
		"companies in the CRM":     {MemberQuery{Companies: true, Linked: LinkedIn}, []string{"Veolia"}},
		"a company's name":         {MemberQuery{Companies: true, Text: "init"}, []string{"Initech"}},
	} {
		p, err := s.Members(t.Context(), test.q)
		var got []string
		for _, x := range p.Rows {
			got = append(got, x.Name)
		}
		n, countErr := s.CountMembers(t.Context(), test.q)
		if !slices.Equal(got, test.want) || n != int64(len(test.want)) || errors.Join(err, countErr) != nil {
			t.Errorf("%s: %v, counted %d, want %v (%v, %v)", name, got, n, test.want, err, countErr)
		}
	}
}

func TestMemberRowsSayWhatIsLinked(t *testing.T) {
	s := memberWorld(t)
	p, err := s.Members(t.Context(), MemberQuery{})
	if err != nil || len(p.Rows) != 3 {
		t.Fatal(p, err)
	}
	if x := p.Rows[2]; x.RecordID != "003A" || x.RecordObject != "Contact" || x.State != MatchAccepted || x.Score != 970_000 || x.Title != "Buyer" || x.Company != "Veolia Eau" || x.Place != "Paris" {
		t.Errorf("linked: %+v", x)
	}
	if x := p.Rows[0]; x.RecordID != "" || x.State != "" || x.Title != "CFO at large" {
		t.Errorf("not linked: %+v", x)
	}
}

// TestMemberPagesJoin walks the list by pages of one, there and back.
func TestMemberPagesJoin(t *testing.T) {
	s := memberWorld(t)
	var forward, back []string
	for q := (MemberQuery{PageQuery: PageQuery{Limit: 1}}); ; {
		p, err := s.Members(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Rows {
			forward = append(forward, x.Name)
		}
		if !p.More {
			break
		}
		q.After = p.Next
	}
	for q := (MemberQuery{PageQuery: PageQuery{Limit: 1, Last: true}}); ; {
		p, err := s.Members(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Rows {
			back = append([]string{x.Name}, back...)
		}
		if !p.More {
			break
		}
		q.PageQuery = PageQuery{Limit: 1, Before: p.First}
	}
	if want := []string{"Bo Berg", "Cy Łódź", "Ann Okafor"}; !slices.Equal(forward, want) || !slices.Equal(back, want) {
		t.Errorf("forward %v, back %v", forward, back)
	}
}

func TestWhoIsConnectedAndWhereRowsCameFrom(t *testing.T) {
	s := memberWorld(t)
	person, err := s.PersonByIdent(t.Context(), "in/ann")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	write(t, s, func(tx *Tx) error {
		seat := Seat{ID: "seat", Email: "ana@acme.com", AddedAt: at}
		return errors.Join(tx.PutSeat(seat), tx.PutSource(Source{ID: "src", Kind: "connections", File: "Connections.csv", SHA256: "ab", ImportedAt: at, ImportedBy: "ana", Rows: 3}),
			tx.PutSeatConnection(SeatConnection{SeatID: "seat", PersonID: person.ID, ConnectedAt: at}))
	})
	if got, err := s.SeatsConnected(t.Context(), person.ID); err != nil || len(got) != 1 || got[0].SeatID != "seat" || !got[0].ConnectedAt.Equal(at) {
		t.Error(got, err)
	}
	if got, err := s.Source(t.Context(), "src"); err != nil || got.File != "Connections.csv" || got.Rows != 3 {
		t.Error(got, err)
	}
	if _, err := s.Source(t.Context(), "none"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}
