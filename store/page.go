package store

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Cursor marks a place in a list; it is opaque, and stays good when rows come and go around it.
type Cursor string

// PageQuery asks for a part of a list: the first Limit rows, those after a place, those before one, or
// the last ones. Rows come in the list's order whichever is asked for.
type PageQuery struct {
	After, Before Cursor
	Last          bool
	Limit         int    // 0 = 100
	Text          string // only rows in whose texts each of its words stands, in lists that say which they are; "" = all
}

// Page is a part of a list.
type Page[T any] struct {
	Rows        []T
	First, Next Cursor // of the first and of the last row; "" when there is none
	More        bool   // rows follow in the direction that was asked for
}

// defaultLimit is the size of a page when none is asked for, maxLimit what is given at most.
const (
	defaultLimit = 100
	maxLimit     = 10_000
)

func (q PageQuery) limit() int {
	if q.Limit <= 0 {
		return defaultLimit
	}
	return min(q.Limit, maxLimit)
}

// keyset is a list in the order of one or two columns of one table, of which the last is unique.
type keyset struct {
	with     string // common table expressions, or ""
	withArgs []any
	table    string // with its index hint
	columns  string // what is selected; the order's columns come first when nothing is joined
	where    string // conditions, or ""
	args     []any  // of where
	arms     []arm  // when there are any, a row satisfies exactly one of them
	order    []orderColumn
	sorted   bool        // no index has this order: the rows are few enough to be sorted
	joins    string      // what is joined to each row of a page, which is called m there
	texts    []textPlace // where the words of PageQuery.Text are looked for; none = the list has no texts
	byKey    string      // the table with the hint of its key's index, for a list with texts whose table has another hint
}

// arm is one of several conditions that share an index but not one range of it, for instance one state of
// several: each range is read in order, and the ranges are merged.
type arm struct {
	where string
	args  []any
}

// and adds a condition.
func (k *keyset) and(condition string, args ...any) {
	if k.where != "" {
		k.where += " AND "
	}
	k.where, k.args = k.where+condition, append(k.args, args...)
}

// equal narrows the list to the rows whose column is value, unless that is "". The index of the first such
// column, which goes on in the list's order, serves the list; the columns after it only filter.
func (k *keyset) equal(d dialect, index, column, value string) {
	if value == "" {
		return
	}
	if k.where == "" {
		k.table += d.indexed(index)
	}
	k.and(column+" = ?", value)
}

