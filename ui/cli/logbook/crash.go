package logbook

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"runtime/debug"
)

// crashFile takes what Go says when a process ends with a fault that nothing caught. It is told in the log, without what
// was passed, by the next process that watches, and then emptied; it stays, since others may have it open.
func (b *Book) crashFile() string { return b.file.path + ".crash" }

// Watch lets a fault of this process that nothing catches be found in the log, and tells of that of an earlier process.
// It returns what ends the watch.
func (b *Book) Watch() (end func() error, err error) {
	text, err := os.ReadFile(b.crashFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(text) > 0 {
		value, stack := faultOf(text)
		b.Panic("an earlier process ended", value, stack)
		if err := os.Truncate(b.crashFile(), 0); err != nil {
			return nil, err
		}
	}
	into, err := os.OpenFile(b.crashFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	err = errors.Join(debug.SetCrashOutput(into, debug.CrashOptions{}), into.Close()) // it is kept by its own descriptor
	return func() error { return debug.SetCrashOutput(nil, debug.CrashOptions{}) }, err
}

// faultOf parts what Go says of a fault into what it was and the stack of the goroutine it was in.
func faultOf(text []byte) (value string, stack []byte) {
	before, rest, _ := bytes.Cut(text, []byte("\n\ngoroutine "))
	first, _, _ := bytes.Cut(before, []byte("\n"))
	stack, _, _ = bytes.Cut(rest, []byte("\n\n"))
	return string(bytes.TrimPrefix(first, []byte("panic: "))), stack
}
