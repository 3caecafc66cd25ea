package vault

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Key is a key-encryption key and where it came from, for messages.
type Key struct {
	Bytes  []byte
	Source string
}

// FindKey returns the key-encryption key from the first of: the systemd credential "crmsync-key"
// ($CREDENTIALS_DIRECTORY), the file that $CRMSYNC_KEY_FILE names, and the user's own key file,
// $XDG_CONFIG_HOME/crmsync/key, which is made on first use. A key file holds 64 hexadecimal digits.
func FindKey() (Key, error) {
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		key, err := ReadKey(filepath.Join(dir, "crmsync-key"))
		if !errors.Is(err, fs.ErrNotExist) {
			return key, err
		}
	}
	if file := os.Getenv("CRMSYNC_KEY_FILE"); file != "" {
		return ReadKey(file)
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return Key{}, fmt.Errorf("no place for the key file: %w; name one with CRMSYNC_KEY_FILE", err)
	}
	file := filepath.Join(config, "crmsync", "key")
	key, err := ReadKey(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(file)
	}
	return key, err
}

// ReadKey returns the key in a key file.
func ReadKey(file string) (Key, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Key{}, fmt.Errorf("reading the key file: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != KeySize {
		return Key{}, fmt.Errorf("the key file %s does not hold %d hexadecimal digits", file, 2*KeySize)
	}
	return Key{Bytes: key, Source: file}, nil
}

func makeKey(file string) (Key, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return Key{}, fmt.Errorf("making the key file: %w", err)
	}
	key := make([]byte, KeySize)
	rand.Read(key) // never fails (crypto/rand)
	err := writeDurably(file, []byte(hex.EncodeToString(key)+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return ReadKey(file)
	}
	if err != nil {
		return Key{}, fmt.Errorf("making the key file: %w", err)
	}
	return Key{Bytes: key, Source: file}, nil
}

// FromPassphrase derives a key from a passphrase and the salt kept with the store, by argon2id with
// 3 passes over 64 MiB in 4 lanes (RFC 9106, second recommended option).
func FromPassphrase(passphrase, salt []byte) Key {
	return Key{Bytes: argon2.IDKey(passphrase, salt, 3, 64<<10, 4, KeySize), Source: "the passphrase"}
}
