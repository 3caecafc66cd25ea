package match

import (
	"slices"
	"sync"

	"github.com/zeebo/xxh3"
)

// KeyVersion changes whenever Keys or MemberKeys gives other keys for the same
// values. Key tables made with another version must be rebuilt.
const KeyVersion = 7

// Keys returns the blocking keys of a record, sorted and distinct. A member is
// compared with the record only if they share one.
func Keys(kind Kind, r Record) []uint64 {
	b := borrow(kind)
	defer b.giveBack()
	e := b.prep.record(&r)
	return slices.Clone(b.recordKeys(&e, b.out))
}

// MemberKeys returns the blocking keys of a member, sorted and distinct.
func MemberKeys(kind Kind, m Member) []uint64 {
	b := borrow(kind)
	defer b.giveBack()
	e := b.prep.member(&m)
	return slices.Clone(b.keys(&e, b.out))
}

// keyBench is what making keys for single values needs. It is used again and
// again, since making it costs more than the keys.
type keyBench struct {
	*keyer
	prep *preparer
	uses int
}

var keyBenches [2]sync.Pool

func borrow(kind Kind) *keyBench {
	if b, ok := keyBenches[kind&1].Get().(*keyBench); ok {
		return b
	}
	p := newPreparer(newLexicon(), kind)
	return &keyBench{keyer: newKeyer(p.lex, kind), prep: p}
}

// giveBack keeps the bench for the next value, until it has seen many.
func (b *keyBench) giveBack() {
	if b.uses++; b.uses < 5000 {
		keyBenches[b.kind&1].Put(b)
	}
}

// Tags of keys. Their numbers are part of the stored form.
const (
	keyMail uint64 = iota + 1
	keyLocal
	keyDomainLocal
	keyPhone
	keyNames
	keySoundFirst
	keyFirstLast3
	keyFirst4Last4
	keyFormal
	keyLastInitial
	keySkeleton
	keyJoinedNames
	keyInitialOrg
	keyLastCity
	keyFirstCity
	keyLastPostal
	keyFirstPostal
	keyLastState
	keyLastWord
	keyFirstOrg
	keyNumberStreet
	keyNumberPostal
	keyDeletion
	keyID
	keyProfile
	keyWord
	keyWordPair
	keyJoinedPrefix
	keyWordPrefix
	keyAcronym
	keyDomain
	keySite
	keyOrgPlace
	keyOrgDeletion
	keyLast
	keyLastSound
	keyFirst
	keyLocalPart
	keyCityLast
	keyCityFirst
	keyOrgTitle
	keyInitialsOrg
	keyInitialsCity
	keyWhole
)

// keyer makes keys. One per goroutine.
type keyer struct {
	lex  *lexicon
	kind Kind
	out  []uint64
}

func newKeyer(lex *lexicon, kind Kind) *keyer { return &keyer{lex: lex, kind: kind} }

// keys makes the sorted, distinct keys of e.
func (k *keyer) keys(e *entity, out []uint64) []uint64 {
	k.out = k.some(e, out)
	slices.Sort(k.out)
	return slices.Compact(k.out)
}

// some makes the keys of e in no order, some twice.
func (k *keyer) some(e *entity, out []uint64) []uint64 {
	k.out = out[:0]
	k.add(keyID, e.token)
	k.add(keyProfile, e.profile)
	if e.phone != 0 {
		k.add(keyPhone, e.phone%10_000_000)
	}
	if e.phone2 != 0 {
		k.add(keyPhone, e.phone2%10_000_000)
	}
	if e.street != 0 {
		s := k.lex.streets.at(e.street)
		k.add(keyNumberStreet, s.number, s.word)
		k.add(keyNumberPostal, s.number, hashOf(k.lex.postals, e.postal))
	}
	if k.kind == Person {
		k.person(e)
	} else {
		k.company(e)
	}
	return k.out
}

// add makes a key, unless a part is missing.
func (k *keyer) add(tag uint64, parts ...uint64) {
	for _, p := range parts {
		if p == 0 {
			return
		}
	}
	k.out = append(k.out, mix(tag, parts...)&^wideKey)
}

// wide makes a key that is followed only while few members have it: by itself
// it says little.
func (k *keyer) wide(tag uint64, parts ...uint64) {
	n := len(k.out)
	k.add(tag, parts...)
	for i := n; i < len(k.out); i++ {
		k.out[i] |= wideKey
	}
}

// wideKey is the bit that marks wide keys.
const wideKey uint64 = 1

func hashOf(t *table[textItem], id uint32) uint64 {
	if id == 0 {
		return 0
	}
	return t.at(id).hash
}

func (k *keyer) org(id uint32) (joined, firstWord uint64) {
	if id == 0 {
		return 0, 0
	}
	o := k.lex.orgs.at(id)
	return o.hash, o.first
}

// cityStart is the first five letters of the city, which its longer names share:
// San Francisco and San Francisco Bay Area.
func (k *keyer) cityStart(e *entity) uint64 {
	if e.city == 0 {
		return 0
	}
	return prefix(k.lex.cities.at(e.city).text, 5)
}

