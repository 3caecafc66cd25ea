package normal

import (
	"slices"
	"strings"
)

var suffixes = setOf("jr sr ii iii iv phd md mba esq cpa cfa pmp dds dvm jd rn mph ma msc bsc mcom frcs obe mbe cbe qc kc ret dmin edd psyd llm llb " +
	"pe cissp shrm phr sphr ccim lcsw mp mpa mbbs do")

// alsoNames are suffixes that people are called by, too: Jack Ma, Anh Do, Ram KC.
var alsoNames = setOf("ma do kc pe")

// rareNames are degrees that are family names, too, of people who have one given name and no other: Samuel Mba.
var rareNames = setOf("mba mbe mpa")

// pronouns stand in brackets behind many names.
var pronouns = setOf("she her hers he him his they them theirs")

// undotted folds text of which M.D. is one word.
func undotted(s string) string { return Fold(strings.ReplaceAll(s, ".", "")) }

// isSuffix reports whether a word as it is written is a suffix. What is a name, too, is none when it is written like
// one: "Ma" and not "MA" or "M.A.".
func isSuffix(word string) bool {
	folded := undotted(word)
	return suffixes[folded] && !(alsoNames[folded] && strings.ToUpper(word) != word)
}

// onlySuffix reports whether s is nothing but "Jr." and the like.
func onlySuffix(s string) bool {
	const longest, most = 5, 48 // letters of one, and of a row of them
	letters := 0
	for letters < len(s) && letter(s[letters]) {
		letters++
	}
	if len(s) > most || letters > longest {
		return false
	}
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !isSuffix(word) && Fold(word) != "" {
			return false
		}
	}
	return true
}

// familyOrSuffix reports whether a family name is there, and no suffix in its place: whoever has one given name and a
// last name that can be a name, has no other.
func familyOrSuffix(first, last string) bool {
	if !onlySuffix(last) {
		return true
	}
	folded := undotted(last)
	name := alsoNames[folded] || rareNames[folded] && strings.ToUpper(last) != last
	return name && !strings.Contains(last, ".") && len(strings.Fields(first)) == 1
}

// stripSuffixes takes suffixes off the end of a name, never down to nothing, and the full stops out of those that stay.
func stripSuffixes(s string) string {
	if !strings.ContainsAny(s, " ,\t") {
		return s
	}
	list := strings.Fields(strings.ReplaceAll(s, ",", " "))
	for len(list) > 1 && isSuffix(list[len(list)-1]) {
		list = list[:len(list)-1]
	}
	return strings.Join(list, " ")
}

// pronounsOnly reports whether the words in brackets say how somebody wants to be spoken of. "He" alone may be a name.
func pronounsOnly(inside string) bool {
	list := strings.Fields(inside)
	return len(list) > 0 && inside != "he" && !slices.ContainsFunc(list, func(w string) bool { return !pronouns[w] })
}
