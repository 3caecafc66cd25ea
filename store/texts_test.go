package store

import (
	"context"
	"slices"
	"testing"
)

// A list narrowed to a text has the rows that hold it, in the list's order, by page as well as at once.
func TestListsByText(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	lists := everyList(s, w)
	seen := 0
	for name, words := range map[string][]string{
		"opportunities": {"a", "e"}, "runs ": {"import", "done", "imp do"}, "outbox all": {"a", "queued"}, "outbox of states": {"a", "held"}, "outbox of a seat": {"a"}, "approvals ": {"a"},
	} {
		read, there := lists[name]
		if !there {
			continue
		}
		seen++
		all := walkText(t, read, PageQuery{Limit: 1000})
		if none := walkText(t, read, PageQuery{Limit: 1000, Text: "zzqx 100%"}); len(none) != 0 {
			t.Errorf("%s: %d rows hold what stands nowhere", name, len(none))
		}
		for _, word := range words {
			whole, paged := walkText(t, read, PageQuery{Limit: 1000, Text: word}), walkText(t, read, PageQuery{Limit: 2, Text: word})
			if !slices.Equal(whole, paged) {
				t.Errorf("%s, %q: by page %v, at once %v", name, word, paged, whole)
			}
			at := 0
			for _, id := range all {
				if at < len(whole) && whole[at] == id {
					at++
				}
			}
			if at != len(whole) {
				t.Errorf("%s, %q: not in the list's order", name, word)
			}
			t.Logf("%s, %q: %d of %d", name, word, len(whole), len(all))
		}
	}
	if seen < 3 {
		t.Errorf("only %d lists were read", seen)
	}
}

// walkText reads a list to its end.
func walkText(t *testing.T, read readList, q PageQuery) (ids []string) {
	t.Helper()
	for {
		p, err := read(context.WithoutCancel(t.Context()), q)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.ids...)
		if !p.more {
			return ids
		}
		q.After = p.next
	}
}

// An item of the outbox is found by whom it concerns, whatever the capitals and accents.
func TestOutboxByText(t *testing.T) {
	s := openTest(t)
	fill(t, s)
	all, err := s.Outbox(t.Context(), OutboxQuery{PageQuery: PageQuery{Limit: 1000}})
	if err != nil || len(all.Rows) == 0 {
		t.Fatal(len(all.Rows), err)
	}
	for _, row := range all.Rows[:min(len(all.Rows), 24)] {
		for _, text := range []string{row.MemberName, row.SeatName, string(row.State)} {
			p, err := s.Outbox(t.Context(), OutboxQuery{PageQuery: PageQuery{Limit: 1000, Text: text}})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(p.Rows, func(x OutboxRow) bool { return x.ActivityID == row.ActivityID }) {
				t.Errorf("%q does not find the item of %s", text, row.MemberName)
			}
		}
	}
}