// distinct returns the values without repetitions, so that no two arms of a list hold the same row.
func distinct[T cmp.Ordered](values []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

type orderColumn struct {
	name string
	desc bool
}

// query returns the SQL of a page and its arguments. The place in a list of two columns is cut into two
// arms, equal in the first column and beyond it, because SQLite reads each by the index alone; as one
// condition with OR it would read the index from its start. No arm reads more than a page.
func (k keyset) query(q PageQuery) (sql string, args []any, err error) {
	backwards := q.Before != "" || q.Last
	place := q.After
	if backwards {
		place = q.Before
	}
	values, err := place.values(len(k.order))
	if err != nil {
		return "", nil, err
	}
	k.narrowTo(q.Text)
	limit := fmt.Sprintf(" LIMIT %d", q.limit()+1)
	order := " ORDER BY " + k.orderBy("", backwards)
	args = append(args, k.withArgs...)
	var arms []string
	for _, conditions := range k.conditions(values, backwards) {
		arms = append(arms, k.selectArm(conditions)+order+limit)
		for _, c := range conditions {
			args = append(args, c.args...)
		}
	}
	sql = arms[0]
	if len(arms) > 1 {
		for i, text := range arms {
			arms[i] = fmt.Sprintf("SELECT * FROM (%s) AS arm%d", text, i)
		}
		sql = strings.Join(arms, " UNION ALL ") + order + limit
	}
	if k.joins != "" {
		sql = "SELECT " + k.columns + " FROM (" + sql + ") AS m" + k.joins + " ORDER BY " + k.orderBy("m.", backwards)
	}
	return k.with + sql, args, nil
}

// conditions returns what each part of a page's query asks for: every arm of the list, before or beyond
// the place.
func (k keyset) conditions(values []any, backwards bool) (all [][]arm) {
	places := []arm{{}}
	if last := len(k.order) - 1; values != nil && last == 0 {
		places = []arm{{k.order[0].beyond(backwards), values}}
	} else if values != nil && k.sorted {
		places = []arm{{"(" + k.order[0].name + " = ? AND " + k.order[1].beyond(backwards) + ") OR " + k.order[0].beyond(backwards), append(slices.Clone(values), values[0])}}
	} else if values != nil {
		places = []arm{{k.order[0].name + " = ? AND " + k.order[1].beyond(backwards), values}, {k.order[0].beyond(backwards), values[:1]}}
	}
	arms := k.arms
	if len(arms) == 0 {
		arms = []arm{{}}
	}
	for _, a := range arms {
		for _, place := range places {
			all = append(all, []arm{a, {k.where, k.args}, place})
		}
	}
	return all
}

func (k keyset) selectArm(conditions []arm) string {
	columns := k.columns
	if k.joins != "" {
		columns = "*"
	}
	sql, and := "SELECT "+columns+" FROM "+k.table, " WHERE "
	for _, c := range conditions {
		if c.where != "" {
			sql += and + "(" + c.where + ")"
			and = " AND "
		}
	}
	return sql
}

func (k keyset) orderBy(qualifier string, backwards bool) string {
	var parts []string
	for _, c := range k.order {
		parts = append(parts, qualifier+c.name+direction(c.desc != backwards))
	}
	return strings.Join(parts, ", ")
}

func direction(desc bool) string {
	if desc {
		return " DESC"
	}
	return ""
}

func (c orderColumn) beyond(backwards bool) string {
	if c.desc != backwards {
		return c.name + " < ?"
	}
	return c.name + " > ?"
}

// values returns the order's values at the cursor, or nil for none.
func (c Cursor) values(n int) ([]any, error) {
	if c == "" {
		return nil, nil
	}
	var values []any
	text, err := base64.RawURLEncoding.DecodeString(string(c))
	if err == nil {
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber()
		err = decoder.Decode(&values)
	}
	if err != nil || len(values) != n {
		return nil, badCursor(c, err)
	}
	for i, v := range values {
		switch v := v.(type) {
		case string:
		case json.Number:
			values[i], err = v.Int64()
		default:
			err = errors.New("neither a number nor a text")
		}
		if err != nil {
			return nil, badCursor(c, err)
		}
	}
	return values, nil
}

func badCursor(c Cursor, cause error) error {
	return &Error{code: "store.cursor", message: fmt.Sprintf("%q is no cursor of this list", c), hint: "Take the cursor from the page before.", cause: cause}
}

func cursorOf(values ...any) Cursor {
	text, _ := json.Marshal(values) // strings and integers always marshal
	return Cursor(base64.RawURLEncoding.EncodeToString(text))
}

// page reads a page; key returns a row's values of the order's columns.
func page[T any](r reader, k keyset, q PageQuery, scan func(scanner) (T, error), key func(T) []any) (Page[T], error) {
	k, found, err := k.rare(r, q.Text)
	if err != nil || !found {
		return Page[T]{}, err
	}
	sql, args, err := k.query(q)
	if err != nil {
		return Page[T]{}, err
	}
	rows, err := list(r, scan, sql, args...)
	if err != nil {
		return Page[T]{}, err
	}
	p := Page[T]{Rows: rows}
	if len(rows) > q.limit() {
		p.Rows, p.More = rows[:q.limit()], true
	}
	if q.Before != "" || q.Last {
		slices.Reverse(p.Rows)
	}
	if n := len(p.Rows); n > 0 {
		p.First, p.Next = cursorOf(key(p.Rows[0])...), cursorOf(key(p.Rows[n-1])...)
	}
	return p, nil
}
