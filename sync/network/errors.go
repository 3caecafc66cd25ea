package network

import (
	"errors"
	"fmt"
	"strings"
)

// The codes of errors; they never change.
const (
	CodeKind     = "network.kind"     // not a file of any kind we read
	CodeHeader   = "network.header"   // no header line was found
	CodeColumn   = "network.column"   // a column of the map is not in the file
	CodeRequired = "network.required" // a column or value that must be there is not
	CodeQuote    = "network.quote"    // a quotation mark is open or in the wrong place
	CodeRow      = "network.row"      // a row has more cells than the header
	CodeDate     = "network.date"     // a date or time cannot be read
	CodeCharset  = "network.charset"  // the text is not UTF-8 (nor UTF-16 with its mark)
	CodeSize     = "network.size"     // larger than the limits allow
	CodeRatio    = "network.ratio"    // compressed more than a true archive is
	CodeArchive  = "network.archive"  // the archive is damaged or holds nothing for us
	CodeMapping  = "network.mapping"  // the file that maps columns to fields is wrong
	CodeJSON     = "network.json"     // a line is not the JSON that is documented
	CodeValue    = "network.value"    // a value that the field does not take
	CodeRead     = "network.read"     // the file cannot be opened or read
	CodeSeat     = "network.seat"     // whose file this is cannot be told

	CodeNoSnapshot = "network.no_snapshot" // the portability API holds nothing about the member yet
	CodeToken      = "network.token"       // the portability API refused the member's token
	CodeConsent    = "network.consent"     // the token does not open the portability API
	CodeService    = "network.service"     // the portability API cannot be reached or does not work
)

// Error says what is wrong with a file, where, and what to do.
type Error struct {
	File    string
	Line    int // from 1; 0 if the file as a whole is meant
	Column  int // in characters, from 1; 0 if the line as a whole is meant
	Message string

	code, hint string
	cause      error
}

// Error returns "file:line:column: message".
func (e *Error) Error() string {
	var where strings.Builder
	where.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&where, ":%d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&where, ":%d", e.Column)
		}
	}
	if where.Len() > 0 {
		where.WriteString(": ")
	}
	return where.String() + e.Message
}

// Code returns the stable code of the error, such as "network.header".
func (e *Error) Code() string { return e.code }

// Hint returns what the user can do.
func (e *Error) Hint() string { return e.hint }

// Unwrap returns the cause, if there is one below this package.
func (e *Error) Unwrap() error { return e.cause }

// fault makes an error about a line of a file; hint may be empty.
func fault(file string, line int, code, hint, format string, values ...any) *Error {
	return &Error{File: file, Line: line, Message: fmt.Sprintf(format, values...), code: code, hint: hint}
}

// unreadable wraps an error from below, unless it says everything already.
func unreadable(file string, err error) error {
	var known *Error
	if errors.As(err, &known) {
		if known.File == "" {
			known.File = file
		}
		return err
	}
	return &Error{File: file, Message: "cannot be read: " + err.Error(), code: CodeRead, hint: "Check the path and that you may read the file.", cause: err}
}

// quoteList names things for a message: at most nine of them, each cut to a
// length that fits a line.
func quoteList(names []string) string {
	var out []string
	for i, name := range names {
		if i == 9 && len(names) > 10 {
			out = append(out, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		if r := []rune(name); len(r) > 40 {
			name = string(r[:39]) + "…"
		}
		out = append(out, fmt.Sprintf("%q", name))
	}
	return strings.Join(out, ", ")
}
