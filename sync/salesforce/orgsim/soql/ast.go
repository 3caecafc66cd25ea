// Package soql parses the part of the Salesforce Object Query Language that the built-in org answers, and words its
// errors as Salesforce does. It knows no objects and no records.
package soql

import (
	"strings"
	"time"
)

// Query is one parsed query.
type Query struct {
	Text    string
	Select  []Item
	Count   bool // SELECT COUNT() and nothing else
	From    string
	FromAt  int
	Alias   string
	Where   Expr // nil takes all
	Order   []Order
	Limit   int // -1: none
	Offset  int
	HasSkip bool // an OFFSET was given
	GroupBy bool
}

// Item is one thing selected: a field path, or a function over one.
type Item struct {
	Path     Path
	Function string // upper case; COUNT, or FIELDS whose Path is ALL, STANDARD or CUSTOM
	Alias    string
	Subquery bool // a parent-to-child query, which is recognized and refused
	TypeOf   bool // likewise
}

// Path is a field seen from the object of the query: Name, or Account.Owner.Name.
type Path struct {
	Names []string
	At    int // offset in the query's text
}

func (p Path) String() string { return strings.Join(p.Names, ".") }

// Order is one key of ORDER BY.
type Order struct {
	Path       Path
	Descending bool
	NullsLast  bool
}

// Expr is a condition: Comparison, Logic or Not.
type Expr interface{ expr() }

// Comparison compares a field with literals; IN and NOT IN have several.
type Comparison struct {
	Path   Path
	Op     string // = != < > <= >= LIKE IN NOT IN
	Values []Literal
	OpAt   int
}

// Logic joins conditions with AND or OR.
type Logic struct {
	Or    bool
	Terms []Expr
}

// Not negates a condition.
type Not struct{ Term Expr }

func (Comparison) expr() {}
func (Logic) expr()      {}
func (Not) expr()        {}

// LiteralKind says what a Literal is.
type LiteralKind uint8

// The kinds of literals.
const (
	LiteralNull LiteralKind = iota
	LiteralText
	LiteralNumber
	LiteralBool
	LiteralDate
	LiteralDateTime
	LiteralPeriod // TODAY, LAST_N_DAYS:7
)

// Literal is a value written in a query.
type Literal struct {
	Kind   LiteralKind
	Text   string // of LiteralText, without quotes and escapes; otherwise as written
	Number float64
	Bool   bool
	Time   time.Time
	Period Period
	At     int
}

// Paths calls visit for every field path of the query, conditions and order included, until it returns an error.
func (q *Query) Paths(visit func(Path) error) error {
	for _, item := range q.Select {
		if item.Function == "FIELDS" || item.Subquery || item.TypeOf {
			continue
		}
		if err := visit(item.Path); err != nil {
			return err
		}
	}
	if err := walk(q.Where, visit); err != nil {
		return err
	}
	for _, order := range q.Order {
		if err := visit(order.Path); err != nil {
			return err
		}
	}
	return nil
}

func walk(e Expr, visit func(Path) error) error {
	switch node := e.(type) {
	case Comparison:
		return visit(node.Path)
	case Not:
		return walk(node.Term, visit)
	case Logic:
		for _, term := range node.Terms {
			if err := walk(term, visit); err != nil {
				return err
			}
		}
	}
	return nil
}
