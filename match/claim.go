package match

import (
	"cmp"
	"math"
	"time"
)

// Rank says by what a record claims a member. The lower goes first.
type Rank uint8

// The ranks.
const (
	Tied    Rank = iota // a person tied the two to each other
	Named               // an id in the CRM names the member
	Fitting             // the model finds the two alike
	Apart               // the member is listed only: too weak a pair, or the record takes no part
)

// Claim is one pair that takes part in the assignment, with all that the
// assignment goes by. The claims of all records, best first, and the rule that
// each record and each member is given once make the assignment of a run.
type Claim struct {
	RecordID, MemberID string
	Rank               Rank
	At                 time.Time // of the decision, when tied
	Probability        int64     // in 1e-9
	Bits               Bits
	Fields             uint8 // kinds of values the record has
	Modified           int64 // of the record
	Held               bool  // the record was given the member
}

// before orders claims: negative when x goes before y.
func (x *Claim) before(y *Claim) int {
	if x.Rank == Tied && y.Rank == Tied {
		return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.RecordID, y.RecordID), cmp.Compare(x.MemberID, y.MemberID))
	}
	return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(y.Probability, x.Probability), cmp.Compare(y.Bits, x.Bits), cmp.Compare(y.Fields, x.Fields),
		cmp.Compare(y.Modified, x.Modified), cmp.Compare(x.RecordID, y.RecordID), cmp.Compare(x.MemberID, y.MemberID))
}

// Standing is what a record brings into the assignment beside its candidates,
// and the member that it was given, also where the pair is too weak to be
// proposed.
type Standing struct {
	Held     string    // the member that the record was given
	Named    string    // the member that an id in the CRM names
	Tied     string    // the member that a decision names, if the directory has it
	At       time.Time // of that decision
	Aside    bool      // the record takes no part by its candidates: excluded, decided or without a match by hand
	Fields   uint8
	Modified int64
}

// Claims are the claims of the record, one for each candidate. Store them:
// Rematch goes on from them.
func (o *Outcome) Claims() []Claim { return o.Standing.claims(o.RecordID, o.Candidates) }

func (s *Standing) claims(recordID string, candidates []Candidate) []Claim {
	var out []Claim
	claim := func(c Candidate, rank Rank) {
		out = append(out, Claim{RecordID: recordID, MemberID: c.MemberID, Rank: rank, Probability: asClaimed(c.Probability), Bits: c.Bits, Fields: s.Fields, Modified: s.Modified,
			Held: c.MemberID == s.Held})
		if rank == Tied {
			out[len(out)-1].At = s.At
		}
	}
	isListed := s.Tied == ""
	for _, c := range candidates {
		rank := Apart
		switch {
		case c.MemberID == s.Tied:
			rank, isListed = Tied, true
		case s.Aside:
		case c.MemberID == s.Named:
			rank = Named
		case c.Probability > PairFloor:
			rank = Fitting
		}
		claim(c, rank)
	}
	if !isListed {
		claim(Candidate{MemberID: s.Tied}, Tied)
	}
	return out
}

// asClaimed is a probability as claims have it.
func asClaimed(probability float64) int64 { return int64(math.Round(probability * 1e9)) }

// standing is how a record enters the assignment; Held comes of that.
func (p *problem) standing(i int, v *verdict, exists func(string) bool) Standing {
	r := &p.records[i]
	rule := p.rulings[r.id]
	s := Standing{Named: v.forced, Aside: r.excluded || rule.must != "" || rule.noMatch, Fields: r.fields, Modified: r.modified}
	if rule.must != "" && !r.excluded && exists(rule.must) {
		s.Tied, s.At = rule.must, rule.at
	}
	return s
}
