package records

import (
	"cmp"
	"iter"
	"slices"

	"crmsync/sync/salesforce/orgsim/schema"
)

// byStamp is a source that can say which of its records have a SystemModstamp within bounds, in milliseconds.
type byStamp interface {
	Between(from, until int64) (first, end uint64)
}

// Scan goes through the wanted records in the view, in the query's order, else by Id. deleted takes those in the
// recycle bin as well. The cursor is the same each time. Where the order is not by Id, all numbers are collected first.
func (p *Plan) Scan(v View, deleted bool) iter.Seq[*Cursor] {
	return func(yield func(*Cursor) bool) {
		if len(p.order) == 0 || p.orderedByID() {
			p.window(p.matches(v, deleted), yield)
			return
		}
		p.window(p.sorted(v, deleted), yield)
	}
}

// ScanFrom goes on behind a row number. It is for plans that are not Sorted, and counts no offset.
func (p *Plan) ScanFrom(v View, deleted bool, from uint64) iter.Seq[*Cursor] {
	later := *p
	later.bounds.afterID = max(p.bounds.afterID, from)
	return later.matches(v, deleted)
}

// Sorted reports whether the query asks for an order other than by Id, or skips records.
func (p *Plan) Sorted() bool { return len(p.order) > 0 && !p.orderedByID() || p.offset > 0 }

// Limit returns the most records the query wants, -1 for all.
func (p *Plan) Limit() int { return p.limit }

func (p *Plan) orderedByID() bool {
	first := p.order[0]
	return first.column.Field.Type == schema.TypeID && len(first.column.steps) == 0 && !first.descending
}

// window leaves out what OFFSET skips and what LIMIT cuts off.
func (p *Plan) window(all iter.Seq[*Cursor], yield func(*Cursor) bool) {
	skip, left := p.offset, p.limit
	if left == 0 {
		return
	}
	for c := range all {
		if skip > 0 {
			skip--
			continue
		}
		if !yield(c) {
			return
		}
		if left--; left == 0 {
			return
		}
	}
}

// matches goes through the wanted records by Id.
func (p *Plan) matches(v View, deleted bool) iter.Seq[*Cursor] {
	return func(yield func(*Cursor) bool) {
		c := v.Cursor(p.Object)
		for n := range p.numbers(v, c) {
			if !c.Seek(n) || !deleted && c.Deleted() || p.where != nil && !p.where(c) {
				continue
			}
			if !yield(c) {
				return
			}
		}
	}
}

// numbers are those of records that may be wanted, rising: a range of generated ones, and all changed and new ones.
func (p *Plan) numbers(v View, c *Cursor) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		from, until := p.bounds.afterID, min(p.bounds.untilID, c.End())
		first, end := from, min(until, c.table.count)
		if source, ok := c.table.source.(byStamp); ok {
			low, high := source.Between(p.bounds.stampFrom, p.bounds.stampTo)
			first, end = max(first, low), min(end, high)
		}
		end = max(first, end)
		if p.bounds.only != nil {
			each(between(p.bounds.only, from, until), yield)
			return
		}
		touched := v.touched(c.table)
		_ = each(between(touched, from, min(first, until)), yield) &&
			count(first, end, yield) &&
			each(between(touched, max(end, from), until), yield) &&
			count(max(c.table.count, from), until, yield)
	}
}

// count yields the numbers from first up to, not with, end, and reports whether to go on.
func count(first, end uint64, yield func(uint64) bool) bool {
	for n := first; n < end; n++ {
		if !yield(n) {
			return false
		}
	}
	return true
}

func each(numbers []uint64, yield func(uint64) bool) bool {
	return !slices.ContainsFunc(numbers, func(n uint64) bool { return !yield(n) })
}

// between returns the part of rising numbers from first up to, not with, end.
func between(numbers []uint64, first, end uint64) []uint64 {
	i, _ := slices.BinarySearch(numbers, first)
	j, _ := slices.BinarySearch(numbers, end)
	return numbers[i:max(i, j)]
}

// touched returns the numbers of the changed generated records, rising. What it returned is never written to again.
func (v View) touched(t *table) []uint64 {
	v.set.mu.Lock()
	defer v.set.mu.Unlock()
	if !t.inOrder {
		t.touched = slices.Clone(t.touched)
		slices.Sort(t.touched)
		t.touched, t.inOrder = slices.Compact(t.touched), true
	}
	return t.touched
}

// sortable is a record with what it is ordered by.
type sortable struct {
	n    uint64
	keys []schema.Value
}

// sorted goes through the wanted records in the query's order. It keeps no more than twice what LIMIT leaves.
func (p *Plan) sorted(v View, deleted bool) iter.Seq[*Cursor] {
	return func(yield func(*Cursor) bool) {
		keep := p.limit + p.offset
		var rows []sortable
		for c := range p.matches(v, deleted) {
			row := sortable{c.Number(), make([]schema.Value, len(p.order))}
			for i, key := range p.order {
				row.keys[i] = key.column.Value(c)
			}
			rows = append(rows, row)
			if p.limit >= 0 && len(rows) > 2*keep+1024 {
				slices.SortFunc(rows, p.compare)
				rows = rows[:keep]
			}
		}
		slices.SortFunc(rows, p.compare)
		c := v.Cursor(p.Object)
		for _, row := range rows {
			if c.Seek(row.n) && !yield(c) {
				return
			}
		}
	}
}

func (p *Plan) compare(a, b sortable) int {
	for i, key := range p.order {
		x, y := a.keys[i], b.keys[i]
		if x.IsNull() != y.IsNull() {
			if x.IsNull() == key.nullsLast {
				return 1
			}
			return -1
		}
		order := schema.Compare(x, y)
		if key.descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(a.n, b.n)
}

// Purged goes through the records of the object that were removed for good.
func (v View) Purged(object *schema.Object) iter.Seq[*Cursor] {
	return func(yield func(*Cursor) bool) {
		c := v.Cursor(object)
		purged := func(n uint64) bool {
			return c.Seek(n) || c.patch == nil || yield(c) // what is not there but has a patch was purged
		}
		_ = each(v.touched(c.table), purged) && count(c.table.count, c.End(), purged)
	}
}
