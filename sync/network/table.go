package network

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// headerLines is how far down a header is looked for: archives have a note of a
// few lines above it, and some exports dozens of empty ones.
const headerLines = 200

// table is a CSV file below its header.
type table struct {
	source Source
	limits Limits
	text   *text
	csv    *csv.Reader
	comma  rune
	header []string
	above  int   // lines above the header
	base   int64 // bytes above the header
	row    []string
	line   int // of the current row
}

// openTable finds the header: the first line that the caller recognises. The
// separator is the one with which it does.
func openTable(source Source, limits Limits, recognise func(cells []string) bool) (*table, error) {
	text, err := openText(source, limits)
	if err != nil {
		return nil, err
	}
	t := &table{source: source, limits: limits, text: text}
	buffered := bufio.NewReaderSize(text, 64<<10)
	line, err := t.findHeader(buffered, recognise)
	if err != nil {
		text.Close()
		return nil, err
	}
	t.csv = csv.NewReader(io.MultiReader(strings.NewReader(line), buffered))
	t.csv.Comma = t.comma
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1
	text.record = t.base
	header, err := t.csv.Read()
	if err != nil {
		text.Close()
		return nil, t.explain(err)
	}
	for _, cell := range header {
		t.header = append(t.header, strings.TrimSpace(cell))
	}
	for len(t.header) > 0 && t.header[len(t.header)-1] == "" {
		t.header = t.header[:len(t.header)-1]
	}
	return t, nil
}

func (t *table) findHeader(from *bufio.Reader, recognise func([]string) bool) (string, error) {
	var seen []string
	for range headerLines {
		line, err := readLine(from, t.limits.RecordBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", unreadable(t.source.Name(), err)
		}
		for _, comma := range []rune{',', ';', '\t'} {
			cells := splitLine(line, comma)
			if len(cells) > 0 && recognise(cells) {
				t.comma = comma
				return line, nil
			}
		}
		if len(seen) == 0 && strings.Count(line, ",")+strings.Count(line, ";")+strings.Count(line, "\t") > 0 {
			seen = splitLine(line, likelyComma(line))
		}
		t.above++
		t.base += int64(len(line))
		if err != nil {
			break
		}
	}
	return "", t.noHeader(seen)
}

func (t *table) noHeader(seen []string) error {
	message := "has no header line that is known"
	if len(seen) > 0 {
		message += "; its first line of columns is " + quoteList(seen)
	}
	return fault(t.source.Name(), 0, CodeHeader,
		"The header must name the columns. Name the kind with --as, and the columns of a list with --map FILE, where FILE is JSON such as {\"Firma\":\"company\"}.", "%s", message)
}

func likelyComma(line string) rune {
	best, most := ',', 0
	for _, comma := range []rune{',', ';', '\t'} {
		if n := strings.Count(line, string(comma)); n > most {
			best, most = comma, n
		}
	}
	return best
}

// readLine reads a line with its end, of at most so many bytes.
func readLine(from *bufio.Reader, limit int64) (string, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
		if int64(len(line)) > limit {
			return "", fault("", 0, CodeSize, hintPlain, "a line is longer than %d KiB", limit>>10)
		}
	}
}

// splitLine splits one line into cells, or returns nil for one that is no row
// of a table.
func splitLine(line string, comma rune) []string {
	if strings.TrimSpace(line) == "" {
		return nil
	}
	reader := csv.NewReader(strings.NewReader(line))
	reader.Comma = comma
	reader.FieldsPerRecord = -1
	cells, err := reader.Read()
	if err != nil {
		return nil
	}
	return cells
}

// next reads a row; false means the end or an error. Rows without any text are
// passed over: archives end in lines of commas.
func (t *table) next() (bool, error) {
	for {
		t.text.record = t.base + t.csv.InputOffset()
		row, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, t.explain(err)
		}
		line, _ := t.csv.FieldPos(0)
		t.row, t.line = row, line+t.above
		extra := ""
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
			if i >= len(t.header) && row[i] != "" {
				extra = row[i]
			}
		}
		if extra != "" {
			return false, fault(t.source.Name(), t.line, CodeRow,
				"A text with a separator in it must stand in quotation marks. Correct the row and import again.",
				"the row has %d cells and the header %d; the text beyond is %s", len(row), len(t.header), quoteList([]string{extra}))
		}
		if strings.Join(row, "") != "" {
			return true, nil
		}
	}
}

