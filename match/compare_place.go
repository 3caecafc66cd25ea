package match

import (
	"slices"
	"strings"

	"crmsync/match/normal"
)

// street compares street addresses.
func (c *comparer) street(r, m *entity, v *vector) {
	if r.street == 0 || m.street == 0 {
		return
	}
	a, b := c.lex.streets.at(r.street), c.lex.streets.at(m.street)
	sameWord := a.word == b.word && a.word != 0
	switch {
	case r.street == m.street:
		v.set(FieldStreet, streetExact, b.logU)
	case sameWord && a.number == b.number && a.number != 0:
		v.set(FieldStreet, streetNumber, b.logU)
	case sameWord && (a.number == 0 || b.number == 0), streetAlike(a, b):
		c.sampled(v, FieldStreet, streetSimilar)
	case sameWord:
		c.sampled(v, FieldStreet, streetWord)
	default:
		c.sampled(v, FieldStreet, streetDifferent)
	}
}

// streetAlike reports whether two lines differ by slips of the pen, or have
// most words in common.
func streetAlike(a, b *streetItem) bool {
	if a.number == b.number && (jaroWinkler(a.line, b.line) >= 0.9 || a.number != 0 && shareStreetWord(a.line, b.line)) {
		return true
	}
	if a.number != 0 && b.number != 0 && a.number != b.number && a.word == b.word {
		return false
	}
	x, y := strings.Fields(a.line), strings.Fields(b.line)
	both := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			both++
		}
	}
	return both >= 2 && 5*both >= 3*(len(x)+len(y)-both) || jaroWinkler(joinWords(x), joinWords(y)) >= 0.95
}

// shareStreetWord reports whether two lines have a word in common that is more
// than "street" or "north".
func shareStreetWord(a, b string) bool {
	for w := range strings.FieldsSeq(a) {
		if len(w) >= 4 && !normal.StreetType(w) && (w[0] < '0' || w[0] > '9') && strings.Contains(" "+b+" ", " "+w+" ") {
			return true
		}
	}
	return false
}

func joinWords(list []string) string { return strings.Join(list, "") }

// area compares places. A street that agrees has already been paid for.
func (c *comparer) area(r, m *entity, v *vector) {
	if v.level[FieldStreet] <= streetNumber {
		return
	}
	x := c.lex
	sameCountry := r.country != 0 && r.country == m.country
	switch {
	case r.country != 0 && m.country != 0 && !sameCountry:
		c.sampled(v, FieldArea, areaOtherCountry)
	case r.postal != 0 && r.postal == m.postal:
		v.set(FieldArea, areaPostal, x.postals.at(m.postal).logU)
	case r.city != 0 && r.city == m.city:
		v.set(FieldArea, areaCity, x.cities.at(m.city).logU)
	case c.near(r, m):
		c.sampled(v, FieldArea, areaNear)
	case r.state != 0 && m.state != 0 && r.state == m.state:
		level := areaState
		if r.city != 0 && m.city != 0 {
			level = areaOtherCity
		}
		v.set(FieldArea, level, capU(x.states.at(m.state).logU))
	case r.state != 0 && m.state != 0, r.city != 0 && m.city != 0:
		c.sampled(v, FieldArea, areaOtherState)
	case sameCountry:
		v.set(FieldArea, areaCountry, capU(c.model.freq[valueCountry].logU(uint64(m.country))))
	}
}

// near reports whether two cities or postal codes are almost the same.
func (c *comparer) near(r, m *entity) bool {
	if r.city != 0 && m.city != 0 {
		a, b := c.lex.cities.at(r.city).text, c.lex.cities.at(m.city).text
		if jaroWinkler(a, b) >= 0.9 || min(len(a), len(b)) >= 5 && (strings.Contains(a, b) || strings.Contains(b, a)) {
			return true
		}
	}
	if r.postal != 0 && m.postal != 0 {
		a, b := c.lex.postals.at(r.postal).text, c.lex.postals.at(m.postal).text
		return len(a) == len(b) && (oneEdit(a, b) || len(a) >= 5 && a[:3] == b[:3])
	}
	return false
}
