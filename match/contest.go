package match

import (
	"container/heap"
	"context"
	"errors"
	"maps"
	"slices"
)

// ErrReach is returned by an incremental run when a change moves more records
// than Options.Reach allows to follow, or when what the source kept of the
// last run does not fit together. A full run is the way out.
var ErrReach = errors.New("match: the change reaches too far for an incremental run")

// contest brings the assignment of the last run up to date. It begins with who
// held whom, takes out the records that were scored again, and decides the
// claims that this may concern, best first: those of the scored records, those
// on members that somebody lost, and those of records that lost their member.
// A claim that is never looked at has the same better claims around it as in
// the last run, and so the same fate.
type contest struct {
	src      Source
	reach    int // records besides the scored ones to look at, 0 for all
	followed int
	scored   map[string]bool // records whose claims are not those of the source
	records  map[string][]Claim
	members  map[string][]Claim
	was      map[string]string // who held a member in the last run
	holder   map[string]*Claim // by member
	held     map[string]*Claim // by record
	open     claimHeap
}

func newContest(src Source, reach int) *contest {
	return &contest{src: src, reach: reach, scored: map[string]bool{}, records: map[string][]Claim{}, members: map[string][]Claim{},
		was: map[string]string{}, holder: map[string]*Claim{}, held: map[string]*Claim{}}
}

// enter replaces the claims of records that were scored again.
func (c *contest) enter(ctx context.Context, ids []string, claims []Claim) error {
	for _, id := range ids {
		c.scored[id] = true
	}
	var members []string
	for old, err := range c.src.Claims(ctx, ids, nil) {
		if err != nil {
			return err
		}
		if old.Held {
			c.was[old.MemberID] = old.RecordID
			members = append(members, old.MemberID)
		}
	}
	freed := slices.Clone(members)
	for i := range claims {
		id := claims[i].RecordID
		claims[i].Held = false
		c.records[id] = append(c.records[id], claims[i])
		members = append(members, claims[i].MemberID)
	}
	if err := c.meet(ctx, members); err != nil {
		return err
	}
	for i := range claims {
		member := claims[i].MemberID
		c.members[member] = append(c.members[member], claims[i])
	}
	for _, member := range freed {
		if err := c.reopen(ctx, c.members[member], nil); err != nil {
			return err
		}
	}
	return c.reopen(ctx, claims, nil)
}

// meet learns all claims on members.
func (c *contest) meet(ctx context.Context, members []string) error {
	members = slices.DeleteFunc(distinct(members), func(id string) bool { _, known := c.members[id]; return known })
	if len(members) == 0 {
		return nil
	}
	for _, id := range members {
		c.members[id] = nil
	}
	for claim, err := range c.src.Claims(ctx, nil, members) {
		if err != nil {
			return err
		}
		if !c.scored[claim.RecordID] {
			c.members[claim.MemberID] = append(c.members[claim.MemberID], claim)
			c.remember(claim)
		}
	}
	return nil
}

// know learns all claims of records.
func (c *contest) know(ctx context.Context, records []string) error {
	records = slices.DeleteFunc(distinct(records), func(id string) bool { _, known := c.records[id]; return known || c.scored[id] })
	if len(records) == 0 {
		return nil
	}
	for _, id := range records {
		c.records[id] = nil
	}
	if c.followed += len(records); c.reach > 0 && c.followed > c.reach {
		return ErrReach
	}
	for claim, err := range c.src.Claims(ctx, records, nil) {
		if err != nil {
			return err
		}
		c.records[claim.RecordID] = append(c.records[claim.RecordID], claim)
		c.remember(claim)
	}
	return nil
}

// remember notes that a claim held, the first time that it is seen.
func (c *contest) remember(claim Claim) {
	if _, known := c.was[claim.MemberID]; claim.Held && !known {
		c.was[claim.MemberID] = claim.RecordID
		c.holder[claim.MemberID], c.held[claim.RecordID] = &claim, &claim
	}
}