// cell returns cell i of the current row, or "" if the row or the table has no
// such cell (i < 0).
func (t *table) cell(i int) string {
	if i < 0 || i >= len(t.row) {
		return ""
	}
	return t.row[i]
}

func (t *table) Close() error { return t.text.Close() }

// explain turns an error of the CSV reader into one that names the true place:
// the reader notices a broken quotation mark only where the next one stands,
// perhaps thousands of lines below.
func (t *table) explain(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return unreadable(t.source.Name(), err)
	}
	if !errors.Is(parse.Err, csv.ErrQuote) && !errors.Is(parse.Err, csv.ErrBareQuote) {
		return fault(t.source.Name(), parse.Line+t.above, CodeQuote, "", "%v", parse.Err)
	}
	found := fault(t.source.Name(), parse.StartLine+t.above, CodeQuote,
		"In CSV a text with quotation marks stands in quotation marks, each doubled inside: \"a \"\"b\"\" c\". Correct the line and import again.", "")
	place, err := t.findQuote(t.text.record)
	switch {
	case err != nil || place.line == 0:
		found.Message = "a quotation mark is open or in the wrong place"
	case place.bare:
		found.Line, found.Column = place.line, place.column
		found.Message = "a quotation mark in the middle of a text that does not begin with one"
	case place.endLine == 0:
		found.Line, found.Column = place.line, place.column
		found.Message = "the quotation mark opened here is never closed"
	default:
		found.Line, found.Column = place.line, place.column
		found.Message = fmt.Sprintf("the quotation mark opened here is not closed properly: another follows in line %d, with text after it", place.endLine)
	}
	return found
}

type quotePlace struct {
	line, column int
	bare         bool
	endLine      int
}

// findQuote reads the file again and walks through the rows from the offset
// where the broken one begins.
func (t *table) findQuote(from int64) (quotePlace, error) {
	again, err := openText(t.source, t.limits)
	if err != nil {
		return quotePlace{}, err
	}
	defer again.Close()
	again.record = 1 << 62 // no limit of rows here
	skipped, err := io.CopyN(io.Discard, again, from)
	if err != nil || skipped != from {
		return quotePlace{}, err
	}
	return walkQuotes(bufio.NewReader(again), t.comma, t.lineAt(from))
}

// lineAt counts the lines above an offset.
func (t *table) lineAt(offset int64) int {
	again, err := openText(t.source, t.limits)
	if err != nil {
		return 1
	}
	defer again.Close()
	again.record = 1 << 62
	counter := lineCounter(1)
	if _, err := io.CopyN(&counter, again, offset); err != nil {
		return 1
	}
	return int(counter)
}

type lineCounter int

func (l *lineCounter) Write(p []byte) (int, error) {
	*l += lineCounter(strings.Count(string(p), "\n"))
	return len(p), nil
}

// walkQuotes follows the rules of CSV to the first fault.
func walkQuotes(from io.RuneReader, comma rune, line int) (quotePlace, error) {
	const (
		start = iota
		plain
		quoted
		after // a quotation mark inside a quoted text: its end, or half of two
	)
	state, column := start, 0
	var open quotePlace
	for {
		r, _, err := from.ReadRune()
		if errors.Is(err, io.EOF) {
			if state == quoted {
				return open, nil
			}
			return quotePlace{}, nil
		}
		if err != nil {
			return quotePlace{}, err
		}
		column++
		switch {
		case state == quoted && r == '"':
			state = after
		case state == quoted:
		case state == after && r == '"':
			state = quoted
		case r == comma || r == '\n':
			state = start
		case state == after && r != '\r':
			open.endLine = line
			return open, nil
		case state == start && r == '"':
			state, open = quoted, quotePlace{line: line, column: column}
		case r == '"':
			return quotePlace{line: line, column: column, bare: true}, nil
		case r != utf8.RuneError && state == start:
			state = plain
		}
		if r == '\n' {
			line, column = line+1, 0
		}
	}
}
