package match_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crmsync/match"
)

// crowd is n records and n members of which all are written alike.
func crowd(n int) match.Input {
	records, members := make([]match.Record, n), make([]match.Member, n)
	for i := range n {
		records[i] = match.Record{ID: fmt.Sprintf("r%06d", i), FirstName: "Ada", LastName: "Lovelace", Company: "Acme", Email: "ada@acme.com", City: "London"}
		members[i] = match.Member{ID: fmt.Sprintf("m%06d", i), FirstName: "Ada", LastName: "Lovelace", Company: "Acme", Email: "ada@acme.com", City: "London"}
	}
	return match.Input{Records: match.Slice(records), Members: match.Slice(members)}
}

// A crowd of equal records and members is no reason to compare all with all.
func TestWorkGrowsWithTheRecordsNotWithTheirSquare(t *testing.T) {
	for _, n := range []int{300, 3000} {
		res := run(t, crowd(n), match.Options{})
		if most := 400 * n; res.Stats.Pairs > most {
			t.Errorf("%d of each: %d pairs compared, at most %d expected", n, res.Stats.Pairs, most)
		}
		if res.Stats.Auto > 0 {
			t.Errorf("%d of each: %d linked, though nothing tells them apart", n, res.Stats.Auto)
		}
	}
}

// A CRM of other people than the directory's has no links.
func TestNoOverlapAtAll(t *testing.T) {
	w, other := newWorld(51, 400), newWorld(52, 400)
	for i := range other.records {
		r := &other.records[i]
		r.FirstName, r.LastName, r.Email = strings.ToUpper(r.FirstName[:1])+"xq"+fmt.Sprint(i%7), "Zzyzx"+string(rune('a'+i%26))+string(rune('a'+i/26%26)), ""
	}
	for name, records := range map[string][]match.Record{"all fields": other.records, "names only": namesOnly(other.records)} {
		res := run(t, match.Input{Records: match.Slice(records), Members: match.Slice(w.members)}, match.Options{})
		if res.Stats.Auto > 0 || res.Stats.Review > len(records)/50 {
			t.Errorf("%s: %d linked, %d in review, of %d who are nobody in the directory", name, res.Stats.Auto, res.Stats.Review, len(records))
		}
	}
}

func namesOnly(records []match.Record) []match.Record {
	out := make([]match.Record, len(records))
	for i, r := range records {
		out[i] = match.Record{ID: r.ID, FirstName: r.FirstName, LastName: r.LastName}
	}
	return out
}

// A directory of one member gives one link at the most, and that only to
// someone who can be the member.
func TestDirectoryOfOne(t *testing.T) {
	w := newWorld(53, 200)
	me := w.members[1]
	for _, kind := range []match.Kind{match.Person, match.Company} {
		res := run(t, match.Input{Kind: kind, Records: match.Slice(w.records), Members: match.Slice([]match.Member{me})}, match.Options{})
		if res.Stats.Auto > 1 {
			t.Errorf("%s: %d records linked to one member", kind, res.Stats.Auto)
		}
		for _, o := range res.Outcomes {
			if kind == match.Person && o.State == match.Auto && w.truth[o.RecordID] != me.ID {
				t.Errorf("%s was linked to the only member", o.RecordID)
			}
		}
	}
}

// Absurd values cost no more than long ones and match nothing by their length.
func TestAbsurdValues(t *testing.T) {
	long := strings.Repeat("Aktiengesellschaft & Söhne ", 4000) // 100 kB
	absurd := []string{long, strings.Repeat("x", 100_000), strings.Repeat("é ", 50_000), strings.Repeat("(\"", 50_000), strings.Repeat("&amp;", 20_000),
		strings.Repeat(".", 100_000), "\x00\u202e\ufeff", strings.Repeat("田中", 20_000), strings.Repeat("1", 100_000), "@", "()", "''"}
	var records []match.Record
	var members []match.Member
	other := strings.NewReplacer("x", "y", "田中", "山本", "Aktien", "Rollen", "Söhne", "Töchter", "1", "2", "é", "ü")
	for i, s := range absurd {
		records = append(records, match.Record{ID: fmt.Sprint("r", i), FirstName: s, LastName: s, Company: s, Title: s, Email: s + "@" + s, Phone: s, Street: s,
			City: s, State: s, PostalCode: s, Country: s, Website: s, Industry: s, Employees: -i, ProfileURL: s})
		s = other.Replace(s)
		members = append(members, match.Member{ID: fmt.Sprint("m", i), FirstName: s, LastName: s, Company: s, Title: s, Email: s, Phone: s, Street: s,
			Website: s, Employees: 1 << 40, Positions: []match.Position{{Company: s}, {Company: s, Current: true}}})
	}
	for _, kind := range []match.Kind{match.Person, match.Company} {
		start := time.Now()
		res := run(t, match.Input{Kind: kind, Records: match.Slice(records), Members: match.Slice(members)}, match.Options{})
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v", kind, took)
		}
		for _, o := range res.Outcomes {
			if o.State == match.Auto {
				t.Errorf("%s: %s was linked to %s by %v", kind, o.RecordID, o.MemberID, o.Evidence.Rows())
			}
		}
	}
}

