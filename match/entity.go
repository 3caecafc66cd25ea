package match

import (
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match/normal"
)

// entity is a record or member in compact form: numbers in a lexicon.
type entity struct {
	id     string
	tokens []uint32 // given names, family names, past companies
	given  uint8    // how many of each
	family uint8

	foreign   bool
	han       bool  // names in Han signs
	size      uint8 // band, 0 not known
	country   uint16
	familyAll uint32 // all family names and particles as one word, if there are several
	givenAll  uint64 // hash of all given names as one word, if there are several
	whole     uint64 // hash of all names as one word, if there are more than two

	local, domain  uint32
	street         uint32
	postal, city   uint32
	state          uint32
	org, title     uint32
	web, industry  uint32
	phone, phone2  uint64
	employer       uint64 // hash of the company's member id
	profile, token uint64 // hashes of ids that force a match
	modified       int64
	fields         uint8 // how many kinds of values it has
	excluded       bool
}

func (e *entity) givenNames() []uint32  { return e.tokens[:e.given] }
func (e *entity) familyNames() []uint32 { return e.tokens[e.given : e.given+e.family] }
func (e *entity) past() []uint32        { return e.tokens[e.given+e.family:] }

// raw is what records and members have in common.
type raw struct {
	first, last, company, title, email, phone, phone2  string
	street, city, state, postal, country, website, ind string
	employees                                          int
}

// preparer makes entities. One per goroutine: it remembers recent values.
type preparer struct {
	lex    *lexicon
	kind   Kind
	orgs   recent
	titles recent
	cities recent
	arena  []uint32
}

func newPreparer(lex *lexicon, kind Kind) *preparer {
	return &preparer{lex: lex, kind: kind}
}

// recent remembers the numbers of recently seen raw texts.
type recent struct {
	slots []recentSlot
}

type recentSlot struct {
	text string
	id   uint32
}

func (r *recent) get(text string, make func(string) uint32) uint32 {
	if text == "" {
		return 0
	}
	if r.slots == nil {
		r.slots = newSlots()
	}
	s := &r.slots[xxh3.HashString(text)%uint64(len(r.slots))]
	if s.text != text {
		*s = recentSlot{text: strings.Clone(text), id: make(text)}
	}
	return s.id
}

func newSlots() []recentSlot { return make([]recentSlot, 1<<12) }

func (p *preparer) record(r *Record) entity {
	e := p.entity(raw{r.FirstName, r.LastName, r.Company, r.Title, r.Email, r.Phone, r.Phone2, r.Street, r.City, r.State,
		r.PostalCode, r.Country, r.Website, r.Industry, r.Employees})
	e.id, e.modified, e.excluded = r.ID, r.Modified, r.Excluded != ""
	e.employer = hashID(r.AccountMemberID)
	e.profile, e.token = hashID(normal.Profile(r.ProfileURL)), hashID(r.MemberToken)
	e.finish(p, nil)
	return e
}

func (p *preparer) member(m *Member) entity {
	company, employer := m.Company, m.CompanyID
	var past []uint32
	for _, pos := range m.Positions {
		if pos.Current && company == "" {
			company, employer = pos.Company, pos.CompanyID
		}
	}
	e := p.entity(raw{m.FirstName, m.LastName, company, m.Title, m.Email, m.Phone, "", m.Street, m.City, m.State, m.PostalCode,
		m.Country, m.Website, m.Industry, m.Employees})
	for _, pos := range m.Positions {
		if id := p.org(pos.Company); id != 0 && id != e.org && !slices.Contains(past, id) && len(past) < 24 {
			past = append(past, id)
		}
	}
	e.id = m.ID
	e.employer = hashID(employer)
	e.profile, e.token = hashID(normal.Profile(m.ProfileURL)), hashID(m.Token)
	if e.token == 0 {
		e.token = hashID(m.ID)
	}
	e.finish(p, past)
	return e
}

func hashID(s string) uint64 {
	if s == "" {
		return 0
	}
	return xxh3.HashString(s)
}

