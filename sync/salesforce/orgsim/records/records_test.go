package records

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce/orgsim/schema"
	"crmsync/sync/salesforce/orgsim/soql"
)

// numbered is a source of accounts named after their number, stamped a minute apart.
type numbered struct {
	object *schema.Object
	count  uint64
}

func (s numbered) Count() uint64  { return s.count }
func (s numbered) Reader() Reader { return s }

func (s numbered) Value(n uint64, field int) schema.Value {
	switch s.object.Fields[field].Name {
	case "Name":
		return schema.Text(fmt.Sprint("base ", n))
	case "SystemModstamp":
		return schema.Milliseconds(int64(n) * 60_000)
	case "IsDeleted":
		return schema.Bool(n%7 == 3)
	}
	return schema.Value{}
}

func (s numbered) Between(from, until int64) (first, end uint64) {
	for end = 0; end < s.count && int64(end)*60_000 <= until; end++ {
		if int64(end)*60_000 < from {
			first = end + 1
		}
	}
	return first, max(first, end)
}

func newSet(count uint64, journal func([]Op) error) *Set {
	s := schema.New(schema.Options{SyncKey: true})
	account, _ := s.Object("Account")
	return New(s, "aa", map[string]Source{"Account": numbered{account, count}}, journal)
}

// row is what the model knows of a record.
type row struct {
	name    string
	stamp   int64
	deleted bool
}

// model is the records as a plain map.
type model map[uint64]row

// scan reads all of a query in the view.
func scan(t *rapid.T, v View, text string, deleted bool) model {
	q, err := soql.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := v.set.Compile(q, CompileOptions{Now: time.Unix(0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	out := model{}
	last := int64(-1)
	for at := range plan.Scan(v, deleted) {
		if int64(at.Number()) <= last {
			t.Fatalf("record %d comes after %d", at.Number(), last)
		}
		last = int64(at.Number())
		out[at.Number()] = row{at.Get("Name").String(), at.Get("SystemModstamp").Number(), at.Deleted()}
	}
	return out
}

func (m model) filter(keep func(uint64, row) bool) model {
	out := model{}
	for n, r := range m {
		if keep(n, r) {
			out[n] = r
		}
	}
	return out
}

func same(t *rapid.T, what string, got, want model) {
	if len(got) != len(want) {
		t.Fatalf("%s: %d records, want %d\n%v\n%v", what, len(got), len(want), got, want)
	}
	for n, r := range want {
		if got[n] != r {
			t.Fatalf("%s: record %d is %v, want %v", what, n, got[n], r)
		}
	}
}

// TestRecordsAreAMap runs random writes against a map, and checks that every view goes on showing its own state, also
// through the shortcuts over ids and stamps.
func TestRecordsAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const count = 12
		var kept [][]Op
		set := newSet(count, func(ops []Op) error { kept = append(kept, ops); return nil })
		now := model{}
		for n := range uint64(count) {
			now[n] = row{fmt.Sprint("base ", n), int64(n) * 60_000, n%7 == 3}
		}
		next := uint64(count)
		views, states := []View{set.View()}, []model{now.filter(func(uint64, row) bool { return true })}
		for step := range rapid.IntRange(0, 12).Draw(t, "steps") {
			failing := rapid.IntRange(0, 4).Draw(t, "fails") == 0
			trial := now.filter(func(uint64, row) bool { return true })
			trialNext := next
			err := set.Write(func(w *Write) error {
				for range rapid.IntRange(1, 3).Draw(t, "changes") {
					var err error
					if trialNext, err = change(t, w, trial, trialNext, fmt.Sprint("step ", step)); err != nil {
						return err
					}
				}
				if failing {
					return errors.New("no")
				}
				return nil
			})
			if failing != (err != nil) {
				t.Fatalf("failing %t: %v", failing, err)
			}
			if !failing {
				now, next = trial, trialNext
			}
			views, states = append(views, set.View()), append(states, now.filter(func(uint64, row) bool { return true }))
		}
		checkViews(t, views, states)
		again := newSet(count, nil)
		for _, ops := range kept {
			if err := again.Replay(ops); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "replayed", scan(t, again.View(), "SELECT Id FROM Account", true), now)
	})
}

// change makes one random change in the write and in the model, and returns the number of the next new record.
func change(t *rapid.T, w *Write, m model, next uint64, name string) (uint64, error) {
	r := row{name, rapid.Int64Range(0, 20).Draw(t, "stamp") * 60_000, rapid.Bool().Draw(t, "deleted")}
	values := Values{"Name": schema.Text(r.name), "SystemModstamp": schema.Milliseconds(r.stamp), "IsDeleted": schema.Bool(r.deleted)}
	n := rapid.Uint64Range(0, next).Draw(t, "record")
	_, there := m[n]
	switch {
	case n == next:
		m[n] = r
		_, err := w.Create("Account", values)
		return next + 1, err
	case !there:
		return next, nil
	case rapid.IntRange(0, 3).Draw(t, "purge") == 0:
		delete(m, n)
		return next, w.Purge("Account", n)
	}
	m[n] = r
	return next, w.Update("Account", n, values)
}

