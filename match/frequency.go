package match

import (
	"math"
	"slices"
)

// domain of values that are counted apart.
type valueKind uint8

const (
	valueGiven valueKind = iota
	valueFamily
	valueGivenCountry
	valueFamilyCountry
	valueCountry
	valueMail
	valueLocal
	valueDomain
	valuePhone
	valueStreet
	valuePostal
	valueCity
	valueState
	valueOrg
	valuePast
	valueWord
	valueRecordWord // among the records
	valueWordPair   // two words in a row
	valueTitle
	valueWeb
	valueIndustry
	valueInitial
	valueRecordPhone // among the records
	valueKinds
)

// frequency says how often each value of one kind occurs among the members. It
// keeps values that occur twice or more and, of the others, only how many
// there are.
type frequency struct {
	total  float64 // members that have a value
	keys   []uint64
	counts []uint32
	once   float64 // r*(1): what a count of one is worth
	twice  float64 // r*(2)
}

// newFrequency takes the values of all members, in any order, and sorts them.
// total is the number of members that have at least one, members that of all.
func newFrequency(total, members int, values []uint64) frequency {
	slices.Sort(values)
	f := frequency{total: float64(total)}
	if total == 0 {
		f.total = float64(max(1, members))
	}
	var n [4]float64
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && values[j] == values[i] {
			j++
		}
		if j-i < 4 {
			n[j-i]++
		}
		if j-i >= 2 {
			f.keys = append(f.keys, values[i])
			f.counts = append(f.counts, uint32(j-i))
		}
		i = j
	}
	// Good and Turing: values seen once are mostly rarer than they look.
	f.once = clamp(2*n[2]/math.Max(1, n[1]), 0.005, 0.9)
	if n[1] < 5 {
		f.once = 0.5
	}
	f.twice = clamp(3*n[3]/math.Max(1, n[2]), f.once, 1.9)
	if n[2] < 5 {
		f.twice = 1.5
	}
	return f
}

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

// count returns how many members have the value; 1 stands for one or none.
func (f *frequency) count(hash uint64) uint32 {
	if i, ok := slices.BinarySearch(f.keys, hash); ok {
		return f.counts[i]
	}
	return 1
}

// share is the probability that a member taken at random has the value.
func (f *frequency) share(hash uint64) float64 {
	c := f.count(hash)
	r := float64(c) - 0.5
	switch c {
	case 1:
		r = f.once
	case 2:
		r = f.twice
	}
	return math.Min(1, r/f.total)
}

// logU is log2 of share.
func (f *frequency) logU(hash uint64) Bits { return bitsOf(math.Log2(f.share(hash))) }

// both is log2 of the share of members that have a value, judged by the records
// too, one of them left out: the one that is compared. A switchboard that ten
// records have is no rare number, even if the directory has it once.
func (f *frequency) both(hash uint64, records *frequency) Bits {
	share := f.share(hash)
	if more := records.count(hash); more > 1 {
		share = max(share, (share*f.total+float64(more-1))/(f.total+records.total))
	}
	return bitsOf(math.Log2(share))
}

// gather collects the values of one kind that members have.
func gather(lex *lexicon, kind valueKind, members []entity) frequency {
	var values []uint64
	total := 0
	for i := range members {
		before := len(values)
		values = appendValues(values, lex, kind, &members[i])
		if len(values) > before {
			total++
		}
	}
	return newFrequency(total, len(members), values)
}

// appendValues appends what e has of a kind of value.
func appendValues(out []uint64, lex *lexicon, kind valueKind, e *entity) []uint64 {
	switch kind {
	case valueGiven, valueFamily, valueGivenCountry, valueFamilyCountry, valueInitial:
		return appendNames(out, lex, kind, e)
	case valueOrg, valuePast, valueWord, valueRecordWord, valueWordPair:
		return appendOrgs(out, lex, kind, e)
	case valueStreet:
		if e.street != 0 {
			out = append(out, lex.streets.at(e.street).hash)
		}
	case valueTitle:
		if e.title != 0 {
			out = append(out, lex.titles.at(e.title).hash)
		}
	case valuePhone, valueRecordPhone:
		if e.phone != 0 {
			out = append(out, e.phone%10_000_000)
		}
	case valueCountry:
		if e.country != 0 {
			out = append(out, uint64(e.country))
		}
	case valuePostal:
		out = appendText(out, lex.postals, e.postal)
	case valueCity:
		out = appendText(out, lex.cities, e.city)
	case valueState:
		out = appendText(out, lex.states, e.state)
	case valueIndustry:
		out = appendText(out, lex.fields, e.industry)
	case valueMail, valueLocal, valueDomain, valueWeb:
		return appendNet(out, lex, kind, e)
	}
	return out
}

func appendText(out []uint64, t *table[textItem], id uint32) []uint64 {
	if id == 0 {
		return out
	}
	return append(out, t.at(id).hash)
}

func appendNames(out []uint64, lex *lexicon, kind valueKind, e *entity) []uint64 {
	list := e.givenNames()
	if kind == valueFamily || kind == valueFamilyCountry {
		list = e.familyNames()
	} else if len(list) > 1 {
		list = list[:1]
	}
	for _, id := range list {
		item := lex.names.at(id)
		switch kind {
		case valueGiven, valueFamily:
			out = append(out, item.hash)
		case valueInitial:
			out = append(out, uint64(item.text[0]))
		default:
			if e.country != 0 {
				out = append(out, mix(uint64(kind), item.hash, uint64(e.country)))
			}
		}
	}
	return out
}

func appendOrgs(out []uint64, lex *lexicon, kind valueKind, e *entity) []uint64 {
	if e.org != 0 {
		item := lex.orgs.at(e.org)
		if kind == valueWord || kind == valueRecordWord {
			for _, w := range item.words {
				out = append(out, lex.words.at(w).hash)
			}
			return out
		}
		if kind == valueWordPair {
			for k := range len(item.words) - 1 {
				out = append(out, wordPair(lex.words.at(item.words[k]), lex.words.at(item.words[k+1])))
			}
			return out
		}
		out = append(out, item.hash)
	}
	if kind == valuePast {
		for _, id := range e.past() {
			out = append(out, lex.orgs.at(id).hash)
		}
	}
	return out
}

func appendNet(out []uint64, lex *lexicon, kind valueKind, e *entity) []uint64 {
	switch {
	case kind == valueMail && e.local != 0:
		return append(out, mix(uint64(kind), lex.locals.at(e.local).hash, lex.domains.at(e.domain).hash))
	case kind == valueLocal && e.local != 0:
		return append(out, lex.locals.at(e.local).hash)
	case kind == valueDomain && e.domain != 0:
		return append(out, lex.domains.at(e.domain).hash)
	case kind == valueWeb:
		if d := e.site(lex.domains); d != nil {
			return append(out, d.hash)
		}
	}
	return out
}

func wordPair(a, b *wordItem) uint64 { return mix(uint64(valueWordPair), a.hash, b.hash) }
