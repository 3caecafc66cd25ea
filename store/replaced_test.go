package store

import (
	"os"
	"path/filepath"
	"testing"
)

// A process that has the store open while a backup takes its place keeps nothing in the file that was moved aside.
func TestWriteToAReplacedStore(t *testing.T) {
	s := openTest(t)
	write(t, s, func(tx *Tx) error { return tx.PutSetting("a", "1", "test") })
	file := filepath.Join(s.Dir(), DatabaseFile)
	if err := os.Rename(file, file+".aside"); err != nil {
		t.Fatal(err)
	}
	change := func(tx *Tx) error { return tx.PutSetting("a", "2", "test") }
	if err := s.Write(t.Context(), change); codeOf(err) != "store.replaced" {
		t.Errorf("moved aside: %v", err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(t.Context(), change); codeOf(err) != "store.replaced" {
		t.Errorf("with another in its place: %v", err)
	}
	if err := os.Rename(file+".aside", file); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(t.Context(), change); err != nil {
		t.Errorf("back again: %v", err)
	}
}
