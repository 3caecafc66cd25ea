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
