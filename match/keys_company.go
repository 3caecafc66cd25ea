package match

import "github.com/zeebo/xxh3"

// company makes the keys of a company.
func (k *keyer) company(e *entity) {
	for _, d := range []uint32{e.web, e.domain} {
		if d == 0 {
			continue
		}
		if item := k.lex.domains.at(d); !item.free {
			k.add(keyDomain, item.hash)
			if len(item.site) >= 4 {
				k.add(keySite, xxh3.HashString(item.site))
			}
		}
	}
	if e.org == 0 {
		return
	}
	o := k.lex.orgs.at(e.org)
	city, postal := hashOf(k.lex.cities, e.city), hashOf(k.lex.postals, e.postal)
	k.add(keySite, o.hash)
	k.add(keyJoinedPrefix, prefix(o.joined, 6))
	k.add(keyOrgPlace, prefix(o.joined, 3), city)
	k.add(keyOrgPlace, prefix(o.joined, 3), postal)
	k.add(keyAcronym, o.acronym)
	if len(o.joined) >= 3 && len(o.joined) <= 6 {
		k.add(keyAcronym, o.hash)
	}
	var before uint64
	for _, id := range o.words {
		w := k.lex.words.at(id)
		k.add(keyWord, w.hash)
		if len(w.text) >= 5 {
			k.add(keyWordPrefix, prefix(w.text, 5))
		}
		if before != 0 {
			k.add(keyWordPair, min(before, w.hash), max(before, w.hash))
		}
		before = w.hash
	}
	k.orgDeletions(o.joined)
}

func (k *keyer) orgDeletions(joined string) {
	if len(joined) < 5 || len(joined) > 14 {
		return
	}
	var buf [16]byte
	for i := range len(joined) {
		b := append(append(buf[:0], joined[:i]...), joined[i+1:]...)
		k.add(keyOrgDeletion, xxh3.Hash(b))
	}
	k.add(keyOrgDeletion, xxh3.HashString(joined))
}
