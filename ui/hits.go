package ui

import (
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"crmsync/store"
)

// hitActions are the keys of the next and the previous hit. In a list that is filtered each row is one; in a text that is read
// through, each line that has what was searched for. why says what is missing for it.
func hitActions(why func() string, by func(n int) tea.Cmd) []Action {
	hit := func(id, short, key string, n int) Action {
		return Action{ID: "hit." + id, Keys: []string{key}, Group: "Everywhere", Name: "Filter: " + short, Short: short, Local: true, Hidden: true, Why: why, Do: func() tea.Cmd { return by(n) }}
	}
	return []Action{hit("next", "next hit", "n", 1), hit("previous", "hit before", "N", -1)}
}

// notFiltered says how hits come about.
func notFiltered(s *Session, filter string) string {
	return "nothing was searched for; " + s.keyOf(filter) + " does"
}

// hits are the keys of the filter's hits.
func (f *sieve) hits(by func(n int) tea.Cmd) []Action {
	return hitActions(func() string {
		if f.text == "" {
			return notFiltered(f.Session, "list.filter")
		}
		return ""
	}, by)
}

// search is what is looked for in a text that is read through: nothing is left out, the hits are marked and gone through.
type search struct {
	find  *sieve
	lines []string // as they were drawn last, without styles
	hits  []int    // the lines that have it
	at    int      // the hit that was gone to
	begun bool     // the text is new: the next drawing goes to its first hit
}

// Sieve is where the text is typed.
func (d *document) Sieve() *sieve {
	if d.look.find == nil {
		d.look.find = newSieve(d.Session)
		d.look.find.says = d.found
		d.look.find.reload = func() tea.Cmd { d.look.begun = true; return nil }
	}
	d.look.find.ctx = d.context
	return d.look.find
}

// scan finds the hits in what is about to be drawn, and goes to the first when the search has just begun.
func (d *document) scan(lines []string) {
	text := d.Sieve().text
	d.look.lines, d.look.hits = d.look.lines[:0], d.look.hits[:0]
	for i, line := range lines {
		plain := ansi.Strip(line)
		d.look.lines = append(d.look.lines, plain)
		if hitIn(plain, text) >= 0 {
			d.look.hits = append(d.look.hits, i)
		}
	}
	d.look.at = max(0, min(d.look.at, len(d.look.hits)-1))
	if d.look.begun {
		d.look.begun, d.look.at = false, 0
		for d.look.at < len(d.look.hits)-1 && d.look.hits[d.look.at] < d.top {
			d.look.at++
		}
		d.seek(0)
	}
}

// seek goes n hits on, round and round, and scrolls to where it is when that is not shown.
func (d *document) seek(n int) {
	all := len(d.look.hits)
	if all == 0 {
		return
	}
	d.look.at = ((d.look.at+n)%all + all) % all
	if line := d.look.hits[d.look.at]; line < d.top || line >= d.top+d.rows {
		d.top = max(0, line-d.rows/3)
	}
}

// found says which hit is gone to, of how many.
func (d *document) found(w int) string {
	f := d.look.find
	if len(d.look.hits) == 0 {
		return "no line has “" + cut(f.text, max(8, w-20)) + "”"
	}
	return number(d.look.at+1) + " of " + count(len(d.look.hits), "line", "lines") + " with “" + cut(f.text, max(8, w-50)) + "”; " + f.keyOf("hit.next") + " and " + f.keyOf("hit.previous") + " go on, " + f.keyOf("console.back") + " ends it"
}

// marked is a line with its hits shown up; it loses its other styles.
func (d *document) marked(i int, line string) string {
	text := d.look.find.text
	plain := d.look.lines[i]
	at := hitIn(plain, text)
	if text == "" || at < 0 {
		return line
	}
	runes, size := []rune(plain), len([]rune(text))
	end := min(len(runes), at+size)
	return d.Theme.Text.Render(string(runes[:at])) + d.Theme.Caret.Render(string(runes[at:end])) + d.Theme.Text.Render(string(runes[end:]))
}

// hitIn is the place of a text in a line, in runes and whatever the capitals and accents; -1 for none.
func hitIn(line, text string) int {
	have, want := []rune(line), []rune(text)
	for i := 0; len(want) > 0 && i+len(want) <= len(have); i++ {
		same := 0
		for same < len(want) && plainRune(have[i+same]) == plainRune(want[same]) {
			same++
		}
		if same == len(want) {
			return i
		}
	}
	return -1
}

// plainRune is a letter without its accent and in lower case.
func plainRune(r rune) rune {
	for _, plain := range store.SortName(string(r)) {
		return plain
	}
	return r
}
