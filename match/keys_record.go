package match

import (
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match/normal"
)

// recordKeys is keys for a record, with some more that find members whose
// names are elsewhere in the record: crosswise, or in the e-mail address.
func (k *keyer) recordKeys(e *entity, out []uint64) []uint64 {
	k.out = k.someOfRecord(e, out)
	slices.Sort(k.out)
	return slices.Compact(k.out)
}

// someOfRecord makes the keys of a record in no order, some twice.
func (k *keyer) someOfRecord(e *entity, out []uint64) []uint64 {
	k.out = k.some(e, out)
	if k.kind == Person {
		k.crosswise(e)
		k.fromMail(e)
	}
	return k.out
}

// crosswise makes the keys of names that differ a little as if given and family
// name were swapped.
func (k *keyer) crosswise(e *entity) {
	_, word := k.org(e.org)
	city, postal, state := hashOf(k.lex.cities, e.city), hashOf(k.lex.postals, e.postal), hashOf(k.lex.states, e.state)
	for _, f := range e.familyNames() {
		first := k.lex.names.at(f)
		k.wide(keyFirst, first.hash)
		k.add(keyFirstCity, first.hash, city)
		k.add(keyFirstPostal, prefix(first.text, 4), postal)
		for _, g := range e.givenNames() {
			last := k.lex.names.at(g)
			k.add(keyFirstLast3, first.hash, prefix(last.text, 3))
			k.add(keyFirst4Last4, prefix(first.text, 4), prefix(last.text, 4))
			for _, formal := range first.formal[:min(5, len(first.formal))] {
				k.add(keyFormal, formal, prefix(last.text, 5))
			}
			k.add(keySoundFirst, last.sound, prefix(first.text, 3))
		}
	}
	for _, g := range e.givenNames()[:min(1, int(e.given))] {
		last := k.lex.names.at(g)
		k.wide(keyLast, last.hash)
		k.add(keyLastCity, last.hash, k.cityStart(e))
		k.add(keyLastPostal, prefix(last.text, 4), postal)
		k.add(keyLastState, last.hash, state)
		k.add(keyLastWord, last.hash, word)
	}
}

// fromMail makes the keys of the names in an e-mail address and of the company
// in its domain.
func (k *keyer) fromMail(e *entity) {
	if e.local == 0 {
		return
	}
	words := normal.LocalWords(k.lex.locals.at(e.local).text)
	k.wide(keyWhole, xxh3.HashString(strings.Join(words, "")))
	if len(words) == 2 && len(words[0]) > 1 && len(words[1]) > 1 {
		a, b := xxh3.HashString(words[0]), xxh3.HashString(words[1])
		k.add(keyNames, min(a, b), max(a, b))
		k.add(keyLastInitial, a, uint64(words[1][0]))
		k.add(keyLastInitial, b, uint64(words[0][0]))
	}
	if d := k.lex.domains.at(e.domain); !d.free {
		k.atCompany(e, xxh3.HashString(d.site))
	}
}

// atCompany makes the keys of a person at a company whose names do not tell.
func (k *keyer) atCompany(e *entity, org uint64) {
	if e.title != 0 {
		k.add(keyOrgTitle, org, k.lex.titles.at(e.title).hash)
	}
	if e.given > 0 && e.family > 0 {
		g, f := k.lex.names.at(e.givenNames()[0]).text[0], k.lex.names.at(e.familyNames()[0]).text[0]
		k.wide(keyInitialsOrg, uint64(g), uint64(f), org)
	}
}
