package soql

import (
	"strings"
)

// kind of a token.
type kind uint8

const (
	end kind = iota
	word
	quoted
	number // numbers, dates and dateTimes: whatever begins with a digit or a sign
	symbol
)

// token is one lexical unit; text of a quoted one has its escapes undone.
type token struct {
	kind kind
	text string
	at   int
}

// is reports whether the token is the word or symbol, without regard to case.
func (t token) is(text string) bool {
	return (t.kind == word || t.kind == symbol) && strings.EqualFold(t.text, text)
}

// shown is how an error message names the token.
func (t token) shown() string {
	if t.kind == end {
		return "unexpected token: '<EOF>'"
	}
	return "unexpected token: '" + t.text + "'"
}

// lex splits a query into tokens.
func lex(query string) ([]token, *Error) {
	var tokens []token
	for at := 0; at < len(query); {
		c := query[at]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			at++
		case isLetter(c):
			stop := scan(query, at, isWord)
			tokens = append(tokens, token{word, query[at:stop], at})
			at = stop
		case isDigit(c), (c == '-' || c == '+') && at+1 < len(query) && isDigit(query[at+1]):
			stop := scan(query, at+1, isNumeric)
			tokens = append(tokens, token{number, query[at:stop], at})
			at = stop
		case c == '\'':
			t, stop, err := lexText(query, at)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, t)
			at = stop
		default:
			t, ok := lexSymbol(query, at)
			if !ok {
				return nil, ErrorAt("MALFORMED_QUERY", query, at, "unexpected token: '"+firstRune(query[at:])+"'")
			}
			tokens = append(tokens, t)
			at += len(t.text)
		}
	}
	return append(tokens, token{end, "", len(query)}), nil
}

func lexSymbol(query string, at int) (token, bool) {
	for _, s := range []string{"<=", ">=", "!=", "<>", "<", ">", "=", "(", ")", ",", ".", ":"} {
		if strings.HasPrefix(query[at:], s) {
			return token{symbol, s, at}, true
		}
	}
	return token{}, false
}

// escapes are the letters that may follow a backslash in a text.
var escapes = map[byte]string{'n': "\n", 'N': "\n", 'r': "\r", 'R': "\r", 't': "\t", 'T': "\t", 'b': "\b", 'B': "\b", 'f': "\f", 'F': "\f", '"': `"`, '\'': "'", '\\': `\`, '_': `\_`, '%': `\%`}

// lexText reads a text in single quotes. \_ and \% keep their backslash for LIKE.
func lexText(query string, start int) (token, int, *Error) {
	var out strings.Builder
	for at := start + 1; at < len(query); at++ {
		switch c := query[at]; c {
		case '\'':
			return token{quoted, out.String(), start}, at + 1, nil
		case '\\':
			at++
			if at == len(query) {
				break
			}
			meaning, ok := escapes[query[at]]
			if !ok {
				return token{}, 0, ErrorAt("MALFORMED_QUERY", query, at, "Invalid string literal. Illegal character sequence '\\"+firstRune(query[at:])+"' in string literal '"+out.String()+"'.")
			}
			out.WriteString(meaning)
		default:
			out.WriteByte(c)
		}
	}
	return token{}, 0, ErrorAt("MALFORMED_QUERY", query, start, "line 1:"+"mismatched character '<EOF>' expecting '''")
}

func scan(s string, at int, belongs func(byte) bool) int {
	for at < len(s) && belongs(s[at]) {
		at++
	}
	return at
}

func isLetter(c byte) bool  { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool   { return c >= '0' && c <= '9' }
func isWord(c byte) bool    { return isLetter(c) || isDigit(c) }
func isNumeric(c byte) bool { return isWord(c) || c == '.' || c == '-' || c == '+' || c == ':' }

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
