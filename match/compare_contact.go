package match

import (
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match/normal"
)

// email compares two addresses.
func (c *comparer) email(r, m *entity, v *vector) {
	if r.local == 0 || m.local == 0 {
		return
	}
	a, b := c.lex.locals.at(r.local), c.lex.locals.at(m.local)
	da, db := c.lex.domains.at(r.domain), c.lex.domains.at(m.domain)
	switch {
	case r.local == m.local && r.domain == m.domain:
		hash := mix(uint64(valueMail), b.hash, db.hash)
		v.set(FieldEmail, emailExact, c.model.freq[valueMail].logU(hash))
	case r.local == m.local && c.ownName(m, v, b.text):
		// Namesakes have such addresses at many companies.
		v.set(FieldEmail, emailLocal, oftenSo)
	case r.local == m.local:
		v.set(FieldEmail, emailLocal, b.logU)
	case oneEdit(a.text, b.text) && (r.domain == m.domain || oneEdit(da.text, db.text)) && min(len(a.text), len(b.text)) >= 4:
		c.sampled(v, FieldEmail, emailClose)
	case min(len(a.text), len(b.text)) >= 5 && fewEdits(a.text, b.text) && jaroWinkler(da.text, db.text) >= 0.85:
		c.sampled(v, FieldEmail, emailSimilar)
	default:
		c.sampled(v, FieldEmail, emailDifferent)
	}
}

// oftenSo is log2 of .3.
const oftenSo Bits = -1737

// ownName reports whether the names agree and a local part is made of them.
func (c *comparer) ownName(m *entity, v *vector, local string) bool {
	if v.level[FieldFirst] > firstClose || v.level[FieldLast] > lastClose {
		return false
	}
	letters := strings.Join(normal.LocalWords(local), "")
	if len(letters) < len(strings.ReplaceAll(local, ".", ""))-1 {
		return false // digits tell people apart
	}
	last := c.lex.names.at(m.familyNames()[0]).text
	return strings.Contains(letters, prefixText(last, 6))
}

// mailName lets an e-mail address speak for a name part that the record lacks
// or abbreviates, or that the two sides have differently.
func (c *comparer) mailName(r, m *entity, v *vector) {
	if m.given == 0 || m.family == 0 || v.level[FieldEmail] <= emailClose {
		return
	}
	if c.otherName(r, m, v) || c.otherName(m, r, v) || r.local == 0 {
		return
	}
	x := c.lex.names
	noFirst := r.given == 0 || len(x.at(r.givenNames()[0]).text) == 1
	noLast := r.family == 0 || len(x.at(r.familyNames()[0]).text) == 1
	local := c.lex.locals.at(r.local).text
	first, last := x.at(m.givenNames()[0]), x.at(m.familyNames()[0])
	if !noFirst && !noLast {
		return
	}
	known := last.text
	if !noFirst {
		known = first.text
	}
	rest := restOfLocal(local, known)
	switch {
	case noFirst && c.givenFits(rest, m):
		v.set(FieldMailName, mailNameAgrees, capU(first.given+log2of3))
		if v.level[FieldFirst] == firstDifferent {
			v.level[FieldFirst] = missing // goes by another given name than the initial
		}
	case noLast && len(last.text) >= 3 && strings.Contains(rest, last.text):
		v.set(FieldMailName, mailNameAgrees, capU(last.family+log2of3))
	case len(rest) >= 3 && !fits(rest, first.text, last.text):
		c.sampled(v, FieldMailName, mailNameContradicts)
	}
}

