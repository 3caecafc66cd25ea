package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestMatchesAreFoundByTheNamesOfBothSides(t *testing.T) {
	s := openTest(t)
	company, _ := putCompany(t, s, Company{Ident: "c/umbrella", Name: "Umbrella Réunie"})
	person, _ := putPerson(t, s, Person{Ident: "in/zoe", FirstName: "Zoë", LastName: "Quist", Company: "Wayne 100%"})
	importRows(t, s, "Account", "r", []string{"Id", "SystemModstamp", "Name"}, []string{"001A", day1, "Société Générale"}, []string{"001B", day1, "Initech"})
	importRows(t, s, "Contact", "r", []string{"Id", "SystemModstamp", "LastName", "FirstName", "AccountId"}, []string{"003A", day1, "Lind", "Ann", "001A"}, []string{"003B", day1, "Berg", "Bo", "001B"})
	importRows(t, s, "Lead", "r", []string{"Id", "SystemModstamp", "LastName", "FirstName", "Company"}, []string{"00QA", day1, "Lindgren", "Cy", "Łódź AB"})
	write(t, s, func(tx *Tx) error {
		return tx.PutMatches([]Match{
			{RecordID: "003A", Object: "Contact", State: MatchReview, MemberID: person, Score: 900_000}, {RecordID: "003B", Object: "Contact", State: MatchNone},
			{RecordID: "00QA", Object: "Lead", State: MatchNone, Score: 10}, {RecordID: "001B", Object: "Account", State: MatchAuto, MemberID: company, Score: 990_000},
		})
	})
	for name, test := range map[string]struct {
		q    MatchQuery
		want []string
	}{
		"a record's name":            {MatchQuery{Text: "LIND"}, []string{"003A", "00QA"}},
		"both names":                 {MatchQuery{Text: "lind ann"}, []string{"003A"}},
		"a member's name":            {MatchQuery{Text: "quist zoe"}, []string{"003A"}},
		"a member's company":         {MatchQuery{Text: "wayne"}, []string{"003A"}},
		"a contact's account":        {MatchQuery{Text: "societe"}, []string{"003A"}},
		"an account and its contact": {MatchQuery{Text: "nitec"}, []string{"001B", "003B"}},
		"a lead's company":           {MatchQuery{Text: "lodz"}, []string{"00QA"}},
		"a company of the network":   {MatchQuery{Text: "reunie"}, []string{"001B"}},
		"of one object":              {MatchQuery{Text: "nitec", Object: "Contact"}, []string{"003B"}},
		"of one state":               {MatchQuery{Text: "lind", States: []MatchState{MatchNone}}, []string{"00QA"}},
		"above a score":              {MatchQuery{Text: "lind", MinScore: 500_000}, []string{"003A"}},
		"a sign of patterns":         {MatchQuery{Text: "100%"}, []string{"003A"}},
		"the sign alone":             {MatchQuery{Text: "_"}, nil},
		"nothing of anybody's":       {MatchQuery{Text: "xyzzy"}, nil},
	} {
		p, err := s.Matches(t.Context(), test.q)
		var got []string
		for _, x := range p.Rows {
			got = append(got, x.RecordID)
		}
		n, countErr := s.CountMatchQuery(t.Context(), test.q)
		if !slices.Equal(got, test.want) || n != int64(len(test.want)) || errors.Join(err, countErr) != nil {
			t.Errorf("%s: %v, counted %d, want %v (%v, %v)", name, got, n, test.want, err, countErr)
		}
	}
	row, err := s.MatchRow(t.Context(), "003A")
	if err != nil || row.RecordName != "Ann Lind" || row.RecordCompany != "Société Générale" || row.MemberName != "" || row.MemberCompany != "Wayne 100%" || row.Score != 900_000 {
		t.Errorf("row: %+v %v", row, err)
	}
}

// BenchmarkSearchMatches looks for texts among many matches: one that few names have, one that none has,
// and one letter, which nearly all have.
func BenchmarkSearchMatches(b *testing.B) {
	const size = 200_000
	s := openTest(b)
	for from := 0; from < size; from += 10_000 {
		write(b, s, func(tx *Tx) error {
			_, err := tx.UpsertRecords("Contact", []string{"Id", "SystemModstamp", "LastName", "FirstName"}, func(yield func([]string, error) bool) {
				for i := from; i < from+10_000; i++ {
					if !yield([]string{fmt.Sprintf("003%09d", i), day1, fmt.Sprintf("Lindqvist%d", i*7919%size), "Annabelle"}, nil) {
						return
					}
				}
			}, "r")
			return err
		})
		write(b, s, func(tx *Tx) error {
			rows := make([]Match, 10_000)
			for i := range rows {
				rows[i] = Match{RecordID: fmt.Sprintf("003%09d", from+i), Object: "Contact", State: []MatchState{MatchNone, MatchRejected}[i%2], Score: int64(i)}
			}
			return tx.PutMatches(rows)
		})
	}
	for name, q := range map[string]MatchQuery{
		"no text": {}, "few": {Text: "vist19999"}, "none": {Text: "xyzzy"}, "nearly all": {Text: "a"}, "few of a state": {Object: "Contact", Text: "vist19999", States: []MatchState{MatchNone}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Matches(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("cancelled", func(b *testing.B) {
		for b.Loop() {
			ctx, cancel := context.WithTimeout(b.Context(), 5*time.Millisecond)
			if _, err := s.CountMatchQuery(ctx, MatchQuery{Text: "a"}); !errors.Is(err, context.DeadlineExceeded) {
				b.Fatal(err)
			}
			cancel()
		}
	})
}
