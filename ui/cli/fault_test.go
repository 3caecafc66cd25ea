package cli

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"crmsync/ui/cli/logbook"
)

// A command that fails in a way nobody foresaw, or with a fault, says the id that is in the log, and where that is.
func TestUnforeseenFailuresOfCommandsHaveATrace(t *testing.T) {
	for name, row := range map[string]struct {
		do    func() error
		json  bool
		wants []string
	}{
		"an error":          {do: func() error { return errors.New("disk I/O error") }, wants: []string{"crmsync: disk I/O error", "in the log: "}},
		"an error, as JSON": {do: func() error { return errors.New("disk I/O error") }, json: true, wants: []string{`"code":"failed"`, `"trace":"`}},
		"a fault":           {do: func() error { panic("index out of range") }, wants: []string{"a fault of the program: index out of range", "support-bundle"}},
	} {
		book := logbook.Open(t.TempDir())
		var errs bytes.Buffer
		a := &app{stderr: &errs, book: book, json: row.json}
		a.report(a.guarded(row.do))
		text, err := os.ReadFile(book.Path())
		if err != nil {
			t.Fatal(err)
		}
		_, trace, _ := strings.Cut(string(text), "trace=")
		trace, _, _ = strings.Cut(trace, " ")
		for _, want := range append(row.wants, trace) {
			if !strings.Contains(errs.String(), want) {
				t.Errorf("%s: no %q in %s", name, want, errs.String())
			}
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What was foreseen has no trace.
func TestForeseenFailuresHaveNone(t *testing.T) {
	book := logbook.Open(t.TempDir())
	var errs bytes.Buffer
	a := &app{stderr: &errs, book: book}
	a.report(a.guarded(func() error { return &failure{code: "store.busy", message: "the store is busy"} }))
	if _, err := os.Stat(book.Path()); !errors.Is(err, os.ErrNotExist) || strings.Contains(errs.String(), "trace") {
		t.Errorf("%v: %s", err, errs.String())
	}
}
