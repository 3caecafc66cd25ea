package match

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// letters spells a number so that no two are alike.
func letters(n int) string {
	word := make([]byte, 0, 8)
	for range 4 {
		word = append(word, "bdfgklmnprstvz"[n%14], "aeiou"[n/3%5])
		n = n*7919 + 13
		n %= 1_000_003
	}
	return string(word)
}

// staff is a directory of people of many companies, some of them of the Quill
// House, and a CRM that knows them all.
func staff(ofTheHouse int) Input {
	var records []Record
	var members []Member
	for i := range 300 {
		m := Member{ID: fmt.Sprintf("m%03d", i), FirstName: letters(i), LastName: letters(1000 + i), Company: letters(i/10) + " works", Title: "Delegate " + letters(i), City: "Austin"}
		r := Record{ID: fmt.Sprintf("r%03d", i), FirstName: m.FirstName, LastName: m.LastName, Company: m.Company, Title: m.Title, City: m.City}
		if i < ofTheHouse {
			m.Company, r.Company = "Quill House", "Quill House"
			r.Email = m.FirstName + "@qh.mi.gov"
		}
		records, members = append(records, r), append(members, m)
	}
	return Input{Records: Slice(records), Members: Slice(members)}
}

func trained(t *testing.T, in Input, o Options) *Model {
	t.Helper()
	m, err := Train(t.Context(), in, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Three members of a company with addresses of one domain teach that it is the
// company's; two do not, nor do three records of one member, nor free mail.
func TestDomainsAreLearnedFromThreeMembers(t *testing.T) {
	for members, want := range map[int]int{2: 0, 3: 1, 12: 1} {
		m := trained(t, staff(members), Options{})
		if len(m.learned) != want {
			t.Errorf("%d members taught %d domains", members, len(m.learned))
		}
	}
	in := staff(1)
	in.Records = Slice(append(collected(t, in), again(t, in, "r000", 2)...))
	if m := trained(t, in, Options{}); len(m.learned) != 0 {
		t.Error("one member with three records taught a domain")
	}
	in = staff(12)
	records := collected(t, in)
	for i := range records {
		if records[i].Email != "" {
			records[i].Email = records[i].FirstName + "@gmail.com"
		}
	}
	in.Records = Slice(records)
	if m := trained(t, in, Options{}); len(m.learned) != 0 {
		t.Error("free mail was taken for a company's")
	}
}

// Links of less than .99 teach nothing: without given names nobody can be sure.
func TestDomainsAreLearnedFromSureLinksOnly(t *testing.T) {
	in := staff(12)
	records := collected(t, in)
	for i := range records {
		records[i].FirstName, records[i].LastName, records[i].Title = records[i].FirstName[:1], records[i].LastName[:1], ""
		if records[i].Email != "" {
			records[i].Email = "x@qh.mi.gov"
		}
	}
	in.Records = Slice(records)
	if m := trained(t, in, Options{}); len(m.learned) != 0 {
		t.Error("links in doubt taught a domain")
	}
}

// What was learned before stays known to a new training.
func TestWhatWasLearnedIsTakenOver(t *testing.T) {
	before := trained(t, staff(12), Options{})
	after := trained(t, staff(0), Options{Learned: before})
	if len(after.learned) != 1 || after.learned[0] != before.learned[0] {
		t.Errorf("%v became %v", before.learned, after.learned)
	}
}

func collected(t *testing.T, in Input) []Record {
	var out []Record
	for r, err := range in.Records {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// again are n more records like that of an id.
func again(t *testing.T, in Input, id string, n int) []Record {
	var out []Record
	for _, r := range collected(t, in) {
		for i := range n {
			if r.ID == id {
				r.ID = fmt.Sprint(id, "-", i)
				out = append(out, r)
				r.ID = id
			}
		}
	}
	return out
}

// A decided pair is certain to EM, whatever the model thinks of it and of others.
func TestDecisionsAreFixedPosteriors(t *testing.T) {
	w := &weights{prior: 5000}
	pair := func(fixed bool) emPair {
		p := emPair{fixed: fixed}
		p.reset()
		return p
	}
	open := emRecord{pairs: []emPair{pair(false), pair(false)}}
	if got := w.posterior(&open, nil); math.Abs(got[0]-32.0/65) > 1e-9 || got[0] != got[1] {
		t.Errorf("of two alike %v", got)
	}
	tied := emRecord{pairs: []emPair{pair(false), pair(true)}}
	if got := w.posterior(&tied, nil); got[0] != 0 || got[1] != 1 {
		t.Errorf("tied to the second: %v", got)
	}
}

// So they move what EM learns: people tied to members of another title make it
// less telling, and those who are nobody lower the prior.
func TestDecisionsTeachTheModel(t *testing.T) {
	plain := trained(t, staff(0), Options{})
	decide := func(verdict Verdict, shift int) Input {
		in := staff(0)
		for i := range 60 {
			d := Decision{RecordID: fmt.Sprintf("r%03d", i), Verdict: verdict, At: time.Unix(1, 0)}
			if verdict != NoMatch {
				d.MemberID = fmt.Sprintf("m%03d", i+shift)
			}
			in.Decisions = append(in.Decisions, d)
		}
		return in
	}
	same, other, none := trained(t, decide(Accept, 0), Options{}), trained(t, decide(Override, 10), Options{}), trained(t, decide(NoMatch, 0), Options{})
	if got := same.m[FieldTitle][titleExact]; math.Abs(got-plain.m[FieldTitle][titleExact]) > .01 {
		t.Errorf("title is exact in %.3f of the links, %.3f before decisions that agree", got, plain.m[FieldTitle][titleExact])
	}
	if got := other.m[FieldTitle][titleExact]; got > plain.m[FieldTitle][titleExact]-.05 {
		t.Errorf("title is exact in %.3f of the links, %.3f before decisions that say otherwise", got, plain.m[FieldTitle][titleExact])
	}
	if none.prior > plain.prior-.1 {
		t.Errorf("prior %.3f, %.3f before a fifth were nobody", none.prior, plain.prior)
	}
	if got := trained(t, decide(Accept, 900), Options{}).prior; got > plain.prior-.1 {
		t.Errorf("prior %.3f, %.3f before a fifth were tied to members who left", got, plain.prior)
	}
	rejected := decide(Reject, 0)
	if got := trained(t, rejected, Options{}).prior; got > plain.prior-.1 {
		t.Errorf("prior %.3f, %.3f before a fifth were rejected", got, plain.prior)
	}
}

// Thirty decisions calibrate, fewer do not, and a handful moves little: the fit is
// held towards no correction.
func TestCalibrationNeedsThirty(t *testing.T) {
	list := make([]judged, leastDecisions)
	for i := range list {
		list[i] = judged{p: .8, same: i%2 == 0}
	}
	if fit := fitCalibration(list[:29]); fit != noCalibration || fit.apply(.8) != .8 {
		t.Errorf("29 decisions taught %+v", fit)
	}
	fit := fitCalibration(list)
	if got := fit.apply(.8); fit.n != 30 || got < .5 || got > .65 {
		t.Errorf("half of 30 at .8 are right: %+v makes it %.3f", fit, got)
	}
	if math.Abs(fit.b-1) > .3 || math.Abs(fit.c-1) > .3 {
		t.Errorf("30 decisions bent the scale: %+v", fit)
	}
	many := make([]judged, 0, 3000)
	for range 100 {
		many = append(many, list...)
	}
	if got := fitCalibration(many).apply(.8); math.Abs(got-.5) > .01 {
		t.Errorf("half of 3,000 at .8 are right, and it says %.3f", got)
	}
}
