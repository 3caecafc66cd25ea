package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Matrix 31: a copy taken while changes are committed at full speed is whole and equals one commit boundary: each
// change adds a company and counts it in the same transaction.
func TestCopyEqualsACommitBoundary(t *testing.T) {
	s := openIn(t, filepath.Join(t.TempDir(), "data"))
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	stop, done := make(chan struct{}), make(chan error, 1)
	first := make(chan struct{})
	go func() {
		for i := 0; ; i++ {
			err := s.Write(t.Context(), func(tx *Tx) error {
				if _, _, err := tx.PutCompany(Company{Ident: fmt.Sprint("name/", i), Name: fmt.Sprint("Company ", i)}); err != nil {
					return err
				}
				return tx.AddDaily(day, "companies", 1)
			})
			if i == 20 {
				close(first)
			}
			select {
			case <-stop:
				done <- err
				return
			default:
				if err != nil {
					done <- err
					return
				}
			}
		}
	}()
	<-first
	var copies []string
	for i := range 3 {
		file := filepath.Join(t.TempDir(), fmt.Sprint("copy", i))
		if err := s.CopyTo(t.Context(), file); err != nil {
			t.Error(err)
		}
		copies = append(copies, file)
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, file := range copies {
		db := openPlain(t, file, "")
		var companies, counted int
		if err := db.QueryRow("SELECT (SELECT count(*) FROM company), (SELECT n FROM daily WHERE name = 'companies')").Scan(&companies, &counted); err != nil {
			t.Fatal(err)
		}
		if companies != counted || companies < 20 || companies < last {
			t.Errorf("%d companies, %d counted, %d in the copy before", companies, counted, last)
		}
		last = companies
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	if err := s.CopyTo(t.Context(), copies[0]); err == nil {
		t.Error("a copy was written over a file")
	}
}

func TestVerifyFindsWhatIsWrong(t *testing.T) {
	s := openIn(t, filepath.Join(t.TempDir(), "data"))
	ids := addActivities(t, s, 3)
	if v, err := s.Verify(t.Context()); err != nil || len(v.Findings) != 0 || v.Rows["activity"] != 3 || v.Sealed < 6 {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := s.write.Exec("UPDATE activity SET body = x'00112233' WHERE id = ?", ids[1]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("INSERT INTO outbox_count (state, n) VALUES ('failed', 7)"); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Verify(t.Context()); err != nil || len(v.Findings) != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestCheckCopyRefusesWhatIsNotOurs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.db")
	if err := os.WriteFile(file, []byte("not a database at all, but long enough to be read as one, perhaps"), 0o600); err != nil {
		t.Fatal(err)
	}
	var refused *Error
	if err := CheckCopy(t.Context(), file); !errors.As(err, &refused) || refused.Code() != "store.damaged" {
		t.Errorf("%v", err)
	}
}
