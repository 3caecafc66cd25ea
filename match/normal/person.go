package normal

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"crmsync/assets/names"
)

// Name is the normal form of a person's name.
type Name struct {
	// Given names in order, with middle names, then quoted nicknames. Single
	// letters are initials.
	Given []string
	// Family names without particles.
	Family []string
	// Particles such as "van der", which belong to the family name but are
	// written and sorted in many ways.
	Particles []string
	// Foreign is set if a part was not in Latin script.
	Foreign bool
	// Ideographs is set if a part was in Han signs, whose reading nobody can
	// tell: they are romanised as Chinese, and may be Japanese.
	Ideographs bool
}

// maxNames bounds the parts of a name that are looked at.
const maxNames = 6

var honorifics = setOf("mr mrs ms miss mx dr prof professor sir dame lord lady hon honorable rev reverend fr herr frau fraulein mme mlle monsieur madame " +
	"sr sra srta don dona dott ing dipl mag univ lic eng engr capt captain col colonel gen general lt sgt maj major sen rep senator representative " +
	"shri smt sri pan pani mons president minister sheikh shaikh haji hajji mullah ayatollah imam")

var particles = setOf("van von der den de del della di da do dos das du des la le las los ten ter te zu zum zur af av ibn bin ben bint al el abu y e i dit san santa mac mc o")

// Person returns the normal form of a name given in two fields. Either field
// may hold the whole name; "Family, Given" in one field is understood.
func Person(first, last string) Name {
	first, last = prepare(first), prepare(last)
	name := Name{Foreign: foreign(first) || foreign(last), Ideographs: han(first) || han(last)}
	first, last = onlyField(first, last)
	first, nicknames := quoted(first)
	last, more := quoted(last)
	given := nameWords(first, name.Foreign)
	family := nameWords(last, name.Foreign)
	given = stripTitles(given)
	family = stripTitles(family)
	name.Given = given
	for _, list := range [][]string{nicknames, more} {
		for _, word := range list {
			if !slices.Contains(name.Given, word) {
				name.Given = append(name.Given, word)
			}
		}
	}
	name.splitFamily(family)
	name.Given = head(name.Given)
	name.Family = head(name.Family)
	return name
}

func head(list []string) []string {
	if len(list) > maxNames {
		return list[:maxNames:maxNames]
	}
	return list
}

// onlyField spreads a whole name that sits in one field over both.
func onlyField(first, last string) (string, string) {
	if Missing(first) {
		first = ""
	}
	if Missing(last) || !familyOrSuffix(first, last) {
		last = ""
	}
	if first != "" && last != "" {
		return first, last
	}
	whole := first + last
	if family, given, ok := strings.Cut(whole, ","); ok && !Missing(given) && !onlySuffix(given) {
		return given, family
	}
	words := strings.Fields(whole)
	if len(words) < 2 {
		return first, last
	}
	end := len(words) - 1
	for end > 1 && (isSuffix(strings.Trim(words[end], ",")) || Fold(words[end]) == "") {
		end--
	}
	start := end
	for start > 1 && particles[Fold(words[start-1])] {
		start--
	}
	return strings.Join(words[:start], " "), strings.Join(words[start:], " ")
}

// quoted takes names in quotes or brackets out of s.
func quoted(s string) (rest string, nicknames []string) {
	if !strings.ContainsAny(s, "\"“”„(«") {
		return s, nil
	}
	var b strings.Builder
	for s != "" {
		open := strings.IndexAny(s, "\"“”„(«")
		if open < 0 {
			break
		}
		b.WriteString(s[:open])
		size := firstSize(s[open:])
		tail := s[open+size:]
		end := strings.IndexAny(tail, "\"“”)»")
		if end < 0 {
			s = " " + tail
			continue
		}
		nicknames = append(nicknames, nicknamesIn(tail[:end])...)
		size = firstSize(tail[end:])
		s = " " + tail[end+size:]
	}
	b.WriteString(s)
	return b.String(), nicknames
}

