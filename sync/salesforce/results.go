package salesforce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Cursor is a place between two pages of a job's result. Kept with the rows before it in one transaction, it lets a
// run go on after a crash. Results stay readable for 7 days.
type Cursor struct {
	JobID   string `json:"job"`
	Version string `json:"version"`           // API version of the job
	Locator string `json:"locator,omitempty"` // of the page to read next; "" is the first
	Records int64  `json:"records"`           // rows in the pages before
	Pages   int    `json:"pages"`             // pages before
	Done    bool   `json:"done,omitempty"`    // no page is left
}

// Start returns the cursor before a job's first page.
func (j QueryJob) Start() Cursor { return Cursor{JobID: j.ID, Version: j.APIVersion} }

// ResultPage is one page of a job's result, read from the connection as its rows are asked for.
type ResultPage struct {
	Columns []string // of the page's own header; nil for an empty result
	Records int64    // announced rows; -1 when Salesforce announced none
	Number  int      // from 1
	First   bool
	Last    bool

	client  *Client
	ctx     context.Context
	request call
	stream  *pageStream
	next    Cursor
	given   int64 // rows handed out, also over repeated downloads
	read    bool  // to the end, and counted
}

// pageStream is one download of a page.
type pageStream struct {
	answer  *answer
	csv     *CSVReader
	columns []string
	records int64
	locator string // of the next page; "" when this is the last
}

// Results yields a complete job's pages from a cursor on. Each page's rows must be read to their end before the next
// page. After the last page the job's total is compared with the rows seen: a *CountError then comes in place of a
// page, and nothing read before it may be taken as complete. maxRecords bounds the rows of a page.
//
// A download that breaks is begun again at the same page; rows already handed out are skipped.
func (c *Client) Results(ctx context.Context, job QueryJob, from Cursor, maxRecords int) iter.Seq2[*ResultPage, error] {
	return func(yield func(*ResultPage, error) bool) {
		if job.State != StateJobComplete {
			yield(nil, fmt.Errorf("results of job %s: %w: its state is %s", job.ID, ErrJob, printable(job.State)))
			return
		}
		cursor := from
		for !cursor.Done {
			page, err := c.openPage(ctx, job, cursor, maxRecords)
			if err != nil {
				yield(nil, fmt.Errorf("page %d of job %s: %w", cursor.Pages+1, job.ID, err))
				return
			}
			more := yield(page, nil)
			page.stream.answer.close()
			if !more {
				return
			}
			if !page.read {
				yield(nil, fmt.Errorf("page %d of job %s: %w", page.Number, job.ID, errUnread))
				return
			}
			cursor = page.Next()
		}
		if cursor.Records != job.RecordsProcessed {
			yield(nil, fmt.Errorf("job %s: %w", job.ID, &CountError{What: "job", Want: job.RecordsProcessed, Got: cursor.Records}))
		}
	}
}

var errUnread = errors.New("its rows were not read to the end")

func (c *Client) openPage(ctx context.Context, job QueryJob, at Cursor, maxRecords int) (*ResultPage, error) {
	query := url.Values{}
	if maxRecords > 0 {
		query.Set("maxRecords", strconv.Itoa(maxRecords))
	}
	if at.Locator != "" {
		query.Set("locator", at.Locator)
	}
	version := at.Version
	if version == "" {
		version = c.version
	}
	page := &ResultPage{client: c, ctx: ctx, Number: at.Pages + 1, First: at.Pages == 0, request: call{
		method: http.MethodGet, accept: "text/csv", query: query,
		path: "/services/data/v" + version + "/jobs/query/" + url.PathEscape(job.ID) + "/results",
	}}
	stream, err := page.open()
	if err != nil {
		return nil, err
	}
	if stream.locator != "" && stream.locator == at.Locator {
		stream.answer.close()
		return nil, fmt.Errorf("%w: the next page's locator is this page's", ErrAnswer)
	}
	page.stream, page.Columns, page.Records, page.Last = stream, stream.columns, stream.records, stream.locator == ""
	page.next = Cursor{JobID: job.ID, Version: at.Version, Locator: stream.locator, Records: at.Records, Pages: at.Pages + 1, Done: page.Last}
	return page, nil
}

