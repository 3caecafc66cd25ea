package logbook

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"
)

// codedError is one that was foreseen.
type codedError struct{ code, text string }

func (e codedError) Error() string { return e.text }
func (e codedError) Code() string  { return e.code }

func logged(t *testing.T, b *Book) string {
	t.Helper()
	text, err := os.ReadFile(b.Path())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A failure is found in the log by its id, which it keeps; the file is its owner's alone, and is not made before.
func TestTraceIsFoundInTheLog(t *testing.T) {
	b := Open(t.TempDir())
	if _, err := os.Stat(b.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("there is a log before anything was logged: %v", err)
	}
	id := b.Trace("load matches", fmt.Errorf("read the queue: %w", errors.New("disk I/O error (10)")))
	if again := b.Trace("load matches", fmt.Errorf("read the queue: %w", errors.New("disk I/O error (10)"))); again != id || len(id) != 8 {
		t.Errorf("the same failure is %s and %s", id, again)
	}
	other := b.Trace("load matches", codedError{"store.busy", "the store of Sara Lind is busy"})
	text := logged(t, b)
	for _, want := range []string{"trace=" + id, "level=ERROR", "code=internal", "read the queue:", "*fmt.wrapError *errors.errorString", "trace=" + other, "level=WARN", "code=store.busy"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the log:\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\n"); n != 2 {
		t.Errorf("%d lines, not 2:\n%s", n, text)
	}
	if info, err := os.Stat(b.Path()); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("the log is %v, %v", info.Mode(), err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

// Nothing of a person and no secret gets into the log, wherever it stands in an error or a fault.
func TestLogHoldsNothingPersonal(t *testing.T) {
	secrets := []string{"Sara", "Lind", "sara.lind@acme.example", "+47 22 33 44 55", "0035g000000abcdAAA", "00Dvw0000000000!QrAIaZgU5fd7", "/home/sara/crm", "acme.my.salesforce.com", "Møller", "李雷", "51.0543,-3.72"}
	b := Open(t.TempDir())
	log := slog.New(b.Handler())
	for _, secret := range secrets {
		for _, form := range []string{"could not read %s now", "open %s: no such file", "invalid value %q", "unexpected token '%s' in a value"} {
			err := fmt.Errorf(form, secret)
			b.Trace("load it", err)
			b.Trace("load it", codedError{"network.row", err.Error()})
			log.Warn("it went wrong", "error", err)
			b.Panic("draw", err, nil)
			b.Panic("draw", fmt.Sprintf(form, secret), nil)
		}
	}
	b.Trace("load it", errors.New(`the note says "dear sara, call lind" and 'my card is 1234'`))
	text := logged(t, b)
	for _, secret := range append(secrets, "sara", "lind", "card") {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
	if !strings.Contains(text, "could not read") {
		t.Errorf("the plain words are not:\n%s", text)
	}
}

// Two processes that write one log put it aside once it is full, lose no line of the last files, and go on in one.
func TestLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	a, b := Open(dir), Open(dir)
	a.file.limit, b.file.limit = 4000, 4000
	for i := range 200 {
		slog.New([]*Book{a, b}[i%2].Handler()).Info("line", "n", i)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.Size() > 4000 {
			t.Errorf("%s has %d bytes, %v", entry.Name(), info.Size(), err)
		}
	}
	text, err := Tail(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i, line := range lines {
		if want := fmt.Sprintf("n=%d", 200-len(lines)+i); !strings.HasSuffix(line, want) {
			t.Fatalf("line %d is %q, not %s", i, line, want)
		}
	}
	short, err := Tail(dir, 150)
	if err != nil || len(short) > 150 || !strings.HasPrefix(string(short), "time=") || !strings.HasSuffix(string(short), "n=199\n") {
		t.Errorf("the last 150 bytes: %q, %v", short, err)
	}
	if none, err := Tail(t.TempDir(), 100); err != nil || len(none) != 0 {
		t.Errorf("without a log: %q, %v", none, err)
	}
}

// What Go wrote when a process ended with a fault is told once by the next, by places, without what was passed.
func TestEarlierFaultIsTold(t *testing.T) {
	b := Open(t.TempDir())
	crash := "panic: no such person: Sara Lind\n\ngoroutine 7 [running]:\ncrmsync/sync.(*Engine).match(0xc000123456, {0xc0009, 0x9})\n\t/home/sara/crmsync/sync/matchrun.go:88 +0x1b\n" +
		"created by crmsync/sync.(*Engine).Run\n\t/home/sara/crmsync/sync/loop.go:33 +0x2a\n\ngoroutine 1 [chan receive]:\nmain.main()\n\t/home/sara/crmsync/main.go:11\n"
	if err := os.WriteFile(b.crashFile(), []byte(crash), 0o600); err != nil {
		t.Fatal(err)
	}
	var text string
	for range 2 {
		end, err := b.Watch()
		if err != nil {
			t.Fatal(err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		told := logged(t, b)
		if text != "" && told != text {
			t.Errorf("it is told again: %s", told)
		}
		text = told
	}
	if !strings.Contains(text, "an earlier process ended") || !strings.Contains(text, `at="sync/matchrun.go:88 sync/loop.go:33"`) || strings.Contains(strings.ToLower(text), "sara") {
		t.Errorf("the log says %s", text)
	}
	if info, err := os.Stat(b.crashFile()); err != nil || info.Size() != 0 {
		t.Errorf("the fault stays: %v, %v", info, err)
	}
}
