package records

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"crmsync/sync/salesforce/orgsim/schema"
	"crmsync/sync/salesforce/orgsim/soql"
)

// predicate says whether the record a cursor stands on is wanted.
type predicate func(*Cursor) bool

// condition compiles a condition.
func (c *compiler) condition(e soql.Expr) (predicate, error) {
	switch node := e.(type) {
	case soql.Logic:
		terms := make([]predicate, len(node.Terms))
		for i, term := range node.Terms {
			var err error
			if terms[i], err = c.condition(term); err != nil {
				return nil, err
			}
		}
		if node.Or {
			return func(at *Cursor) bool { return slices.ContainsFunc(terms, func(p predicate) bool { return p(at) }) }, nil
		}
		return func(at *Cursor) bool { return !slices.ContainsFunc(terms, func(p predicate) bool { return !p(at) }) }, nil
	case soql.Not:
		term, err := c.condition(node.Term)
		if err != nil {
			return nil, err
		}
		return func(at *Cursor) bool { return !term(at) }, nil
	case soql.Comparison:
		return c.comparison(node)
	}
	return nil, fmt.Errorf("a condition of type %T", e)
}

func (c *compiler) comparison(node soql.Comparison) (predicate, error) {
	column, err := c.column(node.Path)
	if err != nil {
		return nil, err
	}
	field := column.Field
	if !field.Filter {
		return nil, soql.ErrorAt("INVALID_FIELD", c.text, node.Path.At, fmt.Sprintf("field '%s' can not be filtered in a query call", field.Name))
	}
	if node.Op == "LIKE" {
		return c.like(node, column)
	}
	tests := make([]test, len(node.Values))
	for i, literal := range node.Values {
		if tests[i], err = c.test(field, literal); err != nil {
			return nil, err
		}
	}
	return compare(column, node.Op, tests)
}

// test is a literal made ready to be compared with a field: the first and last value it stands for (the same, but for
// a period).
type test struct {
	null     bool
	from, to schema.Value
}

func (t test) compare(v schema.Value) int {
	switch {
	case schema.Compare(v, t.from) < 0:
		return -1
	case schema.Compare(v, t.to) > 0:
		return 1
	}
	return 0
}

func (t test) equal(v schema.Value) bool {
	if t.null || v.IsNull() {
		return t.null == v.IsNull()
	}
	return t.compare(v) == 0
}

func compare(column Column, op string, tests []test) (predicate, error) {
	one := tests[0]
	among := func(at *Cursor) bool {
		v := column.Value(at)
		return slices.ContainsFunc(tests, func(t test) bool { return t.equal(v) })
	}
	ordered := func(want func(int) bool) predicate {
		return func(at *Cursor) bool {
			v := column.Value(at)
			return !v.IsNull() && !one.null && want(one.compare(v))
		}
	}
	switch op {
	case "=", "IN":
		return among, nil
	case "!=", "NOT IN":
		return func(at *Cursor) bool { return !among(at) }, nil
	case "<":
		return ordered(func(c int) bool { return c < 0 }), nil
	case "<=":
		return ordered(func(c int) bool { return c <= 0 }), nil
	case ">":
		return ordered(func(c int) bool { return c > 0 }), nil
	case ">=":
		return ordered(func(c int) bool { return c >= 0 }), nil
	}
	return nil, fmt.Errorf("operator %q", op)
}

// test checks that the literal suits the field.
func (c *compiler) test(field *schema.Field, l soql.Literal) (test, error) {
	if l.Kind == soql.LiteralNull {
		return test{null: true}, nil
	}
	value, ok := schema.Value{}, false
	switch field.Type {
	case schema.TypeID, schema.TypeRef:
		return c.idTest(l, field)
	case schema.TypeBoolean:
		value, ok = schema.Bool(l.Bool), l.Kind == soql.LiteralBool
	case schema.TypeInt, schema.TypeDouble, schema.TypeCurrency, schema.TypePercent:
		value, ok = schema.Double(l.Number), l.Kind == soql.LiteralNumber
	case schema.TypeDate, schema.TypeDateTime:
		return c.timeTest(field, l)
	default:
		value, ok = schema.Text(l.Text), l.Kind == soql.LiteralText
		if ok && l.Text == "" {
			return test{null: true}, nil
		}
	}
	if !ok {
		return test{}, c.wrongType(field, l)
	}
	return test{from: value, to: value}, nil
}

