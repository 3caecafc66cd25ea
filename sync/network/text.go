package network

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// text is a reader of a file as UTF-8 without its mark. It refuses what is no
// text, too large, or in another character set, and says in which line.
type text struct {
	file   string
	from   io.Reader
	closer io.Closer
	limits Limits

	total  int64 // bytes handed out
	record int64 // value of total where the current row began; set by the table
	line   int   // line of the next byte, from 1
	rest   []byte
	err    error
}

// openText opens a file and looks at its first bytes.
func openText(source Source, limits Limits) (*text, error) {
	file, err := source.Open()
	if err != nil {
		return nil, unreadable(source.Name(), err)
	}
	buffered := bufio.NewReaderSize(file, 64<<10)
	head, err := buffered.Peek(1024)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		file.Close()
		return nil, unreadable(source.Name(), err)
	}
	if err := notText(source.Name(), head); err != nil {
		file.Close()
		return nil, err
	}
	t := &text{file: source.Name(), from: buffered, closer: file, limits: limits, line: 1}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err = buffered.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		t.from = transform.NewReader(buffered, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	}
	if err != nil && !errors.Is(err, io.EOF) {
		file.Close()
		return nil, unreadable(source.Name(), err)
	}
	return t, nil
}

func (t *text) Close() error { return t.closer.Close() }

// Read implements [io.Reader]; it hands out whole characters only.
func (t *text) Read(p []byte) (int, error) {
	if t.err != nil || len(p) == 0 {
		return 0, t.err
	}
	n := copy(p, t.rest)
	if n < len(t.rest) { // the caller's buffer is very small
		t.rest = t.rest[n:]
		return n, nil
	}
	t.rest = nil
	var err error
	if n < len(p) {
		var more int
		more, err = t.from.Read(p[n:])
		n += more
	}
	whole := n
	if err == nil {
		whole -= partial(p[:n])
		t.rest = append([]byte(nil), p[whole:n]...)
	}
	if bad := t.check(p[:whole]); bad != nil {
		t.err = bad
		return 0, bad
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = unreadable(t.file, err)
	}
	t.err = err
	return whole, err
}

// partial returns how many bytes at the end begin a character that is not
// complete.
func partial(p []byte) int {
	for back := 1; back <= min(3, len(p)); back++ {
		if c := p[len(p)-back]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(p[len(p)-back:]) {
				return back
			}
			return 0
		}
	}
	return 0
}

// readAhead is what the CSV reader may hold of the rows before the current one.
const readAhead = 8 << 10

// check counts lines and bytes and looks for what no text holds.
func (t *text) check(p []byte) error {
	t.total += int64(len(p))
	if t.total > t.limits.FileBytes {
		return fault(t.file, 0, CodeSize, "Split the file.", "is larger than %d MiB", t.limits.FileBytes>>20)
	}
	if t.total-t.record > t.limits.RecordBytes+int64(len(p))+readAhead {
		return fault(t.file, t.line, CodeSize, "Most often a quotation mark before this line was not closed. Close it, or split the text.",
			"a row is longer than %d KiB", t.limits.RecordBytes>>10)
	}
	if i := bytes.IndexByte(p, 0); i >= 0 {
		return fault(t.file, t.line+bytes.Count(p[:i], []byte("\n")), CodeKind, hintPlain, "holds a NUL byte: it is no text file")
	}
	if utf8.Valid(p) {
		t.line += bytes.Count(p, []byte("\n"))
		return nil
	}
	for i := 0; i < len(p); {
		r, size := utf8.DecodeRune(p[i:])
		if r == utf8.RuneError && size <= 1 {
			return fault(t.file, t.line, CodeCharset, "Save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and import it again.",
				"is not UTF-8: byte 0x%02X in this line", p[i])
		}
		if r == '\n' {
			t.line++
		}
		i += size
	}
	return nil
}

const hintPlain = "Give a CSV file, the .zip of the archive, or activities as JSON lines."

// notText recognises by its first bytes what people most often pick instead.
func notText(file string, head []byte) error {
	name, hint := "", hintPlain
	trimmed := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case bytes.HasPrefix(head, []byte("%PDF")):
		name = "a PDF document"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		name, hint = "a ZIP archive or a spreadsheet", "From a spreadsheet, save as \"CSV UTF-8\"; an archive is imported with --as archive."
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		name, hint = "an old spreadsheet or document (.xls, .doc)", "Save it as \"CSV UTF-8\" and import that."
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		name, hint = "a gzip file", "Unpack it first."
	case bytes.HasPrefix(head, []byte("\x89PNG")), bytes.HasPrefix(head, []byte("\xff\xd8\xff")), bytes.HasPrefix(head, []byte("GIF8")):
		name = "a picture"
	case bytes.HasPrefix(trimmed, []byte("<!doctype")), bytes.HasPrefix(trimmed, []byte("<html")):
		name, hint = "a web page", "The download has probably failed or the session had ended: download the archive again."
	case bytes.HasPrefix(trimmed, []byte("<?xml")):
		name = "an XML file"
	case bytes.HasPrefix(head, []byte("{\\rtf")):
		name = "an RTF document"
	default:
		return nil
	}
	return &Error{File: file, Message: fmt.Sprintf("is %s, not a text file", name), code: CodeKind, hint: hint}
}