// reopen has claims decided again: those that go behind a claim that fell, or
// all of them.
func (c *contest) reopen(ctx context.Context, claims []Claim, behind *Claim) error {
	var records, members []string
	for i := range claims {
		claim := &claims[i]
		if claim.Rank == Apart || behind != nil && behind.before(claim) >= 0 {
			continue
		}
		records, members = append(records, claim.RecordID), append(members, claim.MemberID)
		heap.Push(&c.open, claim)
	}
	if err := c.know(ctx, records); err != nil {
		return err
	}
	return c.meet(ctx, members)
}

// settle decides open claims until there is none.
func (c *contest) settle(ctx context.Context) error {
	for len(c.open) > 0 {
		claim := heap.Pop(&c.open).(*Claim)
		own, rival := c.held[claim.RecordID], c.holder[claim.MemberID]
		if own != nil && own.before(claim) <= 0 || rival != nil && rival.before(claim) <= 0 {
			continue
		}
		c.held[claim.RecordID], c.holder[claim.MemberID] = claim, claim
		if err := c.giveUp(ctx, own, rival); err != nil {
			return err
		}
	}
	return nil
}

// giveUp has decided again who gets the member that a record leaves for a
// better one, and what the record gets that loses its member to another.
func (c *contest) giveUp(ctx context.Context, left, lost *Claim) error {
	if left != nil {
		delete(c.holder, left.MemberID)
		if err := c.meet(ctx, []string{left.MemberID}); err != nil {
			return err
		}
		if err := c.reopen(ctx, c.members[left.MemberID], left); err != nil {
			return err
		}
	}
	if lost != nil {
		delete(c.held, lost.RecordID)
		if err := c.know(ctx, []string{lost.RecordID}); err != nil {
			return err
		}
		return c.reopen(ctx, c.records[lost.RecordID], lost)
	}
	return nil
}

// moved are the members that changed hands.
func (c *contest) moved() []string {
	var out []string
	for member := range c.members {
		if c.holderOf(member) != c.was[member] {
			out = append(out, member)
		}
	}
	slices.Sort(out)
	return out
}

// holderOf is the record that has a member now, "" for none.
func (c *contest) holderOf(member string) string {
	if claim := c.holder[member]; claim != nil {
		return claim.RecordID
	}
	return ""
}

// concerned are the records whose outcome may be another, besides the scored
// ones: who won or lost a member, and whose outcome names the holder of one
// that changed hands. A pair below least names nobody.
func (c *contest) concerned(least int64) []string {
	out := map[string]bool{}
	for _, member := range c.moved() {
		for _, id := range []string{c.was[member], c.holderOf(member)} {
			out[id] = true
		}
		for i := range c.members[member] {
			if claim := &c.members[member][i]; claim.Rank == Tied || claim.Rank == Named || claim.Rank == Fitting && claim.Probability >= least {
				out[claim.RecordID] = true
			}
		}
	}
	delete(out, "")
	maps.DeleteFunc(out, func(id string, _ bool) bool { return c.scored[id] })
	return slices.Sorted(maps.Keys(out))
}

// standing is how a record entered the last run. The decisions on it are not in
// its claims, unless one ties it.
func (c *contest) standing(record string) Standing {
	var s Standing
	for _, claim := range c.records[record] {
		s.Fields, s.Modified = claim.Fields, claim.Modified
		switch claim.Rank {
		case Tied:
			s.Tied, s.At, s.Aside = claim.MemberID, claim.At, true
		case Named:
			s.Named = claim.MemberID
		}
	}
	return s
}

// claimHeap gives the best claim first.
type claimHeap []*Claim

func (h claimHeap) Len() int           { return len(h) }
func (h claimHeap) Less(i, j int) bool { return h[i].before(h[j]) < 0 }
func (h claimHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *claimHeap) Push(x any)        { *h = append(*h, x.(*Claim)) }

// Pop implements heap.Interface.
func (h *claimHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
