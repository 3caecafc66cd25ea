package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmsync/store/vault"
)

func TestOpenRefusesWrongKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openIn(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	_, err := Open(t.Context(), Options{Dir: dir, Key: &vault.Key{Bytes: make([]byte, vault.KeySize), Source: "elsewhere"}})
	var wrong *vault.WrongKeyError
	if !errors.As(err, &wrong) {
		t.Fatalf("got %v, want a wrong key", err)
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("a wrong key changed the data directory:\n%s\n%s", before, after)
	}
}

func snapshot(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %x\n", e.Name(), text[:min(len(text), 4096)])
	}
	return b.String()
}

func TestOpenRefusesLostKeyringNewerSchemaAndOpenDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := openIn(t, dir)
	if _, err := s.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.newer" {
		t.Errorf("a newer schema: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, vault.KeyringFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.keyring" {
		t.Errorf("a lost keyring: %v", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Options{Dir: dir, Key: testKey()}); codeOf(err) != "store.permissions" {
		t.Errorf("a directory that others read: %v", err)
	}
}

func TestSealedTextIsInNoFile(t *testing.T) {
	s := openTest(t)
	const needle = "needle-in-the-hay"
	seat, person := addSeat(t, s, "ana@acme.test"), addPerson(t, s, "in/ann", "Ann")
	write(t, s, func(tx *Tx) error {
		_, err := tx.AddActivity(Activity{ID: "a1", Ident: "x", Kind: "message", SeatID: seat, PersonID: person, OccurredAt: clock, Subject: needle, Body: needle, AddedAt: clock})
		return errors.Join(err, tx.PutSecret("token", []byte(needle)),
			tx.PutOutbox(OutboxItem{ActivityID: "a1", State: OutboxHeld, Request: []byte(needle)}))
	})
	a, err := s.Activity(t.Context(), "a1")
	if err != nil || a.Body != needle || a.Subject != needle {
		t.Fatalf("reading back: %q %q %v", a.Subject, a.Body, err)
	}
	secret, err := s.Secret(t.Context(), "token")
	if err != nil || string(secret) != needle {
		t.Fatalf("secret: %q %v", secret, err)
	}
	s.Close()
	if strings.Contains(fileBytes(t, s.Dir()), needle) {
		t.Error("a sealed text stands in clear in a file")
	}
}

func fileBytes(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// A store that cannot be opened for want of room says so, and not that the disk is broken.
func TestOpenOnAFullDisk(t *testing.T) {
	broken := fmt.Errorf("opening the store: %w", &Error{code: "store.disk", message: "the disk reports an error"})
	for free, code := range map[int64]string{0: "store.full", leastToOpen - 1: "store.full", leastToOpen: "store.disk", 1 << 40: "store.disk"} {
		s := &Store{free: func(string) (int64, error) { return free, nil }}
		err := s.orFull(broken)
		if codeOf(err) != code || errors.Is(err, ErrFull) != (code == "store.full") {
			t.Errorf("with %d bytes free: %v", free, err)
		}
	}
	other := &Error{code: "store.damaged", message: "no database"}
	s := &Store{free: func(string) (int64, error) { return 0, nil }}
	if err := s.orFull(other); err != other {
		t.Errorf("%v", err)
	}
	if err := s.orFull(nil); err != nil {
		t.Error(err)
	}
}
