package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// KeySide is one of the four sets of owners of blocking keys.
type KeySide int64

// The sides.
const (
	PersonKeys        KeySide = iota + 1 // people of the network
	CompanyKeys                          // companies of the network
	PersonRecordKeys                     // leads and contacts
	CompanyRecordKeys                    // accounts
)

// KeyOwner is a record or member with its blocking keys.
type KeyOwner struct {
	ID   string
	Keys []uint64
}

// KeyWriter writes the keys of one side anew. What was in force stays so until [KeyWriter.Finish].
type KeyWriter struct {
	store *Store
	side  KeySide

	mu         sync.Mutex
	generation int64
	owners     int64
	keys       int64
}

// keySet is the generation of a side that is in force; the zero value is none.
type keySet struct{ generation, next int64 }

func (r reader) keySet(side KeySide) (keySet, error) {
	set, err := one(r, func(row scanner) (x keySet, err error) {
		return x, row.Scan(&x.generation, &x.next)
	}, "SELECT generation, next_number FROM key_set WHERE side = ?", int64(side))
	if errors.Is(err, ErrNotFound) {
		return keySet{}, nil
	}
	return set, err
}

// HasKeys reports whether a side's keys were ever written.
func (s *Store) HasKeys(ctx context.Context, side KeySide) (bool, error) {
	set, err := s.reader(ctx).keySet(side)
	return set.generation > 0, err
}

// WriteKeys begins to write the keys of a side anew. Only one such writer of a side may be at work.
func (s *Store) WriteKeys(ctx context.Context, side KeySide) (*KeyWriter, error) {
	set, err := s.reader(ctx).keySet(side)
	if err != nil {
		return nil, err
	}
	w := &KeyWriter{store: s, side: side, generation: set.generation + 1}
	return w, w.drop(ctx, set.generation) // what a writer that broke off left
}

