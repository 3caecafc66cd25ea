package orgsim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
)

// noLocator is the word in Sforce-Locator that says a page is the last.
const noLocator = "null"

// flushAt is how many bytes of CSV are gathered before they are sent.
const flushAt = 64 << 10

// locator names the page of a job that begins at an offset.
func (j *job) locator(offset int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "0:%s:%d", j.id[:15], offset))
}

// parseLocator reads what locator wrote.
func (j *job) parseLocator(text string) (int, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return 0, false
	}
	digits, ok := strings.CutPrefix(string(raw), "0:"+j.id[:15]+":")
	offset, err := strconv.Atoi(digits)
	return offset, ok && err == nil && offset >= 0 && offset < j.total
}

// pageSize is how many records a page may hold: what the client asks for, but no more than the org gives.
func (o *Org) pageSize(c *call) (int, *apiError) {
	text := c.r.URL.Query().Get("maxRecords")
	if text == "" {
		return o.config.PageRows, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, apiErrorf("maxRecords must be a positive number")
	}
	return min(n, o.config.PageRows), nil
}

// ready checks that results may be read, and counts them again if the org was restarted since.
func (o *Org) ready(c *call, j *job) *apiError {
	switch {
	case j.version != c.version:
		return refuse(http.StatusConflict, "API_ERROR", "The job was made with API version %d.0, the request has %d.0", j.version, c.version)
	case j.state != stateComplete && j.terminated():
		return refuse(http.StatusBadRequest, "INVALIDJOBSTATE", "Job is %s: it has no results", j.state)
	case j.state != stateComplete:
		return refuse(http.StatusPreconditionFailed, "JOB_NOT_COMPLETE", "Job is not complete")
	}
	for !j.advance(perPoll) {
		if c.r.Context().Err() != nil {
			return refuse(http.StatusServiceUnavailable, "SERVER_UNAVAILABLE", "The client went away")
		}
	}
	return nil
}

// start reads the locator of a request, 0 without one.
func (j *job) start(c *call) (int, *apiError) {
	text := c.r.URL.Query().Get("locator")
	if text == "" || text == noLocator {
		return 0, nil
	}
	offset, ok := j.parseLocator(text)
	if !ok {
		return 0, refuse(http.StatusBadRequest, "INVALID_QUERY_LOCATOR", "invalid query locator")
	}
	return offset, nil
}

// asked is which rows of a finished job a request is for: from which on, and how many to a page.
func (o *Org) asked(c *call, j *job) (offset, size int, problem *apiError) {
	if problem = o.ready(c, j); problem != nil {
		return 0, 0, problem
	}
	if size, problem = o.pageSize(c); problem != nil {
		return 0, 0, problem
	}
	offset, problem = j.start(c)
	return offset, size, problem
}

// results answers one page of a job's CSV. The caller holds the job; it is let go before the rows are sent.
func (o *Org) results(c *call, j *job) *apiError {
	offset, size, problem := o.asked(c, j)
	if problem != nil {
		return problem
	}
	count := min(size, j.total-offset)
	next := noLocator
	if offset+count < j.total {
		next = j.locator(offset + count)
	}
	shown := count
	if o.faults.take(faultWrongCount) {
		shown++
	}
	header := c.w.Header()
	header.Set("Content-Type", "text/csv; charset=UTF-8")
	header.Set("Sforce-NumberOfRecords", strconv.Itoa(shown))
	header.Set("Sforce-Locator", next)
	out := newCSVWriter(c.w, j)
	switch {
	case o.faults.take(faultCutCSV):
		out.cutAfter(count/2, true)
	case o.faults.take(faultShortCSV):
		out.cutAfter(count/2, false)
	}
	j.mu.Unlock() // what is read below changes no more: other pages may be read meanwhile
	defer j.mu.Lock()
	j.rows(offset, count, out.write)
	out.finish()
	return nil
}

// csvWriter writes records as CSV and sends them in pieces.
type csvWriter struct {
	w         http.ResponseWriter
	columns   []records.Column
	delimiter byte
	ending    string
	buffer    []byte
	left      int // records before the stream is cut; -1 never
	drop      bool
}

func newCSVWriter(w http.ResponseWriter, j *job) *csvWriter {
	out := &csvWriter{w: w, columns: j.plan.Columns, delimiter: delimiters[j.request.Delimiter], ending: "\n", left: -1, buffer: make([]byte, 0, flushAt+8<<10)}
	if j.request.LineEnding == "CRLF" {
		out.ending = "\r\n"
	}
	for i, column := range out.columns {
		if i > 0 {
			out.buffer = append(out.buffer, out.delimiter)
		}
		out.buffer = append(append(append(out.buffer, '"'), column.Name()...), '"')
	}
	out.buffer = append(out.buffer, out.ending...)
	return out
}

// cutAfter makes the stream end in the middle of the record after so many; with drop the connection ends as well.
func (out *csvWriter) cutAfter(records int, drop bool) { out.left, out.drop = records, drop }

// write appends one record, and reports whether the client still reads and the stream is to go on.
func (out *csvWriter) write(at *records.Cursor) bool {
	start := len(out.buffer)
	for i := range out.columns {
		if i > 0 {
			out.buffer = append(out.buffer, out.delimiter)
		}
		out.buffer = out.columns[i].Value(at).AppendCSV(out.buffer)
	}
	out.buffer = append(out.buffer, out.ending...)
	if out.left == 0 {
		out.buffer = out.buffer[:start+(len(out.buffer)-start)/2]
		return false
	}
	out.left--
	return len(out.buffer) < flushAt || out.flush()
}

func (out *csvWriter) flush() bool {
	_, err := out.w.Write(out.buffer)
	out.buffer = out.buffer[:0]
	return err == nil
}

func (out *csvWriter) finish() {
	out.flush()
	if out.left == 0 && out.drop {
		_ = http.NewResponseController(out.w).Flush() // so that the client has the beginning; without it there is nothing to cut
		drop(nil, nil)
	}
}

// pagesListed is how many pages one answer of resultPages names.
const pagesListed = 5

// resultPages names pages that may be read at the same time.
func (o *Org) resultPages(c *call, j *job) *apiError {
	if c.version < 58 {
		return errNotFound
	}
	offset, size, problem := o.asked(c, j)
	if problem != nil {
		return problem
	}
	base := c.base + "/jobs/query/" + j.id
	suffix := "&maxRecords=" + strconv.Itoa(size)
	pages := []any{}
	for ; offset < j.total && len(pages) < pagesListed; offset += size {
		pages = append(pages, map[string]string{"resultUrl": base + "/results?locator=" + j.locator(offset) + suffix})
	}
	answer := map[string]any{"resultPages": pages, "done": offset >= j.total}
	if offset < j.total {
		answer["nextRecordsUrl"] = base + "/resultPages?locator=" + j.locator(offset) + suffix
	}
	write(c.w, http.StatusOK, answer)
	return nil
}
