package match

import (
	"sync"

	"github.com/zeebo/xxh3"
)

const (
	shardBits = 4
	shards    = 1 << shardBits
)

// table gives equal texts one small number, from many goroutines at once. 0 is
// the empty text. Numbers differ from run to run, so nothing may depend on
// their order.
type table[T any] struct {
	derive func(text string, hash uint64) T
	shard  [shards]struct {
		sync.RWMutex
		ids   map[string]uint32
		items []T
	}
}

func newTable[T any](derive func(string, uint64) T) *table[T] {
	return &table[T]{derive: derive}
}

// id returns the number of a text.
func (t *table[T]) id(text string) uint32 {
	if text == "" {
		return 0
	}
	hash := xxh3.HashString(text)
	k := uint32(hash & (shards - 1))
	s := &t.shard[k]
	s.RLock()
	id, ok := s.ids[text]
	s.RUnlock()
	if ok {
		return id
	}
	item := t.derive(text, hash)
	s.Lock()
	defer s.Unlock()
	if id, ok := s.ids[text]; ok {
		return id
	}
	if s.ids == nil {
		s.ids = map[string]uint32{}
	}
	s.items = append(s.items, item)
	id = uint32(len(s.items))<<shardBits | k
	s.ids[text] = id
	return id
}

// at returns the item of a number that id gave. Not while others call id.
func (t *table[T]) at(id uint32) *T {
	return &t.shard[id&(shards-1)].items[id>>shardBits-1]
}

// all calls f for each item. Not while others call id.
func (t *table[T]) all(f func(*T)) {
	for k := range t.shard {
		items := t.shard[k].items
		for i := range items {
			f(&items[i])
		}
	}
}

// forget drops the texts, which are needed only to find numbers.
func (t *table[T]) forget() {
	for k := range t.shard {
		t.shard[k].ids = nil
	}
}
