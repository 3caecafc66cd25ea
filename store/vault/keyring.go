package vault

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeyringFile is the name of the file, beside the database, that holds the wrapped data key.
const KeyringFile = "keyring.json"

// keyringVersion is the format that this program writes, and the newest that it reads.
const keyringVersion = 1

// keyring is the content of KeyringFile.
type keyring struct {
	Version int    `json:"version"`
	Data    []byte `json:"data"`            // the data key, sealed by the key-encryption key
	Check   []byte `json:"check,omitempty"` // tells a wrong key from a damaged file
}

// Open returns the vault of the data directory dir. The first time it makes the data key; made says so.
// Errors are *WrongKeyError and *KeyringError; nothing is written then.
func Open(dir string, key Key) (v *Vault, made bool, err error) {
	outer, err := New(key.Bytes)
	if err != nil {
		return nil, false, &KeyFileError{File: key.Source, Reason: err.Error(), hint: fmt.Sprintf("A key has %d bytes.", KeySize), cause: err}
	}
	file := filepath.Join(dir, KeyringFile)
	v, err = readKeyring(file, outer, key)
	if !errors.Is(err, fs.ErrNotExist) {
		return v, false, err
	}
	v, err = makeKeyring(file, outer, key)
	if errors.Is(err, fs.ErrExist) { // another process made it just now
		v, err = readKeyring(file, outer, key)
		return v, false, err
	}
	return v, err == nil, err
}

func readKeyring(file string, outer *Vault, key Key) (*Vault, error) {
	const restore = "Put the keyring back from the backup of this database."
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &KeyringError{File: file, Reason: err.Error(), hint: restore, cause: err}
	}
	var ring keyring
	if err := json.Unmarshal(text, &ring); err != nil {
		return nil, &KeyringError{File: file, Reason: "it is damaged: " + err.Error(), hint: restore, cause: err}
	}
	if ring.Version > keyringVersion {
		return nil, &KeyringError{File: file, Reason: fmt.Sprintf("a newer crmsync made it (format %d, this one knows %d)", ring.Version, keyringVersion), hint: "Use the newer program."}
	}
	data, err := outer.Open("keyring", "data", "1", ring.Data)
	if err != nil && bytes.Equal(ring.Check, checkOf(key)) {
		return nil, &KeyringError{File: file, Reason: "it is damaged, though the key is the right one", hint: restore, cause: err}
	}
	if err != nil {
		return nil, &WrongKeyError{File: file, Source: key.Source}
	}
	v, err := New(data)
	if err != nil {
		return nil, &KeyringError{File: file, Reason: "it is damaged: " + err.Error(), hint: restore, cause: err}
	}
	return v, nil
}

func makeKeyring(file string, outer *Vault, key Key) (*Vault, error) {
	data := make([]byte, KeySize)
	rand.Read(data) // never fails (crypto/rand)
	text, err := json.Marshal(keyring{Version: keyringVersion, Data: outer.Seal("keyring", "data", "1", data), Check: checkOf(key)})
	if err == nil {
		err = writeDurably(file, text)
	}
	if err != nil {
		return nil, &KeyringError{File: file, Reason: "it cannot be made: " + err.Error(), hint: "The data directory must be a local one that you may write to.", cause: err}
	}
	return New(data)
}

// checkOf returns what tells whether a key is the one that made a keyring. It says nothing about the key:
// HKDF is one-way, and its label is used for nothing else.
func checkOf(key Key) []byte {
	check, _ := hkdf.Key(sha256.New, key.Bytes, nil, "crmsync keyring check", 16) // fails for absurd lengths only
	return check
}

// writeDurably writes a new file, for its owner alone, so that it is whole or absent whatever happens. It
// returns fs.ErrExist when there is one already.
func writeDurably(name string, text []byte) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temporary.Name())) }()
	_, err = temporary.Write(text)
	if err == nil {
		err = temporary.Sync()
	}
	if err = errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	// A link instead of a rename: of two processes that make the same file, one wins and one sees it.
	if err = os.Link(temporary.Name(), name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
