package network

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// opened is an archive that can be read at any place.
type opened struct {
	*zip.Reader
	io.Closer
}

// openZip opens a source as an archive. A file on disk is read where it lies,
// anything else is taken into memory first, up to the limit of a file.
func openZip(source Source, limits Limits) (*opened, error) {
	file, err := source.Open()
	if err != nil {
		return nil, unreadable(source.Name(), err)
	}
	var from io.ReaderAt
	var size int64
	if disk, ok := file.(*os.File); ok {
		info, err := disk.Stat()
		if err != nil {
			file.Close()
			return nil, unreadable(source.Name(), err)
		}
		from, size = disk, info.Size()
	} else {
		data, err := io.ReadAll(io.LimitReader(file, limits.FileBytes+1))
		if err != nil {
			file.Close()
			return nil, unreadable(source.Name(), err)
		}
		from, size = bytes.NewReader(data), int64(len(data))
	}
	if size > limits.FileBytes {
		file.Close()
		return nil, fault(source.Name(), 0, CodeSize, "Unpack it and import its files one by one.", "is larger than %d MiB", limits.FileBytes>>20)
	}
	reader, err := zip.NewReader(from, size)
	if err != nil {
		file.Close()
		return nil, &Error{
			File: source.Name(), Message: "is no complete ZIP archive: " + err.Error(), code: CodeArchive,
			hint: "Download it again; a download that was cut short looks like this.", cause: err,
		}
	}
	return &opened{reader, file}, nil
}

// archived are the files of an archive that are read, in this order: people
// before what was done with them.
var archived = []struct {
	name string
	kind Kind
}{{"connections.csv", KindConnections}, {"invitations.csv", KindInvitations}, {"messages.csv", KindMessages}}

// openArchive lists the files of an archive that are read and counts the
// others. Nothing is unpacked to disk, so names with ".." do no harm.
func openArchive(source Source, limits Limits) (parts []part, skipped int, err error) {
	archive, err := openZip(source, limits)
	if err != nil {
		return nil, 0, err
	}
	defer archive.Close()
	if len(archive.File) > limits.ArchiveFiles {
		return nil, 0, fault(source.Name(), 0, CodeSize, "", "holds %d files, more than %d", len(archive.File), limits.ArchiveFiles)
	}
	var names []string
	var total uint64
	for i, file := range archive.File {
		if file.FileInfo().IsDir() {
			continue
		}
		name := path.Base(strings.ReplaceAll(file.Name, "\\", "/"))
		names = append(names, name)
		one := member{source, limits, i, source.Name() + "/" + name}
		kind, err := memberKind(file, one, name)
		if err != nil {
			return nil, 0, err
		}
		if kind == "" {
			skipped++
			continue
		}
		if total += file.UncompressedSize64; total > uint64(limits.ArchiveBytes) {
			return nil, 0, fault(source.Name(), 0, CodeSize, "", "its files are larger than %d MiB together", limits.ArchiveBytes>>20)
		}
		parts = append(parts, part{one, kind})
	}
	if len(parts) == 0 {
		slices.Sort(names)
		return nil, 0, fault(source.Name(), 0, CodeArchive,
			"Ask for the archive with connections and messages in it (\"Get a copy of your data\"), and import the .zip as it comes. A spreadsheet (.xlsx) is saved as \"CSV UTF-8\" first.",
			"holds no Connections.csv, messages.csv or Invitations.csv; it holds %s", quoteList(names))
	}
	slices.SortStableFunc(parts, func(a, b part) int { return order(a.kind) - order(b.kind) })
	return parts, skipped, nil
}

// memberKind tells by its name what a file of an archive is, and a CSV of
// another name by its header; "" is nothing for us.
func memberKind(file *zip.File, one member, name string) (Kind, error) {
	if strings.HasPrefix(file.Name, "__MACOSX/") {
		return "", nil
	}
	for _, known := range archived {
		if strings.EqualFold(known.name, name) {
			return known.kind, checkMember(one, file)
		}
	}
	if !strings.EqualFold(path.Ext(name), ".csv") || checkMember(one, file) != nil {
		return "", nil
	}
	kind, err := detect(one, nil, one.limits)
	if err != nil || order(kind) == len(archived) {
		return "", nil // most files of an archive are of other kinds
	}
	return kind, nil
}

func order(kind Kind) int {
	for i, known := range archived {
		if known.kind == kind {
			return i
		}
	}
	return len(archived)
}

// ratioFrom is the size from which the ratio is looked at: short texts may
// repeat themselves.
const ratioFrom = 1 << 20

func checkMember(one member, file *zip.File) error {
	name, limits := one.name, one.limits
	switch {
	case file.Flags&1 != 0:
		return fault(name, 0, CodeArchive, "Unpack the archive with its password and import the files.", "is encrypted")
	case file.UncompressedSize64 > uint64(limits.FileBytes):
		return fault(name, 0, CodeSize, "", "is larger than %d MiB", limits.FileBytes>>20)
	case file.UncompressedSize64 > ratioFrom && file.UncompressedSize64/max(file.CompressedSize64, 1) > uint64(limits.Ratio):
		return fault(name, 0, CodeRatio, "No true archive is like this. If you trust it, unpack it and import the files.",
			"is compressed %d times, more than %d", file.UncompressedSize64/max(file.CompressedSize64, 1), limits.Ratio)
	}
	return nil
}

// member is a file of an archive as a source of its own.
type member struct {
	archive Source
	limits  Limits
	index   int
	name    string
}

// Name implements [Source].
func (m member) Name() string { return m.name }

// Open implements [Source]. The sizes in the archive's directory can lie, so
// the stream itself is bounded too (by the text reader and by the ratio).
func (m member) Open() (io.ReadCloser, error) {
	archive, err := openZip(m.archive, m.limits)
	if err != nil {
		return nil, err
	}
	if m.index >= len(archive.File) {
		archive.Close()
		return nil, fault(m.name, 0, CodeArchive, "", "the archive was changed while it was read")
	}
	file := archive.File[m.index]
	stream, err := file.Open()
	if err != nil {
		archive.Close()
		return nil, &Error{File: m.name, Message: "cannot be unpacked: " + err.Error(), code: CodeArchive, hint: "Unpack the archive yourself and import the files.", cause: err}
	}
	allowed := max(ratioFrom, m.limits.Ratio*int64(min(file.CompressedSize64, 1<<40)))
	return &memberStream{stream: stream, archive: archive, name: m.name, left: allowed, ratio: m.limits.Ratio}, nil
}

type memberStream struct {
	stream  io.ReadCloser
	archive io.Closer
	name    string
	left    int64
	ratio   int64
}

func (s *memberStream) Read(p []byte) (int, error) {
	n, err := s.stream.Read(p)
	if s.left -= int64(n); s.left < 0 {
		return 0, fault(s.name, 0, CodeRatio, "No true archive is like this.", "is compressed more than %d times", s.ratio)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return n, &Error{File: s.name, Message: "is damaged: " + err.Error(), code: CodeArchive, hint: "Download the archive again.", cause: err}
	}
	return n, err
}

func (s *memberStream) Close() error { return errors.Join(s.stream.Close(), s.archive.Close()) }
