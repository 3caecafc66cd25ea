package logbook

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	gosync "sync"
)

// file is a log file that several processes may append to. It is made with the first line, for its owner alone; once it
// has grown to the limit it becomes the earlier one, in the place of the one before.
//
// The usual library for this, lumberjack, counts only what its own process has written, and leaves a goroutine behind.
type file struct {
	path  string
	limit int64

	mu   gosync.Mutex
	open *os.File
}

// Write appends one line, whole.
func (f *file) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.ready(int64(len(line))); err != nil {
		return 0, fmt.Errorf("write the log: %w", err)
	}
	return f.open.Write(line)
}

// ready opens the file, anew where another process has put it aside, and puts it aside when the line has no room in it.
func (f *file) ready(more int64) error {
	if f.open != nil {
		ours, err := f.open.Stat()
		if err != nil {
			return err
		}
		there, err := os.Stat(f.path)
		if err == nil && os.SameFile(ours, there) && there.Size()+more <= f.limit {
			return nil
		}
		if err := f.close(); err != nil {
			return err
		}
	}
	if there, err := os.Stat(f.path); err == nil && there.Size()+more > f.limit {
		if err := os.Rename(f.path, earlier(f.path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	var err error
	f.open, err = os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return err
}

func (f *file) close() error {
	if f.open == nil {
		return nil
	}
	err := f.open.Close()
	f.open = nil
	return err
}

// earlier is the name of the file before the present one.
func earlier(path string) string { return path + ".1" }

// tail are the last whole lines of a file, of at most so many bytes; none when it is not there.
func tail(path string, most int64) ([]byte, error) {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	from := max(0, info.Size()-most)
	if _, err := in.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil || from == 0 {
		return text, err
	}
	for i, c := range text {
		if c == '\n' {
			return text[i+1:], nil
		}
	}
	return nil, nil
}