// Every decision contradicts another one; the newest of a record holds, and no
// member has two records.
func TestEveryDecisionContradicted(t *testing.T) {
	w := newWorld(54, 60)
	var decisions []match.Decision
	for i, r := range w.records {
		for k := range 5 {
			m := w.members[(i+k)%7].ID
			decisions = append(decisions, match.Decision{RecordID: r.ID, MemberID: m, Verdict: match.Verdict(1 + (i+k)%4), At: time.Unix(int64(k/2), 0)})
		}
	}
	first := run(t, w.input(decisions...), match.Options{})
	for i, j := 0, len(decisions)-1; i < j; i, j = i+1, j-1 {
		decisions[i], decisions[j] = decisions[j], decisions[i]
	}
	second := run(t, w.input(decisions...), match.Options{})
	if string(encode(t, first.Outcomes)) != string(encode(t, second.Outcomes)) {
		t.Error("the order of the decisions matters")
	}
	holder := map[string]string{}
	for _, o := range first.Outcomes {
		if !o.Linked() {
			continue
		}
		if before := holder[o.MemberID]; before != "" {
			t.Errorf("%s has %s and %s", o.MemberID, before, o.RecordID)
		}
		holder[o.MemberID] = o.RecordID
	}
}

// Companies that are all written alike: no links, and no more work than keys
// are followed for.
func TestEqualCompanies(t *testing.T) {
	const n = 2000
	records, members := make([]match.Record, n), make([]match.Member, n)
	for i := range n {
		records[i] = match.Record{ID: fmt.Sprintf("r%06d", i), Company: "Acme Logistics", Website: "acme.com", Phone: "512 555 0100", Street: "1 Main Street", City: "Austin"}
		members[i] = match.Member{ID: fmt.Sprintf("m%06d", i), Company: "Acme Logistics", Website: "acme.com", Phone: "512 555 0100", Street: "1 Main Street", City: "Austin"}
	}
	res := run(t, match.Input{Kind: match.Company, Records: match.Slice(records), Members: match.Slice(members)}, match.Options{})
	if res.Stats.Auto > 0 || res.Stats.Pairs > 400*n {
		t.Errorf("%d linked, %d pairs compared", res.Stats.Auto, res.Stats.Pairs)
	}
}

// One company's worth of records against a single member: one link at the most,
// the others are named as its duplicates or wait.
func TestEqualRecordsOneMember(t *testing.T) {
	records := make([]match.Record, 300)
	for i := range records {
		records[i] = match.Record{ID: fmt.Sprintf("r%06d", i), FirstName: "Ada", LastName: "Lovelace", Company: "Acme", Email: "ada@acme.com"}
	}
	one := []match.Member{{ID: "m", FirstName: "Ada", LastName: "Lovelace", Company: "Acme", Email: "ada@acme.com"}}
	res := run(t, match.Input{Records: match.Slice(records), Members: match.Slice(one)}, match.Options{})
	held := 0
	for _, o := range res.Outcomes {
		if o.MemberID != "" {
			held++
		} else if o.Reason != match.DuplicateOf && o.Reason != match.LostOneToOne && o.Reason != match.BelowThreshold {
			t.Fatalf("%s has no member: %s", o.RecordID, o.Reason)
		}
	}
	if held > 1 {
		t.Errorf("%d records hold the one member", held)
	}
}

// Decisions against everything the model says leave numbers that mean something.
func TestDecisionsAgainstTheModel(t *testing.T) {
	w := newWorld(55, 400)
	plain := run(t, w.input(), match.Options{})
	var decisions []match.Decision
	for _, o := range plain.Outcomes {
		d := match.Decision{RecordID: o.RecordID, MemberID: o.MemberID, Verdict: match.Reject, At: time.Unix(1, 0), Probability: o.Probability}
		if o.MemberID == "" { // the model found nobody
			d.MemberID, d.Verdict = w.members[len(decisions)%len(w.members)].ID, match.Override
		}
		decisions = append(decisions, d)
	}
	res := run(t, w.input(decisions...), match.Options{})
	for i, o := range res.Outcomes {
		sum := o.NotInDirectory
		for _, c := range o.Candidates {
			sum += c.Probability
		}
		if d := decisions[i]; d.Verdict == match.Reject && o.MemberID == d.MemberID || !(sum > 0 && sum < 1+1e-9) {
			t.Fatalf("%v of %s and %s: %+v", d.Verdict, d.RecordID, d.MemberID, o)
		}
	}
}
