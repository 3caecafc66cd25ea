package records

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"crmsync/sync/salesforce/orgsim/schema"
	"crmsync/sync/salesforce/orgsim/soql"
)

// Column is one thing a query selects or compares.
type Column struct {
	Path  []string // as canonical names: Account, Name
	Field *schema.Field
	index int   // of the field, when it is the record's own
	steps []int // lookup fields on the way
	named bool  // the last parent may be of several objects: find the field by name
}

// Name returns the column's heading: the path with dots.
func (c Column) Name() string { return strings.Join(c.Path, ".") }

// Value reads the column from the record the cursor stands on.
func (c Column) Value(at *Cursor) schema.Value {
	for _, step := range c.steps {
		parent, ok := at.Parent(step)
		if !ok {
			return schema.Value{}
		}
		at = parent
	}
	if c.named {
		return at.Follow(c.Path[len(c.Path)-1:])
	}
	return at.Value(c.index)
}

// Plan is a query made ready to run.
type Plan struct {
	Object     *schema.Object
	Columns    []Column
	Aggregates []Aggregate
	Count      bool
	where      predicate
	order      []orderKey
	limit      int // -1: none
	offset     int
	bounds     bounds
}

// Aggregate is a COUNT over a column.
type Aggregate struct {
	Column Column
	Alias  string
}

type orderKey struct {
	column     Column
	descending bool
	nullsLast  bool
}

// CompileOptions are what a query means something with.
type CompileOptions struct {
	Visible schema.Visibility // nil sees all
	Now     time.Time         // in the running user's time zone
	Tooling bool
}

// compiler turns a parsed query into a plan.
type compiler struct {
	set     *Set
	text    string
	object  *schema.Object
	visible schema.Visibility
	now     time.Time
}

// Compile checks a query against the schema. The error is a *soql.Error if the query is to blame.
func (s *Set) Compile(q *soql.Query, options CompileOptions) (*Plan, error) {
	object, ok := s.Schema.Object(q.From)
	if !ok || object.Tooling != options.Tooling {
		return nil, soql.NoSuchObject(q.Text, q.FromAt, q.From)
	}
	c := &compiler{set: s, text: q.Text, object: object, visible: options.Visible, now: options.Now}
	p := &Plan{Object: object, Count: q.Count, limit: q.Limit, offset: q.Offset}
	if err := c.selected(q, p); err != nil {
		return nil, err
	}
	if q.Where != nil {
		where, err := c.condition(q.Where)
		if err != nil {
			return nil, err
		}
		p.where = where
	}
	p.bounds = c.bounds(q.Where)
	for _, o := range q.Order {
		column, err := c.column(o.Path)
		if err != nil {
			return nil, err
		}
		if !column.Field.Sort {
			return nil, soql.ErrorAt("INVALID_FIELD", q.Text, o.Path.At, fmt.Sprintf("field '%s' can not be sorted in a query call", column.Field.Name))
		}
		p.order = append(p.order, orderKey{column, o.Descending, o.NullsLast})
	}
	return p, nil
}

func (c *compiler) selected(q *soql.Query, p *Plan) error {
	seen := map[string]bool{}
	for _, item := range q.Select {
		switch {
		case item.Subquery:
			return soql.ErrorAt("MALFORMED_QUERY", c.text, item.Path.At, "parent-to-child queries are not answered by the built-in org")
		case item.TypeOf:
			return soql.ErrorAt("MALFORMED_QUERY", c.text, item.Path.At, "TYPEOF is not answered by the built-in org")
		case item.Function == "FIELDS":
			c.allFields(item, p)
			continue
		}
		column, err := c.column(item.Path)
		if err != nil {
			return err
		}
		if item.Function == "COUNT" {
			p.Aggregates = append(p.Aggregates, Aggregate{column, item.Alias})
			continue
		}
		if seen[column.Name()] {
			return soql.ErrorAt("INVALID_FIELD", c.text, item.Path.At, "duplicate field selected: "+column.Name())
		}
		seen[column.Name()] = true
		p.Columns = append(p.Columns, column)
	}
	if len(p.Aggregates) > 0 && len(p.Columns) > 0 {
		return soql.ErrorAt("MALFORMED_QUERY", c.text, q.Select[0].Path.At, fmt.Sprintf("Field must be grouped or aggregated: %s", p.Columns[0].Name()))
	}
	return nil
}

// allFields selects what FIELDS(ALL), FIELDS(STANDARD) or FIELDS(CUSTOM) stands for.
func (c *compiler) allFields(item soql.Item, p *Plan) {
	kind := strings.ToUpper(item.Path.String())
	for i := range c.object.Fields {
		f := &c.object.Fields[i]
		if (kind == "ALL" || f.Custom() == (kind == "CUSTOM")) && (c.visible == nil || c.visible(c.object, f)) {
			p.Columns = append(p.Columns, Column{Path: []string{f.Name}, Field: f, index: i})
		}
	}
}

