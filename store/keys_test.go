package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// keysOf writes a side's keys anew.
func keysOf(t testing.TB, s *Store, side KeySide, owners ...KeyOwner) {
	t.Helper()
	w, err := s.WriteKeys(t.Context(), side)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(t.Context(), owners); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(t.Context(), func(uint64, int) bool { return true }); err != nil {
		t.Fatal(err)
	}
}

func ownersOfKeys(t testing.TB, s *Store, side KeySide, keys ...uint64) []string {
	t.Helper()
	ids, err := s.OwnersOf(t.Context(), side, keys)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestKeysAreFoundFromBothSides(t *testing.T) {
	s := openTest(t)
	many := make([]uint64, 3*idsAtOnce)
	for i := range many {
		many[i] = uint64(i) << 54 // some are negative in SQL
	}
	if got := ownersOfKeys(t, s, PersonKeys, many...); len(got) != 0 {
		t.Fatalf("before any were written: %v", got)
	}
	keysOf(t, s, PersonKeys, KeyOwner{"m1", many}, KeyOwner{"m2", many[:1]})
	keysOf(t, s, PersonRecordKeys, KeyOwner{"003A", many[len(many)-1:]})
	if got := ownersOfKeys(t, s, PersonKeys, many...); !slices.Equal(got, []string{"m1", "m2"}) {
		t.Errorf("members %v", got)
	}
	if got := ownersOfKeys(t, s, PersonRecordKeys, many...); !slices.Equal(got, []string{"003A"}) {
		t.Errorf("records %v", got)
	}
	keys, err := s.KeysOf(t.Context(), PersonKeys, []string{"m2", "m1", "nobody"})
	if err != nil || !slices.Equal(keys, distinct(many)) {
		t.Errorf("%d keys of %d came back: %v", len(keys), len(many), err)
	}
}

func TestKeysThatManyHaveArePassedOver(t *testing.T) {
	s := openTest(t)
	const huge = 1<<64 - 1 // keys are hashes: all 64 bits count
	keysOf(t, s, PersonKeys, KeyOwner{"r1", []uint64{2, huge}}, KeyOwner{"r2", []uint64{2, 3}}, KeyOwner{"r3", []uint64{2}})
	write(t, s, func(tx *Tx) error { return tx.ChangeKeys(PersonKeys, []KeyOwner{{"r4", []uint64{3}}}) })
	for _, test := range []struct {
		keys  []uint64
		limit int
		want  []string
	}{
		{[]uint64{1}, 10, nil}, {[]uint64{huge}, 10, []string{"r1"}}, {[]uint64{2, 3}, 10, []string{"r1", "r2", "r3", "r4"}}, {[]uint64{2, 3}, 2, []string{"r2", "r4"}}, {nil, 10, nil},
	} {
		if got, err := s.OwnersOfRare(t.Context(), PersonKeys, test.keys, test.limit); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("owners of %v, at most %d: %v %v, want %v", test.keys, test.limit, got, err, test.want)
		}
	}
}

