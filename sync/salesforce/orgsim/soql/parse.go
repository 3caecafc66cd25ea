package soql

import (
	"strconv"
	"strings"
)

// MaxLength is the longest query Salesforce takes, in characters.
const MaxLength = 100_000

// maxDepth bounds how deep conditions may nest.
const maxDepth = 64

// parser walks the tokens of one query.
type parser struct {
	text   string
	tokens []token
	next   int
	depth  int
}

// Parse reads a query. The error is an *Error.
func Parse(text string) (*Query, error) {
	if len(text) > MaxLength {
		return nil, &Error{ErrorCode: "QUERY_TOO_COMPLICATED", Message: "SOQL statements cannot be longer than 100000 characters."}
	}
	tokens, problem := lex(text)
	if problem != nil {
		return nil, problem
	}
	p := &parser{text: text, tokens: tokens}
	q, problem := p.query()
	if problem != nil {
		return nil, problem
	}
	return q, nil
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) take() token {
	t := p.tokens[p.next]
	if t.kind != end {
		p.next++
	}
	return t
}

// accept takes the next token if it is the text.
func (p *parser) accept(text string) bool {
	if p.peek().is(text) {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(text string) *Error {
	if !p.accept(text) {
		return p.unexpected()
	}
	return nil
}

func (p *parser) unexpected() *Error {
	return ErrorAt("MALFORMED_QUERY", p.text, p.peek().at, p.peek().shown())
}

func (p *parser) query() (*Query, *Error) {
	q := &Query{Text: p.text, Limit: -1}
	if err := p.expect("SELECT"); err != nil {
		return nil, err
	}
	if err := p.selectList(q); err != nil {
		return nil, err
	}
	if err := p.expect("FROM"); err != nil {
		return nil, err
	}
	if err := p.from(q); err != nil {
		return nil, err
	}
	if err := p.clauses(q); err != nil {
		return nil, err
	}
	if p.peek().kind != end {
		return nil, p.unexpected()
	}
	p.dropAlias(q)
	return q, nil
}

func (p *parser) selectList(q *Query) *Error {
	for {
		item, err := p.item()
		if err != nil {
			return err
		}
		q.Select = append(q.Select, item)
		if !p.accept(",") {
			break
		}
	}
	if first := q.Select[0]; first.Function == "COUNT" && len(first.Path.Names) == 0 {
		if len(q.Select) > 1 {
			return ErrorAt("MALFORMED_QUERY", p.text, p.peek().at, "COUNT() must be the only thing selected")
		}
		q.Select, q.Count = nil, true
	}
	return nil
}

// item reads one thing selected.
func (p *parser) item() (Item, *Error) {
	if p.peek().is("(") {
		return Item{Subquery: true, Path: Path{At: p.peek().at}}, p.skipParentheses()
	}
	if p.peek().is("TYPEOF") && p.tokens[p.next+1].kind == word {
		return Item{TypeOf: true, Path: Path{At: p.peek().at}}, p.skipTypeOf()
	}
	path, err := p.path()
	if err != nil {
		return Item{}, err
	}
	item := Item{Path: path}
	if len(path.Names) == 1 && p.accept("(") {
		item.Function, item.Path = strings.ToUpper(path.Names[0]), Path{At: path.At}
		if !p.accept(")") {
			if item.Path, err = p.path(); err != nil {
				return Item{}, err
			}
			if err := p.expect(")"); err != nil {
				return Item{}, err
			}
		}
		if err := p.checkFunction(item, path.At); err != nil {
			return Item{}, err
		}
		if next := p.peek(); next.kind == word && !isKeyword(next.text) {
			item.Alias = p.take().text
		}
	}
	return item, nil
}

func (p *parser) checkFunction(item Item, at int) *Error {
	inside := strings.ToUpper(item.Path.String())
	switch {
	case item.Function == "COUNT":
		return nil
	case item.Function == "FIELDS" && (inside == "ALL" || inside == "STANDARD" || inside == "CUSTOM"):
		return nil
	}
	return ErrorAt("MALFORMED_QUERY", p.text, at, "unexpected token: '"+item.Function+"'")
}

// skipParentheses passes over a parent-to-child query.
func (p *parser) skipParentheses() *Error {
	for depth := 0; ; {
		switch t := p.take(); {
		case t.kind == end:
			return p.unexpected()
		case t.is("("):
			depth++
		case t.is(")"):
			if depth--; depth == 0 {
				return nil
			}
		}
	}
}

func (p *parser) skipTypeOf() *Error {
	for !p.accept("END") {
		if p.take().kind == end {
			return p.unexpected()
		}
	}
	return nil
}

// path reads Name or Account.Owner.Name.
func (p *parser) path() (Path, *Error) {
	first := p.peek()
	if first.kind != word || isKeyword(first.text) {
		return Path{}, p.unexpected()
	}
	path := Path{Names: []string{p.take().text}, At: first.at}
	for p.accept(".") {
		if p.peek().kind != word {
			return Path{}, p.unexpected()
		}
		path.Names = append(path.Names, p.take().text)
	}
	return path, nil
}

func (p *parser) from(q *Query) *Error {
	t := p.peek()
	if t.kind != word || isKeyword(t.text) {
		return p.unexpected()
	}
	q.From, q.FromAt = p.take().text, t.at
	p.accept("AS")
	if next := p.peek(); next.kind == word && !isKeyword(next.text) {
		q.Alias = p.take().text
	}
	return nil
}

// dropAlias takes the alias or name of the object off paths that begin with it.
func (p *parser) dropAlias(q *Query) {
	strip := func(path *Path) {
		if len(path.Names) > 1 && (strings.EqualFold(path.Names[0], q.From) || q.Alias != "" && strings.EqualFold(path.Names[0], q.Alias)) {
			path.Names = path.Names[1:]
		}
	}
	for i := range q.Select {
		strip(&q.Select[i].Path)
	}
	for i := range q.Order {
		strip(&q.Order[i].Path)
	}
	q.Where = rewrite(q.Where, strip)
}

func rewrite(e Expr, strip func(*Path)) Expr {
	switch node := e.(type) {
	case Comparison:
		strip(&node.Path)
		return node
	case Not:
		return Not{rewrite(node.Term, strip)}
	case Logic:
		for i := range node.Terms {
			node.Terms[i] = rewrite(node.Terms[i], strip)
		}
		return node
	}
	return e
}

// keywords cannot be names of fields, objects or aliases.
var keywords = []string{"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "ORDER", "GROUP", "LIMIT", "OFFSET", "HAVING", "WITH", "USING", "FOR"}

func isKeyword(text string) bool {
	for _, k := range keywords {
		if strings.EqualFold(k, text) {
			return true
		}
	}
	return false
}

// wholeNumber reads a whole number that is not negative.
func (p *parser) wholeNumber() (int, *Error) {
	t := p.peek()
	n, err := strconv.Atoi(t.text)
	if t.kind != number || err != nil || n < 0 {
		return 0, p.unexpected()
	}
	p.next++
	return n, nil
}
