package store

import (
	"encoding/binary"
	"errors"
	"slices"
)

// keyEntry says that an owner has a key.
type keyEntry struct {
	key    uint64
	number uint64
}

// blockSize is how many bytes a block of postings has at least, but for the last: two fill a page of the database. All
// entries of a key are in one block, so that a look-up reads one.
const blockSize = 1900

// errBlock says that a block of postings is damaged.
var errBlock = errors.New("a block of keys is damaged")

// blockOf encodes the entries at the front of a list, which is sorted, and returns what is left. Each key comes once:
// how far it is from the one before, how many owners it has, and how far apart their numbers are.
func blockOf(entries []keyEntry) (block []byte, rest []keyEntry) {
	before := entries[0].key
	for len(entries) > 0 && len(block) < blockSize {
		n := ownersOf(entries)
		block = binary.AppendUvarint(block, entries[0].key-before)
		block = binary.AppendUvarint(block, uint64(n))
		last := uint64(0)
		for _, entry := range entries[:n] {
			block = binary.AppendUvarint(block, entry.number-last)
			last = entry.number
		}
		before, entries = entries[0].key, entries[n:]
	}
	return block, entries
}

// ownersOf is how many entries at the front of a list share its first key.
func ownersOf(entries []keyEntry) int {
	n := 1
	for n < len(entries) && entries[n].key == entries[0].key {
		n++
	}
	return n
}

// findInBlock calls found for each of the sorted keys that the block has, with its owners. First is the block's first key.
func findInBlock(first uint64, block []byte, keys []uint64, found func(key uint64, numbers []uint64)) error {
	next := func() (uint64, bool) {
		value, n := binary.Uvarint(block)
		if n <= 0 {
			return 0, false
		}
		block = block[n:]
		return value, true
	}
	var numbers []uint64
	key := first
	for len(block) > 0 && len(keys) > 0 {
		step, isKey := next()
		owners, isCount := next()
		if !isKey || !isCount || owners > uint64(len(block)) {
			return errBlock
		}
		key += step
		number := uint64(0)
		numbers = numbers[:0]
		for range owners {
			step, isNumber := next()
			if !isNumber {
				return errBlock
			}
			number += step
			numbers = append(numbers, number)
		}
		for len(keys) > 0 && keys[0] < key {
			keys = keys[1:]
		}
		if len(keys) > 0 && keys[0] == key {
			found(key, numbers)
		}
	}
	return nil
}

// packKeys writes keys one after the other.
func packKeys(keys []uint64) []byte {
	packed := make([]byte, 0, 8*len(keys))
	for _, key := range keys {
		packed = binary.BigEndian.AppendUint64(packed, key)
	}
	return packed
}

// unpackKeys reads what packKeys wrote.
func unpackKeys(packed []byte) []uint64 {
	keys := make([]uint64, 0, len(packed)/8)
	for chunk := range slices.Chunk(packed, 8) {
		if len(chunk) == 8 {
			keys = append(keys, binary.BigEndian.Uint64(chunk))
		}
	}
	return keys
}

// inOrder is a key as a number of SQL: keys have 64 bits and no sign, numbers of SQL a sign, and both the same order.
func inOrder(key uint64) int64 { return int64(key ^ 1<<63) }

// fromOrder is the key of a number of SQL.
func fromOrder(n int64) uint64 { return uint64(n) ^ 1<<63 }
