package match

import "math"

// weigh gives every value of the lexicon the log2 u that the model knows.
func (m *Model) weigh(x *lexicon) {
	given, family := &m.freq[valueGiven], &m.freq[valueFamily]
	x.names.all(func(n *nameItem) {
		n.given, n.family = given.logU(n.hash), family.logU(n.hash)
	})
	words, recordWords := &m.freq[valueWord], &m.freq[valueRecordWord]
	x.words.all(func(w *wordItem) {
		w.logU = words.both(w.hash, recordWords)
		// A word of the CRM's own style, such as "stock", says as little as one
		// that the directory has everywhere.
		share := math.Max(math.Max(words.share(w.hash), recordWords.share(w.hash)), 0.5/math.Max(words.total, 1))
		w.idf = float32(0.3 + math.Log2(1/share))
	})
	orgs, past := &m.freq[valueOrg], &m.freq[valuePast]
	x.orgs.all(func(o *orgItem) {
		o.logU, o.past = orgs.logU(o.hash), past.logU(o.hash)
		o.idf = 0
		for _, id := range o.words {
			o.idf += x.words.at(id).idf
		}
	})
	titles, streets := &m.freq[valueTitle], &m.freq[valueStreet]
	x.titles.all(func(t *titleItem) { t.logU = titles.logU(t.hash) })
	x.streets.all(func(s *streetItem) { s.logU = streets.logU(s.hash) })
	domains, webs := &m.freq[valueDomain], &m.freq[valueWeb]
	x.domains.all(func(d *domainItem) { d.logU, d.web = domains.logU(d.hash), webs.logU(d.hash) })
	for _, one := range []struct {
		table *table[textItem]
		kind  valueKind
	}{{x.cities, valueCity}, {x.postals, valuePostal}, {x.states, valueState}, {x.fields, valueIndustry}, {x.locals, valueLocal}} {
		f := &m.freq[one.kind]
		one.table.all(func(t *textItem) { t.logU = f.logU(t.hash) })
	}
}
