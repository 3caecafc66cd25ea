package match

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// parallel calls work(worker, from, to) for pieces of 0..n from as many
// goroutines as there are processors. Work must not depend on which worker
// gets which piece.
func parallel(ctx context.Context, n int, work func(worker, from, to int)) error {
	const piece = 512
	workers := max(1, min(runtime.GOMAXPROCS(0), (n+piece-1)/piece))
	var next struct {
		sync.Mutex
		at int
	}
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				next.Lock()
				from := next.at
				next.at += piece
				next.Unlock()
				if from >= n {
					return
				}
				work(w, from, min(n, from+piece))
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// keyCap is how many members a key may have before it says too little to be
// worth following, by the size of the directory.
//
// At 1 M members and 256,000 records of the generator 200 finds 122 more links
// than 100 does (F1 .9769 for .9764) among 23.5 million pairs, not 17.8, for
// 7 to 12 % more CPU seconds (58.0 and 54.1 side by side on two busy cores) and
// the same memory (1.36 GB).
func keyCap(members int) int {
	switch {
	case members <= 100_000:
		return 400
	case members >= 1_000_000:
		return 200
	}
	return 400 - 200*(members-100_000)/900_000
}

// wideCap is the same for wide keys, which by themselves say little.
func wideCap(members int) int {
	return min(keyCap(members), max(25, 4_000_000/max(1, members)))
}

// limits are how many members a key may have.
type limits struct{ plain, wide int }

func limitsFor(members int) limits { return limits{keyCap(members), wideCap(members)} }

func (l limits) over(key uint64, n int) bool {
	return n > l.plain || n > l.wide && key&wideKey != 0
}

// bucketBits is how many leading bits of a key choose its bucket.
const bucketBits = 22

// keyBuckets counts the keys of the members in buckets, so that few keys have
// to be counted by themselves.
func keyBuckets(ctx context.Context, lex *lexicon, kind Kind, members []entity) ([]atomic.Uint32, error) {
	total := make([]atomic.Uint32, 1<<bucketBits)
	err := eachKey(ctx, lex, kind, members, func(_, _ int, keys []uint64) {
		for _, key := range keys {
			total[key>>(64-bucketBits)].Add(1)
		}
	})
	return total, err
}

// overLimit adds up the counts of the workers and returns the keys over.
func overLimit(counts []map[uint64]uint32, limit limits) []uint64 {
	sum := counts[0]
	for _, other := range counts[1:] {
		if sum == nil {
			sum = other
			continue
		}
		for key, n := range other {
			sum[key] += n
		}
	}
	var heavy []uint64
	for key, n := range sum {
		if limit.over(key, int(n)) {
			heavy = append(heavy, key)
		}
	}
	slices.Sort(heavy)
	return heavy
}

// eachKey calls f with the keys of each entity, in no order, some twice.
func eachKey(ctx context.Context, lex *lexicon, kind Kind, all []entity, f func(worker, entity int, keys []uint64)) error {
	keyers := make([]*keyer, runtime.GOMAXPROCS(0))
	return parallel(ctx, len(all), func(w, from, to int) {
		if keyers[w] == nil {
			keyers[w] = newKeyer(lex, kind)
		}
		k := keyers[w]
		for i := from; i < to; i++ {
			k.out = k.some(&all[i], k.out)
			f(w, i, k.out)
		}
	})
}

// index finds the members that share a key with a record. It holds only keys
// that some record has and that are not heavy.
type index struct {
	kind    Kind
	lex     *lexicon
	slots   []slot // open addressing
	members []uint32
}

type slot struct {
	key   uint64
	start uint32 // of its members
	end   uint32
}

// unfollowed is the start of a slot whose key is heavy.
const unfollowed = math.MaxUint32

// newIndex looks at the keys of the records, then gathers their members. heavy
// are the keys that are not followed.
func newIndex(ctx context.Context, lex *lexicon, kind Kind, heavy []uint64, records, members []entity) (*index, error) {
	x := &index{kind: kind, lex: lex}
	if err := x.addRecords(ctx, heavy, records); err != nil {
		return nil, err
	}
	if err := eachKey(ctx, lex, kind, members, func(_, _ int, keys []uint64) { x.count(keys) }); err != nil {
		return nil, err
	}
	x.layOut()
	return x, x.fill(ctx, members)
}

// newIndexAndHeavy is newIndex of a directory whose heavy keys are not known
// yet. It finds them out in the same passes, and returns them sorted.
func newIndexAndHeavy(ctx context.Context, lex *lexicon, kind Kind, records, members []entity) (*index, []uint64, error) {
	limit := limitsFor(len(members))
	if len(members) <= limit.wide {
		x, err := newIndex(ctx, lex, kind, nil, records, members)
		return x, nil, err
	}
	total, err := keyBuckets(ctx, lex, kind, members)
	if err != nil {
		return nil, nil, err
	}
	x := &index{kind: kind, lex: lex}
	if err := x.addRecords(ctx, nil, records); err != nil {
		return nil, nil, err
	}
	counts := make([]map[uint64]uint32, runtime.GOMAXPROCS(0))
	err = eachKey(ctx, lex, kind, members, func(w, _ int, keys []uint64) {
		x.count(keys)
		for _, key := range keys {
			if !limit.over(key, int(total[key>>(64-bucketBits)].Load())) {
				continue
			}
			if counts[w] == nil {
				counts[w] = map[uint64]uint32{}
			}
			counts[w][key]++
		}
	})
	if err != nil {
		return nil, nil, err
	}
	heavy := overLimit(counts, limit)
	for _, key := range heavy {
		if s := x.find(key); s != nil {
			s.start, s.end = unfollowed, 0
		}
	}
	x.layOut()
	return x, heavy, x.fill(ctx, members)
}

// count adds one member to those of the keys that some record has.
func (x *index) count(keys []uint64) {
	x.fetch(keys)
	for _, key := range keys {
		if s := x.find(key); s != nil {
			atomic.AddUint32(&s.end, 1)
		}
	}
}

// fetch reads the slots of keys before they are needed, see comparer.fetch.
//
//go:noinline
func (x *index) fetch(keys []uint64) (read uint64) {
	mask := uint64(len(x.slots) - 1)
	for _, key := range keys {
		read ^= x.slots[key&mask].key
	}
	return read
}

// addRecords puts each key of each record into the table.
func (x *index) addRecords(ctx context.Context, heavy []uint64, records []entity) error {
	keys := make([][]uint64, (len(records)+511)/512)
	keyers := make([]*keyer, runtime.GOMAXPROCS(0))
	err := parallel(ctx, len(records), func(w, from, to int) {
		if keyers[w] == nil {
			keyers[w] = newKeyer(x.lex, x.kind)
		}
		k := keyers[w]
		var piece []uint64
		for i := from; i < to; i++ {
			k.out = k.someOfRecord(&records[i], k.out)
			piece = append(piece, k.out...)
		}
		slices.Sort(piece)
		keys[from/512] = slices.Compact(piece)
	})
	if err != nil {
		return err
	}
	total := 0
	for _, piece := range keys {
		total += len(piece)
	}
	size := 16
	for size < total+total/2 {
		size *= 2
	}
	x.slots = make([]slot, size)
	for _, piece := range keys {
		for _, key := range piece {
			if _, found := slices.BinarySearch(heavy, key); !found {
				x.insert(key)
			}
		}
	}
	return nil
}

func (x *index) insert(key uint64) {
	mask := uint64(len(x.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch x.slots[i].key {
		case key:
			return
		case 0:
			x.slots[i].key = key
			return
		}
	}
}

func (x *index) find(key uint64) *slot {
	mask := uint64(len(x.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch x.slots[i].key {
		case key:
			if x.slots[i].start == unfollowed {
				return nil
			}
			return &x.slots[i]
		case 0:
			return nil
		}
	}
}

// layOut turns counts into places. end is then where the next member goes.
func (x *index) layOut() {
	var at uint32
	for i := range x.slots {
		n := x.slots[i].end
		if x.slots[i].start == unfollowed {
			continue
		}
		x.slots[i].start, x.slots[i].end = at, at
		at += n
	}
	x.members = make([]uint32, at)
}

// fill puts each member into the slots of its keys, in no order.
func (x *index) fill(ctx context.Context, members []entity) error {
	return eachKey(ctx, x.lex, x.kind, members, func(_, i int, keys []uint64) {
		x.fetch(keys)
		for _, key := range keys {
			if s := x.find(key); s != nil {
				x.members[atomic.AddUint32(&s.end, 1)-1] = uint32(i)
			}
		}
	})
}

// candidates appends the sorted, distinct members that share a key with e.
func (x *index) candidates(k *keyer, e *entity, out []uint32) []uint32 {
	out = out[:0]
	k.out = k.someOfRecord(e, k.out)
	x.fetch(k.out)
	for _, key := range k.out {
		if s := x.find(key); s != nil {
			out = append(out, x.members[s.start:s.end]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
