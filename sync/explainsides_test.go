package sync

import (
	"testing"

	"crmsync/match"
)

// The two sides of a field are the same, alike, different, or one of them says nothing.
func TestSidesOf(t *testing.T) {
	for _, c := range []struct {
		row  match.ExplanationRow
		want string
	}{
		{match.ExplanationRow{CRM: "Acme", Member: "", Bits: 100}, SidesMissing},
		{match.ExplanationRow{CRM: "@gmail.com", Member: "Acme", Bits: -20, Neutral: true}, SidesMissing},
		{match.ExplanationRow{CRM: "@other.example", Member: "Acme", Bits: -300}, SidesDiffer},
		{match.ExplanationRow{CRM: "ACME", Member: "Acme", Bits: -10}, SidesSame},
		{match.ExplanationRow{CRM: "Lee", Member: "Leigh", Level: "exact", Bits: 300}, SidesSame},
		{match.ExplanationRow{CRM: "Bob", Member: "Robert", Level: "nickname", Bits: 300}, SidesAlike},
	} {
		if got := sidesOf(c.row); got != c.want {
			t.Errorf("%+v: %s, not %s", c.row, got, c.want)
		}
	}
}
