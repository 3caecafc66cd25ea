package network

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Source is a file that can be opened more than once, since the readers make
// several passes.
type Source interface {
	// Name is the file's name for messages, without its folder.
	Name() string
	// Open opens the file at its start.
	Open() (io.ReadCloser, error)
}

type diskFile string

// File returns the source of a file on disk.
func File(path string) Source { return diskFile(path) }

func (f diskFile) Name() string                 { return filepath.Base(string(f)) }
func (f diskFile) Open() (io.ReadCloser, error) { return os.Open(string(f)) }

type systemFile struct {
	system fs.FS
	name   string
}

// FS returns the source of a file of a file system.
func FS(system fs.FS, name string) Source { return systemFile{system, name} }

func (f systemFile) Name() string                 { return path.Base(f.name) }
func (f systemFile) Open() (io.ReadCloser, error) { return f.system.Open(f.name) }

type memoryFile struct {
	name string
	data []byte
}

// Bytes returns the source of a file in memory.
func Bytes(name string, data []byte) Source { return memoryFile{name, data} }

func (f memoryFile) Name() string                 { return f.name }
func (f memoryFile) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.data)), nil }

// Limits bound what a reader takes in.
type Limits struct {
	FileBytes    int64 // of one file, uncompressed
	RecordBytes  int64 // of one row, all its lines together
	ArchiveBytes int64 // of all files read from an archive, uncompressed
	Ratio        int64 // uncompressed to compressed size of a file in an archive
	ArchiveFiles int   // entries of an archive
}

// DefaultLimits returns limits that no true archive reaches: files of 2 GiB,
// rows of 4 MiB, archives of 4 GiB with 10,000 entries, and a ratio of 200 (a
// CSV of names is compressed about 3 times, one of repeated texts 20 times).
func DefaultLimits() Limits {
	return Limits{FileBytes: 2 << 30, RecordBytes: 4 << 20, ArchiveBytes: 4 << 30, Ratio: 200, ArchiveFiles: 10_000}
}

// orDefault fills what is zero.
func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, limit := range []struct{ value, fallback *int64 }{
		{&l.FileBytes, &d.FileBytes}, {&l.RecordBytes, &d.RecordBytes}, {&l.ArchiveBytes, &d.ArchiveBytes}, {&l.Ratio, &d.Ratio},
	} {
		if *limit.value <= 0 {
			*limit.value = *limit.fallback
		}
	}
	if l.ArchiveFiles <= 0 {
		l.ArchiveFiles = d.ArchiveFiles
	}
	return l
}
