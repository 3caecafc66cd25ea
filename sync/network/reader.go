package network

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Options say how a file is read.
type Options struct {
	Kind     Kind           // "" and KindAuto: find out
	Seat     string         // e-mail of the seat whose file it is; part of identities, never empty
	Own      string         // address of the seat's own profile, if it is known
	Mapping  Mapping        // columns of a list of people or companies; nil: guess
	Location *time.Location // of times without a zone; nil is UTC
	Limits   Limits         // zero values are DefaultLimits
}

// Reader reads one file of the network's side. It is not safe for use by
// several goroutines at once.
type Reader struct {
	source  Source
	options Options
	kind    Kind
	own     string // key of the seat's own profile, "" if nothing tells it
	parts   []part
	skipped int // files of an archive that are not read
	summary Summary
}

// part is one file of rows: the source itself, or a member of an archive.
type part struct {
	source Source
	kind   Kind
}

// pass is one reading of one part.
type pass struct {
	context context.Context
	reader  *Reader
	source  Source
	summary *Summary
	yield   func(Row) bool
	line    int // of the row at hand
}

// skip counts the row at hand, or a cell of it, as left out.
func (p *pass) skip(reason string) {
	place := fmt.Sprintf("line %d", p.line)
	if p.reader.kind == KindArchive {
		place = p.source.Name() + " " + place
	}
	p.summary.skip(reason, place)
}

// Open finds out what the file is and whether its header can be read. For
// messages it reads the file once to find the seat's own profile.
func Open(ctx context.Context, source Source, options Options) (*Reader, error) {
	options.Limits = options.Limits.orDefault()
	if options.Location == nil {
		options.Location = time.UTC
	}
	if strings.TrimSpace(options.Seat) == "" {
		return nil, fault(source.Name(), 0, CodeSeat, "Name the seat with --seat EMAIL.", "whose file this is is not said")
	}
	r := &Reader{source: source, options: options, kind: options.Kind}
	if r.kind == "" || r.kind == KindAuto {
		kind, err := detect(source, options.Mapping, options.Limits)
		if err != nil {
			return nil, err
		}
		r.kind = kind
	}
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *Reader) open(ctx context.Context) error {
	r.parts = []part{{r.source, r.kind}}
	if r.kind == KindArchive {
		parts, skipped, err := openArchive(r.source, r.options.Limits)
		if err != nil {
			return err
		}
		r.parts, r.skipped = parts, skipped
	}
	r.summary = Summary{Kind: r.kind}
	for _, part := range r.parts {
		described, err := r.header(part)
		if err != nil {
			return err
		}
		r.summary.Columns = append(r.summary.Columns, described...)
		if part.kind == KindMessages {
			if r.own, err = findOwn(ctx, part.source, r.options); err != nil {
				return err
			}
		}
	}
	return nil
}

// header proves that the header of a part can be read.
func (r *Reader) header(p part) ([]Column, error) {
	switch p.kind {
	case KindConnections:
		t, places, err := openConnections(p.source, r.options.Limits)
		return r.closed(t, places, err)
	case KindMessages:
		t, places, err := openMessages(p.source, r.options.Limits)
		return r.closed(t, places, err)
	case KindInvitations:
		t, places, err := openInvitations(p.source, r.options.Limits)
		return r.closed(t, places, err)
	case KindPeople, KindCompanies:
		t, places, err := openList(p.source, p.kind, r.options)
		return r.closed(t, places, err)
	case KindActivities:
		t, err := openText(p.source, r.options.Limits)
		if err != nil {
			return nil, err
		}
		return nil, t.Close()
	}
	return nil, fault(p.source.Name(), 0, CodeKind, hintPlain, "there is no kind %q of network file", p.kind)
}

func (r *Reader) closed(t *table, places map[string]int, err error) ([]Column, error) {
	if err != nil {
		return nil, err
	}
	return described(t.header, places), t.Close()
}

// Kind returns what the file is; never KindAuto.
func (r *Reader) Kind() Kind { return r.kind }

// Summary returns the counts of the last pass over the rows; before the first
// one it knows the columns only.
func (r *Reader) Summary() Summary { return r.summary }

// Rows streams all rows. The first error is the last element. Each range over
// it reads the file again.
func (r *Reader) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		summary := Summary{Kind: r.kind, Columns: r.summary.Columns}
		if r.own != "" {
			summary.Own, _, _ = NormalProfileURL("https://www.linkedin.com/" + encodePath(r.own))
		}
		for range r.skipped {
			summary.skip(SkippedFile, "")
		}
		defer func() { r.summary = summary }()
		stopped := false
		deliver := func(row Row) bool {
			summary.count(row)
			stopped = stopped || !yield(row, nil)
			return !stopped
		}
		for _, part := range r.parts {
			if r.kind == KindArchive {
				summary.Files = append(summary.Files, part.source.Name())
			}
			p := &pass{context: ctx, reader: r, source: part.source, summary: &summary, yield: deliver}
			if err := p.read(part.kind); err != nil {
				yield(Row{}, err)
				return
			}
			if stopped {
				return
			}
		}
	}
}

// Check reads everything and keeps nothing: if it returns no error, Rows will
// not either, unless the file changes in between.
func (r *Reader) Check(ctx context.Context) (Summary, error) {
	for _, err := range r.Rows(ctx) {
		if err != nil {
			return r.summary, err
		}
	}
	return r.summary, nil
}

func (s *Summary) count(row Row) {
	s.Rows++
	switch {
	case row.Person != nil:
		s.People++
	case row.Company != nil:
		s.Companies++
	case row.Activity != nil:
		s.Activities++
	case row.Invitation != nil:
		s.Invitations++
	}
}

func (p *pass) read(kind Kind) error {
	switch kind {
	case KindConnections:
		return p.connections()
	case KindMessages:
		return p.messages()
	case KindInvitations:
		return p.invitations()
	case KindPeople, KindCompanies:
		return p.list(kind)
	}
	return p.activities()
}

// rows calls use for each row of a table; use returns false to stop.
func (p *pass) rows(t *table, use func() (bool, error)) error {
	defer t.Close()
	for {
		if err := p.context.Err(); err != nil {
			return err
		}
		more, err := t.next()
		if err != nil || !more {
			return err
		}
		p.line = t.line
		if more, err = use(); err != nil || !more {
			return err
		}
	}
}

// at makes the row's place.
func (p *pass) at(t *table) Row { return Row{File: p.source.Name(), Line: t.line} }
