package match

import (
	"cmp"
	"math"
	"slices"
)

// edge is a pair that takes part in the assignment.
type edge struct {
	record   int // place in records
	member   string
	prob     int64 // in 1e-9
	bits     Bits
	fields   uint8
	modified int64
}

// assignment is who got whom.
type assignment struct {
	member []string       // by record, "" for none
	holder map[string]int // record by member
}

// assign gives each member to at most one record: first decisions, then ids in
// the CRM, then the best pairs in order.
func assign(records []entity, verdicts []verdict, rulings map[string]ruling, exists func(string) bool) *assignment {
	a := &assignment{member: make([]string, len(records)), holder: map[string]int{}}
	a.decided(records, rulings, exists)
	var forced, edges []edge
	for i := range verdicts {
		r := &records[i]
		rule := rulings[r.id]
		if r.excluded || rule.must != "" || rule.noMatch {
			continue
		}
		for _, c := range verdicts[i].candidates {
			e := edge{record: i, member: c.MemberID, prob: int64(math.Round(c.Probability * 1e9)), bits: c.Bits, fields: r.fields, modified: r.modified}
			switch {
			case c.MemberID == verdicts[i].forced:
				forced = append(forced, e)
			case c.Probability > PairFloor:
				edges = append(edges, e)
			}
		}
	}
	a.take(records, forced)
	a.take(records, edges)
	return a
}

// decided gives members to the records that a person tied them to. The newest
// decision wins.
func (a *assignment) decided(records []entity, rulings map[string]ruling, exists func(string) bool) {
	var tied []int
	for i := range records {
		if r := rulings[records[i].id]; r.must != "" && !records[i].excluded && exists(r.must) {
			tied = append(tied, i)
		}
	}
	slices.SortFunc(tied, func(x, y int) int {
		return cmp.Or(rulings[records[y].id].at.Compare(rulings[records[x].id].at), cmp.Compare(records[x].id, records[y].id))
	})
	for _, i := range tied {
		if member := rulings[records[i].id].must; !a.taken(member) {
			a.give(i, member)
		}
	}
}

func (a *assignment) taken(member string) bool {
	_, ok := a.holder[member]
	return ok
}

func (a *assignment) give(record int, member string) {
	a.member[record] = member
	a.holder[member] = record
}

// take sorts edges and gives greedily.
func (a *assignment) take(records []entity, edges []edge) {
	slices.SortFunc(edges, func(x, y edge) int {
		return cmp.Or(
			cmp.Compare(y.prob, x.prob), cmp.Compare(y.bits, x.bits), cmp.Compare(y.fields, x.fields), cmp.Compare(y.modified, x.modified),
			cmp.Compare(records[x.record].id, records[y.record].id), cmp.Compare(x.member, y.member))
	})
	for _, e := range edges {
		if a.member[e.record] == "" && !a.taken(e.member) {
			a.give(e.record, e.member)
		}
	}
}