// nameFields are the fields a parent of several possible objects has.
var nameFields = []schema.Field{
	{Name: "Id", Type: schema.TypeID, Filter: true, Sort: true}, {Name: "Name", Type: schema.TypeString, Filter: true, Sort: true},
	{Name: "FirstName", Type: schema.TypeString, Filter: true, Sort: true}, {Name: "LastName", Type: schema.TypeString, Filter: true, Sort: true},
	{Name: "Title", Type: schema.TypeString, Filter: true, Sort: true}, {Name: "Email", Type: schema.TypeEmail, Filter: true, Sort: true},
	{Name: "Phone", Type: schema.TypePhone, Filter: true, Sort: true}, {Name: "Type", Type: schema.TypePicklist, Filter: true, Sort: true},
	{Name: "Username", Type: schema.TypeString, Filter: true, Sort: true}, {Name: "IsActive", Type: schema.TypeBoolean, Filter: true, Sort: true},
}

// maxDots is how many relationships a path may go up.
const maxDots = 5

// column resolves a path.
func (c *compiler) column(path soql.Path) (Column, error) {
	object, out := c.object, Column{}
	names := path.Names
	if len(names) > maxDots+1 {
		return out, soql.ErrorAt("MALFORMED_QUERY", c.text, path.At, fmt.Sprintf("SOQL relationship paths may not be longer than %d", maxDots))
	}
	for _, name := range names[:len(names)-1] {
		step, ok := object.Relationship(name)
		if !ok || out.named || !c.sees(object, step) {
			return out, soql.NoSuchRelationship(c.text, path, name, object.Name)
		}
		lookup := &object.Fields[step]
		out.steps, out.Path = append(out.steps, step), append(out.Path, lookup.Relationship)
		if len(lookup.ReferenceTo) > 1 {
			out.named = true
			continue
		}
		object, _ = c.set.Schema.Object(lookup.ReferenceTo[0])
	}
	last := names[len(names)-1]
	if out.named {
		for i := range nameFields {
			if strings.EqualFold(nameFields[i].Name, last) {
				out.Field, out.Path = &nameFields[i], append(out.Path, nameFields[i].Name)
				return out, nil
			}
		}
		return out, soql.NoSuchColumn(c.text, path, last, "Name")
	}
	i, ok := object.FieldIndex(last)
	if !ok || !c.sees(object, i) {
		return out, soql.NoSuchColumn(c.text, path, last, object.Name)
	}
	out.Field, out.index, out.Path = &object.Fields[i], i, append(out.Path, object.Fields[i].Name)
	return out, nil
}

func (c *compiler) sees(object *schema.Object, field int) bool {
	return c.visible == nil || c.visible(object, &object.Fields[field])
}

// bounds are what the conditions that every wanted record must meet say about where it can be.
type bounds struct {
	afterID, untilID   uint64   // numbers from afterID up to, not with, untilID
	stampFrom, stampTo int64    // SystemModstamp, both included
	only               []uint64 // if not nil, the numbers of the records named by id, rising
}

// bounds reads the conditions on Id and SystemModstamp that hold for all wanted records.
func (c *compiler) bounds(where soql.Expr) bounds {
	b := bounds{untilID: math.MaxUint64, stampFrom: math.MinInt64, stampTo: math.MaxInt64}
	terms := []soql.Expr{where}
	if logic, ok := where.(soql.Logic); ok && !logic.Or {
		terms = logic.Terms
	}
	for _, term := range terms {
		comparison, ok := term.(soql.Comparison)
		if !ok || len(comparison.Path.Names) != 1 {
			continue
		}
		if comparison.Op == "IN" && strings.EqualFold(comparison.Path.Names[0], "Id") {
			b.only = numbersOf(comparison.Values, c.set.tables[c.object.Name].stem)
		}
		if len(comparison.Values) != 1 {
			continue
		}
		switch name, value := comparison.Path.Names[0], comparison.Values[0]; {
		case strings.EqualFold(name, "Id") && value.Kind == soql.LiteralText:
			b.limitID(comparison.Op, value.Text, c.set.tables[c.object.Name].stem)
		case strings.EqualFold(name, "SystemModstamp") && value.Kind == soql.LiteralDateTime:
			b.limitStamp(comparison.Op, value.Time.UnixMilli())
		}
	}
	return b
}

// numbersOf returns the numbers of the ids that are the object's, rising.
func numbersOf(ids []soql.Literal, stem string) []uint64 {
	numbers := []uint64{}
	for _, id := range ids {
		if other, n, ok := schema.ParseID(id.Text); ok && other == stem {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func (b *bounds) limitID(op, text, stem string) {
	other, n, ok := schema.ParseID(text)
	if !ok || other != stem {
		return
	}
	switch op {
	case "=", "IN":
		b.afterID, b.untilID = max(b.afterID, n), min(b.untilID, n+1)
	case ">":
		b.afterID = max(b.afterID, n+1)
	case ">=":
		b.afterID = max(b.afterID, n)
	case "<":
		b.untilID = min(b.untilID, n)
	case "<=":
		b.untilID = min(b.untilID, n+1)
	}
}

func (b *bounds) limitStamp(op string, ms int64) {
	switch op {
	case "=":
		b.stampFrom, b.stampTo = max(b.stampFrom, ms), min(b.stampTo, ms)
	case ">":
		b.stampFrom = max(b.stampFrom, ms+1)
	case ">=":
		b.stampFrom = max(b.stampFrom, ms)
	case "<":
		b.stampTo = min(b.stampTo, ms-1)
	case "<=":
		b.stampTo = min(b.stampTo, ms)
	}
}
