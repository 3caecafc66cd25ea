package vault

import "fmt"

// ErrSealed says that a sealed value could not be opened: it was damaged, moved to another place, or sealed
// by another key. Its code is "store.sealed".
var ErrSealed error = sealedError{}

type sealedError struct{}

func (sealedError) Error() string {
	return "the sealed value cannot be opened: it was damaged, moved or sealed by another key"
}

// Code returns "store.sealed".
func (sealedError) Code() string { return "store.sealed" }

// Hint returns what to do.
func (sealedError) Hint() string { return "Restore the database and its keyring from the same backup." }

// WrongKeyError says that a keyring was made with another key-encryption key. Nothing was written.
type WrongKeyError struct {
	File   string // the keyring
	Source string // where the key came from
}

func (e *WrongKeyError) Error() string {
	return fmt.Sprintf("the key from %s does not open %s", e.Source, e.File)
}

// Code returns "store.key".
func (e *WrongKeyError) Code() string { return "store.key" }

// Hint returns what to do.
func (e *WrongKeyError) Hint() string {
	return "Give the key that this store was made with: CRMSYNC_KEY_FILE=FILE, or put it back where it was."
}

// KeyFileError says that a key file cannot be used. Nothing was written.
type KeyFileError struct {
	File   string // "" when there is no place for one
	Reason string
	hint   string
	cause  error
}

func (e *KeyFileError) Error() string {
	if e.File == "" {
		return "there is no key file: " + e.Reason
	}
	return fmt.Sprintf("the key file %s cannot be used: %s", e.File, e.Reason)
}

// Code returns "store.key_file".
func (e *KeyFileError) Code() string { return "store.key_file" }

// Hint returns what to do.
func (e *KeyFileError) Hint() string { return e.hint }

// Unwrap returns what went wrong underneath, for instance fs.ErrNotExist.
func (e *KeyFileError) Unwrap() error { return e.cause }

// KeyringError says that a keyring cannot be read or kept. What is sealed in its store stays as it is.
type KeyringError struct {
	File   string
	Reason string
	hint   string
	cause  error
}

func (e *KeyringError) Error() string {
	return fmt.Sprintf("the keyring %s cannot be used: %s", e.File, e.Reason)
}

// Code returns "store.keyring".
func (e *KeyringError) Code() string { return "store.keyring" }

// Hint returns what to do.
func (e *KeyringError) Hint() string { return e.hint }

// Unwrap returns what went wrong underneath.
func (e *KeyringError) Unwrap() error { return e.cause }