func (p *preparer) entity(r raw) entity {
	var e entity
	x := p.lex
	if p.kind == Person {
		p.names(&e, r.first, r.last)
		e.title = p.titles.get(r.title, func(s string) uint32 { return x.titles.id(strings.Join(normal.Title(s), " ")) })
	}
	e.org = p.org(r.company)
	p.contact(&e, r)
	p.place(&e, r)
	if r.ind != "" {
		e.industry = x.fields.id(normal.Fold(r.ind))
	}
	e.size = sizeBand(r.employees)
	return e
}

func (p *preparer) org(s string) uint32 {
	return p.orgs.get(s, func(s string) uint32 {
		n := normal.Company(s)
		if len(n.Words) == 0 {
			return 0
		}
		return p.lex.orgs.id(strings.Join(n.Words, " ") + "\t" + n.Form)
	})
}

func (p *preparer) names(e *entity, first, last string) {
	n := normal.Person(first, last)
	e.foreign, e.han = n.Foreign, n.Ideographs
	e.tokens = make([]uint32, 0, len(n.Given)+len(n.Family))
	for _, w := range n.Given {
		e.tokens = append(e.tokens, p.lex.names.id(w))
	}
	for _, w := range n.Family {
		e.tokens = append(e.tokens, p.lex.names.id(w))
	}
	e.given, e.family = uint8(len(n.Given)), uint8(len(n.Family))
	if len(n.Given) > 1 {
		e.givenAll = xxh3.HashString(strings.Join(n.Given, ""))
	}
	if len(n.Family)+len(n.Particles) > 1 {
		e.familyAll = p.lex.names.id(strings.Join(n.Particles, "") + strings.Join(n.Family, ""))
	}
	if len(n.Given) > 0 && len(n.Family) > 0 && len(n.Given)+len(n.Family) > 2 {
		e.whole = xxh3.HashString(strings.Join(n.Given, "") + strings.Join(n.Family, ""))
	}
}

func (p *preparer) contact(e *entity, r raw) {
	if m := normal.Email(r.email); m.Local != "" {
		domain := m.Domain
		if m.Free {
			domain = "!" + domain
		}
		e.local, e.domain = p.lex.locals.id(m.Local), p.lex.domains.id(domain)
	}
	if d := normal.Registered(r.website); d != "" {
		e.web = p.lex.domains.id(d)
	}
	e.phone, e.phone2 = normal.Phone(r.phone), normal.Phone(r.phone2)
	if e.phone == 0 {
		e.phone, e.phone2 = e.phone2, 0
	}
}

func (p *preparer) place(e *entity, r raw) {
	x := p.lex
	if s := normal.Street(r.street); s.Line != "" {
		e.street = x.streets.id(s.Line + "\t" + s.Number + "\t" + s.Word)
	}
	country := normal.Country(r.country)
	if r.state != "" {
		state := normal.State(r.state, country)
		if country == "" {
			country = normal.StateCountry(state)
		}
		e.state = x.states.id(state)
	}
	if country != "" {
		e.country = uint16(country[0])<<8 | uint16(country[1])
	}
	e.city = p.cities.get(r.city, func(s string) uint32 { return x.cities.id(normal.City(s)) })
	if r.postal != "" {
		e.postal = x.postals.id(normal.Postal(r.postal))
	}
}

// finish lays the past companies behind the names and counts what is known.
func (e *entity) finish(p *preparer, past []uint32) {
	n := len(e.tokens) + len(past)
	if cap(p.arena)-len(p.arena) < n {
		p.arena = make([]uint32, 0, max(n, 1<<14))
	}
	start := len(p.arena)
	p.arena = append(append(p.arena, e.tokens...), past...)
	e.tokens = p.arena[start:len(p.arena):len(p.arena)]
	for _, has := range e.columns() {
		if has {
			e.fields++
		}
	}
}

// sizeBand is the band of a number of employees in steps of about four times.
func sizeBand(n int) uint8 {
	for band, top := range []int{0, 10, 50, 200, 500, 1000, 5000, 10000} {
		if n <= top {
			return uint8(band)
		}
	}
	return 8
}