// Add takes down owners, in one transaction. Owners in the order of their ids are written fastest. It is safe for concurrent use.
func (w *KeyWriter) Add(ctx context.Context, owners []KeyOwner) error {
	if len(owners) == 0 {
		return nil
	}
	w.mu.Lock()
	first := w.owners
	w.owners += int64(len(owners))
	for _, owner := range owners {
		w.keys += int64(len(owner.Keys))
	}
	w.mu.Unlock()
	return w.store.WriteMuch(ctx, func(tx *Tx) error {
		for i, owner := range owners {
			if err := tx.addOwner(w.side, w.generation, first+int64(i), owner); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *Tx) addOwner(side KeySide, generation, number int64, owner KeyOwner) error {
	_, err := t.exec("INSERT INTO key_owner (side, generation, number, id, keys) VALUES (?, ?, ?, ?, ?)", int64(side), generation, number, owner.ID, packKeys(owner.Keys))
	if err != nil {
		return fmt.Errorf("keys of %s: %w", owner.ID, err)
	}
	return nil
}

// entriesAtOnce is how many entries are sorted at once, in 16 bytes each; more are written in several passes.
const entriesAtOnce = 12_000_000

// blocksAtOnce is how many blocks are written in one transaction, and ownersAtOnce how many owners are read or deleted at once.
const (
	blocksAtOnce = 5000
	ownersAtOnce = 5000
)

// Finish makes the keys findable and puts them in force in place of what was. Keys for which isKept is false, given how
// many owners they have, cannot be looked up.
func (w *KeyWriter) Finish(ctx context.Context, isKept func(key uint64, owners int) bool) error {
	passes := w.keys/entriesAtOnce + 1
	width := ^uint64(0)/uint64(passes) + 1 // 0 stands for all keys
	for pass := range uint64(passes) {
		from, last := pass*width, pass*width+(width-1)
		if pass == uint64(passes)-1 {
			last = ^uint64(0)
		}
		if err := w.post(ctx, from, last, isKept); err != nil {
			return fmt.Errorf("write the keys in order: %w", err)
		}
	}
	err := w.store.WriteMuch(ctx, func(tx *Tx) error {
		_, err := tx.exec("INSERT INTO key_set (side, generation, next_number) VALUES (?, ?, ?) ON CONFLICT (side) DO UPDATE SET generation = excluded.generation, next_number = excluded.next_number",
			int64(w.side), w.generation, w.owners)
		return err
	})
	if err != nil {
		return err
	}
	return w.drop(ctx, w.generation)
}

// post writes the postings of the keys of a range.
func (w *KeyWriter) post(ctx context.Context, from, last uint64, isKept func(key uint64, owners int) bool) error {
	entries, err := w.entries(ctx, from, last)
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b keyEntry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.number, b.number)) })
	entries = keptEntries(slices.Compact(entries), isKept)
	for len(entries) > 0 {
		rest := entries // a transaction may begin again
		err := w.store.WriteMuch(ctx, func(tx *Tx) error {
			rest = entries
			for range blocksAtOnce {
				if len(rest) == 0 {
					return nil
				}
				var block []byte
				first := rest[0].key
				block, rest = blockOf(rest)
				if _, err := tx.exec("INSERT INTO key_posting (side, generation, first, entries) VALUES (?, ?, ?, ?)", int64(w.side), w.generation, inOrder(first), block); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		entries = rest
	}
	return nil
}

// entries reads back who has the keys of a range, in the order of owners.
func (w *KeyWriter) entries(ctx context.Context, from, last uint64) ([]keyEntry, error) {
	var entries []keyEntry
	for number := int64(0); number < w.owners; number += ownersAtOnce {
		_, err := list(w.store.reader(ctx), func(row scanner) (none struct{}, err error) {
			var number int64
			var packed []byte
			if err := row.Scan(&number, &packed); err != nil {
				return none, err
			}
			for _, key := range unpackKeys(packed) {
				if key >= from && key <= last {
					entries = append(entries, keyEntry{key, uint64(number)})
				}
			}
			return none, nil
		}, "SELECT number, keys FROM key_owner WHERE side = ? AND generation = ? AND number >= ? AND number < ? ORDER BY number", int64(w.side), w.generation, number, number+ownersAtOnce)
		if err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// keptEntries leaves out the entries, which are sorted, of keys that are not kept.
func keptEntries(entries []keyEntry, isKept func(key uint64, owners int) bool) []keyEntry {
	left := entries[:0]
	for len(entries) > 0 {
		n := ownersOf(entries)
		if isKept(entries[0].key, n) {
			left = append(left, entries[:n]...)
		}
		entries = entries[n:]
	}
	return left
}

// drop deletes all generations of the side but one.
func (w *KeyWriter) drop(ctx context.Context, stays int64) error {
	for _, table := range []struct{ name, order string }{{"key_owner", "number"}, {"key_posting", "first"}, {"key_change", "hash"}} {
		for generation := int64(0); ; {
			// The smallest that is above: an index answers it at once, however many rows there are.
			found, err := list(w.store.reader(ctx), scanInt, "SELECT generation FROM "+table.name+" WHERE side = ? AND generation > ? ORDER BY generation LIMIT 1", int64(w.side), generation)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				break
			}
			if generation = found[0]; generation == stays {
				continue
			}
			if err := w.dropFrom(ctx, table.name, table.order, generation); err != nil {
				return fmt.Errorf("drop old keys: %w", err)
			}
		}
	}
	return nil
}

// dropFrom deletes a generation from a table, some rows at a time so that nobody waits long.
func (w *KeyWriter) dropFrom(ctx context.Context, table, order string, generation int64) error {
	const which = " WHERE side = ? AND generation = ?"
	for {
		bound, err := one(w.store.reader(ctx), scanInt, "SELECT "+order+" FROM "+table+which+" ORDER BY "+order+" LIMIT 1 OFFSET "+fmt.Sprint(ownersAtOnce), int64(w.side), generation)
		isLast := errors.Is(err, ErrNotFound)
		if err != nil && !isLast {
			return err
		}
		err = w.store.WriteMuch(ctx, func(tx *Tx) (err error) {
			if isLast {
				_, err = tx.exec("DELETE FROM "+table+which, int64(w.side), generation)
			} else {
				_, err = tx.exec("DELETE FROM "+table+which+" AND "+order+" <= ?", int64(w.side), generation, bound)
			}
			return err
		})
		if err != nil || isLast {
			return err
		}
	}
}
