package match

import "strings"

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
	if level > orgSimilar {
		if ok, domainU := c.domainOrg(r, m); ok {
			v.set(FieldOrg, orgDomain, domainU)
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

// domainOrg reports whether the domain of the record's mail or site is that of
// the member's mail, or has the name of the member's company.
func (c *comparer) domainOrg(r, m *entity) (bool, Bits) {
	for _, id := range [...]uint32{r.domain, r.web} {
		if id == 0 {
			continue
		}
		d := c.lex.domains.at(id)
		if d.free {
			continue
		}
		if id == m.domain && r.local != m.local {
			return true, capU(d.logU)
		}
		if m.org != 0 {
			o := c.lex.orgs.at(m.org)
			if siteIsName(d.site, o.joined) || c.model.learnedPair(d.hash, o.hash) {
				return true, capU(o.logU + log2of2)
			}
		}
	}
	return false, 0
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
		return orgExact, y.logU
	}
	cosine, rarest := c.cosine(x, y)
	switch {
	case cosine >= 0.9:
		return orgClose, capU(rarest + bitsOf(-3.3))
	case len(x.joined) >= 5 && len(y.joined) >= 5 && (jaroWinkler(x.joined, y.joined) >= 0.94 || oneEdit(x.joined, y.joined)):
		return orgClose, capU(max(y.logU, c.w.u[FieldOrg][orgClose]))
	case cosine >= 0.7:
		return orgSimilar, capU(rarest + bitsOf(-1.7))
	case cosine >= 0.45:
		return orgSome, capU(rarest + bitsOf(-0.5))
	case x.acronym != 0 && x.acronym == y.hash, y.acronym != 0 && y.acronym == x.hash:
		return orgAcronym, c.w.u[FieldOrg][orgAcronym]
	}
	return orgDifferent, c.w.u[FieldOrg][orgDifferent]
}

// cosine is the soft TF-IDF similarity of two names, and log2 u of the rarest
// word that they share.
func (c *comparer) cosine(x, y *orgItem) (float64, Bits) {
	if x.norm == 0 || y.norm == 0 {
		return 0, 0
	}
	var sum float32
	rarest := Bits(0)
	var used uint32
	for _, i := range x.words {
		best, at := float32(0), -1
		for k, j := range y.words {
			if used&(1<<k) != 0 {
				continue
			}
			if s := c.wordSim(i, j); s > best {
				best, at = s, k
			}
		}
		if at < 0 {
			continue
		}
		used |= 1 << at
		a, b := c.lex.words.at(i), c.lex.words.at(y.words[at])
		sum += best * a.idf * b.idf
		rarest = min(rarest, b.logU)
	}
	return float64(sum / (x.norm * y.norm)), rarest
}

// wordSim is the similarity of two words of company names, 0 if too small.
func (c *comparer) wordSim(a, b uint32) float32 {
	if a == b {
		return 1
	}
	x, y := c.lex.words.at(a).text, c.lex.words.at(b).text
	if min(len(x), len(y)) < 4 || x[0] != y[0] && x[1] != y[1] {
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
	if a != nil && b != nil {
		switch {
		case a.hash == b.hash:
			v.set(FieldWeb, webExact, max(b.logU, b.web))
		case a.site == b.site && len(a.site) >= 3:
			c.sampled(v, FieldWeb, webSite)
		case jaroWinkler(a.site, b.site) >= 0.95:
			c.sampled(v, FieldWeb, webName)
		default:
			c.sampled(v, FieldWeb, webDifferent)
		}
		return
	}
	if v.level[FieldOrg] <= orgClose {
		return // the name has already been paid for
	}
	if a != nil && m.org != 0 && siteIsName(a.site, c.lex.orgs.at(m.org).joined) ||
		b != nil && r.org != 0 && siteIsName(b.site, c.lex.orgs.at(r.org).joined) {
		c.sampled(v, FieldWeb, webName)
	}
}

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
