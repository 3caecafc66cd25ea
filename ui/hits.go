package ui

import (
	"strings"

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
	text  string
	lines []string // as they were drawn last, without styles
	hits  []int    // the lines that have it
	at    int      // the hit that was gone to
	begun bool     // the text is new: the next drawing goes to its first hit
}

// begin looks for another text; "" ends the search.
func (s *search) begin(text string) { s.text, s.begun = text, text != "" }

// scan finds the hits in what is about to be drawn from the line top on, rows at a time; it returns the line to draw from, which is
// another when the search has just begun.
func (s *search) scan(lines []string, top, rows int) int {
	s.lines, s.hits = s.lines[:0], s.hits[:0]
	for i, line := range lines {
		plain := ansi.Strip(line)
		s.lines = append(s.lines, plain)
		if hitIn(plain, s.text) >= 0 {
			s.hits = append(s.hits, i)
		}
	}
	s.at = max(0, min(s.at, len(s.hits)-1))
	if !s.begun {
		return top
	}
	s.begun, s.at = false, 0
	for s.at < len(s.hits)-1 && s.hits[s.at] < top {
		s.at++
	}
	return s.seek(0, top, rows)
}

// seek goes n hits on, round and round, and returns the line to draw from so that it is seen.
func (s *search) seek(n, top, rows int) int {
	all := len(s.hits)
	if all == 0 {
		return top
	}
	s.at = ((s.at+n)%all + all) % all
	if line := s.hits[s.at]; line < top || line >= top+rows {
		return max(0, line-rows/3)
	}
	return top
}

// said is which hit is gone to, of how many, and how it goes on: the names of three keys.
func (s *search) said(w int, next, previous, back string) string {
	if len(s.hits) == 0 {
		return "no line has “" + cut(s.text, max(8, w-20)) + "”"
	}
	return number(s.at+1) + " of " + count(len(s.hits), "line", "lines") + " with “" + cut(s.text, max(8, w-50)) + "”; " + next + " and " + previous + " go on, " + back + " ends it"
}

// marked is a line with its hits shown up, which loses its other styles; the line that was gone to is bold.
func (s *search) marked(t *Theme, i int, line string) string {
	if hitIn(s.lines[i], s.text) < 0 {
		return line
	}
	style := t.Text
	if len(s.hits) > 0 && s.hits[s.at] == i {
		style = t.Title
	}
	var out strings.Builder
	rest, size := []rune(s.lines[i]), len([]rune(s.text))
	for at := hitIn(string(rest), s.text); at >= 0; at = hitIn(string(rest), s.text) {
		out.WriteString(style.Render(string(rest[:at])) + t.Caret.Render(string(rest[at:at+size])))
		rest = rest[at+size:]
	}
	return out.String() + style.Render(string(rest))
}

// Sieve is where the text is typed.
func (d *document) Sieve() *sieve {
	if d.find == nil {
		f := newSieve(d.Session)
		f.says = func(w int) string {
			return d.look.said(w, f.keyOf("hit.next"), f.keyOf("hit.previous"), f.keyOf("console.back"))
		}
		f.reload = func() tea.Cmd { d.look.begin(f.text); return nil }
		d.find = f
	}
	d.find.ctx = d.context
	return d.find
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
