package store

import "errors"

// Errors to look for with errors.Is.
var (
	ErrNotFound = errors.New("not found")
	ErrStale    = errors.New("it was changed in the meantime")
	ErrBusy     = errors.New("busy")
	ErrConflict = errors.New("conflict")
	ErrLost     = errors.New("the lease was lost")
)

// Error is an error of the store for people and scripts.
type Error struct {
	code, message, hint string
	cause               error
}

func (e *Error) Error() string { return e.message }

// Code returns the stable code, for instance "store.busy".
func (e *Error) Code() string { return e.code }

// Hint returns what to do about it, or "".
func (e *Error) Hint() string { return e.hint }

func (e *Error) Unwrap() error { return e.cause }
