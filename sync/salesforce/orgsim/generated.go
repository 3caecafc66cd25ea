package orgsim

import (
	"sort"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// column computes one field from a generated row.
type column[T any] func(*T) schema.Value

// generated is a source whose rows are made when they are read.
type generated[T any] struct {
	count   uint64
	at      func(int) T
	columns []column[T] // by field position; nil is null
	stampAt int         // position of SystemModstamp
	stamp   func(int) int64
}

// newGenerated makes the source of an object. stamp gives SystemModstamp in milliseconds without making the row; it must
// grow with the row's number.
func newGenerated[T any](object *schema.Object, count int, at func(int) T, stamp func(int) int64, columns ...map[string]column[T]) generated[T] {
	g := generated[T]{count: uint64(count), at: at, columns: make([]column[T], len(object.Fields)), stampAt: -1, stamp: stamp}
	for _, some := range columns {
		for name, c := range some {
			if i, ok := object.FieldIndex(name); ok {
				g.columns[i] = c
			}
		}
	}
	if i, ok := object.FieldIndex("SystemModstamp"); ok {
		g.stampAt = i
	}
	return g
}

func (g generated[T]) Count() uint64 { return g.count }

func (g generated[T]) Reader() records.Reader { return &generatedReader[T]{source: &g} }

// Between returns the range of rows whose SystemModstamp, in milliseconds, is neither before from nor after until.
func (g generated[T]) Between(from, until int64) (first, end uint64) {
	first = uint64(sort.Search(int(g.count), func(i int) bool { return g.stamp(i) >= from }))
	end = uint64(sort.Search(int(g.count), func(i int) bool { return g.stamp(i) > until }))
	return first, max(first, end)
}

// generatedReader keeps the row it made last, since a record's fields are read one after the other.
type generatedReader[T any] struct {
	source *generated[T]
	n      uint64
	made   bool
	row    T
}

func (r *generatedReader[T]) Value(n uint64, field int) schema.Value {
	if field == r.source.stampAt {
		return schema.Milliseconds(r.source.stamp(int(n)))
	}
	c := r.source.columns[field]
	if c == nil {
		return schema.Value{}
	}
	if !r.made || r.n != n {
		r.row = r.source.at(int(n))
		r.n, r.made = n, true
	}
	return c(&r.row)
}
