package soql

import (
	"strconv"
	"strings"
)

// maxOffset is the largest OFFSET Salesforce takes.
const maxOffset = 2000

// clauses reads what follows FROM.
func (p *parser) clauses(q *Query) *Error {
	if p.accept("USING") {
		if err := p.expect("SCOPE"); err != nil {
			return err
		}
		if !p.accept("everything") {
			return p.unexpected()
		}
	}
	if p.accept("WHERE") {
		where, err := p.condition()
		if err != nil {
			return err
		}
		q.Where = where
	}
	if p.accept("GROUP") {
		q.GroupBy = true
		return ErrorAt("MALFORMED_QUERY", p.text, p.tokens[p.next-1].at, "GROUP BY is not answered by the built-in org")
	}
	if p.accept("ORDER") {
		if err := p.order(q); err != nil {
			return err
		}
	}
	if err := p.window(q); err != nil {
		return err
	}
	if p.accept("FOR") && !p.accept("VIEW") && !p.accept("REFERENCE") {
		return p.unexpected()
	}
	return nil
}

func (p *parser) order(q *Query) *Error {
	if err := p.expect("BY"); err != nil {
		return err
	}
	for {
		path, err := p.path()
		if err != nil {
			return err
		}
		order := Order{Path: path}
		if p.accept("DESC") {
			order.Descending = true
		} else {
			p.accept("ASC")
		}
		if p.accept("NULLS") {
			order.NullsLast = p.accept("LAST")
			if !order.NullsLast && !p.accept("FIRST") {
				return p.unexpected()
			}
		}
		q.Order = append(q.Order, order)
		if !p.accept(",") {
			return nil
		}
	}
}

func (p *parser) window(q *Query) (err *Error) {
	if p.accept("LIMIT") {
		if q.Limit, err = p.wholeNumber(); err != nil {
			return err
		}
	}
	if p.peek().is("OFFSET") {
		at := p.take().at
		q.HasSkip = true
		if q.Offset, err = p.wholeNumber(); err != nil {
			return err
		}
		if q.Offset > maxOffset {
			return ErrorAt("NUMBER_OUTSIDE_VALID_RANGE", p.text, at, "Maximum SOQL offset allowed is "+strconv.Itoa(maxOffset))
		}
	}
	return nil
}

// condition reads conditions joined by AND or by OR; mixing the two needs parentheses, as in Salesforce.
func (p *parser) condition() (Expr, *Error) {
	if p.depth++; p.depth > maxDepth {
		return nil, ErrorAt("MALFORMED_QUERY", p.text, p.peek().at, "conditions are nested too deeply")
	}
	defer func() { p.depth-- }()
	first, err := p.term()
	if err != nil {
		return nil, err
	}
	joint := ""
	terms := []Expr{first}
	for p.peek().is("AND") || p.peek().is("OR") {
		word := strings.ToUpper(p.peek().text)
		if joint != "" && word != joint {
			return nil, p.unexpected()
		}
		joint = word
		p.next++
		term, err := p.term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
	if len(terms) == 1 {
		return first, nil
	}
	return Logic{Or: joint == "OR", Terms: terms}, nil
}

func (p *parser) term() (Expr, *Error) {
	switch {
	case p.accept("NOT"):
		if p.depth++; p.depth > maxDepth {
			return nil, ErrorAt("MALFORMED_QUERY", p.text, p.peek().at, "conditions are nested too deeply")
		}
		defer func() { p.depth-- }()
		inner, err := p.term()
		return Not{inner}, err
	case p.accept("("):
		inner, err := p.condition()
		if err != nil {
			return nil, err
		}
		return inner, p.closing()
	}
	return p.comparison()
}

func (p *parser) closing() *Error { return p.expect(")") }

// comparison reads field, operator and literals.
func (p *parser) comparison() (Expr, *Error) {
	path, err := p.path()
	if err != nil {
		return nil, err
	}
	c := Comparison{Path: path, OpAt: p.peek().at}
	switch t := p.take(); {
	case t.is("=") || t.is("<") || t.is(">") || t.is("<=") || t.is(">=") || t.is("!="):
		c.Op = t.text
	case t.is("<>"):
		c.Op = "!="
	case t.is("LIKE"):
		c.Op = "LIKE"
	case t.is("IN"):
		c.Op = "IN"
	case t.is("NOT") && p.accept("IN"):
		c.Op = "NOT IN"
	default:
		if t.kind != end {
			p.next--
		}
		return nil, p.unexpected()
	}
	if strings.HasSuffix(c.Op, "IN") {
		c.Values, err = p.list()
	} else {
		var one Literal
		one, err = p.literal()
		c.Values = []Literal{one}
	}
	return c, err
}

func (p *parser) list() ([]Literal, *Error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var all []Literal
	for {
		one, err := p.literal()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if !p.accept(",") {
			return all, p.expect(")")
		}
	}
}
