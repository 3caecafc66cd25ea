package match

import (
	"math"
	"strings"
)

// orgSlot remembers the comparison of two company names.
type orgSlot struct {
	a, b  uint32
	level uint8
	u     Bits
}

// org compares employers of people, or the names of companies.
func (c *comparer) org(r, m *entity, v *vector) {
	level, u := missing, Bits(0)
	if r.org != 0 && m.org != 0 {
		level, u = c.orgs2(r.org, m.org)
	}
	if c.kind == Company {
		if level != missing {
			v.set(FieldOrg, level, u)
		}
		return
	}
	if r.employer != 0 && r.employer == m.employer && level > orgClose {
		v.set(FieldOrg, orgLinked, c.linkedU(m))
		return
	}
	if r.org != 0 && level > orgSimilar {
		if past, pastU := c.pastOrg(r, m); past {
			v.set(FieldOrg, orgPast, pastU)
			return
		}
	}
	if level != missing {
		v.set(FieldOrg, level, u)
	}
}

func (c *comparer) linkedU(m *entity) Bits {
	if m.org != 0 {
		return capU(c.lex.orgs.at(m.org).logU + log2of2)
	}
	return c.w.u[FieldOrg][orgLinked]
}

// pastOrg looks for the record's company among the member's earlier ones.
func (c *comparer) pastOrg(r, m *entity) (bool, Bits) {
	for _, id := range m.past() {
		if id == r.org {
			return true, capU(c.lex.orgs.at(id).past)
		}
	}
	for _, id := range m.past() {
		if level, _ := c.orgs2(r.org, id); level <= orgClose {
			return true, capU(c.lex.orgs.at(id).past + log2of2)
		}
	}
	return false, 0
}

// domain asks whether the domain of the record's mail or site is one that the
// member's company has, when the company names do not tell.
func (c *comparer) domain(r, m *entity, v *vector) {
	if v.level[FieldOrg] <= orgSimilar || v.level[FieldEmail] <= emailClose {
		return
	}
	best, u := missing, Bits(0)
	for _, id := range [...]uint32{r.domain, r.web} {
		if id == 0 || c.lex.domains.at(id).free {
			continue
		}
		if level, levelU := c.domainLevel(id, m); level < best {
			best, u = level, levelU
		}
	}
	if best != missing {
		v.set(FieldDomain, best, u)
	}
}

func (c *comparer) domainLevel(id uint32, m *entity) (uint8, Bits) {
	d := c.lex.domains.at(id)
	if id == m.domain {
		return domainName, capU(d.logU)
	}
	if m.org == 0 {
		if m.domain != 0 && !c.lex.domains.at(m.domain).free {
			return domainUnrelated, c.w.u[FieldDomain][domainUnrelated]
		}
		return missing, 0
	}
	o := c.lex.orgs.at(m.org)
	switch {
	case siteIsName(d.site, o.joined):
		return domainName, capU(o.logU + log2of2)
	case c.model.learnedPair(d.hash, o.hash):
		return domainLearned, capU(o.logU)
	case c.model.knownDomain(d.hash):
		return domainOther, c.w.u[FieldDomain][domainOther]
	}
	return domainUnrelated, c.w.u[FieldDomain][domainUnrelated]
}

// siteIsName reports whether the name part of a domain is a company's name.
func siteIsName(site, joined string) bool {
	if site == joined {
		return len(site) >= 2
	}
	short := min(len(site), len(joined))
	return short >= 5 && 2*short >= max(len(site), len(joined)) && (strings.HasPrefix(site, joined) || strings.HasPrefix(joined, site))
}

// orgs2 compares two company names.
func (c *comparer) orgs2(a, b uint32) (uint8, Bits) {
	s := &c.orgs[pairSlot(a, b, len(c.orgs))]
	if s.a != a || s.b != b {
		s.a, s.b = a, b
		s.level, s.u = c.orgPair(a, b)
	}
	return s.level, s.u
}

