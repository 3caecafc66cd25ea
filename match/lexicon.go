package match

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match/normal"
)

// lexicon holds every distinct value of both sides once, with all that can be
// worked out from the value alone.
type lexicon struct {
	names   *table[nameItem]
	orgs    *table[orgItem]
	words   *table[wordItem] // of company names
	titles  *table[titleItem]
	locals  *table[textItem]
	domains *table[domainItem]
	streets *table[streetItem]
	cities  *table[textItem]
	postals *table[textItem]
	states  *table[textItem]
	fields  *table[textItem] // of industry
}

// value is what the frequency of a value weighs: log2 u, by the hash it is counted under.
type value struct {
	hash uint64
	logU Bits
}

type textItem struct {
	value
	text string
}

// nameItem is one word of a person's name. It is counted as a given name and
// as a family name apart.
type nameItem struct {
	// What most comparisons need stands first, in one cache line.
	text     string
	letters  uint32 // letterSet
	given    Bits   // log2 u as a given name
	family   Bits   // log2 u as a family name
	particle bool
	hash     uint64
	sound    uint64
	skeleton uint64
	formal   []uint64 // hashes of the names it may stand for, itself first
	variants []uint64 // hashes of groups of spellings as a family name
}

type wordItem struct {
	value
	text    string
	letters uint32 // letterSet
	idf     float32
}

type orgItem struct {
	value
	joined  string
	words   []uint32 // ids in words, in order
	first   uint64   // hash of the first word of three letters or more, or of the name
	acronym uint64
	form    uint64  // legal form, 0 for none
	idf     float32 // of all words together
	past    Bits    // log2 u as any position, present or past
}

type titleItem struct {
	value
	words []uint64 // sorted hashes
}

type domainItem struct {
	value
	text string
	site string
	web  Bits // log2 u as a web site
	free bool
}

type streetItem struct {
	value
	line   string
	number uint64
	word   uint64
}

func newLexicon() *lexicon {
	x := &lexicon{
		names: newTable(deriveName),
		words: newTable(func(s string, h uint64) wordItem {
			return wordItem{value: value{hash: h}, text: s, letters: letterSet(s)}
		}),
		titles:  newTable(deriveTitle),
		locals:  newTable(deriveText),
		domains: newTable(deriveDomain),
		streets: newTable(deriveStreet),
		cities:  newTable(deriveText),
		postals: newTable(deriveText),
		states:  newTable(deriveText),
		fields:  newTable(deriveText),
	}
	x.orgs = newTable(x.deriveOrg)
	return x
}

func deriveText(s string, hash uint64) textItem {
	return textItem{value: value{hash: hash}, text: s}
}

func deriveName(s string, hash uint64) nameItem {
	n := nameItem{text: s, hash: hash}
	n.sound = xxh3.HashString(normal.Sound(s))
	if k := normal.Skeleton(s); len(k) >= 2 {
		n.skeleton = xxh3.HashString(k)
	}
	n.letters = letterSet(s)
	n.particle = normal.Particle(s)
	for _, v := range normal.FamilyVariants(s) {
		n.variants = append(n.variants, xxh3.HashString(v))
	}
	n.formal = append(n.formal, hash)
	for _, f := range normal.Formal(s) {
		n.formal = append(n.formal, xxh3.HashString(f))
	}
	return n
}

// deriveOrg takes the words of a company name, separated by spaces, a tab and
// the legal form.
func (x *lexicon) deriveOrg(s string, _ uint64) orgItem {
	s, form, _ := strings.Cut(s, "\t")
	o := orgItem{joined: strings.ReplaceAll(s, " ", "")}
	if form != "" {
		o.form = xxh3.HashString(form)
	}
	o.hash = xxh3.HashString(o.joined)
	letters := make([]byte, 0, 12)
	for w := range strings.FieldsSeq(s) {
		if o.first == 0 && len(w) > 2 {
			o.first = xxh3.HashString(w)
		}
		o.words = append(o.words, x.words.id(w))
		letters = append(letters, w[0])
	}
	if o.first == 0 {
		o.first = o.hash
	}
	if len(letters) >= 3 {
		o.acronym = xxh3.Hash(letters)
	}
	return o
}

func deriveTitle(s string, _ uint64) titleItem {
	var t titleItem
	for w := range strings.FieldsSeq(s) {
		t.words = append(t.words, xxh3.HashString(w))
	}
	slices.Sort(t.words)
	t.words = slices.Compact(t.words)
	t.hash = mix(17, t.words...)
	return t
}

func deriveDomain(s string, hash uint64) domainItem {
	free := strings.HasPrefix(s, "!")
	s = strings.TrimPrefix(s, "!")
	return domainItem{value: value{hash: hash}, text: s, site: normal.Site(s), free: free}
}

// deriveStreet takes line, number and word, separated by tabs.
func deriveStreet(s string, _ uint64) streetItem {
	line, rest, _ := strings.Cut(s, "\t")
	number, word, _ := strings.Cut(rest, "\t")
	i := streetItem{line: line}
	if number != "" {
		i.number = xxh3.HashString(number)
	}
	if word != "" {
		i.word = xxh3.HashString(word)
	}
	i.hash = mix(19, i.number, i.word)
	if i.number == 0 || i.word == 0 {
		i.hash = xxh3.HashString(line)
	}
	return i
}

// mix makes one hash of a tag and hashes. It is stable for ever.
func mix(tag uint64, parts ...uint64) uint64 {
	h := tag*0x9e3779b97f4a7c15 + 0x2545f4914f6cdd1d
	for _, p := range parts {
		hi, lo := bits.Mul64(h^p^0xa0761d6478bd642f, p+h+0xe7037ed1a0b428db|1)
		h = hi ^ lo + bits.RotateLeft64(h, 23)
	}
	h ^= h >> 32
	return h * 0xd6e8feb86659fd93
}

// forget drops what only interning needs.
func (x *lexicon) forget() {
	x.names.forget()
	x.orgs.forget()
	x.words.forget()
	x.titles.forget()
	x.locals.forget()
	x.domains.forget()
	x.streets.forget()
	x.cities.forget()
	x.postals.forget()
	x.states.forget()
	x.fields.forget()
}
