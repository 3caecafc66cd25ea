package match

import (
	"math"
	"strings"
)

// names compares given and family names, also crosswise.
func (c *comparer) names(r, m *entity, v *vector) {
	first, firstU := c.first(r.givenNames(), m.givenNames(), r.givenAll, m.givenAll, r.foreign || m.foreign)
	last, lastU := c.last(r.familyNames(), m.familyNames(), r.familyAll, m.familyAll, r.foreign || m.foreign)
	if first >= firstDifferent && last >= lastDifferent {
		if c.swapped(r, m, v) {
			return
		}
		if r.han != m.han {
			return // nobody can tell how the signs are read
		}
	}
	switch {
	case r.whole != 0 && r.whole == m.whole && first == firstExact:
		last, lastU = lastExact, min(lastU, c.lex.names.at(m.familyNames()[0]).family)
	case last == lastDifferent && first < firstDifferent && c.middleIsLast(r, m):
		last, lastU = lastPart, c.w.u[FieldLast][lastPart]
	}
	switch {
	case first == firstExact && last == lastExact:
		lastU = c.joint(m, firstU, lastU)
	case first == firstDifferent:
		lastU = max(lastU, kinU) // relatives share a name, however rare
	}
	if first != missing {
		v.set(FieldFirst, first, firstU)
	}
	if last != missing {
		v.set(FieldLast, last, lastU)
	}
	if first != missing && last != missing {
		c.sampled(v, FieldOrder, orderNormal)
	}
}

// middleIsLast reports whether one side has as a middle name what the other has
// as a family name: names before and after a marriage.
func (c *comparer) middleIsLast(r, m *entity) bool {
	return c.anyShared(r.givenNames(), m.familyNames()) || c.anyShared(m.givenNames(), r.familyNames())
}

func (c *comparer) anyShared(given, family []uint32) bool {
	for _, g := range given[min(1, len(given)):] {
		for _, f := range family {
			if g == f && len(c.lex.names.at(g).text) >= 3 {
				return true
			}
		}
	}
	return false
}

// swapped tries the names crosswise.
func (c *comparer) swapped(r, m *entity, v *vector) bool {
	first, firstU := c.first(r.familyNames(), m.givenNames(), c.hashName(r.familyAll), m.givenAll, r.foreign || m.foreign)
	last, lastU := c.last(r.givenNames(), m.familyNames(), 0, m.familyAll, r.foreign || m.foreign)
	if r.givenAll != 0 && last != missing && r.givenAll == c.joinedHash(c.hashName(m.familyAll), m.familyNames()) {
		last, lastU = lastExact, c.lex.names.at(m.familyNames()[0]).family
	}
	good := first <= firstClose && first != firstInitial || last <= lastPart || first == firstSimilar && last == lastSimilar
	whole := first != missing && last != missing
	if !good || !whole && (first == firstInitial || last == lastInitial || first == firstDifferent || last == lastDifferent) {
		return false
	}
	if first == firstExact && last == lastExact {
		lastU = c.joint(m, firstU, lastU)
	}
	if first != missing {
		v.set(FieldFirst, first, firstU)
	}
	if last != missing {
		v.set(FieldLast, last, lastU)
	}
	c.sampled(v, FieldOrder, orderSwapped)
	return true
}

// first compares given names, record first. allA and allB are all names of a
// side as one word, 0 if there is only one.
func (c *comparer) first(a, b []uint32, allA, allB uint64, foreign bool) (uint8, Bits) {
	if len(a) == 0 || len(b) == 0 {
		return missing, 0
	}
	x := c.lex.names
	a0, b0 := x.at(a[0]), x.at(b[0])
	if a[0] == b[0] && len(a0.text) > 1 {
		return firstExact, b0.given
	}
	if allA|allB != 0 && c.joinedHash(allA, a) == c.joinedHash(allB, b) {
		return firstExact, b0.given
	}
	if shared := c.sharedGiven(a, b); shared != 0 {
		return firstNickname, capU(x.at(shared).given + log2of2)
	}
	initial := len(a0.text) == 1 || len(b0.text) == 1
	if initial && a0.text[0] == b0.text[0] {
		return firstInitial, c.initialU(b0.text[0])
	}
	best := firstDifferent
	for _, i := range a[:min(3, len(a))] {
		for _, j := range b[:min(3, len(b))] {
			best = min(best, c.givenLevel(i, j, foreign))
		}
	}
	u := c.w.u[FieldFirst][best]
	if best == firstNickname {
		u = capU(max(a0.given, b0.given) + log2of2)
	}
	return best, u
}

