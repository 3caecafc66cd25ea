package match_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"crmsync/match"
)

// world is a small invented directory and a CRM that knows some of it badly.
type world struct {
	kind    match.Kind
	members []match.Member
	records []match.Record
	truth   map[string]string // member by record
}

var (
	givenNames = strings.Fields("Ada Alan Barbara Carlos Chiara Deborah Elizabeth Farid Grace Hedy Ivan Jing Katherine Liam Margaret Nils Olga " +
		"Priya Quentin Robert Sofia Thomas Ursula Victor Wanda Xavier Yuki Zoe William Susan")
	familyNames = strings.Fields("Lovelace Turing Liskov Sanchez Rossi Estrin Blackwell Haddad Hopper Lamarr Petrov Wang Johnson Murphy Hamilton " +
		"Larsen Ivanova Sharma Dupont Brown Garcia Smith Keller Hugo Nowak Moreau Tanaka Papadakis Schneider Andersson Okafor Mbeki")
	shortNames = map[string]string{"Robert": "Bob", "Elizabeth": "Liz", "William": "Bill", "Deborah": "Debbie", "Thomas": "Tom", "Katherine": "Kate"}
	companies  = []string{"Acme Logistics", "Borealis Energy", "Cobalt Systems", "Delphi Foods", "Everest Insurance", "Fjord Shipping",
		"Granite Bank", "Harbor Robotics", "Indigo Textiles", "Juniper Labs", "Kestrel Aviation", "Lumen Optics"}
	forms  = []string{"", " Inc.", " Ltd", " GmbH", " S.A."}
	cities = []string{"Austin|TX|United States", "Leeds||United Kingdom", "Lyon||France", "Munich|Bavaria|Germany", "Pune|Maharashtra|India"}
	titles = []string{"VP Sales", "Chief Financial Officer", "Software Engineer", "Account Manager", "Head of Procurement"}
)

func newWorld(seed uint64, members int) *world {
	r := rand.New(rand.NewPCG(seed, 7))
	w := &world{truth: map[string]string{}}
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	for i := range members {
		place := strings.Split(pick(cities), "|")
		m := match.Member{
			ID: fmt.Sprintf("m%05d", i), FirstName: pick(givenNames), LastName: pick(familyNames) + []string{"", "", "", "son", "ski"}[r.IntN(5)],
			Company: pick(companies) + pick(forms), Title: pick(titles), City: place[0], State: place[1], Country: place[2],
		}
		if r.IntN(2) == 0 {
			m.Email = strings.ToLower(m.FirstName + "." + m.LastName + "@" + strings.Fields(m.Company)[0] + ".com")
		}
		w.members = append(w.members, m)
	}
	for i, m := range w.members {
		if r.IntN(10) < 4 {
			continue
		}
		for range 1 + r.IntN(8)/7 {
			rec := w.record(r, fmt.Sprintf("003%012d", len(w.records)), m)
			if i%9 == 0 {
				rec.FirstName, rec.LastName, rec.Email = pick(givenNames), "Nobody"+pick(familyNames), ""
			} else {
				w.truth[rec.ID] = m.ID
			}
			w.records = append(w.records, rec)
		}
	}
	return w
}

// record is what a CRM might know of a member.
func (w *world) record(r *rand.Rand, id string, m match.Member) match.Record {
	rec := match.Record{ID: id, Object: "Contact", FirstName: m.FirstName, LastName: m.LastName, Company: m.Company, Title: m.Title,
		Email: m.Email, City: m.City, State: m.State, Country: m.Country, Modified: int64(1000 + r.IntN(1000))}
	if short := shortNames[rec.FirstName]; short != "" && r.IntN(2) == 0 {
		rec.FirstName = short
	}
	switch r.IntN(6) {
	case 0:
		rec.LastName = strings.ToUpper(rec.LastName)
	case 1:
		rec.LastName = rec.LastName[:2] + rec.LastName[3:]
	case 2:
		rec.Company = strings.Fields(rec.Company)[0] + " " + strings.Fields(rec.Company)[1]
	case 3:
		rec.Title, rec.City = "", ""
	}
	return rec
}

func (w *world) input(decisions ...match.Decision) match.Input {
	return match.Input{Kind: w.kind, Records: match.Slice(w.records), Members: match.Slice(w.members), Decisions: decisions}
}

func run(t testing.TB, in match.Input, o match.Options) *match.Result {
	t.Helper()
	res, err := match.Run(t.Context(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func byID(outcomes []match.Outcome) map[string]match.Outcome {
	out := map[string]match.Outcome{}
	for _, o := range outcomes {
		out[o.RecordID] = o
	}
	return out
}