func (k *keyer) person(e *entity) {
	k.mail(e)
	given, family := e.givenNames(), e.familyNames()
	org, word := k.org(e.org)
	city, postal := hashOf(k.lex.cities, e.city), hashOf(k.lex.postals, e.postal)
	state, begin := hashOf(k.lex.states, e.state), k.cityStart(e)
	k.atCompany(e, org)
	if len(given) > 0 && len(family) > 0 {
		first, last := k.lex.names.at(given[0]).text, k.lex.names.at(family[0]).text
		k.wide(keyInitialsCity, uint64(first[0]), uint64(last[0]), city)
		k.whole(first, last)
	}
	family = family[:min(4, len(family))]
	if e.familyAll != 0 {
		family = append(slices.Clone(family), e.familyAll)
	}
	for _, f := range family {
		last := k.lex.names.at(f)
		if len(last.text) < 2 {
			k.initials(given, last.text, org)
			continue
		}
		k.wide(keyLast, last.hash)
		k.wide(keyLastSound, last.sound)
		k.wide(keyCityLast, uint64(last.text[0]), city)
		k.add(keyLastCity, last.hash, begin)
		k.add(keyLastPostal, prefix(last.text, 4), postal)
		k.add(keyLastState, last.hash, state)
		k.add(keyLastWord, last.hash, word)
		for _, g := range given[:min(3, len(given))] {
			k.pair(k.lex.names.at(g), last, org)
		}
	}
	for _, g := range given[:min(2, len(given))] {
		first := k.lex.names.at(g)
		if len(first.text) < 2 {
			continue
		}
		k.wide(keyFirst, first.hash)
		k.wide(keyCityFirst, uint64(first.text[0]), city)
		k.add(keyFirstCity, first.hash, city)
		k.add(keyFirstPostal, prefix(first.text, 4), postal)
		k.add(keyFirstOrg, first.hash, org)
		for _, past := range e.past() {
			joined, _ := k.org(past)
			k.add(keyFirstOrg, first.hash, joined)
		}
	}
	k.joined(e)
}

// pair makes the keys of a given and a family name.
func (k *keyer) pair(first, last *nameItem, org uint64) {
	k.add(keyNames, min(first.hash, last.hash), max(first.hash, last.hash))
	k.add(keyLastInitial, last.hash, uint64(first.text[0]))
	if len(first.text) < 2 {
		k.add(keyInitialOrg, uint64(first.text[0]), prefix(last.text, 2), org)
		return
	}
	k.add(keyInitialOrg, uint64(first.text[0]), prefix(last.text, 2), org)
	k.add(keySoundFirst, last.sound, prefix(first.text, 3))
	k.add(keyFirstLast3, first.hash, prefix(last.text, 3))
	k.add(keyFirst4Last4, prefix(first.text, 4), prefix(last.text, 4))
	k.add(keySkeleton, first.skeleton, last.skeleton)
	for _, formal := range first.formal[:min(5, len(first.formal))] {
		k.add(keyFormal, formal, prefix(last.text, 5))
	}
	k.deletions(first.text[0], last.text)
}

// whole makes keys of the names as e-mail addresses have them.
func (k *keyer) whole(first, last string) {
	var buf [64]byte
	if len(first)+len(last) > len(buf) {
		return
	}
	k.wide(keyWhole, xxh3.Hash(append(append(buf[:0], first...), last...)))
	k.wide(keyWhole, xxh3.Hash(append(append(buf[:0], last...), first...)))
	k.wide(keyWhole, xxh3.Hash(append(append(buf[:0], first[0]), last...)))
}

// initials finds people whose family name is only a letter, by given name and
// company.
func (k *keyer) initials(given []uint32, last string, org uint64) {
	for _, g := range given[:min(1, len(given))] {
		k.add(keyInitialOrg, uint64(last[0]), prefix(k.lex.names.at(g).text, 2), org)
	}
}

// deletions makes keys of the family name with one letter left out, which two
// names that differ by one letter share.
func (k *keyer) deletions(initial byte, last string) {
	if len(last) < 5 || len(last) > 12 {
		return
	}
	var buf [16]byte
	for i := range len(last) {
		if i > 0 && last[i] == last[i-1] {
			continue
		}
		b := append(append(buf[:0], last[:i]...), last[i+1:]...)
		k.add(keyDeletion, xxh3.Hash(b), uint64(initial))
	}
	k.add(keyDeletion, xxh3.HashString(last), uint64(initial))
}

// joined makes keys of names that some write in one word and others in two.
func (k *keyer) joined(e *entity) {
	given, family := e.givenNames(), e.familyNames()
	if len(given) == 0 || len(family) == 0 {
		return
	}
	a, last := e.givenAll, e.familyAll
	if a == 0 {
		a = k.lex.names.at(given[0]).hash
	}
	if last == 0 {
		last = family[0]
	}
	b := k.lex.names.at(last).hash
	k.add(keyJoinedNames, min(a, b), max(a, b))
}

func (k *keyer) mail(e *entity) {
	if e.local == 0 {
		return
	}
	local, domain := k.lex.locals.at(e.local), k.lex.domains.at(e.domain)
	k.add(keyMail, local.hash, domain.hash)
	if len(local.text) >= 6 {
		k.add(keyLocal, local.hash)
	} else {
		k.wide(keyLocalPart, local.hash)
	}
	if !domain.free && len(local.text) >= 3 {
		k.add(keyDomainLocal, domain.hash, prefix(local.text, 3))
	}
}

// prefix hashes the first n letters of a word that has at least two.
func prefix(word string, n int) uint64 {
	if len(word) < 2 {
		return 0
	}
	return xxh3.HashString(word[:min(n, len(word))])
}