func checkViews(t *rapid.T, views []View, states []model) {
	from, until := rapid.Int64Range(0, 20).Draw(t, "from"), rapid.Int64Range(0, 20).Draw(t, "until")
	after := rapid.Uint64Range(0, 16).Draw(t, "after")
	at := func(minutes int64) string {
		return time.UnixMilli(minutes * 60_000).UTC().Format("2006-01-02T15:04:05Z")
	}
	for i, v := range views {
		want := states[i]
		same(t, "all", scan(t, v, "SELECT Id FROM Account", true), want)
		same(t, "live", scan(t, v, "SELECT Id FROM Account", false), want.filter(func(_ uint64, r row) bool { return !r.deleted }))
		same(t, "window", scan(t, v, "SELECT Id FROM Account WHERE SystemModstamp > "+at(from)+" AND SystemModstamp <= "+at(until), true),
			want.filter(func(_ uint64, r row) bool { return r.stamp > from*60_000 && r.stamp <= until*60_000 }))
		id := v.set.ID("Account", after).String()
		same(t, "after an id", scan(t, v, "SELECT Id FROM Account WHERE Id > '"+id+"'", true), want.filter(func(n uint64, _ row) bool { return n > after }))
		same(t, "up to an id", scan(t, v, "SELECT Id FROM Account WHERE Id <= '"+id+"' AND SystemModstamp >= "+at(from), true),
			want.filter(func(n uint64, r row) bool { return n <= after && r.stamp >= from*60_000 }))
		several := "('" + id + "', '" + v.set.ID("Account", after/2).String() + "', '" + v.set.ID("Task", 1).String() + "', '" + id + "')"
		same(t, "several ids", scan(t, v, "SELECT Id FROM Account WHERE Id IN "+several+" AND Name != null", true),
			want.filter(func(n uint64, _ row) bool { return n == after || n == after/2 }))
		same(t, "one id", scan(t, v, "SELECT Id FROM Account WHERE Id = '"+id+"'", true), want.filter(func(n uint64, _ row) bool { return n == after }))
	}
}

func TestKeysAreUniqueAmongLiveRecords(t *testing.T) {
	set := newSet(0, nil)
	create := func(key string) (n uint64, err error) {
		err = set.Write(func(w *Write) error {
			n, err = w.Create("Task", Values{"Sync_Key__c": schema.Text(key)})
			return err
		})
		return n, err
	}
	first, err := create("k")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create("k"); !errors.Is(err, ErrDuplicateKey) {
		t.Fatalf("%v", err)
	}
	if err := set.Write(func(w *Write) error { return w.Update("Task", first, Values{"Sync_Key__c": schema.Text("other")}) }); err != nil {
		t.Fatal(err)
	}
	if _, err := create("k"); err != nil {
		t.Fatalf("a key given up: %v", err)
	}
	failed := set.Write(func(w *Write) error {
		if _, err := w.Create("Task", Values{"Sync_Key__c": schema.Text("undone")}); err != nil {
			return err
		}
		return errors.New("no")
	})
	if _, err := create("undone"); failed == nil || err != nil {
		t.Fatalf("the key of a write that was undone: %v, %v", failed, err)
	}
}

func TestJournalFailureUndoes(t *testing.T) {
	set := newSet(3, func([]Op) error { return errors.New("disk full") })
	err := set.Write(func(w *Write) error { return w.Purge("Account", 1) })
	if err == nil || set.View().Version() != 0 {
		t.Fatalf("%v, version %d", err, set.View().Version())
	}
	if _, ok := set.View().Find(set.ID("Account", 1).String()); !ok {
		t.Fatal("the record is gone though nothing was written down")
	}
}

func TestLike(t *testing.T) {
	cases := []struct {
		pattern, text string
		want          bool
	}{
		{"a%", "Abc", true}, {"%c", "abc", true}, {"%b%", "abc", true}, {"a_c", "aéc", true}, {"a_c", "ac", false}, {"", "", true}, {"%", "", true},
		{`100\%`, "100%", true}, {`100\%`, "1000", false}, {"%a%b%c%", "xxaxxbxxc", true}, {"a%b", "abx", false}, {"%%%", "x", true}, {"É", "é", true},
	}
	for _, c := range cases {
		if got := matches(likePattern(c.pattern), []rune(strings.ToLower(c.text))); got != c.want {
			t.Errorf("%q LIKE %q: %t", c.text, c.pattern, got)
		}
	}
	long := slices.Repeat([]rune{'a'}, 20_000)
	if matches(likePattern("%a%a%a%a%a%b"), long) { // must end soon
		t.Error("matched")
	}
}
