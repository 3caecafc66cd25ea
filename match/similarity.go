package match

import (
	"math"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match/normal"
)

// NameSimilarity says how alike two written names are, 0 to 1, by the names
// alone: whole names of people or companies in any script and order. What
// counts most is the worst pair of words, since a name that differs in one
// word is usually another name, however long it is.
func NameSimilarity(kind Kind, a, b string) float64 {
	x, y := similarWords(kind, a), similarWords(kind, b)
	if len(x.words) == 0 || len(y.words) == 0 {
		return 0
	}
	if joinWords(x.words) == joinWords(y.words) && (kind == Person || bracketsAlike(a, b) == 1) {
		return 1
	}
	x.words, y.words = mergeWords(x.words, y.words), mergeWords(y.words, x.words)
	if len(x.words) > len(y.words) {
		x, y = y, x
	}
	s := alignWords(kind, x, y)
	more := len(y.words) - len(x.words)
	switch {
	case kind == Company:
		// A company with one word more is another of the same group.
		s *= math.Pow(0.6, float64(more)) * bracketsAlike(a, b)
	case len(x.words) == 1 && more > 1:
		s *= 0.7
	default:
		s *= math.Pow(0.92, float64(more))
	}
	if more > 0 {
		s = max(s, writtenTogether(x.words, y.words))
	}
	return s
}

// writtenTogether is the similarity of names of which one lacks a space.
func writtenTogether(x, y []string) float64 {
	a, b := joinWords(x), joinWords(y)
	if len(a)-len(b) > 1 || len(b)-len(a) > 1 || len(a) < 8 {
		return 0
	}
	return 1 - 1.5*float64(edits(a, b))/float64(max(len(a), len(b)))
}

// bracketsAlike weighs what two names of companies have in brackets, mostly
// the country of a branch.
func bracketsAlike(a, b string) float64 {
	x, y := inBrackets(a), inBrackets(b)
	switch {
	case x == y:
		return 1
	case x == "" || y == "":
		return 0.85
	}
	return 0.5
}

func inBrackets(s string) string {
	_, s, ok := strings.Cut(s, "(")
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, ")")
	return normal.Fold(s)
}

type similarName struct {
	words   []string
	foreign bool
}

func similarWords(kind Kind, s string) similarName {
	if kind == Company {
		n := normal.Company(s)
		return similarName{slices.Clone(n.Words), n.Foreign}
	}
	n := normal.Person("", s)
	return similarName{append(slices.Clone(n.Given), n.Family...), n.Foreign}
}

// mergeWords joins two words in a row that the other name has as one.
func mergeWords(list, other []string) []string {
	out := list[:0:0]
	for i := 0; i < len(list); i++ {
		if i+1 < len(list) && slices.Contains(other, list[i]+list[i+1]) {
			out = append(out, list[i]+list[i+1])
			i++
			continue
		}
		out = append(out, list[i])
	}
	return out
}

// alignWords pairs each word of x with one of y, the most similar first.
func alignWords(kind Kind, x, y similarName) float64 {
	type pair struct {
		i, j int
		s    float64
	}
	var pairs []pair
	for i, a := range x.words {
		for j, b := range y.words {
			pairs = append(pairs, pair{i, j, wordsAlike(kind, a, b, x.foreign || y.foreign)})
		}
	}
	slices.SortStableFunc(pairs, func(p, q pair) int {
		switch {
		case p.s > q.s:
			return -1
		case p.s < q.s:
			return 1
		}
		return 0
	})
	at := make([]int, len(x.words))
	for i := range at {
		at[i] = -1
	}
	used := make([]bool, len(y.words))
	worst, sum := 1.0, 0.0
	for _, p := range pairs {
		if at[p.i] >= 0 || used[p.j] {
			continue
		}
		at[p.i], used[p.j] = p.j, true
		worst = min(worst, p.s)
		sum += p.s
	}
	s := worst * math.Pow(sum/float64(len(x.words)), 0.25)
	if !slices.IsSorted(at) {
		s *= 0.93
	}
	return s
}

// wordsAlike is the similarity of two folded words.
func wordsAlike(kind Kind, a, b string, foreign bool) float64 {
	if a == b {
		return 1
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 1 {
		if a[0] == b[0] && kind == Person {
			return 0.88
		}
		return 0.2
	}
	n := edits(a, b)
	s := 1 - float64(n)/float64(len(b))
	switch {
	case n == 2:
		s *= 0.92 // one slip is likely, two are not, three are another name
	case n > 2:
		s *= 0.75
	}
	if kind == Person {
		x, y := deriveName(a, xxh3.HashString(a)), deriveName(b, xxh3.HashString(b))
		switch {
		case meet(x.formal, y.formal), meet(x.variants, y.variants):
			s = max(s, 0.92)
		case foreign && x.skeleton == y.skeleton && x.skeleton != 0:
			s = max(s, 0.95)
		case x.sound == y.sound && len(a) >= 4 && s > 0.5:
			s = max(s, 0.85)
		}
	}
	return s
}

// edits counts letters put in, left out, changed or swapped with a neighbour.
func edits(a, b string) int {
	a, b = a[:min(64, len(a))], b[:min(64, len(b))]
	rows := [3][65]int{}
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
