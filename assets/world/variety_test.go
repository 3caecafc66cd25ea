package world

import (
	"strings"
	"testing"
	"unicode"
)

// A demo must meet what the world is like: many scripts, and text that breaks
// careless programs.
func TestDemoIsVaried(t *testing.T) {
	w := New(1, 3000)
	scripts := []string{"Latin", "Cyrillic", "Greek", "Hebrew", "Arabic", "Devanagari", "Han", "Hangul", "Katakana"}
	hard := map[string]string{
		"line feed": "\n", "carriage return": "\r\n", "quotation mark": "\"", "comma": ",", "tab": "\t", "escape": "\x1b", "zero-width space": "\u200b",
		"right-to-left override": "\u202e", "byte order mark": "\ufeff", "emoji": "📧", "formula": "=HYPERLINK", "combining": "\u0301",
	}
	found := make(map[string]int)
	look := func(text string) {
		for _, script := range scripts {
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Scripts[script], r) }) {
				found[script]++
			}
		}
		for name, piece := range hard {
			if strings.Contains(text, piece) {
				found[name]++
			}
		}
	}
	countries := make(map[string]bool)
	for i := range w.Counts().Contacts {
		c := w.Contact(i)
		look(c.Name + " " + c.Description + " " + c.Mailing.Street)
	}
	for i := range w.Counts().Accounts {
		a := w.Account(i)
		look(a.Name)
		countries[w.Company(a.Company).CountryCode] = true
		if a.Currency != "USD" {
			t.Fatalf("account %d has the currency %s in an org with one currency", i, a.Currency)
		}
	}
	for _, script := range scripts {
		if found[script] < 3 {
			t.Errorf("only %d texts in %s", found[script], script)
		}
	}
	for name := range hard {
		if found[name] < 3 {
			t.Errorf("only %d texts with %s", found[name], name)
		}
	}
	if len(countries) < 25 {
		t.Errorf("only %d countries", len(countries))
	}
}

func TestSeveralCurrencies(t *testing.T) {
	w := New(1, 600, MultiCurrency())
	seen := make(map[string]bool)
	for i := range w.Counts().Opportunities {
		o := w.Opportunity(i)
		seen[o.Currency] = true
		if want := w.Company(w.Account(o.Account).Company).Currency; o.Currency != want || len(want) != 3 {
			t.Fatalf("opportunity %d is in %q, its account in %q", i, o.Currency, want)
		}
	}
	if len(seen) < 8 {
		t.Errorf("only %v", seen)
	}
}

func TestAnchorMovesAllDates(t *testing.T) {
	day := Today.AddDate(1, 2, 3)
	here, there := New(1, 200), New(1, 200, Anchor(day.Add(5*3600e9)))
	shift := day.Sub(Today)
	for i := range here.Counts().Contacts {
		a, b := here.Contact(i), there.Contact(i)
		if !b.Stamp.Equal(a.Stamp.Add(shift)) || !b.Created.Equal(a.Created.Add(shift)) || a.Name != b.Name {
			t.Fatalf("contact %d: %v and %v", i, a.Row, b.Row)
		}
	}
}
