// Package logbook keeps the log of a data directory: what the engine did and what nobody expected, by codes and counts.
// No name, address, text or token of anybody is in it: of an error's text only plain words are written.
package logbook

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	gosync "sync"
)

// File is the log's name in the data directory. Beside it lies the one before, with ".1" after its name.
const File = "crmsync.log"

// limit is how large a log file becomes, in bytes.
const limit = 2 << 20

// Book is the log of a data directory. Nothing is made on the disk before something is logged.
type Book struct {
	file *file
	log  *slog.Logger

	mu     gosync.Mutex
	traces map[string]string // by what failed and how
}

// Open gives the log of a data directory.
func Open(dir string) *Book {
	b := &Book{file: &file{path: filepath.Join(dir, File), limit: limit}, traces: map[string]string{}}
	b.log = slog.New(b.Handler())
	return b
}

// Path is where the log is.
func (b *Book) Path() string { return b.file.path }

// Handler writes to the log what is said with it.
func (b *Book) Handler() slog.Handler {
	return slog.NewTextHandler(b.file, &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: Private})
}

// Close closes the file.
func (b *Book) Close() error {
	b.file.mu.Lock()
	defer b.file.mu.Unlock()
	return b.file.close()
}

// tracesHeld is how many failures are known again; then all are forgotten.
const tracesHeld = 256

// Trace writes down a failure and returns a short id that finds it in the log. The same failure of the same thing keeps
// its id. What carries a code was foreseen, and is a warning.
func (b *Book) Trace(what string, err error) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := what + "\x00" + err.Error()
	if id, known := b.traces[key]; known {
		return id
	}
	if len(b.traces) >= tracesHeld {
		clear(b.traces)
	}
	id := strings.ToLower(rand.Text()[:8])
	b.traces[key] = id
	say := b.log.Error
	code, coded := codeOf(err)
	if coded {
		say = b.log.Warn
	}
	say("something failed", "trace", id, "what", what, "code", code, "kinds", kinds(err), "error", err)
	return id
}

// Panic writes down what a panic says of itself, and where it was, and returns its id.
func (b *Book) Panic(what string, value any, stack []byte) string {
	id := strings.ToLower(rand.Text()[:8])
	b.log.Error("a fault of the program", "trace", id, "what", what, "fault", words(fmt.Sprint(value)), "type", fmt.Sprintf("%T", value), "at", frames(stack))
	return id
}

// codeOf is the stable code of an error, and whether it has one.
func codeOf(err error) (string, bool) {
	var coded interface {
		error
		Code() string
	}
	if errors.As(err, &coded) && coded.Code() != "internal" {
		return coded.Code(), true
	}
	return "internal", false
}

// kinds are the types of an error and of all it wraps, the outermost first.
func kinds(err error) string {
	var names []string
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		names = append(names, reflect.TypeOf(err).String())
		switch wrapped := err.(type) { //nolint:errorlint // the chain itself is walked
		case interface{ Unwrap() error }:
			walk(wrapped.Unwrap())
		case interface{ Unwrap() []error }:
			for _, one := range wrapped.Unwrap() {
				walk(one)
			}
		}
	}
	walk(err)
	return strings.Join(names, " ")
}

// Tail is the end of the log of a data directory, in whole lines of at most so many bytes, the earlier file included.
func Tail(dir string, most int64) ([]byte, error) {
	path := filepath.Join(dir, File)
	now, err := tail(path, most)
	if err != nil || int64(len(now)) >= most {
		return now, err
	}
	before, err := tail(earlier(path), most-int64(len(now)))
	return append(before, now...), err
}
