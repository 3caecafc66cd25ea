package match_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/match"
)

// hard values are what CRMs hold when nobody looks: nothing, placeholders, other
// scripts, marks of direction, and texts of absurd length.
var hard = []string{
	"", "", "", " ", "-", "n/a", "unknown", "test", "田中", "田中 太郎", "株式会社日立製作所", "김민준", "Владимир", "محمد", "Ναυσικά", "Łukasz", "O'Brien-Smith", "van der Berg",
	"\u202eadA", "\x00", "😀", "Dr. Ada Lovelace, PhD", "ADA", "ada@acme.com", "@", "+1 512 555 0100", "512-555-0100 x7", "1 Main St", "https://acme.com/about", "http://",
	"Acme", "Acme Inc.", "ACME (East)", "Acme Acme Acme", "GmbH", "The", "a", "aa", "&amp;", "IBM", strings.Repeat("Ada ", 25_000), strings.Repeat("x", 100_000),
}

// stressed is an input of any size and shape.
type stressed struct {
	kind      match.Kind
	records   []match.Record
	members   []match.Member
	decisions []match.Decision
}

func (s *stressed) input() match.Input {
	return match.Input{Kind: s.kind, Records: match.Slice(s.records), Members: match.Slice(s.members), Decisions: s.decisions}
}

// drawStressed draws members, records that are some of them or nobody, columns
// that are missing altogether, noise, and decisions that contradict each other.
func drawStressed(t *rapid.T) *stressed {
	s := &stressed{kind: match.Kind(rapid.IntRange(0, 1).Draw(t, "kind"))}
	columns := rapid.Uint16().Draw(t, "columns")
	values := append(slices.Clone(hard), givenNames[:4]...)
	values = append(values, familyNames[:4]...)
	text := func(column int) string {
		if columns&(1<<column) == 0 {
			return ""
		}
		return values[rapid.IntRange(0, len(values)-1).Draw(t, "value")]
	}
	equal := rapid.IntRange(0, 5).Draw(t, "equal") == 0
	for i := range rapid.IntRange(0, 14).Draw(t, "members") {
		m := match.Member{ID: fmt.Sprintf("m%02d", i), FirstName: text(0), LastName: text(1), Company: text(2), Title: text(3), Email: text(4), Phone: text(5),
			Street: text(6), City: text(7), State: text(8), Country: text(9), Website: text(10), Industry: text(11)}
		if equal && i > 0 {
			m = s.members[0]
			m.ID = fmt.Sprintf("m%02d", i)
		}
		if rapid.Bool().Draw(t, "past") {
			m.Positions = []match.Position{{Company: text(2), Title: text(3)}}
		}
		s.members = append(s.members, m)
	}
	for i := range rapid.IntRange(0, 20).Draw(t, "records") {
		r := match.Record{ID: fmt.Sprintf("r%02d", i), FirstName: text(0), LastName: text(1), Company: text(2), Title: text(3), Email: text(4), Phone: text(5), Street: text(6)}
		if len(s.members) > 0 && rapid.Bool().Draw(t, "somebody") {
			m := s.members[rapid.IntRange(0, len(s.members)-1).Draw(t, "who")]
			r = match.Record{ID: r.ID, FirstName: m.FirstName, LastName: m.LastName, Company: m.Company, Title: m.Title, Email: m.Email, Phone: m.Phone,
				Street: m.Street, City: m.City, State: m.State, Country: m.Country, Website: m.Website, Employees: m.Employees}
		}
		r.Modified = int64(rapid.IntRange(0, 2).Draw(t, "modified"))
		s.records = append(s.records, r)
	}
	if rapid.Bool().Draw(t, "crowd") { // of well-kept rows, from which the model learns to be sure
		w := newWorld(71, 80)
		s.members, s.records = append(s.members, w.members...), append(s.records, w.records...)
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "decisions") {
		s.decisions = append(s.decisions, match.Decision{
			RecordID: fmt.Sprintf("r%02d", rapid.IntRange(0, 20).Draw(t, "record")), MemberID: fmt.Sprintf("m%02d", rapid.IntRange(0, 14).Draw(t, "member")),
			Verdict: match.Verdict(rapid.IntRange(1, 4).Draw(t, "verdict")), At: time.Unix(int64(i/2), 0), Modified: 1,
		})
	}
	return s
}

// identifying are the fields one of which must agree for a link: the rest says
// where somebody is and what he does, not who he is.
var identifying = map[match.Kind][]string{
	match.Person:  {"first", "last", "email", "mailname"},
	match.Company: {"org", "web", "phone"},
}

// Whatever the two sides hold, a run ends, says something of every record, gives
// no member twice, links nobody by nothing, and says the same on any number of
// processors and in any order of the input.
func TestAnyInput(t *testing.T) {
	links := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawStressed(t)
		ctx := context.Background()
		res, err := match.Run(ctx, s.input(), match.Options{Version: "v"})
		if err != nil {
			t.Fatal(err)
		}
		checkOutcomes(t, s, res)
		links += res.Stats.Auto
		before := runtime.GOMAXPROCS(1 + rapid.IntRange(0, 3).Draw(t, "processors"))
		slices.Reverse(s.records)
		slices.Reverse(s.members)
		again, err := match.Run(ctx, s.input(), match.Options{Version: "v"})
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(gobOf(t, res.Outcomes), gobOf(t, again.Outcomes)) || res.Model.ID() != again.Model.ID() {
			t.Fatalf("the order of the input or the number of processors matters: models %s and %s", res.Model.ID(), again.Model.ID())
		}
	})
	if links == 0 {
		t.Error("nothing was ever linked, so that nothing was tried")
	}
	t.Logf("%d links", links)
}

