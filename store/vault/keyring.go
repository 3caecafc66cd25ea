package vault

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeyringFile is the name of the file, beside the database, that holds the wrapped data key.
const KeyringFile = "keyring.json"

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

// keyring is the content of KeyringFile.
type keyring struct {
	Version int    `json:"version"`
	Data    []byte `json:"data"` // the data key, sealed by the key-encryption key
}

// Open returns the vault of the data directory dir. The first time it makes the data key; made says so.
func Open(dir string, key Key) (v *Vault, made bool, err error) {
	outer, err := New(key.Bytes)
	if err != nil {
		return nil, false, err
	}
	file := filepath.Join(dir, KeyringFile)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		v, err = makeKeyring(file, outer)
		return v, true, err
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading the keyring: %w", err)
	}
	var ring keyring
	if err := json.Unmarshal(text, &ring); err != nil {
		return nil, false, fmt.Errorf("the keyring %s is damaged: %w", file, err)
	}
	data, err := outer.Open("keyring", "data", "1", ring.Data)
	if err != nil {
		return nil, false, &WrongKeyError{File: file, Source: key.Source}
	}
	v, err = New(data)
	return v, false, err
}

func makeKeyring(file string, outer *Vault) (*Vault, error) {
	data := make([]byte, KeySize)
	rand.Read(data) // never fails (crypto/rand)
	text, err := json.Marshal(keyring{Version: 1, Data: outer.Seal("keyring", "data", "1", data)})
	if err != nil {
		return nil, err
	}
	if err := writeDurably(file, text); err != nil {
		return nil, fmt.Errorf("keeping the keyring: %w", err)
	}
	return New(data)
}

// writeDurably writes a new private file so that it is whole or absent, whatever happens.
func writeDurably(name string, text []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temporary.Name())
		}
	}()
	if _, err = temporary.Write(text); err != nil {
		temporary.Close()
		return err
	}
	if err = temporary.Sync(); err != nil {
		temporary.Close()
		return err
	}
	if err = temporary.Close(); err != nil {
		return err
	}
	// A link instead of a rename: of two processes that make the same file, one wins and one sees it.
	if err = os.Link(temporary.Name(), name); err != nil {
		return err
	}
	os.Remove(temporary.Name())
	return syncDir(filepath.Dir(name))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
