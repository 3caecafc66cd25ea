package match

import (
	"cmp"
	"slices"
)

// domainCompany is a mail domain whose people work at a company of another
// name: "house.mi.gov" is the Michigan House. Both are hashes.
type domainCompany struct {
	domain, company uint64
}

func compareDomains(a, b domainCompany) int {
	return cmp.Or(cmp.Compare(a.domain, b.domain), cmp.Compare(a.company, b.company))
}

// learnedPair reports whether a mail domain is known to be a company's.
func (m *Model) learnedPair(domain, company uint64) bool {
	_, found := slices.BinarySearchFunc(m.learned, domainCompany{domain, company}, compareDomains)
	return found
}

// knownDomain reports whether anything was learned about a mail domain.
func (m *Model) knownDomain(domain uint64) bool {
	i, _ := slices.BinarySearchFunc(m.learned, domainCompany{domain, 0}, compareDomains)
	return i < len(m.learned) && m.learned[i].domain == domain
}

const (
	learnFrom    = 0.99 // probability of the links that count
	learnMembers = 3    // that must agree
)

// learnDomains learns from sure links which mail domains the people of a
// company use. It returns whether it learned anything new.
func (p *problem) learnDomains(all []emRecord) bool {
	if p.kind != Person {
		return false
	}
	w := p.model.weights()
	seen := map[domainCompany]map[uint32]bool{}
	var odds []float64
	for i := range all {
		r := &p.records[i]
		if r.domain == 0 || p.lex.domains.at(r.domain).free {
			continue
		}
		odds = w.posterior(&all[i], odds)
		for k, prob := range odds {
			m := &p.members[all[i].pairs[k].member]
			if prob < learnFrom || m.org == 0 {
				continue
			}
			key := domainCompany{p.lex.domains.at(r.domain).hash, p.lex.orgs.at(m.org).hash}
			if seen[key] == nil {
				seen[key] = map[uint32]bool{}
			}
			seen[key][all[i].pairs[k].member] = true
		}
	}
	before := len(p.model.learned)
	for key, members := range seen {
		if len(members) >= learnMembers && !p.model.learnedPair(key.domain, key.company) {
			p.model.learned = append(slices.Clone(p.model.learned), key)
			slices.SortFunc(p.model.learned, compareDomains)
		}
	}
	return len(p.model.learned) > before
}
