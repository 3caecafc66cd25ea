package sync

import (
	"errors"
	"fmt"
	"strings"
)

// Error is a failure a person can act on: what is wrong, a stable code for
// scripts ("connect.none"), and what to do about it.
type Error struct {
	code    string
	hint    string
	message string
	cause   error
}

// fault makes an Error. A %w verb in format keeps the cause reachable for
// errors.Is and errors.As.
func fault(code, hint, format string, args ...any) *Error {
	formatted := fmt.Errorf(format, args...)
	return &Error{code: code, hint: hint, message: formatted.Error(), cause: errors.Unwrap(formatted)}
}

// Error says what is wrong and where.
func (e *Error) Error() string { return e.message }

// Code is the stable code of the failure, such as "act.not_allowed".
func (e *Error) Code() string { return e.code }

// Hint says what to do; it may be empty.
func (e *Error) Hint() string { return e.hint }

// Unwrap returns the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// codeUnexpected is the code of an error that has none: nobody foresaw it.
const codeUnexpected = "internal"

// CodeOf returns the stable code of err or of the first error it wraps that
// has one, else "internal".
func CodeOf(err error) string {
	var coded interface {
		error
		Code() string
	}
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return codeUnexpected
}

// HintOf returns the hint of err or of the first error it wraps that has one,
// else "".
func HintOf(err error) string {
	var hinted interface {
		error
		Hint() string
	}
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}

// told is an error as it is kept for a person to read later: one line that
// says what is wrong and what to do.
func told(err error) string {
	text := strings.ReplaceAll(err.Error(), "\n", "; ")
	if hint := HintOf(err); hint != "" {
		text = strings.TrimRight(text, ". ") + ". " + hint
	}
	return text
}

// errStale tells that an undo no longer fits: what it would put back was
// changed again since.
var errStale = errors.New("it was changed again since")

// errNeeded tells that an undo would take away what something else needs by now.
var errNeeded = errors.New("something that was made since needs it")
