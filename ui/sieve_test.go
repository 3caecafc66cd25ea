package ui

import (
	"context"
	"strconv"
	"testing"
)

// Every list has the same filter: / types it, enter keeps it, esc shows all again.
func TestEveryListIsFiltered(t *testing.T) {
	for name, c := range map[string]struct {
		open       []string
		text       string
		here, gone string
	}{
		"seats":         {keys("3"), "chloe", "Chloé Martin", "Dmitri"},
		"roles":         {keys("3", "]"), "nothing at all", "no row has", "Even"},
		"outbox":        {keys("5", "[", "["), "no such word", "no row has", "written every"},
		"unassigned":    {keys("5", "["), "no such word", "no row has", "assign written"},
		"people":        {keys("5", "]"), "no such word", "no row has", "opted in"},
		"opportunities": {keys("6"), "no such word", "no row has", "EUR 1,200,000"},
		"stale saves":   {keys("6", "t"), "no such word", "no row has", "stays until"},
		"runs":          {keys("r"), "no such word", "no row has", "every import, match"},
		"roi deals":     {keys("7", "i"), "no such word", "no row has", "Hugo Weiß"},
		"shadow":        {keys("5", "]", "]", "]", "enter"), "no such word", "no row has", "ORG SAYS"},
	} {
		t.Run(name, func(t *testing.T) {
			console := start(t, setup{services: sampleWorld().services(), w: 120, h: 40})
			console.press(c.open...)
			before := console.text()
			console.press("/")
			console.sees("enter filter", "esc take back")
			for _, letter := range c.text {
				console.press(string(letter))
			}
			console.sees(c.here)
			console.lacks(c.gone)
			console.press("enter")
			console.sees("only rows with “"+c.text+"”", c.here)
			console.press("esc")
			if after := console.text(); after != before {
				t.Errorf("esc does not show all again:\n%s", after)
			}
		})
	}
}

// What esc in the field takes back is what was typed since the field was opened.
func TestFilterTakenBack(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("3", "/", "c", "h", "l", "o", "e", "enter", "/", "x", "x")
	c.sees("no row has")
	c.press("esc")
	c.sees("only rows with “chloe”", "Chloé")
	c.press("q")
	c.press("3")
	c.sees("only rows with “chloe”")
}

// A list that is narrowed in memory keeps its pages whole in both directions.
func TestInMemoryFilterPages(t *testing.T) {
	rows := make([]string, 1000)
	for i := range rows {
		rows[i] = "row " + strconv.Itoa(i)
	}
	l := list[string]{columns: []column[string]{{cell: func(s *string) string { return *s }}}, pager: NewPager(source[string]{page: func(_ context.Context, seek Seek) (Page[string], error) {
		return cutPage(rows, seek), nil
	}})}
	l.inMemory()
	var got []string
	for seek := (Seek{Edge: First, Limit: 30, Text: "7 ROW"}); ; {
		page, err := l.pager.source.Page(t.Context(), seek)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, page.Rows...)
		if page.After == "" {
			break
		}
		seek.Edge, seek.Cursor = After, page.After
	}
	want := 0
	for _, row := range rows {
		if standsIn("7", row) {
			want++
		}
	}
	if len(got) != want {
		t.Errorf("%d rows, want %d", len(got), want)
	}
}

// What is typed is seen also while the line above the keys would say what happened last.
func TestFilterIsSeenDespiteToast(t *testing.T) {
	c := start(t, setup{services: sampleWorld().services()})
	c.press("6", "o")
	c.sees("open https://acme.my.salesforce.com/lightning/r/Opportunity/006-0/")
	c.press("/", "k", "a")
	c.sees("/ ka")
}
