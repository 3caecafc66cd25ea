package orgsim

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// maxCursors is how many unfinished queries the org remembers; the oldest goes first.
const maxCursors = 50

// cursorLife is how long an unfinished query can be gone on with.
const cursorLife = 48 * time.Hour

// page is one page of a query's answer.
type page struct {
	records []byte // JSON objects, commas between
	next    int    // records before the next page
	last    bool
}

// queryCursor is a query whose pages are asked for one after the other. It shows the state when the query began.
type queryCursor struct {
	mu      sync.Mutex
	id      string
	plan    *records.Plan
	view    records.View
	deleted bool
	size    int
	total   int
	starts  map[int]uint64 // for the pages reached so far: the row number they begin at
	sorted  []uint64       // the row numbers in order, if the order is not by Id
	used    time.Time
}

func newQueryCursor(plan *records.Plan, view records.View, deleted bool, size int) *queryCursor {
	return &queryCursor{plan: plan, view: view, deleted: deleted, size: size, starts: map[int]uint64{0: 0}}
}

// first counts all records and encodes those of the first page, in one pass.
func (q *queryCursor) first(encoder *encoder) page {
	var out page
	for at := range q.plan.Scan(q.view, q.deleted) {
		switch {
		case q.total < q.size:
			out.records = encoder.append(out.records, at)
		case q.total == q.size:
			q.starts[q.size] = at.Number()
		}
		if q.plan.Sorted() {
			q.sorted = append(q.sorted, at.Number())
		}
		q.total++
	}
	out.next, out.last = q.size, q.total <= q.size
	return out
}

// page encodes the page that begins after so many records.
func (q *queryCursor) page(offset int, encoder *encoder) (page, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	start, ok := q.starts[offset]
	if !ok || offset >= q.total {
		return page{}, false
	}
	end := min(offset+q.size, q.total)
	out := page{next: end, last: end == q.total}
	if q.sorted != nil {
		at := q.view.Cursor(q.plan.Object)
		for _, n := range q.sorted[offset:end] {
			at.Seek(n)
			out.records = encoder.append(out.records, at)
		}
		q.starts[end] = 0
		return out, true
	}
	left := end - offset
	for at := range q.plan.ScanFrom(q.view, q.deleted, start) {
		if left == 0 {
			q.starts[end] = at.Number()
			break
		}
		out.records = encoder.append(out.records, at)
		left--
	}
	return out, true
}

// queryCursors are the unfinished queries by id.
type queryCursors struct {
	mu     sync.Mutex
	serial uint64
	byID   map[string]*queryCursor
}

func newQueryCursors() *queryCursors { return &queryCursors{byID: map[string]*queryCursor{}} }

// keep remembers the query and returns its id.
func (s *queryCursors) keep(q *queryCursor, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.used = now
	if q.id == "" {
		s.serial++
		q.id = schema.ID("01g0r0", s.serial).String()
		s.byID[q.id] = q
	}
	for len(s.byID) > maxCursors {
		oldest := slices.MinFunc(slices.Collect(maps.Values(s.byID)), func(a, b *queryCursor) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.id, b.id)) })
		delete(s.byID, oldest.id)
	}
	return q.id
}

func (s *queryCursors) find(id string, now time.Time) (*queryCursor, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.byID[schema.Canonical(id)]
	if !ok || now.After(q.used.Add(cursorLife)) {
		return nil, false
	}
	return q, true
}
