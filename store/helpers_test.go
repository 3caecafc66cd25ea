package store

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"crmsync/store/vault"
)

// clock is a clock that stands still.
var clock = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

func testKey() *vault.Key {
	return &vault.Key{Bytes: bytes.Repeat([]byte{7}, vault.KeySize), Source: "the test"}
}

func openTest(t testing.TB) *Store {
	t.Helper()
	return openIn(t, filepath.Join(t.TempDir(), "data"))
}

func openIn(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey(), Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func write(t testing.TB, s *Store, change func(tx *Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func codeOf(err error) string {
	var e interface{ Code() string }
	if errors.As(err, &e) {
		return e.Code()
	}
	return ""
}

func addSeat(t testing.TB, s *Store, email string) string {
	t.Helper()
	id := NewID()
	write(t, s, func(tx *Tx) error { return tx.PutSeat(Seat{ID: id, Email: email, Name: email, AddedAt: clock}) })
	return id
}

func addPerson(t testing.TB, s *Store, ident, name string) (id string) {
	t.Helper()
	write(t, s, func(tx *Tx) (err error) {
		id, _, err = tx.PutPerson(Person{Ident: ident, Name: name, FirstName: name})
		return err
	})
	return id
}