func TestKeysThatAreNotKeptCannotBeLookedUp(t *testing.T) {
	s := openTest(t)
	w, err := s.WriteKeys(t.Context(), CompanyKeys)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(t.Context(), []KeyOwner{{"a", []uint64{1, 2}}, {"b", []uint64{2}}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Finish(t.Context(), func(_ uint64, owners int) bool { return owners == 1 }); err != nil {
		t.Fatal(err)
	}
	if got := ownersOfKeys(t, s, CompanyKeys, 1, 2); !slices.Equal(got, []string{"a"}) {
		t.Errorf("found %v", got)
	}
}

// TestKeysInForceStayUntilNewOnesAreWhole breaks a writer off half way.
func TestKeysInForceStayUntilNewOnesAreWhole(t *testing.T) {
	s := openTest(t)
	keysOf(t, s, PersonKeys, KeyOwner{"old", []uint64{7}})
	for range 2 { // what the first leaves is no hindrance to the second
		w, err := s.WriteKeys(t.Context(), PersonKeys)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(t.Context(), []KeyOwner{{"new", []uint64{7}}}); err != nil {
			t.Fatal(err)
		}
		if got := ownersOfKeys(t, s, PersonKeys, 7); !slices.Equal(got, []string{"old"}) {
			t.Errorf("half way: %v", got)
		}
	}
	keysOf(t, s, PersonKeys, KeyOwner{"new", []uint64{7}})
	if got := ownersOfKeys(t, s, PersonKeys, 7); !slices.Equal(got, []string{"new"}) {
		t.Errorf("when it is whole: %v", got)
	}
	if n, err := one(s.reader(t.Context()), scanInt, "SELECT count(*) FROM key_owner"); err != nil || n != 1 {
		t.Errorf("%d rows are left of three writers (%v)", n, err)
	}
}

// TestKeysAnswerLikeAMap compares the store with a map of what every owner has, or ever had since the side was written.
func TestKeysAnswerLikeAMap(t *testing.T) {
	s := openTest(t)
	key := rapid.OneOf(rapid.Uint64Range(0, 40), rapid.Uint64()) // some of many owners, most of one
	owned := rapid.SliceOfNDistinct(key, 0, 30, rapid.ID[uint64])
	rapid.Check(t, func(rt *rapid.T) {
		has := map[uint64]map[string]bool{}
		now := map[string][]uint64{}
		note := func(id string, keys []uint64) KeyOwner {
			now[id] = keys
			for _, key := range keys {
				if has[key] == nil {
					has[key] = map[string]bool{}
				}
				has[key][id] = true
			}
			return KeyOwner{id, keys}
		}
		var owners []KeyOwner
		for i := range rapid.IntRange(0, 60).Draw(rt, "owners") {
			owners = append(owners, note(fmt.Sprintf("m%03d", i), owned.Draw(rt, "keys")))
		}
		keysOf(t, s, PersonKeys, owners...)
		for range rapid.IntRange(0, 5).Draw(rt, "changes") {
			id := fmt.Sprintf("m%03d", rapid.IntRange(0, 80).Draw(rt, "who"))
			owner := note(id, owned.Draw(rt, "new keys"))
			write(t, s, func(tx *Tx) error { return tx.ChangeKeys(PersonKeys, []KeyOwner{owner}) })
		}
		asked := append(owned.Draw(rt, "asked"), 3, 1<<63)
		want := map[string]bool{}
		for _, key := range asked {
			for id := range has[key] {
				want[id] = true
			}
		}
		got := ownersOfKeys(t, s, PersonKeys, asked...)
		if len(got) != len(want) || slices.ContainsFunc(got, func(id string) bool { return !want[id] }) {
			rt.Fatalf("%v has %v, want %v", asked, got, want)
		}
		for id, keys := range now {
			if got, err := s.KeysOf(t.Context(), PersonKeys, []string{id}); err != nil || !slices.Equal(got, distinct(keys)) {
				rt.Fatalf("%s has %v (%v), want %v", id, got, err, keys)
			}
		}
	})
}

func TestDamagedBlockIsAnError(t *testing.T) {
	block, _ := blockOf([]keyEntry{{1, 1}, {1, 400}, {9, 2}})
	for cut := range len(block) {
		err := findInBlock(1, block[:cut], []uint64{1, 9}, func(uint64, []uint64) {})
		if cut > 0 && cut < len(block) && err == nil && cut != 5 { // a block that ends after a key is whole
			t.Errorf("cut after %d of %d bytes: no error", cut, len(block))
		}
	}
}

// TestKeysAreLookedUpByIndexAlone asks SQLite how it finds blocks and owners.
func TestKeysAreLookedUpByIndexAlone(t *testing.T) {
	s := openTest(t)
	many := make([]any, idsAtOnce)
	for i := range many {
		many[i] = i
	}
	for _, line := range planOf(t, s, postedQuery(PersonKeys, 1, len(many)), many...) {
		if strings.Contains(line, "SCAN") && !strings.Contains(line, "SCAN k") && !strings.Contains(line, "CONSTANT ROW") {
			t.Errorf("blocks: %s", line)
		}
	}
	for _, line := range planOf(t, s, "SELECT generation FROM key_owner WHERE side = ? AND generation > ? ORDER BY generation LIMIT 1", 1, 1) {
		if strings.Contains(line, "SCAN") || strings.Contains(line, "TEMP B-TREE") {
			t.Errorf("generations: %s", line)
		}
	}
}
