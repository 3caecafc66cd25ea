package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

// textWordsOf are words that stand in rows of fill, by the beginning of the lists' names, and that must find some.
var textWordsOf = map[string][]string{
	"opportunities": {"a", "e", "dana", "ASA"}, "runs": {"import", "done", "imp do", "0"}, "outbox": {"a", "acme", "note", "a not", "DÁN"}, "outbox all": {"queued", "Dán held", "drop"},
	"approvals": {"a", "purge", "simkova", "Šimková purg"}, "ledger": {"acme", "gone", "test opp"},
}

// A list narrowed to a text has the rows that hold it, in the list's order, by page as well as at once.
func TestListsByText(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	found := map[string]bool{}
	for name, read := range everyList(s, w) {
		all := walkText(t, read, PageQuery{Limit: 1000})
		for begins, words := range textWordsOf {
			if !strings.HasPrefix(name, begins) {
				continue
			}
			if none := walkText(t, read, PageQuery{Limit: 1000, Text: "zzqx 100%"}); len(none) != 0 {
				t.Errorf("%s: %d rows hold what stands nowhere", name, len(none))
			}
			for _, word := range words {
				whole, paged := walkText(t, read, PageQuery{Limit: 1000, Text: word}), walkText(t, read, PageQuery{Limit: 2, Text: word})
				if !slices.Equal(whole, paged) {
					t.Errorf("%s, %q: by page %v, at once %v", name, word, paged, whole)
				}
				if !comesAs(whole, all) {
					t.Errorf("%s, %q: not in the list's order", name, word)
				}
				found[begins+" "+word] = found[begins+" "+word] || len(whole) > 0
			}
		}
	}
	for begins, words := range textWordsOf {
		for _, word := range words {
			if !found[begins+" "+word] {
				t.Errorf("%s: nothing was found by %q", begins, word)
			}
		}
	}
}

// comesAs reports whether some of the ids come as all do.
func comesAs(some, all []string) bool {
	for _, id := range all {
		if len(some) > 0 && some[0] == id {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// The rows of a rare text, which are read by their keys, are those that hold it when each row of the list is looked at.
func TestRareTextsFindWhatIsThere(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	narrower := 0
	for name, k := range everyKeyset(s.dialect, w) {
		for _, text := range []string{"a", "e", "da", "dana ac", "imp", "queued", "held a", "note", "gone", "no", "acme", "test", "purge", "0", "1 0", "%", "zzqx", "a zzqx", "李"} {
			few, found, err := k.rare(s.reader(t.Context()), text)
			if err != nil {
				t.Fatalf("%s, %q: %v", name, text, err)
			}
			var keys []string
			if found {
				keys = few.keys(t, s, text)
			}
			if each := k.keys(t, s, text); len(k.texts) > 0 && !slices.Equal(keys, each) {
				t.Errorf("%s, %q: by their keys %v, of all rows %v", name, text, keys, each)
			}
			if found && few.sorted && !k.sorted {
				narrower++
			}
		}
	}
	if narrower < 20 {
		t.Errorf("only %d texts were rare", narrower)
	}
}

// keys are the rows of a list narrowed to a text.
func (k keyset) keys(t *testing.T, s *Store, text string) []string {
	t.Helper()
	var order []string
	for _, column := range k.order {
		order = append(order, column.name)
	}
	k.columns, k.joins = strings.Join(order, ", "), ""
	sql, args, err := k.query(PageQuery{Text: text, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := list(s.reader(t.Context()), func(row scanner) (key string, err error) {
		var before any
		if len(order) > 1 {
			return key, row.Scan(&before, &key)
		}
		return key, row.Scan(&key)
	}, sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return keys
}

// A seat's own name, a proposed act's summary and a stage are found however they are accented, as names of the CRM are.
func TestTextsAreFoundWithoutAccents(t *testing.T) {
	s := openTest(t)
	seat := NewID()
	importRows(t, s, "Opportunity", "r", []string{"Id", "SystemModstamp", "Name", "StageName", "IsClosed"}, []string{"006A", day1, "Deal", "Jednání", "false"})
	importRows(t, s, "Account", "r", []string{"Id", "SystemModstamp", "Name"}, []string{"001A", day1, "Société"})
	person := addPerson(t, s, "in/zoe", "Zoë")
	write(t, s, func(tx *Tx) error {
		activity := Activity{ID: "a", Ident: "a", Kind: "note", SeatID: seat, PersonID: person, OccurredAt: clock, AddedAt: clock}
		err := tx.PutSeat(Seat{ID: seat, Email: "js@acme.test", Name: "Jana Šimková", AddedAt: clock})
		_, err2 := tx.AddActivity(activity)
		_, err3 := tx.AddSave(Save{ID: "s", SeatID: seat, MemberID: "m", RecordID: "001A", Object: "Account", OpportunityID: "006A", SavedAt: clock})
		return errors.Join(err, err2, err3, tx.PutOutbox(OutboxItem{ActivityID: "a", State: OutboxQueued}),
			tx.PutApproval(Approval{ID: "p", Act: "purge", Summary: "erase Łucja Šimková", State: ApprovalWaiting, ProposedBy: "ana", ProposedAt: clock, ExpiresAt: clock}))
	})
	lists := everyList(s, world{seats: []string{seat}, people: []string{person}, companies: []string{"none"}})
	for name, texts := range map[string][]string{
		"outbox all": {"simkova", "ŠIMKOVA jana", "Šimková", "zoe"}, "ledger all": {"simkova", "societe simk"}, "approvals ": {"simkova", "lucja", "Simkova ana"}, "opportunities": {"jednani", "JEDNÁNÍ deal"},
	} {
		for _, text := range texts {
			if got := walkText(t, lists[name], PageQuery{Text: text}); len(got) != 1 {
				t.Errorf("%s: %q finds %v", name, text, got)
			}
		}
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

// What is typed on ends the query before: a search for a text ends with its context.
func TestASearchForATextEndsWithItsContext(t *testing.T) {
	s := openTest(t)
	w := fill(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, read := range everyList(s, w) {
		if _, err := read(ctx, PageQuery{Text: "zzqx"}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
