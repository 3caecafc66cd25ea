package store

import (
	"errors"
	"testing"
)

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