// joinedHash is the hash of all words of a side as one.
func (c *comparer) joinedHash(joined uint64, list []uint32) uint64 {
	if joined != 0 {
		return joined
	}
	return c.lex.names.at(list[0]).hash
}

func (c *comparer) hashName(id uint32) uint64 {
	if id == 0 {
		return 0
	}
	return c.lex.names.at(id).hash
}

func joinedOr(joined uint32, list []uint32) uint32 {
	if joined != 0 {
		return joined
	}
	return list[0]
}

// sharedGiven returns a whole given name that both have, 0 if none.
func (c *comparer) sharedGiven(a, b []uint32) uint32 {
	for i, x := range a {
		for j, y := range b {
			if x == y && i+j > 0 && len(c.lex.names.at(x).text) > 2 {
				return x
			}
		}
	}
	return 0
}

func (c *comparer) initialU(letter byte) Bits {
	return capU(c.model.freq[valueInitial].logU(uint64(letter)))
}

// givenLevel compares two given names that are not equal.
func (c *comparer) givenLevel(a, b uint32, foreign bool) uint8 {
	x, y := c.lex.names.at(a), c.lex.names.at(b)
	if len(x.text) == 1 || len(y.text) == 1 {
		return firstDifferent
	}
	if a == b {
		return firstExact
	}
	if foreign && x.skeleton == y.skeleton && x.skeleton != 0 {
		return firstClose
	}
	return c.given.get(a, b, func() uint8 { return givenPair(x, y) })
}

func givenPair(x, y *nameItem) uint8 {
	short := min(len(x.text), len(y.text))
	jw := similarity(x, y, 0.82)
	edit := mayBeOneEdit(x.letters, y.letters) && oneEdit(x.text, y.text)
	switch {
	case len(x.formal)+len(y.formal) > 2 && meet(x.formal, y.formal):
		return firstNickname
	case short >= 5 && (jw >= 0.92 || edit):
		return firstClose
	case short >= 3 && (edit || jw >= 0.82 || x.sound == y.sound):
		return firstSimilar
	case !mayContain(x.letters, y.letters):
		return firstDifferent
	case short >= 3 && (strings.Contains(x.text, y.text) || strings.Contains(y.text, x.text)),
		short == 2 && (strings.HasPrefix(x.text, y.text) || strings.HasPrefix(y.text, x.text)):
		return firstPrefix
	}
	return firstDifferent
}

// similarity is the Jaro-Winkler similarity of two names, 0 if it is under least.
func similarity(x, y *nameItem, least float64) float64 {
	if jaroWinklerMost(x.text, y.text, x.letters, y.letters) < least {
		return 0
	}
	return jaroWinkler(x.text, y.text)
}

