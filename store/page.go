package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// Cursor marks a place in a list; it is opaque, and stays good when rows come and go around it.
type Cursor string

// PageQuery asks for a part of a list: the first Limit rows, those after a place, those before one, or
// the last ones. Rows come in the list's order whichever is asked for.
type PageQuery struct {
	After, Before Cursor
	Last          bool
	Limit         int // 0 = 100
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

// keyset is a list in the order of one or two columns, of which the last is unique.
type keyset struct {
	table   string // with its index hint
	columns string // what is selected; the order's columns come first
	where   string // conditions, or ""
	args    []any  // of where
	order   []orderColumn
}

type orderColumn struct {
	name string
	desc bool
}

// query returns the SQL of a page and its arguments. The place in a list of two columns is cut into two
// arms, equal in the first column and beyond it, because SQLite reads each by the index alone; as one
// condition with OR it would read the index from its start.
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
	order := k.orderBy(backwards)
	limit := q.limit() + 1
	if values == nil {
		sql, args = k.arm("", nil, order, limit)
		return sql, args, nil
	}
	last := len(k.order) - 1
	if last == 0 {
		sql, args = k.arm(k.order[0].beyond(backwards), values, order, limit)
		return sql, args, nil
	}
	tied, tiedArgs := k.arm(k.order[0].name+" = ? AND "+k.order[1].beyond(backwards), values, order, limit)
	rest, restArgs := k.arm(k.order[0].beyond(backwards), values[:1], order, limit)
	sql = "SELECT * FROM (" + tied + ") AS tied UNION ALL SELECT * FROM (" + rest + ") AS rest ORDER BY " + k.positions(backwards) + fmt.Sprintf(" LIMIT %d", limit)
	return sql, append(tiedArgs, restArgs...), nil
}

func (k keyset) arm(beyond string, values []any, order string, limit int) (string, []any) {
	var conditions []string
	for _, c := range []string{k.where, beyond} {
		if c != "" {
			conditions = append(conditions, "("+c+")")
		}
	}
	sql := "SELECT " + k.columns + " FROM " + k.table
	if len(conditions) > 0 {
		sql += " WHERE " + strings.Join(conditions, " AND ")
	}
	args := append(append([]any(nil), k.args...), values...)
	return sql + " ORDER BY " + order + fmt.Sprintf(" LIMIT %d", limit), args
}

func (k keyset) orderBy(backwards bool) string {
	var parts []string
	for _, c := range k.order {
		parts = append(parts, c.name+direction(c.desc != backwards))
	}
	return strings.Join(parts, ", ")
}

// positions is the order by the selected columns' positions, for the union of the arms.
func (k keyset) positions(backwards bool) string {
	var parts []string
	for i, c := range k.order {
		parts = append(parts, fmt.Sprint(i+1)+direction(c.desc != backwards))
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
		return nil, &Error{code: "store.cursor", message: fmt.Sprintf("%q is no cursor of this list", c), hint: "Take the cursor from the page before."}
	}
	for i, v := range values {
		if number, ok := v.(json.Number); ok {
			if values[i], err = number.Int64(); err != nil {
				return nil, &Error{code: "store.cursor", message: fmt.Sprintf("%q is no cursor of this list", c)}
			}
		}
	}
	return values, nil
}

func cursorOf(values ...any) Cursor {
	text, _ := json.Marshal(values) // strings and integers always marshal
	return Cursor(base64.RawURLEncoding.EncodeToString(text))
}

// page reads a page; key returns a row's values of the order's columns.
func page[T any](r reader, k keyset, q PageQuery, scan func(scanner) (T, error), key func(T) []any) (Page[T], error) {
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
		for i, j := 0, len(p.Rows)-1; i < j; i, j = i+1, j-1 {
			p.Rows[i], p.Rows[j] = p.Rows[j], p.Rows[i]
		}
	}
	if n := len(p.Rows); n > 0 {
		p.First, p.Next = cursorOf(key(p.Rows[0])...), cursorOf(key(p.Rows[n-1])...)
	}
	return p, nil
}
