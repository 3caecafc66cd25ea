package store

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// ofFewRows reports whether a line of a plan reads from end to end what has few rows: the seats, the CRM's users by name, or
// the different values of a column.
func ofFewRows(line string) bool {
	return line == "SCAN s" || line == "SCAN one" || line == "SCAN k" || strings.HasPrefix(line, "SCAN u USING COVERING INDEX")
}

// scansTable reports whether a line of a plan reads a table from end to end that may have many rows.
func scansTable(line string) bool {
	return strings.Contains(line, "SCAN") && !strings.Contains(line, "USING COVERING INDEX") && !ofFewRows(line)
}

// TestListsNarrowedToATextKeepTheirOrder asks SQLite how it reads a list whose rows are looked at one by one, since the text
// is a frequent one: in the list's order, without sorting, from the place on.
func TestListsNarrowedToATextKeepTheirOrder(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	if _, err := s.write.Exec("ANALYZE"); err != nil {
		t.Fatal(err)
	}
	narrowed := 0
	for name, k := range everyKeyset(s.dialect, w) {
		if len(k.texts) == 0 {
			continue
		}
		narrowed++
		k.narrowTo("a all") // "a" stands in values of every kind
		for _, q := range []PageQuery{{}, {After: k.anyPlace()}, {Last: true}, {Before: k.anyPlace()}} {
			for _, line := range k.armPlans(t, s, q) {
				if strings.Contains(line, "TEMP B-TREE") || (q.After != "" || q.Before != "") && strings.HasPrefix(line, "SCAN") && !ofFewRows(line) {
					t.Errorf("%s, %+v: %s", name, q, line)
				}
			}
		}
	}
	if narrowed < 14 {
		t.Errorf("only %d lists have texts", narrowed)
	}
}

// anyPlace is some place in the list.
func (k keyset) anyPlace() Cursor {
	if len(k.order) == 1 {
		return cursorOf("x")
	}
	return cursorOf("x", "y")
}

// TestTextsAreSearchedByIndexesAlone asks SQLite how it looks for a word in each place of each list that has texts: rows
// that hold it are found by indexes, of which those of names are read from end to end, and no table is.
func TestTextsAreSearchedByIndexesAlone(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	for _, statistics := range []string{"", "ANALYZE"} {
		if _, err := s.write.Exec(statistics); err != nil {
			t.Fatal(err)
		}
		all := everyKeyset(s.dialect, w)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			for _, place := range all[name].texts {
				if place.search == "" {
					continue
				}
				for _, line := range planOf(t, s, place.search, likePattern("da")) {
					if scansTable(line) || strings.Contains(line, "TEMP B-TREE") {
						t.Errorf("%s: %s\n%s", name, line, place.search)
					}
				}
			}
		}
	}
}

// searched reports whether an index knows a place of the list's texts, so that it may become one of few rows.
func (k keyset) searched() bool {
	return slices.ContainsFunc(k.texts, func(place textPlace) bool { return place.search != "" })
}

// TestFewRowsOfATextAreReadByTheirKeys asks SQLite how it reads the rows that a rare word was found in.
func TestFewRowsOfATextAreReadByTheirKeys(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	for name, k := range everyKeyset(s.dialect, w) {
		if !k.searched() {
			continue
		}
		few := k.of([]string{"a", "b"})
		for at, q := range map[string]PageQuery{"first": {Text: "da"}, "after": {Text: "da", After: k.anyPlace()}, "last": {Last: true, Text: "da"}, "before": {Text: "da", Before: k.anyPlace()}} {
			for _, line := range few.plan(t, s, q) {
				if scansTable(line) && line != "SCAN m" && !strings.Contains(line, "arm") {
					t.Errorf("%s, %s page: reads a whole table: %s", name, at, line)
				}
			}
		}
	}
}