func (c *compiler) idTest(l soql.Literal, field *schema.Field) (test, error) {
	if l.Kind != soql.LiteralText {
		return test{}, c.wrongType(field, l)
	}
	if l.Text == "" {
		return test{null: true}, nil
	}
	id := schema.ParseValue(l.Text)
	if id.Kind() != schema.KindID {
		return test{}, soql.ErrorAt("INVALID_QUERY_FILTER_OPERATOR", c.text, l.At, "invalid ID field: "+l.Text)
	}
	return test{from: id, to: id}, nil
}

func (c *compiler) timeTest(field *schema.Field, l soql.Literal) (test, error) {
	wanted := soql.LiteralDateTime
	if field.Type == schema.TypeDate {
		wanted = soql.LiteralDate
	}
	switch {
	case l.Kind == soql.LiteralPeriod && field.Type == schema.TypeDate:
		from, until := l.Period.Range(c.now)
		return test{from: day(from), to: day(until.AddDate(0, 0, -1))}, nil
	case l.Kind == soql.LiteralPeriod:
		from, until := l.Period.Range(c.now)
		return test{from: schema.Milliseconds(from.UnixMilli()), to: schema.Milliseconds(until.UnixMilli() - 1)}, nil
	case l.Kind != wanted:
		return test{}, c.wrongType(field, l)
	case field.Type == schema.TypeDate:
		return test{from: schema.Date(l.Time), to: schema.Date(l.Time)}, nil
	}
	instant := schema.Milliseconds(l.Time.UnixMilli())
	return test{from: instant, to: instant}, nil
}

// day is the calendar day of t in its own time zone.
func day(t time.Time) schema.Value {
	year, month, date := t.Date()
	return schema.Date(time.Date(year, month, date, 0, 0, 0, 0, time.UTC))
}

// typeNames are how a wrong literal's message calls the type a field wants.
var typeNames = map[schema.Type]string{
	schema.TypeBoolean: "boolean", schema.TypeInt: "int", schema.TypeDouble: "double", schema.TypeCurrency: "double", schema.TypePercent: "double",
	schema.TypeDate: "date", schema.TypeDateTime: "dateTime",
}

func (c *compiler) wrongType(field *schema.Field, l soql.Literal) error {
	reason := fmt.Sprintf("value of filter criterion for field '%s' must be of type string and should be enclosed in quotes", field.Name)
	if name, ok := typeNames[field.Type]; ok {
		reason = fmt.Sprintf("value of filter criterion for field '%s' must be of type %s and should not be enclosed in quotes", field.Name, name)
	}
	return soql.ErrorAt("INVALID_FIELD", c.text, l.At, reason)
}

// like compiles LIKE: % stands for any text, _ for one character, case does not count.
func (c *compiler) like(node soql.Comparison, column Column) (predicate, error) {
	literal := node.Values[0]
	if !column.Field.IsText() {
		return nil, soql.ErrorAt("INVALID_QUERY_FILTER_OPERATOR", c.text, node.OpAt,
			fmt.Sprintf("invalid operator on %s field", column.Field.Type))
	}
	if literal.Kind != soql.LiteralText {
		return nil, c.wrongType(column.Field, literal)
	}
	pattern := likePattern(literal.Text)
	return func(at *Cursor) bool {
		v := column.Value(at)
		return !v.IsNull() && matches(pattern, []rune(strings.ToLower(v.String())))
	}, nil
}

// The wildcards of a pattern lie outside of Unicode.
const (
	anyText rune = -1
	anyRune rune = -2
)

// likePattern splits a pattern into lower case characters and wildcards; a backslash takes the meaning off the next.
func likePattern(text string) []rune {
	var pattern []rune
	escaped := false
	for _, r := range strings.ToLower(text) {
		switch {
		case escaped:
			pattern, escaped = append(pattern, r), false
		case r == '\\':
			escaped = true
		case r == '%':
			pattern = append(pattern, anyText)
		case r == '_':
			pattern = append(pattern, anyRune)
		default:
			pattern = append(pattern, r)
		}
	}
	return pattern
}

// matches goes back to the last % only, so it takes at most len(pattern)×len(s) steps.
func matches(pattern, s []rune) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == anyText:
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == anyRune || pattern[p] == s[i]):
			p, i = p+1, i+1
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == anyText {
		p++
	}
	return p == len(pattern)
}
