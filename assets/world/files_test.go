package world

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func readFile(t *testing.T, w *World, name string) []byte {
	t.Helper()
	text, err := fs.ReadFile(w.Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func table(t *testing.T, text []byte, header string) [][]string {
	t.Helper()
	at := bytes.Index(text, []byte(header))
	if at < 0 {
		t.Fatalf("no header %q", header)
	}
	rows, err := csv.NewReader(bytes.NewReader(text[at:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func TestFilesAreTheSameForOneSeed(t *testing.T) {
	one, two := New(4, 400), New(4, 400)
	for _, name := range []string{"people.csv", "companies.csv", one.Seat(0).Email + "/messages.csv", one.Seat(2).Email + "/Connections.csv"} {
		if !bytes.Equal(readFile(t, one, name), readFile(t, two, name)) {
			t.Errorf("%s differs between two worlds of one seed", name)
		}
	}
	if bytes.Equal(readFile(t, one, "people.csv"), readFile(t, New(5, 400), "people.csv")) {
		t.Error("another seed gives the same people")
	}
}

func TestFilesHoldEveryMember(t *testing.T) {
	for _, size := range []int{1, 7, 60, 3000} {
		w := New(1, size)
		found := make(map[string]bool)
		for s, first := range []string{"First Name", "Vorname", "Prénom"} {
			for _, row := range table(t, readFile(t, w, w.Seat(s).Email+"/Connections.csv"), first) {
				if row[2] != "" {
					found[row[2]] = true
				}
			}
		}
		for _, row := range table(t, readFile(t, w, "people.csv"), "First Name") {
			found[row[2]] = true
		}
		for m := range w.Counts().Members {
			if !found[w.Member(m).ProfileURL] {
				t.Fatalf("size %d: member %d is in no file", size, m)
			}
		}
		if len(found) != w.Counts().Members {
			t.Errorf("size %d: %d profile addresses for %d members", size, len(found), w.Counts().Members)
		}
	}
}

func TestMessagesHaveEveryCase(t *testing.T) {
	w := New(1, 3000)
	count := make(map[string]int)
	for s := range w.Counts().Seats {
		own := w.Seat(s)
		connections := string(readFile(t, w, own.Email+"/Connections.csv"))
		for _, row := range table(t, readFile(t, w, own.Email+"/messages.csv"), "CONVERSATION ID") {
			to := strings.Split(row[5], ",")
			switch {
			case row[3] != own.ProfileURL:
				count["received"]++
			case len(row) > 11 && row[11] == "Yes":
				count["draft"]++
			case len(to) > 1:
				count["group"]++
			case strings.Contains(connections, row[5]):
				count["message"]++
			default:
				count["inmail"]++
			}
			if row[3] == "" || row[5] == "" {
				t.Errorf("message without sender or recipient: %q", row)
			}
		}
	}
	for _, name := range []string{"received", "draft", "group", "message", "inmail"} {
		if count[name] < 3 {
			t.Errorf("only %d of %q: %v", count[name], name, count)
		}
	}
	t.Logf("%v", count)
}

func TestFilesRefuseUnknownNames(t *testing.T) {
	w := New(1, 10)
	for _, name := range []string{"other.csv", "nobody@ostrevik.example/messages.csv", "../people.csv", w.Seat(0).Email} {
		if _, err := w.Files().Open(name); err == nil {
			t.Errorf("%q was opened", name)
		} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func BenchmarkContact(b *testing.B) {
	w := New(1, 1_000_000)
	for i := range b.N {
		w.Contact(i % 1_000_000)
	}
}