func (c *comparer) orgPair(a, b uint32) (uint8, Bits) {
	x, y := c.lex.orgs.at(a), c.lex.orgs.at(b)
	if x.hash == y.hash {
		return formLevel(x.form, y.form), y.logU
	}
	o := c.overlap(x, y)
	// u is how many members share the words by chance, times how often such
	// members agree as well in the rest.
	level := func(l uint8, rest float64) (uint8, Bits) {
		return l, capU(max(o.u+bitsOf(math.Log2(rest)), y.logU))
	}
	switch {
	case o.jaccard >= 0.9 && !o.soft:
		return level(orgClose, 0.1)
	case o.jaccard >= 0.9, joinedAlike(x.joined, y.joined):
		return orgClose, c.alikeU(min(len(x.joined), len(y.joined)))
	case o.begins:
		return level(orgBegins, 0.15)
	case o.jaccard >= 0.55:
		return level(orgSimilar, 0.3)
	case x.acronym != 0 && x.acronym == y.hash, y.acronym != 0 && y.acronym == x.hash:
		return orgAcronym, c.w.u[FieldOrg][orgAcronym]
	case o.head && o.jaccard >= 0.2:
		return level(orgHead, 0.6)
	case o.jaccard >= 0.3:
		return level(orgSome, 0.7)
	}
	return orgDifferent, c.w.u[FieldOrg][orgDifferent]
}

// alikeU is log2 of the share of members whose name is one slip of the pen away
// from a name of so many letters: long names rarely are.
func (c *comparer) alikeU(letters int) Bits {
	share := 0.4
	switch {
	case letters >= 10:
		share = 0.05
	case letters >= 7:
		share = 0.15
	}
	return capU(bitsOf(math.Log2(share / float64(max(1, c.model.members)))))
}

// formLevel is the level of two equal names with these legal forms.
func formLevel(a, b uint64) uint8 {
	switch {
	case a == b:
		return orgExact
	case a == 0 || b == 0:
		return orgNoForm
	}
	return orgOtherForm
}

// joinedAlike reports whether two names differ by a slip of the pen.
func joinedAlike(a, b string) bool {
	short, long := min(len(a), len(b)), max(len(a), len(b))
	if short < 5 || long-short > 3 || a[0] != b[0] && a[1] != b[1] {
		return false
	}
	return oneEdit(a, b) || short >= 8 && jaroWinkler(a, b) >= 0.96
}

// overlap is what two company names have in common.
type overlap struct {
	jaccard float64 // shared information over all information
	u       Bits    // log2 of the share of members that have the shared words
	soft    bool    // some words are only alike
	head    bool    // the first words are equal
	begins  bool    // one name is the beginning of the other
}

// overlap matches the words of two names, each with the most similar one that
// is left.
func (c *comparer) overlap(x, y *orgItem) overlap {
	var o overlap
	var shared float32
	var at [16]int8 // in y, of each word of x
	var used uint32
	for n, i := range x.words {
		best, place := float32(0), -1
		for k, j := range y.words {
			if used&(1<<k) != 0 {
				continue
			}
			if s := c.wordSim(i, j); s > best {
				best, place = s, k
			}
		}
		at[n] = int8(place)
		if place < 0 {
			continue
		}
		used |= 1 << place
		o.soft = o.soft || best < 1
		a, b := c.lex.words.at(i), c.lex.words.at(y.words[place])
		shared += best * (a.idf + b.idf) / 2
	}
	if used == 0 {
		return o
	}
	o.jaccard = float64(shared / (x.idf + y.idf - shared))
	o.head = at[0] == 0 && x.words[0] == y.words[0]
	o.begins = o.head && inOrder(at[:min(len(x.words), len(y.words))])
	o.u = c.sharedU(x, y, at[:len(x.words)])
	return o
}

// inOrder reports whether the first words stand at the same places.
func inOrder(at []int8) bool {
	for n, k := range at {
		if int(k) != n {
			return false
		}
	}
	return true
}