// open downloads the page's header row and leaves the rest on the connection.
func (p *ResultPage) open() (*pageStream, error) {
	var s *pageStream
	err := p.client.exchange(p.ctx, p.request, func(a *answer) error {
		if a.StatusCode != http.StatusOK {
			return fmt.Errorf("%w: HTTP %d instead of a result", ErrAnswer, a.StatusCode)
		}
		s = &pageStream{answer: a, records: -1, csv: NewCSVReader(a.Body)}
		if n, err := strconv.ParseInt(a.Header.Get("Sforce-NumberOfRecords"), 10, 64); err == nil && n >= 0 {
			s.records = n
		}
		// The last page says "null"; an absent locator ends it as well.
		if l := a.Header.Get("Sforce-Locator"); l != "null" {
			s.locator = l
		}
		var err error
		if s.columns, err = s.csv.Header(); errors.Is(err, io.EOF) && s.records <= 0 {
			err = nil
		} else if errors.Is(err, io.EOF) {
			err = &CountError{What: "page", Want: s.records, Got: 0}
		}
		a.kept = err == nil
		return err
	})
	return s, err
}

// Next returns the cursor behind this page. It is valid once the rows have been read.
func (p *ResultPage) Next() Cursor {
	next := p.next
	next.Records += p.given
	return next
}

// Rows yields the page's rows, each valid until the next one is asked for. An error ends it.
func (p *ResultPage) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		pause := &backoff.ExponentialBackOff{InitialInterval: time.Second / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 30 * time.Second}
		for try := 1; ; try++ {
			stopped, err := p.drain(yield)
			if stopped {
				return
			}
			if err == nil {
				p.read = true
				return
			}
			if !repairable(err, try) || p.ctx.Err() != nil {
				yield(nil, fmt.Errorf("page %d: %w", p.Number, err))
				return
			}
			wait := pause.NextBackOff()
			p.client.log.WarnContext(p.ctx, "salesforce page is read again", "code", codeOf(err), "page", p.Number, "try", try, "wait", wait)
			if err := p.reopen(wait); err != nil {
				yield(nil, fmt.Errorf("page %d: %w", p.Number, err))
				return
			}
		}
	}
}

// repairable says whether downloading the page again can help: always when it broke, once when it was miscounted.
func repairable(err error, try int) bool {
	if errors.Is(err, ErrCount) {
		return try < 2
	}
	return try < maxTries && (isCSVError(err) || Classify(err) == ActionRetry)
}

// drain hands out the rows of one download, passing over those handed out before.
func (p *ResultPage) drain(yield func(Row, error) bool) (stopped bool, err error) {
	var seen int64
	for p.stream.columns != nil {
		row, err := p.stream.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, err
		}
		if seen++; seen <= p.given {
			continue
		}
		if !p.stream.csv.Terminated() {
			// Salesforce ends every row, or its own command line could not join pages. What was cut where a row looks whole
			// would pass for complete.
			return false, &CSVError{Row: seen + 1, Problem: "the last row does not end; it may be cut"}
		}
		if p.Records >= 0 && seen > p.Records {
			return false, &CountError{What: "page", Want: p.Records, Got: seen}
		}
		p.given++
		if !yield(row, nil) {
			return true, nil
		}
	}
	switch {
	case p.Records >= 0 && seen != p.Records:
		return false, &CountError{What: "page", Want: p.Records, Got: seen}
	case seen < p.given: // of an earlier download
		return false, &CountError{What: "page", Want: p.given, Got: seen}
	}
	return false, nil
}

// reopen begins the download again. The page must still be the same one; only the number it announces may have been
// wrong before.
func (p *ResultPage) reopen(wait time.Duration) error {
	p.stream.answer.close()
	if err := p.client.sleep(p.ctx, wait); err != nil {
		return err
	}
	stream, err := p.open()
	if err != nil {
		return err
	}
	p.stream, p.Records = stream, stream.records
	if stream.locator != p.next.Locator || !slices.Equal(stream.columns, p.Columns) {
		return fmt.Errorf("%w: the page changed between two downloads", ErrAnswer)
	}
	return nil
}