// nicknamesIn are the names among what stands in quotes or brackets.
func nicknamesIn(inside string) (list []string) {
	folded := Fold(inside)
	if pronounsOnly(folded) {
		return nil
	}
	for w := range strings.FieldsSeq(folded) {
		if len(w) > 1 && !suffixes[w] && !honorifics[w] {
			list = append(list, w)
		}
	}
	return list
}

// firstSize is how many bytes the first rune of s takes.
func firstSize(s string) int {
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// nameWords folds a name field into words. A comma ends the name: degrees follow.
func nameWords(s string, foreign bool) []string {
	if i := strings.IndexByte(s, ','); i > 0 && onlySuffix(s[i+1:]) {
		s = s[:i]
	}
	s = strings.ReplaceAll(stripSuffixes(s), "O'", "O")
	list := strings.Fields(Fold(s))
	if foreign && len(list) > 1 && cjk(s) {
		return []string{strings.Join(list, "")}
	}
	return list
}

// cjk reports whether the text has Chinese or Korean signs, of which each is a
// syllable and not a word.
func cjk(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return 0x3400 <= r && r <= 0x9fff || 0xac00 <= r && r <= 0xd7a3
	})
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return 0x3400 <= r && r <= 0x9fff })
}

// stripTitles takes honorifics off the front, never down to nothing.
func stripTitles(list []string) []string {
	for len(list) > 1 && honorifics[list[0]] {
		list = list[1:]
	}
	return list
}

// splitFamily keeps particles apart, unless nothing else is left.
func (n *Name) splitFamily(list []string) {
	for i, w := range list {
		if particles[w] && i < len(list)-1 {
			n.Particles = append(n.Particles, w)
			continue
		}
		n.Family = append(n.Family, w)
	}
	if len(n.Family) == 0 {
		n.Family, n.Particles = n.Particles, nil
	}
}

var formal = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	add := func(short, name string) {
		if !slices.Contains(table[short], name) && short != name {
			table[short] = append(table[short], name)
		}
	}
	for _, file := range []string{names.Nicknames, names.MoreNicknames} {
		for line := range strings.Lines(file) {
			list := strings.Fields(Fold(line))
			for _, short := range list[min(1, len(list)):] {
				add(short, list[0])
			}
		}
	}
	// Who is called as in another language is called by its short forms too:
	// Pedro is Peter, and so Pete.
	more, order := map[string][]string{}, []string{}
	for line := range strings.Lines(names.MoreNicknames) {
		list := strings.Fields(Fold(line))
		more[list[0]] = list[1:]
		order = append(order, list[0])
	}
	for _, name := range order {
		for _, other := range more[name] {
			for _, short := range more[other] {
				add(short, name)
			}
		}
	}
	return table
})

// Formal returns the formal given names that a folded given name is short for:
// "bob" gives "robert". Two names that share one are the same name. The result
// must not be changed.
func Formal(given string) []string {
	if list, ok := formal()[given]; ok {
		return list
	}
	// Pet names are spelled with any of these endings.
	for _, end := range []string{"ie", "ey", "i", "y"} {
		stem, ok := strings.CutSuffix(given, end)
		if !ok || len(stem) < 3 {
			continue
		}
		for _, other := range []string{"y", "ie", "i", "ey"} {
			if list, ok := formal()[stem+other]; ok {
				return list
			}
		}
	}
	return nil
}

// Particle reports whether a folded word is a particle of family names.
func Particle(word string) bool { return particles[word] }

var variants = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	for line := range strings.Lines(names.Family) {
		list := strings.Fields(line)
		for _, w := range list {
			table[w] = append(table[w], list[0])
		}
	}
	return table
})

// FamilyVariants returns names for the groups of spellings that a folded family
// name belongs to: "chung" and "jeong" share one. The result must not be
// changed.
func FamilyVariants(family string) []string { return variants()[family] }
