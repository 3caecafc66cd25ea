package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
)

// OwnersOf returns the ids of all owners of a side that have one of the keys, in order. Owners that had one before they
// changed may be among them.
func (s *Store) OwnersOf(ctx context.Context, side KeySide, keys []uint64) ([]string, error) {
	return s.ownersOf(ctx, side, keys, 0)
}

// OwnersOfRare is OwnersOf but passes over keys that more than limit owners have: they say nothing.
func (s *Store) OwnersOfRare(ctx context.Context, side KeySide, keys []uint64, limit int) ([]string, error) {
	return s.ownersOf(ctx, side, keys, limit)
}

// ownersOf looks keys up, again if they were written anew in between; limit 0 is none.
func (s *Store) ownersOf(ctx context.Context, side KeySide, keys []uint64, limit int) ([]string, error) {
	keys = distinct(keys)
	r := s.reader(ctx)
	for {
		set, err := r.keySet(side)
		if err != nil || set.generation == 0 || len(keys) == 0 {
			return nil, err
		}
		ids, err := r.owners(side, set.generation, keys, limit)
		if err != nil {
			return nil, err
		}
		now, err := r.keySet(side)
		if err != nil || now.generation == set.generation {
			return ids, err
		}
	}
}

func (r reader) owners(side KeySide, generation int64, keys []uint64, limit int) ([]string, error) {
	holders := make(map[uint64][]int64, len(keys))
	if err := r.posted(side, generation, keys, holders); err != nil {
		return nil, err
	}
	if err := r.added(side, generation, keys, holders); err != nil {
		return nil, err
	}
	var numbers []int64
	for _, some := range holders {
		if some = distinct(some); limit == 0 || len(some) <= limit {
			numbers = append(numbers, some...)
		}
	}
	ids, err := listIn(r, scanText, fmt.Sprintf("SELECT id FROM key_owner WHERE side = %d AND generation = %d AND number IN", side, generation), distinct(numbers), "")
	slices.Sort(ids)
	return ids, err
}

// posted adds the owners that the blocks name.
func (r reader) posted(side KeySide, generation int64, keys []uint64, holders map[uint64][]int64) error {
	type block struct {
		first   int64
		entries []byte
	}
	var last int64
	isFirst := true
	for chunk := range slices.Chunk(keys, idsAtOnce) {
		args := make([]any, len(chunk))
		for i, key := range chunk {
			args[i] = inOrder(key)
		}
		blocks, err := list(r, func(row scanner) (x block, err error) { return x, row.Scan(&x.first, &x.entries) }, postedQuery(side, generation, len(chunk)), args...)
		if err != nil {
			return err
		}
		slices.SortFunc(blocks, func(a, b block) int { return cmp.Compare(a.first, b.first) })
		for _, b := range blocks {
			if !isFirst && b.first == last {
				continue
			}
			isFirst, last = false, b.first
			from, _ := slices.BinarySearch(keys, fromOrder(b.first))
			err := findInBlock(fromOrder(b.first), b.entries, keys[from:], func(key uint64, numbers []uint64) {
				for _, number := range numbers {
					holders[key] = append(holders[key], int64(number))
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// postedQuery finds the block of each of n keys: the last that does not begin after it. A cross join keeps the planner from
// reading all blocks.
func postedQuery(side KeySide, generation int64, n int) string {
	which := fmt.Sprintf("side = %d AND generation = %d", side, generation)
	return "SELECT p.first, p.entries FROM (VALUES " + strings.TrimSuffix(strings.Repeat("(CAST(? AS BIGINT)), ", n), ", ") + ") AS k CROSS JOIN key_posting p WHERE p." + which +
		" AND p.first = (SELECT max(first) FROM key_posting WHERE " + which + " AND first <= k.column1)"
}

// added adds the owners that got the keys since the blocks were written.
func (r reader) added(side KeySide, generation int64, keys []uint64, holders map[uint64][]int64) error {
	hashes := make([]int64, len(keys))
	for i, key := range keys {
		hashes[i] = inOrder(key)
	}
	_, err := listIn(r, func(row scanner) (none struct{}, err error) {
		var hash, number int64
		if err := row.Scan(&hash, &number); err != nil {
			return none, err
		}
		holders[fromOrder(hash)] = append(holders[fromOrder(hash)], number)
		return none, nil
	}, fmt.Sprintf("SELECT hash, number FROM key_change WHERE side = %d AND generation = %d AND hash IN", side, generation), hashes, "")
	return err
}

// KeysOf returns all blocking keys that these owners of a side have, in order.
func (s *Store) KeysOf(ctx context.Context, side KeySide, ids []string) ([]uint64, error) {
	r := s.reader(ctx)
	set, err := r.keySet(side)
	if err != nil {
		return nil, err
	}
	packed, err := listIn(r, func(row scanner) (keys []byte, err error) { return keys, row.Scan(&keys) },
		fmt.Sprintf("SELECT keys FROM key_owner WHERE side = %d AND generation = %d AND id IN", side, set.generation), ids, "")
	var keys []uint64
	for _, some := range packed {
		keys = append(keys, unpackKeys(some)...)
	}
	return distinct(keys), err
}

// ChangeKeys replaces the keys of owners. What they had stays findable until the side is written anew: whoever looks a
// key up compares what is found.
func (t *Tx) ChangeKeys(side KeySide, owners []KeyOwner) error {
	set, err := t.keySet(side)
	if err != nil {
		return err
	}
	if set.generation == 0 {
		return nil // a full run writes them all
	}
	next := set.next
	for _, owner := range owners {
		isNew, err := t.changeKeys(side, set.generation, next, owner)
		if err != nil {
			return fmt.Errorf("keys of %s: %w", owner.ID, err)
		}
		if isNew {
			next++
		}
	}
	if next == set.next {
		return nil
	}
	return t.execOne(ErrNotFound, "UPDATE key_set SET next_number = ? WHERE side = ?", next, int64(side))
}

// changeKeys replaces the keys of one owner, who gets the next number if it has none.
func (t *Tx) changeKeys(side KeySide, generation, next int64, owner KeyOwner) (isNew bool, err error) {
	type held struct {
		number int64
		keys   []byte
	}
	rows, err := list(t.reader, func(row scanner) (x held, err error) { return x, row.Scan(&x.number, &x.keys) },
		"SELECT number, keys FROM key_owner WHERE side = ? AND generation = ? AND id = ?", int64(side), generation, owner.ID)
	if err != nil {
		return false, err
	}
	old := held{number: next}
	switch {
	case len(rows) > 0:
		old = rows[0]
		err = t.execOne(ErrNotFound, "UPDATE key_owner SET keys = ? WHERE side = ? AND generation = ? AND number = ?", packKeys(owner.Keys), int64(side), generation, old.number)
	case len(owner.Keys) == 0:
		return false, nil
	default:
		err = t.addOwner(side, generation, next, owner)
	}
	if err != nil {
		return false, err
	}
	had := distinct(unpackKeys(old.keys))
	for _, key := range owner.Keys {
		if _, isOld := slices.BinarySearch(had, key); isOld {
			continue
		}
		if _, err := t.exec("INSERT INTO key_change (side, generation, hash, number) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", int64(side), generation, inOrder(key), old.number); err != nil {
			return false, err
		}
	}
	return len(rows) == 0, nil
}
