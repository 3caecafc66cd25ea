package match_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crmsync/match"
)

// Each case is a record and a member among a crowd of others, and what a person
// with both before them would say.
func TestWhatAPersonWouldSay(t *testing.T) {
	const house = "Statehouse Press"
	w := newWorld(61, 600)
	for i := range 60 { // the house has other people too
		w.members = append(w.members, match.Member{ID: fmt.Sprint("h", i), FirstName: givenNames[i%30], LastName: familyNames[i%31] + "ez", Company: house, Title: "Delegate", City: "Austin"})
	}
	cases := map[string]struct {
		record match.Record
		member match.Member
		least  float64 // probability
		most   float64
	}{
		"given and family name swapped, one letter wrong": {
			match.Record{FirstName: "Laznger", LastName: "Gabrielle", City: "Austin", State: "TX", Country: "United States"},
			match.Member{FirstName: "Gabrielle", LastName: "Langer", City: "Austin", State: "TX", Country: "United States"}, .5, 1,
		},
		"goes by another name than in the address": {
			match.Record{FirstName: "Wendell", LastName: "Spilsbury", City: "Leeds", Country: "United Kingdom"},
			match.Member{FirstName: "Terry", LastName: "Spilsbury", Email: "wendell.spilsbury@gov.example.org", City: "Leeds", Country: "United Kingdom"}, .5, 1,
		},
		"the address has a former family name": {
			match.Record{FirstName: "Jessica", LastName: "Unruhe", City: "Leeds", Country: "United Kingdom"},
			match.Member{FirstName: "Jessica", LastName: "Bellweather", Email: "jessica.unruhe@gov.example.org", City: "Leeds", Country: "United Kingdom"}, .5, 1,
		},
		"a pet name of the same name in another language": {
			match.Record{FirstName: "Pedro", LastName: "Marinho", Company: house, City: "Austin"},
			match.Member{FirstName: "Pete", LastName: "Marinho", Company: house, City: "Austin"}, .9, 1,
		},
		"another employer, and so another address": {
			match.Record{FirstName: "Danilo", LastName: "Bradybaker", Company: "Statehouse Press", Email: "dan@statehouse-press.example.com", State: "TX"},
			match.Member{FirstName: "Danilo", LastName: "Bradybaker", Company: "City Hall", Email: "mayor@cityhall.example.org", State: "TX"}, .9, 1,
		},
	}
	for name, c := range cases {
		c.record.ID, c.member.ID = "record: "+name, "member: "+name
		w.records, w.members = append(w.records, c.record), append(w.members, c.member)
	}
	outcomes := byID(run(t, w.input(), match.Options{}).Outcomes)
	for name, c := range cases {
		got := 0.0
		for _, candidate := range outcomes["record: "+name].Candidates {
			if candidate.MemberID == "member: "+name {
				got = candidate.Probability
			}
		}
		if got < c.least || got > c.most {
			t.Errorf("%s: probability %.4f, expected %.2f to %.2f", name, got, c.least, c.most)
		}
	}
}

// companyBits are the bits that a company's record has for a member of a small
// directory.
func companyBits(t *testing.T, records []match.Record, member match.Member) match.Bits {
	t.Helper()
	members := []match.Member{member}
	for i, name := range companies {
		for k := range 12 {
			members = append(members, match.Member{ID: fmt.Sprintf("m%d-%d", i, k), Company: fmt.Sprintf("%s %c%c", name, 'a'+k%26, 'a'+k/26), Phone: fmt.Sprintf("512555%04d", 100*k+i)})
		}
	}
	res := run(t, match.Input{Kind: match.Company, Records: match.Slice(records), Members: match.Slice(members)}, match.Options{})
	for _, c := range byID(res.Outcomes)[records[0].ID].Candidates {
		if c.MemberID == member.ID {
			return c.Bits
		}
	}
	return -99_000
}

// A number that many records have says less than one that a single record has,
// however rare it is in the directory.
func TestASwitchboardIsNoRareNumber(t *testing.T) {
	member := match.Member{ID: "x", Company: "Quillfeather Nursery", Phone: "512 777 1234"}
	one := []match.Record{{ID: "a", Company: "Quillfeather Nursery", Phone: "512 777 1234"}}
	for i := range 100 {
		one = append(one, match.Record{ID: fmt.Sprint("r", i), Company: fmt.Sprintf("%s %c%c", companies[i%12], 'a'+i%26, 'a'+i/26), Phone: fmt.Sprintf("512999%04d", i)})
	}
	many := append([]match.Record(nil), one...)
	for i := 1; i <= 40; i++ {
		many[i].Phone = one[0].Phone
	}
	alone, shared := companyBits(t, one, member), companyBits(t, many, member)
	if shared > alone-3000 {
		t.Errorf("%v bits if one record has the number, %v if 41 have", alone, shared)
	}
}

// A house has many tenants: two companies that share nothing but an address are
// not linked, with the phone in common they may be one that changed its name.
func TestAnAddressIsNoCompany(t *testing.T) {
	record := match.Record{ID: "a", Company: "Quillfeather Nursery", Street: "3030 Harrison St", City: "Leeds", PostalCode: "LS1 4AB", Phone: "512 777 1234"}
	member := match.Member{ID: "x", Company: "Brontosaur Tyres", Street: "3030 Harrison Street", City: "Leeds", PostalCode: "LS1 4AB", Phone: "512 888 4321"}
	bits := companyBits(t, []match.Record{record}, member)
	member.Phone = record.Phone
	if renamed := companyBits(t, []match.Record{record}, member); bits > 0 || renamed < bits+5000 {
		t.Errorf("%v bits with another phone, %v with the same", bits, renamed)
	}
}

