package match

import (
	"cmp"
	"math"
	"slices"
)

// verdict is what the model says about one record, before the records compete.
type verdict struct {
	candidates []Candidate // best first
	forced     string      // member that an id in the CRM names
	none       float64     // probability of no member
	compared   bool        // there was somebody to compare with
}

// score compares a record with its candidates and shares the probability out.
func (p *problem) score(k *worker, r *entity) verdict {
	if r.excluded {
		return verdict{none: 1}
	}
	ruling := p.rulings[r.id]
	p.findCandidates(k, r, &ruling)
	none := shareOut(k.found, k.w.prior)
	v := verdict{none: none, compared: len(k.out) > 0}
	best := topOf(slices.DeleteFunc(k.found, func(s scored) bool {
		return s.prob < PairFloor/100 && !s.forced && p.members[s.member].id != ruling.must
	}), p.members)
	adjusted := p.calibrateTop(best, &v.none)
	for n, s := range best {
		if s.forced && v.forced == "" && ruling.must == "" && !ruling.noMatch {
			v.forced = p.members[s.member].id
		}
		if s.prob <= PairFloor && p.members[s.member].id != ruling.must && !s.forced {
			continue
		}
		rows := k.w.rows(&s.vector)
		if n == 0 && adjusted != 0 {
			rows = append(rows, EvidenceRow{Field: FieldCalibration, Bits: adjusted})
		}
		c := Candidate{MemberID: p.members[s.member].id, Probability: s.prob, Evidence: newEvidence(k.w.prior, rows)}
		c.Bits = k.w.prior
		for _, row := range rows {
			c.Bits += row.Bits
		}
		v.candidates = append(v.candidates, c)
	}
	v.trim(ruling.must)
	return v
}

// findCandidates fills k.found with every member worth a share.
func (p *problem) findCandidates(k *worker, r *entity, ruling *ruling) {
	k.found = k.found[:0]
	k.out = p.index.candidates(k.keyer, r, k.out)
	k.pairs += len(k.out)
	must := -1
	if ruling.must != "" {
		must = findEntity(p.members, ruling.must)
	}
	for block := range slices.Chunk(k.out, fetchAhead) {
		k.fetch(p.members, block)
		for _, j := range block {
			if int(j) != must {
				p.look(k, r, j, ruling)
			}
		}
	}
	if must >= 0 {
		p.look(k, r, uint32(must), ruling)
	}
}

// look compares a record with one member.
func (p *problem) look(k *worker, r *entity, j uint32, ruling *ruling) {
	m := &p.members[j]
	if ruling.rejects(m.id) {
		return
	}
	forced := r.token != 0 && r.token == m.token || r.profile != 0 && r.profile == m.profile
	s := scored{member: j, forced: forced}
	if !k.compare(r, m, &s.vector) {
		if !forced && ruling.must != m.id {
			return
		}
		k.compareAll(r, m, &s.vector)
	}
	s.bits = k.w.score(&s.vector)
	const least Bits = -17_000
	if forced || ruling.must == m.id || s.bits+k.w.prior > least {
		k.found = append(k.found, s)
	}
}

// shareOut gives each candidate its probability and returns that of none.
func shareOut(list []scored, prior Bits) float64 {
	sum := 1.0
	for i := range list {
		list[i].prob = math.Exp2((list[i].bits + prior).Float())
		sum += list[i].prob
	}
	for i := range list {
		list[i].prob /= sum
	}
	return 1 / sum
}

// topOf sorts candidates, best first.
func topOf(list []scored, members []entity) []scored {
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.prob, a.prob), cmp.Compare(b.bits, a.bits), cmp.Compare(members[a.member].id, members[b.member].id))
	})
	return list
}

// calibrateTop corrects the best candidate's probability and scales the others
// so that all still sum to one. It returns the correction in bits of odds.
func (p *problem) calibrateTop(list []scored, none *float64) Bits {
	if len(list) == 0 || p.model.calibration.n == 0 {
		return 0
	}
	before := list[0].prob
	after := p.model.calibration.apply(before)
	if before <= 0 || before >= 1 || after == before {
		return 0
	}
	rest := (1 - after) / (1 - before)
	list[0].prob = after
	for i := range list[1:] {
		list[i+1].prob *= rest
	}
	*none *= rest
	return bitsOf((logit(after) - logit(before)) / math.Ln2)
}

// trim keeps the best candidates, and always the one a decision names.
func (v *verdict) trim(must string) {
	if len(v.candidates) <= MaxCandidates {
		return
	}
	keep := v.candidates[:MaxCandidates]
	for _, c := range v.candidates[MaxCandidates:] {
		if c.MemberID == must || c.MemberID == v.forced {
			keep[MaxCandidates-1] = c
		}
	}
	v.candidates = keep
}

// plainProbability is what the model gives a pair when no decision is known.
func (p *problem) plainProbability(k *worker, r *entity, memberID string) float64 {
	free := ruling{must: ""}
	p.findCandidates(k, r, &free)
	shareOut(k.found, k.w.prior)
	for _, s := range k.found {
		if p.members[s.member].id == memberID {
			return s.prob
		}
	}
	return 0
}
