package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func keyOf(fill byte) Key {
	return Key{Bytes: bytes.Repeat([]byte{fill}, KeySize), Source: "the test"}
}

func TestKeyringIsMadeOnceAndOpensAgain(t *testing.T) {
	dir := t.TempDir()
	first, made, err := Open(dir, keyOf(1))
	if err != nil || !made {
		t.Fatal(made, err)
	}
	second, made, err := Open(dir, keyOf(1))
	if err != nil || made {
		t.Fatal(made, err)
	}
	plain, err := second.Open("t", "c", "1", first.Seal("t", "c", "1", []byte("text")))
	if err != nil || string(plain) != "text" {
		t.Errorf("opened %q, %v", plain, err)
	}
}

func TestWrongKeyWritesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Open(dir, keyOf(1)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, KeyringFile)
	before, _ := os.ReadFile(file)
	_, made, err := Open(dir, keyOf(2))
	var wrong *WrongKeyError
	if !errors.As(err, &wrong) || made || wrong.File != file || wrong.Source != "the test" {
		t.Fatalf("got %v (made %v)", err, made)
	}
	wantCode(t, "a wrong key", err, "store.key")
	after, _ := os.ReadFile(file)
	entries, _ := os.ReadDir(dir)
	if !bytes.Equal(before, after) || len(entries) != 1 {
		t.Errorf("a wrong key changed the directory: %v", entries)
	}
}

func TestDamagedKeyring(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Open(dir, keyOf(1)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, KeyringFile)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(change func(*keyring)) []byte {
		var ring keyring
		if err := json.Unmarshal(whole, &ring); err != nil {
			t.Fatal(err)
		}
		change(&ring)
		text, _ := json.Marshal(ring)
		return text
	}
	short, err := New(bytes.Repeat([]byte{1}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"empty":                     {},
		"cut":                       whole[:len(whole)/2],
		"no JSON":                   []byte("keyring"),
		"a flipped bit":             edit(func(r *keyring) { r.Data[40] ^= 1 }),
		"no data key":               edit(func(r *keyring) { r.Data = nil }),
		"a data key of one byte":    edit(func(r *keyring) { r.Data = short.Seal("keyring", "data", "1", []byte{1}) }),
		"the format of a later day": edit(func(r *keyring) { r.Version = keyringVersion + 1 }),
	} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := Open(dir, keyOf(1))
		wantCode(t, name, err, "store.keyring")
		if now, _ := os.ReadFile(file); !bytes.Equal(now, text) {
			t.Errorf("%s: the keyring was changed", name)
		}
	}
}

func TestKeyringOfStoresFromBeforeTheCheckOpens(t *testing.T) {
	dir := t.TempDir()
	outer, err := New(keyOf(1).Bytes)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(keyring{Version: 1, Data: outer.Seal("keyring", "data", "1", bytes.Repeat([]byte{9}, KeySize))})
	if err := os.WriteFile(filepath.Join(dir, KeyringFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, made, err := Open(dir, keyOf(1)); err != nil || made {
		t.Error(made, err)
	}
	_, _, err = Open(dir, keyOf(2))
	wantCode(t, "a wrong key", err, "store.key")
}

func TestOpenRefusesKeysAndPlacesThatCannotServe(t *testing.T) {
	_, _, err := Open(t.TempDir(), Key{Bytes: []byte("short"), Source: "x"})
	wantCode(t, "a short key", err, "store.key_file")
	_, _, err = Open(filepath.Join(t.TempDir(), "none"), keyOf(1))
	wantCode(t, "no directory", err, "store.keyring")
}

// TestOneKeyringForAll opens a new directory from many sides at once: all must get the same data key.
func TestOneKeyringForAll(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	var vaults [8]*Vault
	for i := range vaults {
		group.Go(func() {
			v, _, err := Open(dir, keyOf(1))
			if err != nil {
				t.Error(err)
				return
			}
			vaults[i] = v
		})
	}
	group.Wait()
	if t.Failed() {
		return
	}
	sealed := vaults[0].Seal("t", "c", "1", []byte("text"))
	for i, v := range vaults {
		if _, err := v.Open("t", "c", "1", sealed); err != nil {
			t.Errorf("vault %d has another data key", i)
		}
	}
}
