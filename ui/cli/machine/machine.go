// Package machine reads crmsync.toml, the file in the data directory with the settings that belong to a machine and
// not to the contract: addresses to listen on, a proxy, places of files, how the console looks. A flag goes before the
// environment, the environment before the file, and the file before the default.
package machine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// File is the name of the file in the data directory.
const File = "crmsync.toml"

// maxBytes bounds the file: each setting is one line.
const maxBytes = 64 << 10

// Settings are what a file sets, by the names of Keys.
type Settings struct {
	file   string
	values map[string]value
}

// value is a setting as text, in the form in which its flag takes it, and the line where it stands.
type value struct {
	text string
	line int
}

// Text returns what the file sets a setting to; set is false when the file leaves it alone.
func (s Settings) Text(name string) (text string, set bool) {
	v, set := s.values[name]
	return v.text, set
}

// True reports whether the file switches a setting on.
func (s Settings) True(name string) bool { return s.values[name].text == "true" }

// Place returns where the file sets a setting, as file:line.
func (s Settings) Place(name string) string {
	return fmt.Sprintf("%s:%d", s.file, s.values[name].line)
}

// Wrong is a file that cannot be used: where it is wrong, and what to do. Its code is "machine.invalid", or
// "machine.shared" when others may change the file or read a password in it.
type Wrong struct {
	File   string
	Line   int // 0 = the file as a whole
	Reason string
	code   string
	hint   string
}

func (w *Wrong) Error() string {
	if w.Line == 0 {
		return w.File + ": " + w.Reason
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Reason)
}

// Code returns the stable code.
func (w *Wrong) Code() string { return w.code }

// Hint returns what to do about it.
func (w *Wrong) Hint() string { return w.hint }

const helpHint = "all settings of the file: crmsync help settings"

// Read reads the file of a data directory. One that is not there sets nothing. The error is a *Wrong.
func Read(dir string) (Settings, error) {
	name := filepath.Join(dir, File)
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return Settings{file: name}, nil
	}
	if err != nil {
		return Settings{}, unreadable(name, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return Settings{}, unreadable(name, err)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil {
		return Settings{}, unreadable(name, err)
	}
	if len(text) > maxBytes {
		return Settings{}, &Wrong{File: name, Reason: fmt.Sprintf("it is larger than %d KiB", maxBytes>>10), code: "machine.invalid", hint: helpHint}
	}
	settings, err := parse(name, text)
	if err != nil {
		return Settings{}, err
	}
	return settings, settings.guarded(info.Mode())
}

func unreadable(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the name is said already
	}
	return &Wrong{File: name, Reason: "it cannot be read: " + err.Error(), code: "machine.invalid", hint: "make it a file that you may read, or take it away"}
}

// guarded refuses a file that others may change, which would let them name a proxy, a key or an editor, and one with a
// password that others may read. Windows has no such modes; there the data directory is the owner's.
func (s Settings) guarded(mode fs.FileMode) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	hint := "take their access away: chmod 600 " + s.file
	if mode.Perm()&0o022 != 0 {
		return &Wrong{File: s.file, Reason: fmt.Sprintf("others may change it (mode %04o)", mode.Perm()), code: "machine.shared", hint: hint}
	}
	for _, key := range Keys() {
		if text, set := s.Text(key.Name); set && mode.Perm()&0o044 != 0 && key.secret(text) {
			return &Wrong{File: s.file, Line: s.values[key.Name].line, Reason: fmt.Sprintf("%s holds a password, and others may read it (mode %04o)", key.Name, mode.Perm()), code: "machine.shared", hint: hint}
		}
	}
	return nil
}

// Write writes a file in which every setting stands as a comment, for its owner alone, unless there is one already;
// made says which.
func Write(dir string) (made bool, err error) {
	file, err := os.OpenFile(filepath.Join(dir, File), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("writing the machine's settings: %w", err)
	}
	_, err = bytes.NewReader(Template()).WriteTo(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return false, fmt.Errorf("writing the machine's settings: %w", err)
	}
	return true, nil
}
