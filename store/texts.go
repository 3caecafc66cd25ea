package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// textPlace is a place in which a word of PageQuery.Text is looked for: one of a row's texts. What is kept there, or what
// is compared, has the form of SortName.
type textPlace struct {
	holds  string                 // the condition that a row holds the word there; its only placeholder is the word's pattern
	search string                 // SELECT of the keys of all rows that hold it, by indexes alone, with that placeholder; "" = there is none
	may    func(word string) bool // whether the word can stand there at all; nil = any can
}

// like compares a text with a word's pattern.
const like = ` LIKE ? ESCAPE '\'`

// fewRows is how many rows a word may be found in for them to be read by their keys and sorted. A word of more rows is
// held by one row in 250 of a million: the list, read in its order, soon has a page of them.
const fewRows = 4096

// textWords are the words that a list is narrowed to, the longest first: it is the likeliest to be rare.
func textWords(text string) []string {
	words := strings.Fields(SortName(text))
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return words
}

// narrowTo narrows the list to the rows in whose texts each word of text stands. The rows are still read in the list's
// order until a page is full, or, when one of the words is rare, by their keys.
func (k *keyset) narrowTo(text string) {
	if len(k.texts) == 0 {
		return
	}
	k.args = slices.Clone(k.args) // the list is used for other pages as well
	for _, word := range textWords(text) {
		conditions, args := []string{"0 = 1"}, []any(nil)
		for _, place := range k.texts {
			if place.may == nil || place.may(word) {
				conditions, args = append(conditions, place.holds), append(args, likePattern(word))
			}
		}
		k.and("("+strings.Join(conditions, " OR ")+")", args...)
	}
}

// rare makes the list one of few rows, read by their keys, when a word of text stands in few: then the time does not grow
// with the list. Names are looked through from end to end, in an index that holds little else. It reports false when a word
// stands nowhere.
func (k keyset) rare(r reader, text string) (keyset, bool, error) {
	for _, word := range textWords(text) {
		sql, args := k.searchFor(word)
		if sql == "" {
			continue
		}
		keys, err := list(r, scanText, sql, args...)
		if err != nil {
			return k, false, err
		}
		if len(keys) <= fewRows {
			return k.of(distinct(keys)), len(keys) > 0, nil
		}
	}
	return k, true, nil
}

// searchFor returns the query of the keys of rows that hold a word, of one more than are few; "" when the list has a place
// for it that no index knows.
func (k keyset) searchFor(word string) (sql string, args []any) {
	var parts []string
	for _, place := range k.texts {
		if place.may != nil && !place.may(word) {
			continue
		}
		if place.search == "" {
			return "", nil
		}
		parts, args = append(parts, "SELECT * FROM ("+place.search+fmt.Sprintf(") AS part%d", len(parts))), append(args, likePattern(word))
	}
	if len(parts) == 0 {
		return "", nil
	}
	return strings.Join(parts, " UNION ALL ") + fmt.Sprintf(" LIMIT %d", fewRows+1), args
}

// of narrows the list to rows by their keys.
func (k keyset) of(keys []string) keyset {
	key := k.order[len(k.order)-1].name
	args := make([]any, len(keys))
	for i := range keys {
		args[i] = keys[i]
	}
	if k.byKey != "" {
		k.table = k.byKey
	}
	k.sorted, k.args = true, slices.Clone(k.args)
	k.and(key+" IN ("+marks(len(keys))+")", args...)
	if len(k.arms) > 1 { // few rows need no arms: they are filtered
		var all arm
		for i, a := range k.arms {
			if i > 0 {
				all.where += " OR "
			}
			all.where, all.args = all.where+"("+a.where+")", append(all.args, a.args...)
		}
		k.arms = []arm{all}
	}
	return k
}

// among tells of a place in which only one of a few texts stands whether a word can.
func among(texts ...string) func(word string) bool {
	return func(word string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, word) })
	}
}

// valuesOf returns the query of the different values of an index's first column that hold a word. The index is partial to
// where, or not for "".
func valuesOf(d dialect, table, index, column, where string) string {
	return allValuesOf(d, table, index, column, where) + " AND " + d.folded("v") + like
}

// allValuesOf returns the query of the different values, called v: one by one the next that the index has.
func allValuesOf(d dialect, table, index, column, where string) string {
	least := "SELECT min(" + column + ") FROM " + table + d.indexed(index) + " WHERE "
	if where != "" {
		least += where + " AND "
	}
	return "WITH RECURSIVE one (v) AS (" + least + column + " IS NOT NULL UNION ALL SELECT (" + least + column + " > one.v) FROM one WHERE one.v IS NOT NULL) SELECT v FROM one WHERE v IS NOT NULL"
}
