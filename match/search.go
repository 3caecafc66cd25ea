package match

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match/normal"
)

// Hit is one member found by hand.
type Hit struct {
	MemberID    string
	Probability float64 // that the record is this member, among the members searched
	Bits        Bits
	Evidence    Evidence
	Why         string // one line of text
}

// SearchKeys returns the blocking keys by which a text can find members: names,
// an e-mail address, a profile address, or words of a company.
func SearchKeys(kind Kind, text string) []uint64 {
	if r, ok := addressed(text); ok {
		return Keys(kind, r)
	}
	if kind == Company {
		return Keys(kind, Record{Company: text})
	}
	p := newPreparer(newLexicon(), kind)
	k := newKeyer(p.lex, kind)
	words := strings.Fields(normal.Fold(text))
	words = words[:min(5, len(words))]
	for i, w := range words {
		last := deriveName(w, xxh3.HashString(w))
		for letter := byte('a'); letter <= 'z'; letter++ {
			k.add(keyLastInitial, last.hash, uint64(letter))
		}
		for j, v := range words {
			if i != j && len(w) > 1 && len(v) > 1 {
				first := deriveName(v, xxh3.HashString(v))
				k.pair(&first, &last, 0)
				k.add(keyLastWord, last.hash, first.hash)
				k.add(keyFirstOrg, last.hash, first.hash)
			}
		}
	}
	slices.Sort(k.out)
	return slices.Compact(k.out)
}

// addressed reads a text that is an address and not words.
func addressed(text string) (Record, bool) {
	text = strings.TrimSpace(text)
	switch {
	case normal.Profile(text) != "":
		return Record{ProfileURL: text}, true
	case normal.Email(text).Local != "":
		return Record{Email: text}, true
	}
	return Record{}, false
}

// ErrSearch is returned for a search without a model.
var ErrSearch = errors.New("match: a search needs the model of the last run")

// Search ranks members for a record. Text filters: each of its words must begin
// a word of the member's name, company, title or addresses, or nearly. A record
// without id is made of the text itself.
func Search(model *Model, rec Record, text string, members iter.Seq2[Member, error], limit int) ([]Hit, error) {
	if model == nil {
		return nil, ErrSearch
	}
	if rec.ID == "" {
		rec = queryRecord(model.kind, text)
	}
	list := map[string]Member{}
	for m, err := range members {
		if err != nil {
			return nil, err
		}
		if textFits(text, &m) {
			list[m.ID] = m
		}
	}
	p := &problem{kind: model.kind, lex: newLexicon(), model: model}
	prep := newPreparer(p.lex, model.kind)
	r := prep.record(&rec)
	for _, m := range list {
		p.members = append(p.members, prep.member(&m))
	}
	slices.SortFunc(p.members, func(a, b entity) int { return cmp.Compare(a.id, b.id) })
	model.weigh(p.lex)
	k := p.newWorker()
	for j := range p.members {
		s := scored{member: uint32(j)}
		k.compareAll(&r, &p.members[j], &s.vector)
		s.bits = k.w.score(&s.vector)
		k.found = append(k.found, s)
	}
	shareOut(k.found, k.w.prior)
	return p.hits(k, rec, list, limit), nil
}

func (p *problem) hits(k *worker, rec Record, list map[string]Member, limit int) []Hit {
	var out []Hit
	for _, s := range topOf(k.found, p.members) {
		if len(out) == limit {
			break
		}
		id := p.members[s.member].id
		e := newEvidence(k.w.prior, k.w.rows(&s.vector))
		h := Hit{MemberID: id, Probability: s.prob, Bits: e.Total(), Evidence: e}
		h.Why = Explain(nil, rec, list[id], Outcome{RecordID: rec.ID, MemberID: id, Evidence: e, Bits: h.Bits}).Why()
		out = append(out, h)
	}
	return out
}

// queryRecord makes a record of a text.
func queryRecord(kind Kind, text string) Record {
	if r, ok := addressed(text); ok {
		return r
	}
	if kind == Company {
		return Record{Company: text}
	}
	n := strings.Fields(text)
	if len(n) < 2 {
		return Record{LastName: text}
	}
	return Record{FirstName: n[0], LastName: n[1], Company: strings.Join(n[2:], " ")}
}

func textFits(text string, m *Member) bool {
	if r, ok := addressed(text); ok {
		return r.ProfileURL != "" && normal.Profile(r.ProfileURL) == normal.Profile(m.ProfileURL) ||
			r.Email != "" && normal.Email(r.Email) == normal.Email(m.Email)
	}
	have := strings.Fields(normal.Fold(strings.Join([]string{m.FirstName, m.LastName, m.Company, m.Title, m.Email, m.City}, " ")))
	for w := range strings.FieldsSeq(normal.Fold(text)) {
		if !slices.ContainsFunc(have, func(h string) bool {
			return strings.HasPrefix(h, w) || len(w) >= 4 && jaroWinkler(h, w) >= 0.9 || meetNames(h, w)
		}) {
			return false
		}
	}
	return true
}

// meetNames reports whether two given names stand for one.
func meetNames(a, b string) bool {
	fa, fb := append([]string{a}, normal.Formal(a)...), append([]string{b}, normal.Formal(b)...)
	return slices.ContainsFunc(fa, func(x string) bool { return slices.Contains(fb, x) })
}
