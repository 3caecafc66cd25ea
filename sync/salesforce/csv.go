package salesforce

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxRecord bounds one CSV record: the largest Salesforce can send, all long texts filled, stays far below.
const maxRecord = 32 << 20

// CSVReader reads the CSV of bulk results: RFC 4180, strictly and without loss. Line breaks inside quoted values stay
// what they were (the standard library turns CRLF into LF), NUL bytes are passed on, a byte order mark is skipped.
// A bare or stray quote, a lone CR between rows, a row of another width and a quote that never closes are errors.
// Memory is the longest row plus one buffer.
type CSVReader struct {
	source io.Reader
	buffer []byte
	start  int   // of the record being read
	end    int   // of what was read into buffer
	failed error // of source, io.EOF included
	offset int64 // of start in the input
	rows   int64 // records read, the header included

	broke bool // the row read last ended with a line break

	width  int
	bounds []int // begin and end of each value, counted from start
	row    Row
}

// NewCSVReader returns a reader over source, which is not closed.
func NewCSVReader(source io.Reader) *CSVReader {
	return &CSVReader{source: source, buffer: make([]byte, 64<<10)}
}

// CSVError says where the input is not CSV. Its text holds nothing of the values.
type CSVError struct {
	Row     int64 // counted from 1, the header included
	Offset  int64 // of the row's first byte
	Problem string
}

// Error names the row and the problem.
func (e *CSVError) Error() string {
	return fmt.Sprintf("the CSV is broken in row %d (byte %d): %s", e.Row, e.Offset, e.Problem)
}

// Code returns salesforce.csv.
func (e *CSVError) Code() string { return "salesforce.csv" }

// Hint says that nothing was advanced.
func (e *CSVError) Hint() string { return ErrCount.(*fault).hint }

// Header reads the first row as column names. It returns io.EOF when the input is empty.
func (r *CSVReader) Header() ([]string, error) {
	if err := r.skipMark(); err != nil {
		return nil, err
	}
	row, err := r.Read()
	if err != nil {
		return nil, err
	}
	columns := make([]string, len(row))
	for i, name := range row {
		columns[i] = string(name)
	}
	return columns, nil
}

func (r *CSVReader) skipMark() error {
	mark := []byte("\xef\xbb\xbf")
	for r.end-r.start < len(mark) && r.fill() {
		continue
	}
	if bytes.HasPrefix(r.buffer[r.start:r.end], mark) {
		r.start += len(mark)
		r.offset += int64(len(mark))
	}
	if r.end == r.start && r.failed != io.EOF {
		return r.failed
	}
	return nil
}

// Read returns the next row, valid until the next call. The first row fixes the width. At the end it returns io.EOF.
func (r *CSVReader) Read() (Row, error) {
	r.bounds = r.bounds[:0]
	r.rows++
	r.broke = false
	position, last := 0, false
	for !last {
		var err error
		if position, last, err = r.value(position); err != nil {
			return nil, err
		}
	}
	values := len(r.bounds) / 2
	if r.width == 0 {
		r.width, r.row = values, make(Row, values)
	}
	if values != r.width {
		return nil, r.broken(fmt.Sprintf("%d values instead of %d", values, r.width))
	}
	for i := range r.row {
		r.row[i] = r.buffer[r.start+r.bounds[2*i] : r.start+r.bounds[2*i+1] : r.start+r.bounds[2*i+1]]
	}
	r.start += position
	r.offset += int64(position)
	return r.row, nil
}

// Terminated says whether the row read last ended with a line break. RFC 4180 lets the very last row go without; where
// the writer always ends its rows, such a row may have been cut in the middle of a value and look whole.
func (r *CSVReader) Terminated() bool { return r.broke }

