// Package vault seals secrets and message bodies before they are stored.
//
// A key-encryption key that lives outside the data directory wraps the data key in keyring.json beside
// the database, so that changing the outer key is instant, and destroying the data key makes every
// sealed value, in backups too, unreadable.
//
// Values are sealed by XChaCha20-Poly1305, whose 24-byte nonces may be drawn at random for as long as
// anybody lives. The additional data bind a sealed value to its table, column and row, so that it
// cannot be moved to another one.
package vault

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeySize is the length of every key, in bytes.
const KeySize = chacha20poly1305.KeySize

// Vault seals and opens values with one data key. It is safe for concurrent use.
type Vault struct {
	aead   cipher.AEAD
	digest []byte // key of Digest
}

// New returns a vault for a data key of KeySize bytes.
func New(key []byte) (*Vault, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	digest, err := hkdf.Key(sha256.New, key, nil, "crmsync keyring digest", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("data key: %w", err)
	}
	return &Vault{aead: aead, digest: digest}, nil
}

// Digest returns a digest of text that tells whether another text is the same, to nobody without the data key:
// a plain one of a name or an address could be guessed. It is 64 hexadecimal digits.
func (v *Vault) Digest(text string) string {
	mac := hmac.New(sha256.New, v.digest)
	mac.Write([]byte(text)) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// Seal returns plain sealed and bound to the row id's column in table.
func (v *Vault) Seal(table, column, id string, plain []byte) []byte {
	nonce := make([]byte, v.aead.NonceSize(), v.aead.NonceSize()+len(plain)+v.aead.Overhead())
	rand.Read(nonce) // never fails (crypto/rand)
	return v.aead.Seal(nonce, nonce, plain, place(table, column, id))
}

// Open returns what Seal was given, or ErrSealed.
func (v *Vault) Open(table, column, id string, sealed []byte) ([]byte, error) {
	size := v.aead.NonceSize()
	if len(sealed) < size {
		return nil, ErrSealed
	}
	plain, err := v.aead.Open(nil, sealed[:size], sealed[size:], place(table, column, id))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// place is the additional data of a value. Names of tables and columns hold no "|".
func place(table, column, id string) []byte {
	return []byte(table + "|" + column + "|" + id)
}