// otherName reports whether the address of one side has the name of the other
// where its own differs: a former family name, or the given name of somebody
// who is called by another one.
func (c *comparer) otherName(holder, other *entity, v *vector) bool {
	if holder.local == 0 || other.given == 0 || other.family == 0 || v.level[FieldOrder] == orderSwapped {
		return false
	}
	local := c.lex.locals.at(holder.local).text
	first, last := c.lex.names.at(other.givenNames()[0]), c.lex.names.at(other.familyNames()[0])
	switch {
	case v.level[FieldLast] == lastDifferent && len(last.text) >= 4 && strings.Contains(local, last.text):
		v.set(FieldMailName, mailNameAgrees, capU(last.family+log2of3))
	case v.level[FieldFirst] == firstDifferent && v.level[FieldLast] == lastExact && len(first.text) >= 4 &&
		strings.Contains(restOfLocal(local, last.text), first.text):
		v.set(FieldMailName, mailNameAgrees, capU(first.given+log2of3))
		v.level[FieldFirst] = missing
	default:
		return false
	}
	return true
}

// restOfLocal is the letters of a local part without a known name.
func restOfLocal(local, known string) string {
	letters := strings.Join(normal.LocalWords(local), "")
	if len(known) >= 3 {
		letters = strings.Replace(letters, known, "", 1)
	}
	return letters
}

// givenFits reports whether what is left of a local part is a given name of
// the member, or short for it.
func (c *comparer) givenFits(rest string, m *entity) bool {
	for _, id := range m.givenNames() {
		name := c.lex.names.at(id)
		if len(name.text) >= 2 && rest == name.text || len(name.text) >= 3 && strings.Contains(rest, name.text) {
			return true
		}
		if len(rest) >= 3 && meet(deriveName(rest, xxh3.HashString(rest)).formal, name.formal) {
			return true
		}
	}
	return false
}

// fits reports whether the letters begin or end like one of the names.
func fits(rest, first, last string) bool {
	return strings.Contains(rest, prefixText(last, 4)) || strings.HasPrefix(rest, prefixText(first, 3)) || strings.HasPrefix(first, rest)
}

func prefixText(s string, n int) string { return s[:min(n, len(s))] }

// phone compares numbers by their last digits.
func (c *comparer) phone(r, m *entity, v *vector) {
	if r.phone == 0 || m.phone == 0 {
		return
	}
	level := phoneLevel(r.phone, m.phone)
	if r.phone2 != 0 {
		level = min(level, phoneLevel(r.phone2, m.phone))
	}
	if level == phoneExact {
		v.set(FieldPhone, level, c.model.freq[valuePhone].both(m.phone%10_000_000, &c.model.freq[valueRecordPhone]))
		return
	}
	c.sampled(v, FieldPhone, level)
}

func phoneLevel(a, b uint64) uint8 {
	const seven = 10_000_000
	switch {
	case a == b, a%seven == b%seven && min(a, b) < 1_000_000_000:
		return phoneExact
	case a/10_000 == b/10_000 && oneDigit(a, b):
		return phoneClose
	case a/10_000 == b/10_000:
		return phoneExchange
	case a%seven == b%seven, oneDigit(a, b):
		return phoneClose
	}
	return phoneDifferent
}

// oneDigit reports whether two numbers differ in one digit.
func oneDigit(a, b uint64) bool {
	n := 0
	for ; a != 0 || b != 0; a, b = a/10, b/10 {
		if a%10 != b%10 {
			n++
		}
	}
	return n <= 1
}

// title compares job titles as sets of words.
func (c *comparer) title(r, m *entity, v *vector) {
	if r.title == 0 || m.title == 0 {
		return
	}
	a, b := c.lex.titles.at(r.title), c.lex.titles.at(m.title)
	if a.hash == b.hash {
		v.set(FieldTitle, titleExact, b.logU)
		return
	}
	both := common(a.words, b.words)
	switch {
	case both == 0:
		c.sampled(v, FieldTitle, titleDifferent)
	case 5*both >= 2*(len(a.words)+len(b.words)-both):
		c.sampled(v, FieldTitle, titleOverlap)
	default:
		c.sampled(v, FieldTitle, titleWord)
	}
}

// common counts equal values of two sorted lists.
func common(a, b []uint64) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n++
			i++
			j++
		}
	}
	return n
}