// value reads the value that begins at position and tells where the next begins and whether the row ended.
func (r *CSVReader) value(position int) (next int, last bool, err error) {
	b, ok := r.at(position)
	switch {
	case !ok && r.failed != io.EOF:
		return 0, false, r.failed
	case !ok && position == 0:
		return 0, false, io.EOF
	case !ok: // the input ends after a comma
		r.bounds = append(r.bounds, position, position)
		return position, true, nil
	case b == '"':
		return r.quoted(position + 1)
	}
	return r.bare(position)
}

// bare reads a value without quotes.
func (r *CSVReader) bare(begin int) (next int, last bool, err error) {
	for p := begin; ; p++ {
		b, ok := r.at(p)
		switch {
		case !ok && r.failed != io.EOF:
			return 0, false, r.failed
		case ok && b == '"':
			return 0, false, r.broken("a quote inside a value that is not quoted")
		case !ok, b == ',', b == '\n', b == '\r':
			r.bounds = append(r.bounds, begin, p)
			return r.delimiter(p)
		}
	}
}

// quoted reads a value whose opening quote stands just before begin. Doubled quotes are undone in place: what has been
// read is never needed again.
func (r *CSVReader) quoted(begin int) (next int, last bool, err error) {
	write, from, p := begin, begin, begin
	for {
		i := bytes.IndexByte(r.buffer[r.start+p:r.end], '"')
		if i < 0 {
			p = r.end - r.start
			if r.fill() {
				continue
			}
			if r.failed != io.EOF {
				return 0, false, r.failed
			}
			return 0, false, r.broken("the input ends inside a quoted value")
		}
		p += i
		b, ok := r.at(p + 1)
		doubled := ok && b == '"'
		keep := p
		if doubled {
			keep++
		}
		if write != from {
			copy(r.buffer[r.start+write:], r.buffer[r.start+from:r.start+keep])
		}
		write += keep - from
		if doubled {
			p += 2
			from = p
			continue
		}
		r.bounds = append(r.bounds, begin, write)
		return r.delimiter(p + 1)
	}
}

// delimiter reads what stands after a value.
func (r *CSVReader) delimiter(p int) (next int, last bool, err error) {
	b, ok := r.at(p)
	switch {
	case !ok && r.failed != io.EOF:
		return 0, false, r.failed
	case !ok:
		return p, true, nil
	case b == ',':
		return p + 1, false, nil
	case b == '\n':
		r.broke = true
		return p + 1, true, nil
	case b == '\r':
		if b, ok = r.at(p + 1); ok && b == '\n' {
			r.broke = true
			return p + 2, true, nil
		}
		if !ok && r.failed != io.EOF {
			return 0, false, r.failed
		}
		return 0, false, r.broken("a CR that no LF follows, outside of quotes")
	}
	return 0, false, r.broken("a character after a closing quote")
}

// at returns the byte at a position counted from the record's start, reading on when needed.
func (r *CSVReader) at(position int) (byte, bool) {
	for r.start+position >= r.end {
		if !r.fill() {
			return 0, false
		}
	}
	return r.buffer[r.start+position], true
}

// fill reads more input behind what is there, moving the record to the front of the buffer or growing the buffer.
func (r *CSVReader) fill() bool {
	if r.failed != nil {
		return false
	}
	if r.start > 0 {
		copy(r.buffer, r.buffer[r.start:r.end])
		r.start, r.end = 0, r.end-r.start
	}
	if r.end == len(r.buffer) {
		if r.end >= maxRecord {
			r.failed = r.broken("a row of more than 32 MiB")
			return false
		}
		r.buffer = slices.Grow(r.buffer, len(r.buffer))
		r.buffer = r.buffer[:cap(r.buffer)]
	}
	for range 100 {
		n, err := r.source.Read(r.buffer[r.end:])
		r.end += n
		if err != nil {
			r.failed = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	r.failed = io.ErrNoProgress
	return false
}

func (r *CSVReader) broken(problem string) error {
	return &CSVError{Row: r.rows, Offset: r.offset, Problem: problem}
}

// isCSVError says whether the stream itself, not the connection, is at fault.
func isCSVError(err error) bool {
	var e *CSVError
	return errors.As(err, &e)
}