func gobOf(t *rapid.T, outcomes []match.Outcome) []byte {
	return fmt.Appendf(nil, "%v", outcomes)
}

func checkOutcomes(t *rapid.T, s *stressed, res *match.Result) {
	if len(res.Outcomes) != len(s.records) || res.Stats.Pairs > len(s.records)*len(s.members) {
		t.Fatalf("%d outcomes of %d records, %d pairs", len(res.Outcomes), len(s.records), res.Stats.Pairs)
	}
	holder := map[string]string{}
	for _, o := range res.Outcomes {
		if o.State == match.None && o.Reason == match.NoReason {
			t.Fatalf("%s has no member and no reason", o.RecordID)
		}
		if sum := o.NotInDirectory + sumOf(o.Candidates); sum > 1+1e-9 || math.IsNaN(sum) {
			t.Fatalf("probabilities of %s: %v", o.RecordID, sum)
		}
		if o.Evidence.Total() != o.Bits {
			t.Fatalf("%s: rows come to %v, the score is %v", o.RecordID, o.Evidence.Total(), o.Bits)
		}
		if o.MemberID != "" && o.Reason != match.Collision {
			if first := holder[o.MemberID]; first != "" {
				t.Fatalf("%s has %s and %s", o.MemberID, first, o.RecordID)
			}
			holder[o.MemberID] = o.RecordID
		}
		if o.State == match.Auto && !o.Forced && !agrees(s.kind, o.Evidence) {
			t.Fatalf("%s was linked to %s by nothing: %v", o.RecordID, o.MemberID, o.Evidence.Rows())
		}
	}
}

func sumOf(candidates []match.Candidate) float64 {
	sum := 0.0
	for _, c := range candidates {
		sum += c.Probability
	}
	return sum
}

func agrees(kind match.Kind, e match.Evidence) bool {
	return slices.ContainsFunc(e.Rows(), func(row match.EvidenceRow) bool {
		return row.Bits > 0 && slices.Contains(identifying[kind], row.Field.String())
	})
}

// The pairs compared grow with the records, not with records times members, for
// either kind and whatever column all rows have in common.
func TestWorkIsLinearInAnyColumn(t *testing.T) {
	shared := map[string]func(*match.Record, *match.Member){
		"company": func(r *match.Record, m *match.Member) { r.Company, m.Company = "Acme", "Acme" },
		"e-mail":  func(r *match.Record, m *match.Member) { r.Email, m.Email = "info@acme.com", "info@acme.com" },
		"phone":   func(r *match.Record, m *match.Member) { r.Phone, m.Phone = "512 555 0100", "512 555 0100" },
		"address": func(r *match.Record, m *match.Member) {
			r.Street, r.PostalCode, m.Street, m.PostalCode = "1 Main St", "78701", "1 Main St", "78701"
		},
		"website": func(r *match.Record, m *match.Member) { r.Website, m.Website = "acme.com", "acme.com" },
	}
	const n = 900
	for column, share := range shared {
		for _, kind := range []match.Kind{match.Person, match.Company} {
			if kind == match.Person && column == "website" || kind == match.Company && (column == "company" || column == "e-mail") {
				continue
			}
			s := stressed{kind: kind, records: make([]match.Record, n), members: make([]match.Member, n)}
			for i := range n {
				name := fmt.Sprintf("Q%cx%cz%cel", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)
				s.records[i] = match.Record{ID: fmt.Sprintf("r%05d", i), FirstName: name, LastName: "W" + name, Company: name}
				s.members[i] = match.Member{ID: fmt.Sprintf("m%05d", i), FirstName: name, LastName: "W" + name, Company: name}
				share(&s.records[i], &s.members[i])
			}
			if res := run(t, s.input(), match.Options{}); res.Stats.Pairs > 400*n {
				t.Errorf("%s, all the same %s: %d pairs of %d records", kind, column, res.Stats.Pairs, n)
			}
		}
	}
}

// newAgencies makes companies with branches that share phones and web sites, and
// a CRM that has some of them twice and some that the directory lacks.
func newAgencies() *world {
	r := rand.New(rand.NewPCG(5, 5))
	w := &world{kind: match.Company}
	for i := range 90 {
		agency := companies[i%12]
		m := match.Member{
			ID: fmt.Sprintf("m%05d", i), Company: agency + " " + familyNames[r.IntN(20)] + forms[r.IntN(5)], Phone: fmt.Sprintf("512555%04d", 100+i%12),
			Street: fmt.Sprintf("%d %s St", r.IntN(30), familyNames[r.IntN(9)]), City: "Austin", Website: strings.Fields(agency)[0] + ".com",
		}
		if r.IntN(3) == 0 {
			m.Phone = fmt.Sprintf("737555%04d", i)
		}
		for k := range r.IntN(3) {
			rec := match.Record{ID: fmt.Sprintf("001%05d-%d", i, k), Object: "Account", Company: m.Company, Phone: m.Phone, Street: m.Street, City: m.City, Website: m.Website}
			switch r.IntN(4) {
			case 0:
				rec.Phone, rec.Website = "", ""
			case 1:
				rec.Company, rec.Street = agency, ""
			}
			w.records = append(w.records, rec)
		}
		if i%7 > 0 {
			w.members = append(w.members, m)
		}
	}
	return w
}

// An incremental run of companies ends where a full run ends, too.
func TestIncrementalEqualsFullForCompanies(t *testing.T) {
	w := newAgencies()
	base := run(t, w.input(), match.Options{})
	if base.Stats.Auto == 0 || base.Stats.Review == 0 || base.Stats.None == 0 {
		t.Fatalf("the companies do not compete: %+v", base.Stats)
	}
	rapid.Check(t, func(t *rapid.T) { editedAsFull(t, w, base.Model, base.Outcomes) })
}