// sharedU is log2 of the share of members whose name has the shared words.
// Words that follow each other in many names are not independent.
func (c *comparer) sharedU(x, y *orgItem, at []int8) Bits {
	var total Bits
	last := -2
	pairs := &c.model.freq[valueWordPair]
	for n, k := range at {
		if k < 0 {
			continue
		}
		w := c.lex.words.at(y.words[k])
		u := w.logU
		if int(k) == last+1 {
			before := c.lex.words.at(y.words[last])
			u = max(u, min(-50, pairs.logU(wordPair(before, w))-before.logU))
		}
		if x.words[n] != y.words[k] {
			u += softWord
		}
		total += min(u, 0)
		last = int(k)
	}
	return total
}

// softWord is how much more often a word is alike another than equal to it.
const softWord Bits = 3000

// wordSim is the similarity of two words of company names, 0 if too small.
func (c *comparer) wordSim(a, b uint32) float32 {
	if a == b {
		return 1
	}
	p, q := c.lex.words.at(a), c.lex.words.at(b)
	x, y := p.text, q.text
	if min(len(x), len(y)) < 4 || x[0] != y[0] && x[1] != y[1] || jaroWinklerMost(x, y, p.letters, q.letters) < 0.9 {
		return 0
	}
	if s := jaroWinkler(x, y); s >= 0.9 {
		return float32(s)
	}
	return 0
}

// web compares web sites, and a site with a name.
func (c *comparer) web(r, m *entity, v *vector) {
	x := c.lex.domains
	a, b := r.site(x), m.site(x)
	sameName := v.level[FieldOrg] <= orgClose
	if a != nil && b != nil {
		alike := a.site == b.site && len(a.site) >= 3
		switch {
		case a.hash == b.hash:
			v.set(FieldWeb, webExact, b.web)
		case sameName && (alike || jaroWinkler(a.site, b.site) >= 0.93):
			// Two companies of one name have sites of one name.
			v.set(FieldWeb, webEnding, nearlyAlways)
		case alike:
			c.sampled(v, FieldWeb, webSite)
		case jaroWinkler(a.site, b.site) >= 0.95:
			c.sampled(v, FieldWeb, webName)
		default:
			c.sampled(v, FieldWeb, webDifferent)
		}
		return
	}
	if sameName {
		return // the name has already been paid for
	}
	if c.siteNames(a, r.org, m.org) || c.siteNames(b, m.org, r.org) {
		c.sampled(v, FieldWeb, webName)
	}
}

// siteNames reports whether a site is the name of the other company, and not just
// that of its owner, which has been compared already.
func (c *comparer) siteNames(site *domainItem, owner, other uint32) bool {
	if site == nil || other == 0 || !siteIsName(site.site, c.lex.orgs.at(other).joined) {
		return false
	}
	return owner == 0 || site.site != c.lex.orgs.at(owner).joined
}

// nearlyAlways is log2 of .9.
const nearlyAlways Bits = -152

// site is the domain of a company's site, or of its mail.
func (e *entity) site(x *table[domainItem]) *domainItem {
	for _, id := range [...]uint32{e.web, e.domain} {
		if id != 0 {
			if d := x.at(id); !d.free {
				return d
			}
		}
	}
	return nil
}

func (c *comparer) sizeAndIndustry(r, m *entity, v *vector) {
	if r.size != 0 && m.size != 0 {
		gap := max(r.size, m.size) - min(r.size, m.size)
		c.sampled(v, FieldSize, min(gap, sizeFar))
	}
	if r.industry == 0 || m.industry == 0 {
		return
	}
	a, b := c.lex.fields.at(r.industry), c.lex.fields.at(m.industry)
	switch {
	case r.industry == m.industry:
		v.set(FieldIndustry, industrySame, capU(b.logU))
	case shareWord(a.text, b.text):
		c.sampled(v, FieldIndustry, industryOverlap)
	default:
		c.sampled(v, FieldIndustry, industryDifferent)
	}
}

func shareWord(a, b string) bool {
	for x := range strings.FieldsSeq(a) {
		if len(x) > 3 && strings.Contains(" "+b+" ", " "+x+" ") {
			return true
		}
	}
	return false
}
