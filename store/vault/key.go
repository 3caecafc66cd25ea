package vault

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Key is a key-encryption key and where it came from, for messages.
type Key struct {
	Bytes  []byte
	Source string
}

// FindKey returns the key-encryption key from the first of: the systemd credential "crmsync-key"
// ($CREDENTIALS_DIRECTORY), the file that $CRMSYNC_KEY_FILE names, the file that the machine's settings name ("" =
// none), and the user's own key file, $XDG_CONFIG_HOME/crmsync/key, which is made on first use, for its owner alone. A key file holds 64 hexadecimal digits. The error is a *KeyFileError.
func FindKey(settled string) (Key, error) {
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		// The service manager guards this directory; an access-control list on its files shows as group access.
		key, err := readKey(filepath.Join(dir, "crmsync-key"), false)
		if !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
	}
	if file := os.Getenv("CRMSYNC_KEY_FILE"); file != "" {
		return ReadKey(file)
	}
	if settled != "" {
		return ReadKey(settled)
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return Key{}, &KeyFileError{Reason: err.Error(), hint: "Name one with CRMSYNC_KEY_FILE=FILE.", cause: err}
	}
	file := filepath.Join(config, "crmsync", "key")
	key, err := ReadKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(file)
	}
	return key, err
}

// ReadKey returns the key in a key file. A file that others may read or write is refused: what it guards
// would be no secret. The error is a *KeyFileError.
func ReadKey(file string) (Key, error) { return readKey(file, true) }

func readKey(file string, private bool) (Key, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, &KeyFileError{File: file, Reason: "it does not exist", hint: "Name the key file of this store with CRMSYNC_KEY_FILE=FILE.", cause: err}
	}
	if err != nil {
		return Key{}, &KeyFileError{File: file, Reason: err.Error(), hint: "Make it readable for the user who runs crmsync, and for nobody else.", cause: err}
	}
	if private {
		if err := refuseShared(file); err != nil {
			return Key{}, err
		}
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != KeySize {
		// What it holds instead is not told: it may be another secret.
		return Key{}, &KeyFileError{File: file, Reason: fmt.Sprintf("it does not hold %d hexadecimal digits", 2*KeySize),
			hint: "Put the right key file back; a new one cannot open an old store."}
	}
	return Key{Bytes: key, Source: file}, nil
}

// refuseShared refuses a file that others than its owner may use, where the system has such permissions.
func refuseShared(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return &KeyFileError{File: file, Reason: err.Error(), hint: "Make it readable for the user who runs crmsync, and for nobody else.", cause: err}
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return &KeyFileError{File: file, Reason: fmt.Sprintf("others may use it (mode %04o)", mode), hint: "Take their access away: chmod 600 " + file}
	}
	return nil
}

func makeKey(file string) (Key, error) {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails (crypto/rand)
	err := os.MkdirAll(filepath.Dir(file), 0o700)
	if err == nil {
		err = writeDurably(file, []byte(hex.EncodeToString(key)+"\n"))
	}
	if errors.Is(err, fs.ErrExist) {
		return ReadKey(file) // another process made it just now
	}
	if err != nil {
		return Key{}, &KeyFileError{File: file, Reason: "it cannot be made: " + err.Error(), hint: "Name one elsewhere with CRMSYNC_KEY_FILE=FILE.", cause: err}
	}
	return Key{Bytes: key, Source: file}, nil
}

// FromPassphrase derives a key from a passphrase and the salt kept with the store, by argon2id with
// 3 passes over 64 MiB in 4 lanes (RFC 9106, second recommended option).
func FromPassphrase(passphrase, salt []byte) Key {
	return Key{Bytes: argon2.IDKey(passphrase, salt, 3, 64<<10, 4, KeySize), Source: "the passphrase"}
}