// Two branches of one name in brackets are not one company.
func TestBranchesInBrackets(t *testing.T) {
	bits := func(record, member string) match.Bits {
		return companyBits(t, []match.Record{{ID: "a", Company: record}}, match.Member{ID: "x", Company: member})
	}
	same, other, the := bits("Quillfeather Nursery (East)", "Quillfeather Nursery (East)"), bits("Quillfeather Nursery (East)", "Quillfeather Nursery (Harbour)"), bits("Quillfeather Nursery (The)", "Quillfeather Nursery")
	if other > same-1000 || the < same-1000 {
		t.Errorf("same branch %v, another %v, (The) %v", same, other, the)
	}
}

// Whatever people decided, a calibration keeps the order of the probabilities
// and their range, and does not depend on the order of the decisions.
func TestCalibrationKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) match.Label {
			p := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{1e-12, .5, .95, 1 - 1e-12, 1})).Draw(t, "p")
			return match.Label{Probability: p, Same: rapid.Bool().Draw(t, "same")}
		}), 0, 120).Draw(t, "labels")
		fit := match.Calibrate(labels)
		slices.Reverse(labels)
		again := match.Calibrate(labels)
		before := 0.0
		for i := range 1001 {
			p := float64(i) / 1000
			q := fit.Apply(p)
			if q < before || q < 0 || q > 1 || math.IsNaN(q) {
				t.Fatalf("%v becomes %v, what is less %v", p, q, before)
			}
			if math.Abs(q-again.Apply(p)) > 1e-6 {
				t.Fatalf("%v becomes %v or %v by the order of the decisions", p, q, again.Apply(p))
			}
			before = q
		}
	})
}

// A few hundred decisions that agree with the model leave it as it is, and
// decisions that all say no lower even the surest.
func TestCalibrationFollowsTheDecisions(t *testing.T) {
	var agree, never []match.Label
	for i := range 300 {
		p := float64(i%10)/10 + .05
		agree = append(agree, match.Label{Probability: p, Same: float64(i/10)+.5 < 30*p})
		never = append(never, match.Label{Probability: p, Same: false})
	}
	for _, p := range []float64{.1, .5, .9} {
		if got := match.Calibrate(agree).Apply(p); math.Abs(got-p) > .03 {
			t.Errorf("%.2f became %.3f by decisions that agree", p, got)
		}
		if got := match.Calibrate(never).Apply(p); got > p/2 {
			t.Errorf("%.2f became %.3f though everything was rejected", p, got)
		}
	}
}

// Branches of an agency have its switchboard: where the directory shows that, a
// phone in common says little about two companies that share only the head of
// their names. Where it does not, it says who they are.
func TestBranchesShareTheSwitchboard(t *testing.T) {
	record := match.Record{ID: "a", Company: "Quillfeather Nursery Westgate", Phone: "512 777 1234", Street: "12 Elm St"}
	bits := func(shared bool) (match.Bits, string) {
		members := []match.Member{{ID: "x", Company: "Quillfeather Nursery Northfield", Phone: record.Phone, Street: "345 Oak St"}}
		records := []match.Record{record}
		for i := range 60 {
			name := familyNames[i%30] + []string{" Kinder", " Academy"}[i/30]
			for k, place := range []string{"Northfield", "Southfield", "Westgate"} {
				phone := fmt.Sprintf("512555%04d", i)
				if !shared {
					phone = fmt.Sprintf("512%d55%04d", k+1, i)
				}
				street := fmt.Sprintf("%d %s Rd", 10*i+k, familyNames[(i+7*k)%30])
				members = append(members, match.Member{ID: fmt.Sprint("m", i, place), Company: name + " " + place, Phone: phone, Street: street})
				if k == 0 {
					records = append(records, match.Record{ID: fmt.Sprint("r", i), Company: name + " " + place, Phone: phone, Street: street})
				}
			}
		}
		res := run(t, match.Input{Kind: match.Company, Records: match.Slice(records), Members: match.Slice(members)}, match.Options{})
		o := byID(res.Outcomes)["a"]
		for _, c := range o.Candidates {
			if c.MemberID == "x" {
				o.MemberID, o.Evidence = "x", c.Evidence
				for _, row := range match.Explain(res.Model, record, members[0], o).Rows {
					if row.Field == "phone" {
						return row.Bits, row.Freq
					}
				}
			}
		}
		return -99_000, ""
	}
	shared, why := bits(true)
	if own, _ := bits(false); shared > own-3000 || shared < 0 {
		t.Errorf("%v bits where branches share the phone, %v where each has its own", shared, own)
	}
	if !strings.HasSuffix(why, "of companies with such names") {
		t.Errorf("explained by %q", why)
	}
}

// The site of a company that has its own name says nothing more of another's.
func TestASiteOfItsOwnersNameIsNoEvidence(t *testing.T) {
	gain := func(company, site string) match.Bits {
		record := []match.Record{{ID: "a", Company: "Quill"}}
		with := companyBits(t, record, match.Member{ID: "x", Company: company, Website: site})
		return with - companyBits(t, record, match.Member{ID: "x", Company: company})
	}
	own, other := gain("Quill Oil", "https://www.quilloil.com"), gain("Quill Oil", "https://www.quill.com")
	if own > 500 || other < 3000 {
		t.Errorf("%v bits for a site of its owner's name, %v for one of the other's", own, other)
	}
}
