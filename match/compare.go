package match

import "math"

// comparer compares entities. One per goroutine: it remembers pairs of values.
type comparer struct {
	lex   *lexicon
	model *Model
	w     *weights
	kind  Kind

	given  pairCache
	family pairCache
	orgs   []orgSlot
}

// fetchAhead is how many members are fetched at a time.
const fetchAhead = 32

// fetch reads what comparing names needs of some members, before any of it is
// needed: reads that do not wait for each other cost a fraction of reads that
// do, and a directory does not fit into the processor's cache. What it returns
// has no meaning; it keeps the reads from being left out.
//
//go:noinline
func (c *comparer) fetch(members []entity, list []uint32) (read uint32) {
	for _, j := range list {
		if m := &members[j]; len(m.tokens) > 0 {
			read += m.tokens[0] + m.org
		}
	}
	names := c.lex.names
	for _, j := range list {
		m := &members[j]
		for _, list := range [...][]uint32{m.givenNames(), m.familyNames()} {
			if len(list) > 0 {
				read += uint32(names.at(list[0]).text[0])
			}
		}
	}
	return read
}

func newComparer(lex *lexicon, model *Model) *comparer {
	return &comparer{
		lex: lex, model: model, w: model.weights(), kind: model.kind,
		given: make(pairCache, 1<<14), family: make(pairCache, 1<<14), orgs: make([]orgSlot, 1<<14),
	}
}

// pairCache remembers the level of a pair of words.
type pairCache []struct {
	a, b  uint32
	level uint8
}

// pairSlot is the place of a pair in a table whose size is a power of two.
func pairSlot(a, b uint32, size int) int {
	return int((uint64(a)*0x9e3779b97f4a7c15 ^ uint64(b)*0xd6e8feb86659fd93) >> 32 & uint64(size-1))
}

func (c pairCache) get(a, b uint32, make func() uint8) uint8 {
	s := &c[pairSlot(a, b, len(c))]
	if s.a != a || s.b != b {
		s.a, s.b, s.level = a, b, make()
	}
	return s.level
}

// compare fills v. It returns false for a pair that cannot be one, before all
// fields are looked at.
func (c *comparer) compare(r, m *entity, v *vector) bool {
	v.reset()
	if c.kind == Company {
		c.company(r, m, v)
		return true
	}
	return c.person(r, m, v)
}

// compareAll is compare without the way out.
func (c *comparer) compareAll(r, m *entity, v *vector) {
	v.reset()
	if c.kind == Company {
		c.company(r, m, v)
		return
	}
	if c.person(r, m, v) {
		return
	}
	v.gate = gateShut
	c.rest(r, m, v)
}

func (c *comparer) rest(r, m *entity, v *vector) {
	c.org(r, m, v)
	c.domain(r, m, v)
	c.phone(r, m, v)
	c.street(r, m, v)
	c.area(r, m, v)
	c.title(r, m, v)
}

func (c *comparer) person(r, m *entity, v *vector) bool {
	c.names(r, m, v)
	c.email(r, m, v)
	c.mailName(r, m, v)
	first, last := v.level[FieldFirst], v.level[FieldLast]
	agrees := v.level[FieldEmail] < emailDifferent || v.level[FieldMailName] == mailNameAgrees
	if first == firstDifferent && last == lastDifferent {
		if v.level[FieldEmail] > emailLocal {
			return false
		}
		v.gate = gateShut
	} else if !agrees && (first == firstDifferent || last == lastDifferent) && c.hopeless(r, m, v) {
		return false
	}
	c.rest(r, m, v)
	if v.level[FieldEmail] == emailDifferent && r.domain != m.domain && (v.level[FieldOrg] == orgDifferent || v.level[FieldOrg] == orgPast) {
		v.level[FieldEmail] = missing // who works elsewhere has another address
	}
	switch {
	case v.gate != gateOpen || agrees:
	case first == missing && last == missing:
		v.gate = gateNameless
	case first == firstDifferent || last == lastDifferent:
		v.gate = gateStreet
		if v.level[FieldStreet] <= streetNumber && c.shared(m) {
			v.gate = gateAll
		}
	}
	return true
}

// hopelessAt is the least odds that a pair of which one name differs is worth
// comparing to the end for: well under PairFloor.
const hopelessAt Bits = -8000

// hopeless reports whether a pair of which one name differs cannot come to
// PairFloor, whatever the name gate lets through.
func (c *comparer) hopeless(r, m *entity, v *vector) bool {
	best := c.w.prior + gateCap + c.w.bits(v, FieldFirst) + c.w.bits(v, FieldLast) + c.w.bits(v, FieldOrder)
	if r.street != 0 && m.street != 0 {
		best += 20_000
	}
	return best < hopelessAt
}

// shared reports whether another member has the street address of m.
func (c *comparer) shared(m *entity) bool {
	return c.model.freq[valueStreet].count(c.lex.streets.at(m.street).hash) > 1
}

func (c *comparer) company(r, m *entity, v *vector) {
	c.org(r, m, v)
	c.web(r, m, v)
	c.phone(r, m, v)
	c.street(r, m, v)
	c.area(r, m, v)
	c.sizeAndIndustry(r, m, v)
	c.kin(v)
	if v.level[FieldOrg] == orgDifferent && v.level[FieldWeb] >= webDifferent && v.level[FieldPhone] >= phoneExchange {
		v.gate = gateSite // a house has many tenants
	}
}

// sampled is log2 u of a level that has no frequency of its own.
func (c *comparer) sampled(v *vector, f Field, level uint8) {
	v.set(f, level, c.w.u[f][level])
}

var (
	log2of2 = bitsOf(1)
	log2of3 = bitsOf(math.Log2(3))
	kinU    = bitsOf(math.Log2(1.0 / 400))
)

// capU keeps the probability of a chance agreement at or under one.
func capU(u Bits) Bits { return min(u, -100) }
