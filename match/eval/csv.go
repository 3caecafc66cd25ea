// Package eval measures the matching on lists of records, members and known
// pairs in CSV files. It needs no store.
package eval

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"crmsync/match"
)

// FileError says what is wrong with which line of which file.
type FileError struct {
	Path string
	Line int // 0 if the whole file is meant
	Err  error
}

// Error names file and line.
func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %v", e.Path, e.Line, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// Code returns the error's stable name.
func (e *FileError) Code() string { return "match.file" }

// Hint says what to do.
func (e *FileError) Hint() string {
	return "The file must be CSV in UTF-8 with a header line; crmsync match eval --help names the columns."
}

// row reads the cells of a line by column name.
type row struct {
	columns map[string]int
	cells   []string
}

func (r row) get(column string) string {
	if i, ok := r.columns[column]; ok && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// rows yields the lines of a CSV file. need lists columns that must be there.
func rows(path string, need ...string) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer f.Close()
		each(path, f, need, yield)
	}
}

func each(path string, in io.Reader, need []string, yield func(row, error) bool) {
	b := bufio.NewReaderSize(in, 1<<16)
	if bom, err := b.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	r := csv.NewReader(b)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is empty")
		}
		yield(row{}, &FileError{Path: path, Err: err})
		return
	}
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.TrimSpace(name)] = i
	}
	for _, name := range need {
		if _, ok := columns[name]; !ok {
			yield(row{}, &FileError{Path: path, Line: 1, Err: fmt.Errorf("no column %q", name)})
			return
		}
	}
	width := len(header)
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line, _ := r.FieldPos(0)
		if err == nil && len(cells) > width {
			err = fmt.Errorf("%d cells, the header has %d", len(cells), width)
		}
		if err != nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				line, err = parse.Line, parse.Err
			}
			yield(row{}, &FileError{Path: path, Line: line, Err: err})
			return
		}
		if !yield(row{columns, cells}, nil) {
			return
		}
	}
}

// records yields the CRM records of a file that are of the kind.
func records(path string, kind match.Kind) iter.Seq2[match.Record, error] {
	return func(yield func(match.Record, error) bool) {
		for r, err := range rows(path, "Id") {
			if err != nil {
				yield(match.Record{}, err)
				return
			}
			if object := r.get("Object"); object != "" && (object == "Account") != (kind == match.Company) {
				continue
			}
			if !yield(record(r), nil) {
				return
			}
		}
	}
}

func record(r row) match.Record {
	employees, _ := strconv.Atoi(r.get("Employees"))
	modified, _ := strconv.ParseInt(r.get("Modified"), 10, 64)
	return match.Record{
		ID: r.get("Id"), Object: r.get("Object"), FirstName: r.get("FirstName"), LastName: r.get("LastName"), Company: r.get("Company"),
		Title: r.get("Title"), Email: r.get("Email"), Phone: r.get("Phone"), Street: r.get("Street"), City: r.get("City"), State: r.get("State"),
		PostalCode: r.get("PostalCode"), Country: r.get("Country"), Website: r.get("Website"), Industry: r.get("Industry"),
		Employees: employees, Modified: modified, ProfileURL: r.get("ProfileUrl"),
	}
}

// members yields the members of a file with their positions.
func members(path string, jobs *positions) iter.Seq2[match.Member, error] {
	return func(yield func(match.Member, error) bool) {
		for r, err := range rows(path, "MemberId") {
			if err != nil {
				yield(match.Member{}, err)
				return
			}
			m := member(r)
			m.Positions = jobs.of(m.ID)
			if !yield(m, nil) {
				return
			}
		}
	}
}

func member(r row) match.Member {
	employees, _ := strconv.Atoi(r.get("Employees"))
	return match.Member{
		ID: r.get("MemberId"), FirstName: r.get("FirstName"), LastName: r.get("LastName"), Company: r.get("Company"), Title: r.get("Title"),
		Email: r.get("Email"), Phone: r.get("Phone"), Street: r.get("Street"), City: r.get("City"), State: r.get("State"),
		PostalCode: r.get("PostalCode"), Country: r.get("Country"), Website: r.get("Website"), Industry: r.get("Industry"),
		Employees: employees, ProfileURL: r.get("ProfileUrl"),
	}
}

// positions holds the jobs of all members in little memory.
type positions struct {
	companies []string
	jobs      []job // by member
}

type job struct {
	member  uint64 // hash of the id
	company uint32
	current bool
}

// readPositions reads jobs. An empty path gives none.
func readPositions(path string) (*positions, error) {
	p := &positions{}
	if path == "" {
		return p, nil
	}
	known := map[string]uint32{}
	for r, err := range rows(path, "MemberId", "Company") {
		if err != nil {
			return nil, err
		}
		company := r.get("Company")
		id, ok := known[company]
		if !ok {
			id = uint32(len(p.companies))
			company = strings.Clone(company)
			known[company] = id
			p.companies = append(p.companies, company)
		}
		p.jobs = append(p.jobs, job{xxh3.HashString(r.get("MemberId")), id, r.get("Current") == "1"})
	}
	slices.SortStableFunc(p.jobs, func(a, b job) int { return cmp.Compare(a.member, b.member) })
	return p, nil
}

// of returns the jobs of a member.
func (p *positions) of(memberID string) []match.Position {
	key := xxh3.HashString(memberID)
	i, _ := slices.BinarySearchFunc(p.jobs, key, func(j job, key uint64) int { return cmp.Compare(j.member, key) })
	var out []match.Position
	for ; i < len(p.jobs) && p.jobs[i].member == key; i++ {
		out = append(out, match.Position{Company: p.companies[p.jobs[i].company], Current: p.jobs[i].current})
	}
	return out
}

// readTruth reads the known pairs.
func readTruth(path string) (map[string][]string, error) {
	out := map[string][]string{}
	for r, err := range rows(path, "Id", "MemberId") {
		if err != nil {
			return nil, err
		}
		id := strings.Clone(r.get("Id"))
		out[id] = append(out[id], strings.Clone(r.get("MemberId")))
	}
	return out, nil
}
