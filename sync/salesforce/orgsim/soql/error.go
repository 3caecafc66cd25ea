package soql

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is a query Salesforce refuses, with its error code and text.
type Error struct {
	ErrorCode string // MALFORMED_QUERY, INVALID_FIELD, INVALID_TYPE …
	Message   string
}

func (e *Error) Error() string { return e.ErrorCode + ": " + e.Message }

// snippet is how many bytes either side of the fault are shown.
const snippet = 40

// ErrorAt words an error with the place it is at, as Salesforce does: the text, a caret below the place, the place in
// numbers, the reason.
func ErrorAt(code, query string, at int, reason string) *Error {
	at = min(max(at, 0), len(query))
	row, column := 1, 1
	for _, r := range query[:at] {
		if r == '\n' {
			row, column = row+1, 1
		} else {
			column++
		}
	}
	start, end := max(0, at-snippet), min(len(query), at+snippet)
	for start > 0 && !utf8.RuneStart(query[start]) {
		start--
	}
	for end < len(query) && !utf8.RuneStart(query[end]) {
		end++
	}
	shown := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(query[start:end])
	caret := strings.Repeat(" ", utf8.RuneCountInString(query[start:at])) + "^"
	return &Error{ErrorCode: code, Message: fmt.Sprintf("\n%s\n%s\nERROR at Row:%d:Column:%d\n%s", shown, caret, row, column, reason)}
}

// NoSuchColumn is the error of a field the object does not have, or not for this user.
func NoSuchColumn(query string, path Path, column, object string) *Error {
	return ErrorAt("INVALID_FIELD", query, path.At, fmt.Sprintf("No such column '%s' on entity '%s'. If you are attempting to use a custom field, "+
		"be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.", column, object))
}

// NoSuchRelationship is the error of a dot after something that is no relationship.
func NoSuchRelationship(query string, path Path, name, object string) *Error {
	return ErrorAt("INVALID_FIELD", query, path.At, fmt.Sprintf("Didn't understand relationship '%s' in field path. If you are attempting to use a custom relationship, "+
		"be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.", name))
}

// NoSuchObject is the error of an object the org does not have.
func NoSuchObject(query string, at int, object string) *Error {
	return ErrorAt("INVALID_TYPE", query, at, fmt.Sprintf("sObject type '%s' is not supported. If you are attempting to use a custom object, "+
		"be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.", object))
}
