package store

// Errors to look for with errors.Is. Each has a code of its own.
var (
	ErrNotFound error = &Error{code: "store.not_found", message: "not found", hint: "It may have been removed; look at the list again."}
	ErrStale    error = &Error{code: "store.stale", message: "it was changed in the meantime", hint: "Look at it again, and repeat the change if it still applies."}
	ErrBusy     error = &Error{code: "store.busy", message: "busy", hint: "Try again."}
	ErrConflict error = &Error{code: "store.conflict", message: "conflict", hint: "It goes against what is kept already."}
	ErrFull     error = &Error{code: "store.full", message: "the disk of the data directory is full", hint: "Free some space; nothing was changed."}
	ErrLost     error = &Error{code: "store.lost", message: "the work was taken away in the middle", hint: "Another engine has taken it over, or the imported data was deleted."}
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
