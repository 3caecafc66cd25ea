package sync

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/crypto/ssh"

	"crmsync/store"
)

// smallestRSA is the size in bits below which an RSA key is not taken (NIST SP 800-131A).
const smallestRSA = 2048

// PublicKey is a key with which a console user signs in over SSH.
type PublicKey struct {
	Line        string // as in authorized_keys, without options
	Fingerprint string // SHA256:…
	Comment     string
}

// ParsePublicKey reads an authorized_keys line. Options in front of the key are refused: what a key may do is said by
// the role of its user.
func ParsePublicKey(line string) (PublicKey, error) {
	const hint = "Give the text of a .pub file, for instance ~/.ssh/id_ed25519.pub."
	line = strings.TrimSpace(line)
	if strings.Contains(line, "PRIVATE KEY") {
		return PublicKey{}, fault("key.private", "Never hand out this file; give the one that ends in .pub.", "this is a private key")
	}
	key, comment, options, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	switch {
	case err != nil:
		return PublicKey{}, fault("key.invalid", hint, "this is no public key of OpenSSH")
	case len(options) > 0:
		return PublicKey{}, fault("key.options", "Leave out what stands in front of the key's type.", "options such as %q are not taken", options[0])
	case len(strings.TrimSpace(string(rest))) > 0:
		return PublicKey{}, fault("key.invalid", hint, "there is more than one key")
	}
	if own, ok := key.(ssh.CryptoPublicKey); ok {
		if number, ok := own.CryptoPublicKey().(*rsa.PublicKey); ok && number.N.BitLen() < smallestRSA {
			return PublicKey{}, fault("key.weak", "Make a new one: ssh-keygen -t ed25519.", "an RSA key of %d bits is too short", number.N.BitLen())
		}
	}
	text := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	if comment != "" {
		text += " " + comment
	}
	return PublicKey{Line: text, Fingerprint: ssh.FingerprintSHA256(key), Comment: comment}, nil
}

// WhoseKey tells who signs in over SSH with a key, by its fingerprint.
func (e *Engine) WhoseKey(ctx context.Context, fingerprint string) (Actor, error) {
	users, err := e.store.ConsoleUsers(ctx)
	if err != nil {
		return Actor{}, err
	}
	for _, user := range users {
		if key, err := ParsePublicKey(user.PublicKey); err == nil && key.Fingerprint == fingerprint {
			return actorOf(user, "ssh"), nil
		}
	}
	return Actor{}, fault("key.unknown", "An admin adds it: crmsync key add NAME FILE.", "the key %s belongs to nobody here", fingerprint)
}

// SetUserKey gives a console user the key with which they sign in over SSH, in place of the one they had; an empty line
// takes it away.
func (e *Engine) SetUserKey(ctx context.Context, actor Actor, name, line string) (auditID string, err error) {
	var key PublicKey
	if line != "" {
		if key, err = ParsePublicKey(line); err != nil {
			return "", err
		}
	}
	return e.change(ctx, actor, ActUserKey, func(tx *store.Tx) (changed, error) {
		user, err := tx.ConsoleUser(name)
		if errors.Is(err, store.ErrNotFound) {
			return changed{}, fault("user.not_found", "See crmsync user list.", "there is no user %q", name)
		}
		if err != nil {
			return changed{}, err
		}
		if err := keyIsFree(tx, key, name); err != nil {
			return changed{}, err
		}
		before := user
		user.PublicKey = key.Line
		return changed{Subject: name, Before: before, After: user}, tx.PutConsoleUser(user)
	})
}

// keyIsFree refuses a key that another user signs in with: the key says who is acting.
func keyIsFree(tx *store.Tx, key PublicKey, name string) error {
	if key.Fingerprint == "" {
		return nil
	}
	users, err := tx.ConsoleUsers()
	if err != nil {
		return err
	}
	for _, user := range users {
		other, err := ParsePublicKey(user.PublicKey)
		if err == nil && other.Fingerprint == key.Fingerprint && user.Name != name {
			return fault("key.taken", "Take it away there first: crmsync key remove "+user.Name+".", "%s signs in with this key", user.Name)
		}
	}
	return nil
}

// restoreUserKey is the way back of changing a key.
func restoreUserKey(_ context.Context, tx *store.Tx, subject string, now, want json.RawMessage) error {
	current, err := tx.ConsoleUser(subject)
	if errors.Is(err, store.ErrNotFound) {
		return errStale
	}
	if err != nil {
		return err
	}
	expected, _, err := decodeState[store.ConsoleUser](now)
	if err != nil {
		return err
	}
	wanted, _, err := decodeState[store.ConsoleUser](want)
	if err != nil {
		return err
	}
	if current.PublicKey != expected.PublicKey {
		return errStale
	}
	if key, err := ParsePublicKey(wanted.PublicKey); err == nil {
		if err := keyIsFree(tx, key, subject); err != nil {
			return err
		}
	}
	current.PublicKey = wanted.PublicKey
	return tx.PutConsoleUser(current)
}