func meet(a, b []uint64) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// last compares family names.
func (c *comparer) last(a, b []uint32, allA, allB uint32, foreign bool) (uint8, Bits) {
	if len(a) == 0 || len(b) == 0 {
		return missing, 0
	}
	x := c.lex.names
	a0, b0 := x.at(a[0]), x.at(b[0])
	if len(a0.text) == 1 || len(b0.text) == 1 {
		if a0.text[0] != b0.text[0] {
			return lastDifferent, c.w.u[FieldLast][lastDifferent]
		}
		if len(a0.text) == len(b0.text) && len(a) == len(b) {
			return lastExact, b0.family
		}
		return lastInitial, c.w.u[FieldLast][lastInitial]
	}
	if sameFamily(a, b) || joinedOr(allA, a) == joinedOr(allB, b) {
		u := b0.family
		for _, j := range b[1:] {
			u = min(u, x.at(j).family)
		}
		return lastExact, u
	}
	if c.onlyParticle(a, b, allB) || c.onlyParticle(b, a, allA) {
		return lastContained, c.w.u[FieldLast][lastContained]
	}
	best, shared := lastDifferent, Bits(0)
	for _, i := range a {
		for _, j := range b {
			level := c.familyLevel(i, j, foreign)
			if level == lastExact {
				if len(x.at(j).text) < 3 {
					continue
				}
				level = lastPart
				shared = min(shared, x.at(j).family)
			}
			best = min(best, level)
		}
	}
	if best == lastPart {
		return lastPart, capU(shared + log2of2)
	}
	if allA|allB != 0 {
		best = min(best, c.familyLevel(joinedOr(allA, a), joinedOr(allB, b), foreign))
	}
	if best == lastDifferent && c.contained(joinedOr(allA, a), joinedOr(allB, b)) {
		best = lastContained
	}
	return best, c.w.u[FieldLast][best]
}

// onlyParticle reports whether a is nothing but a particle with which b begins:
// a compound name that was cut off.
func (c *comparer) onlyParticle(a, b []uint32, allB uint32) bool {
	if len(a) != 1 || allB == 0 || a[0] == b[0] {
		return false
	}
	x := c.lex.names.at(a[0])
	return x.particle && strings.HasPrefix(c.lex.names.at(allB).text, x.text)
}

func sameFamily(a, b []uint32) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) == 1 {
		return a[0] == b[0]
	}
	for _, x := range a {
		found := false
		for _, y := range b {
			found = found || x == y
		}
		if !found {
			return false
		}
	}
	return true
}

// familyLevel compares two words of family names.
func (c *comparer) familyLevel(a, b uint32, foreign bool) uint8 {
	if a == b {
		return lastExact
	}
	x, y := c.lex.names.at(a), c.lex.names.at(b)
	short := min(len(x.text), len(y.text))
	if short < 2 {
		return lastDifferent
	}
	if foreign && x.skeleton == y.skeleton && x.skeleton != 0 {
		return lastClose
	}
	return c.family.get(a, b, func() uint8 { return familyPair(x, y) })
}

func familyPair(x, y *nameItem) uint8 {
	short := min(len(x.text), len(y.text))
	jw := similarity(x, y, 0.88)
	edit := mayBeOneEdit(x.letters, y.letters) && oneEdit(x.text, y.text)
	switch {
	case meet(x.variants, y.variants), short >= 5 && (jw >= 0.95 || edit):
		return lastClose
	case short >= 3 && edit, jw >= 0.88, x.sound == y.sound && short >= 3:
		return lastSimilar
	}
	return lastDifferent
}

func (c *comparer) contained(a, b uint32) bool {
	x, y := c.lex.names.at(a), c.lex.names.at(b)
	return mayContain(x.letters, y.letters) && min(len(x.text), len(y.text)) >= 4 &&
		(strings.Contains(x.text, y.text) || strings.Contains(y.text, x.text))
}

// joint makes up for names that go together in a country: Nguyen is not as
// rare for a Vietnamese given name as in the whole directory. It returns the
// u of the family name, given that of the given name.
func (c *comparer) joint(m *entity, firstU, lastU Bits) Bits {
	if m.country == 0 || m.given == 0 || m.family == 0 {
		return lastU
	}
	f := &c.model.freq
	country := uint64(m.country)
	inCountry := f[valueCountry].share(country) * f[valueCountry].total
	if inCountry < 30 {
		return lastU
	}
	first := c.lex.names.at(m.givenNames()[0]).hash
	last := c.lex.names.at(m.familyNames()[0]).hash
	nFirst := f[valueGivenCountry].share(mix(uint64(valueGivenCountry), first, country)) * f[valueGivenCountry].total
	nLast := f[valueFamilyCountry].share(mix(uint64(valueFamilyCountry), last, country)) * f[valueFamilyCountry].total
	both := bitsOf(math.Log2(nFirst * nLast / inCountry / float64(max(1, c.model.members))))
	return min(-1, max(lastU, both-firstU))
}
