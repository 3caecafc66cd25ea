package sync

import (
	"slices"
	"time"
)

// The times of decision 17.
const (
	readBackSlack = 5 * time.Minute  // how far before the sending rows are looked for
	lookAgain     = time.Minute      // between two looks at a doubtful item
	resendAfter   = 11 * time.Minute // a request may commit for ten minutes after its connection died
)

// doubt is an item whose fate is unknown. Its request left no earlier than SentAt and no later than LostAt, which may be long
// after: a process can be stopped, and a computer sent to sleep, between the two.
type doubt struct {
	ID      string
	Payload Payload
	SentAt  time.Time
	LostAt  time.Time // zero = SentAt
}

// last is the latest time at which the request can have left.
func (d doubt) last() time.Time { return later(d.SentAt, d.LostAt) }

// readRow is one row of the org that may be what a doubtful item became.
type readRow struct {
	ID        string
	CreatedAt time.Time
	Deleted   bool
	Fields    map[string]string
}

// finding is what reading back says about a doubtful item.
type finding string

const (
	foundWritten finding = "written" // a row equal in all fields: it was written
	foundAltered finding = "altered" // same owner and parent, other fields differ: for a person
	foundNothing finding = "nothing" // not there, and late enough to send again
	foundNotYet  finding = "not yet" // not there, but it may still come
)

// verdict settles one doubtful item.
type verdict struct {
	ID      string
	Finding finding
	Row     string   // id of the row found
	Differs []string // fields that differ, for an altered row
}

// settle applies decision 17: every row that the outbox does not know yet settles at most one item. Equal
// rows are given out first, so that a namesake never hides behind an altered row, and items
// are served in the order of sending. The function is pure: the same input, the same verdicts.
func settle(doubts []doubt, rows []readRow, known map[string]bool, now time.Time) []verdict {
	doubts = slices.Clone(doubts)
	slices.SortStableFunc(doubts, func(a, b doubt) int {
		if order := a.SentAt.Compare(b.SentAt); order != 0 {
			return order
		}
		return compareText(a.ID, b.ID)
	})
	pool := newRowPool(rows, known)
	verdicts := make([]verdict, len(doubts))
	for i, item := range doubts {
		verdicts[i].ID = item.ID
		if row, ok := pool.takeEqual(item); ok {
			verdicts[i].Finding, verdicts[i].Row = foundWritten, row.ID
		}
	}
	for i, item := range doubts {
		if verdicts[i].Finding != "" {
			continue
		}
		verdicts[i].Finding = foundNotYet
		if row, ok := pool.altered(item); ok {
			verdicts[i].Finding, verdicts[i].Row, verdicts[i].Differs = foundAltered, row.ID, item.Payload.differences(row.Fields)
		} else if now.Sub(item.last()) >= resendAfter {
			verdicts[i].Finding = foundNothing
		}
	}
	return verdicts
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// rowPool holds the rows that no outbox item has claimed, by where they hang and by what they say,
// since a thousand doubts may have to be settled against a thousand rows.
type rowPool struct {
	byPlace map[string][]readRow
	byText  map[string][]readRow
	taken   map[string]bool
}

func newRowPool(rows []readRow, known map[string]bool) *rowPool {
	pool := &rowPool{byPlace: map[string][]readRow{}, byText: map[string][]readRow{}, taken: map[string]bool{}}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b readRow) int {
		if order := a.CreatedAt.Compare(b.CreatedAt); order != 0 {
			return order
		}
		return compareText(a.ID, b.ID)
	})
	for _, row := range rows {
		if known[row.ID] {
			continue
		}
		hangs := place(row.Fields["OwnerId"], parentOf(row.Fields))
		pool.byPlace[hangs] = append(pool.byPlace[hangs], row)
		says := wording(row.Fields)
		pool.byText[says] = append(pool.byText[says], row)
	}
	return pool
}

// parentOf is a note's parent or a task's person; a task and a note are never read together.
func parentOf(fields map[string]string) string {
	if parent := fields["ParentId"]; parent != "" {
		return parent
	}
	return fields["WhoId"]
}

// wording is what a row says and for whom, wherever it hangs.
func wording(fields map[string]string) string {
	return caseSafe(fields["OwnerId"]) + "|" + plainText(fields["Subject"]+fields["Title"]) + "|" +
		plainText(fields["Description"]+fields["Body"])
}

func place(owner, parent string) string {
	return caseSafe(owner) + "|" + caseSafe(parent)
}

func caseSafe(id string) string {
	if len(id) > 15 {
		return id[:15]
	}
	return id
}

// takeEqual gives out a row that is equal in all fields. Rows that hang elsewhere are looked at as well as
// far as they say the same, because what is equal there is equal here.
func (p *rowPool) takeEqual(item doubt) (readRow, bool) {
	for _, row := range p.byText[wording(item.Payload.Fields)] {
		if p.open(row, item) && item.Payload.equals(row.Fields) {
			p.taken[row.ID] = true
			return row, true
		}
	}
	return readRow{}, false
}

// altered finds a row that may be this item after something in the org changed it: it hangs on the same
// record for the same owner, or it says the same and hangs elsewhere, as after a conversion or merge.
func (p *rowPool) altered(item doubt) (readRow, bool) {
	for _, row := range p.byPlace[place(item.Payload.Fields["OwnerId"], item.Payload.parent())] {
		if p.open(row, item) {
			return row, true
		}
	}
	for _, row := range p.byText[wording(item.Payload.Fields)] {
		if p.open(row, item) {
			return row, true
		}
	}
	return readRow{}, false
}

func (p *rowPool) open(row readRow, item doubt) bool {
	return !p.taken[row.ID] && !row.CreatedAt.Before(item.SentAt.Add(-readBackSlack))
}
