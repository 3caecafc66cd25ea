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
// their order. Texts are known by their hash of 64 bits, as in the model.
type table[T any] struct {
	derive func(text string, hash uint64) T
	shard  [shards]tableShard[T]
}

type tableShard[T any] struct {
	sync.RWMutex
	slots []tableSlot // open addressing, at most half full
	items []T
}

type tableSlot struct {
	hash uint64
	id   uint32 // 0 for an empty slot
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
	id := s.find(hash)
	s.RUnlock()
	if id != 0 {
		return id
	}
	item := t.derive(text, hash)
	s.Lock()
	defer s.Unlock()
	if id := s.find(hash); id != 0 {
		return id
	}
	s.items = append(s.items, item)
	id = uint32(len(s.items))<<shardBits | k
	s.insert(hash, id)
	return id
}

// find returns the number of a hash, 0 if it has none.
func (s *tableShard[T]) find(hash uint64) uint32 {
	if len(s.slots) == 0 {
		return 0
	}
	mask := uint64(len(s.slots) - 1)
	for i := hash >> shardBits & mask; ; i = (i + 1) & mask {
		if slot := &s.slots[i]; slot.id == 0 || slot.hash == hash {
			return slot.id
		}
	}
}

// insert adds a hash that is not there.
func (s *tableShard[T]) insert(hash uint64, id uint32) {
	if 2*len(s.items) > len(s.slots) {
		old := s.slots
		s.slots = make([]tableSlot, max(16, 2*len(old)))
		for _, slot := range old {
			if slot.id != 0 {
				s.put(slot)
			}
		}
	}
	s.put(tableSlot{hash, id})
}

func (s *tableShard[T]) put(slot tableSlot) {
	mask := uint64(len(s.slots) - 1)
	i := slot.hash >> shardBits & mask
	for s.slots[i].id != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = slot
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

// forget drops what only finding numbers needs. No text can be looked up any more.
func (t *table[T]) forget() {
	for k := range t.shard {
		t.shard[k].slots = nil
	}
}
