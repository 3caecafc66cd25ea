package salesforce_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"crmsync/sync/salesforce"
)

const (
	jobsPath = "/services/data/v67.0/jobs/query"
	jobID    = "750ak000009AVi5AAG"
	jobPath  = jobsPath + "/" + jobID
)

func jobJSON(state string, records int, more string) string {
	return fmt.Sprintf(`{"id":%q,"operation":"queryAll","object":"Account","createdById":"005ak000005hvjJAAQ","createdDate":"2024-09-09T13:08:34.000+0000","systemModstamp":"2024-09-09T13:08:34.000+0000","state":%q,"concurrencyMode":"Parallel","contentType":"CSV","apiVersion":67.0,"jobType":"V2Query","numberRecordsProcessed":%d%s}`,
		jobID, state, records, more)
}

// complete is a finished job of so many records.
func complete(records int64) salesforce.QueryJob {
	return salesforce.QueryJob{ID: jobID, Object: "Account", State: salesforce.StateJobComplete, APIVersion: "67.0", RecordsProcessed: records}
}

// page answers with rows first..last, each holding its own number and a text with all that CSV finds hard.
func page(first, last int, locator string, announced int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		pageHeader(w, locator, announced)
		_, _ = io.WriteString(w, pageText(first, last))
	}
}

func pageHeader(w http.ResponseWriter, locator string, announced int) {
	w.Header().Set("Content-Type", "text/csv; charset=UTF-8")
	w.Header().Set("Sforce-NumberOfRecords", strconv.Itoa(announced))
	if locator != "" {
		w.Header().Set("Sforce-Locator", locator)
	}
}

func pageText(first, last int) string {
	var b strings.Builder
	b.WriteString("\"Id\",\"Name\"\n")
	for i := first; i <= last; i++ {
		fmt.Fprintf(&b, "\"%d\",\"line\r\n\"\"%d\"\", é\"\n", i, i)
	}
	return b.String()
}

// pagesByLocator answers a result like Salesforce: each page by its locator, the first by none.
func pagesByLocator(t *testing.T, pages map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, ok := pages[r.URL.Query().Get("locator")]
		if !ok {
			t.Errorf("asked for page %q", r.URL.RawQuery)
			return
		}
		answer(w, r)
	}
}

// sequence answers with one after the other; the last repeats.
func sequence(answers ...http.HandlerFunc) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		answer := answers[min(n, len(answers)-1)]
		n++
		answer(w, r)
	}
}

// collectRows reads a result and returns the row numbers, the cursors after each page, and the error.
func collectRows(t *testing.T, c *salesforce.Client, job salesforce.QueryJob, from salesforce.Cursor) (ids []string, cursors []salesforce.Cursor, err error) {
	t.Helper()
	for p, err := range c.Results(t.Context(), job, from, 2) {
		if err != nil {
			return ids, cursors, err
		}
		for row, err := range p.Rows() {
			if err != nil {
				return ids, cursors, err
			}
			id := row.Text(0)
			if want := "line\r\n\"" + id + "\", é"; row.Text(1) != want {
				t.Errorf("row %s holds %q, want %q", id, row.Text(1), want)
			}
			ids = append(ids, id)
		}
		cursors = append(cursors, p.Next())
	}
	return ids, cursors, nil
}

func TestResultPages(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+jobPath+"/results", pagesByLocator(t, map[string]http.HandlerFunc{
		"":      page(1, 2, "L/2+=", 2),
		"L/2+=": page(3, 4, "L3", 2),
		"L3":    page(5, 5, "null", 1),
	}))
	c, _ := org.client()
	job := complete(5)
	ids, cursors, err := collectRows(t, c, job, job.Start())
	if err != nil || !reflect.DeepEqual(ids, []string{"1", "2", "3", "4", "5"}) {
		t.Fatalf("rows %v, %v", ids, err)
	}
	want := []salesforce.Cursor{
		{JobID: jobID, Version: "67.0", Locator: "L/2+=", Records: 2, Pages: 1},
		{JobID: jobID, Version: "67.0", Locator: "L3", Records: 4, Pages: 2},
		{JobID: jobID, Version: "67.0", Records: 5, Pages: 3, Done: true},
	}
	if !reflect.DeepEqual(cursors, want) {
		t.Errorf("cursors %+v", cursors)
	}
	if c.Calls() != 3 || !strings.Contains(org.last().Query, "maxRecords=2") || org.last().Header.Get("Accept") != "text/csv" {
		t.Errorf("%d calls, last %+v", c.Calls(), org.last())
	}
	for i, cursor := range cursors {
		rest, _, err := collectRows(t, c, job, cursor)
		if err != nil || len(rest) != []int{3, 1, 0}[i] {
			t.Errorf("resumed after page %d: %v, %v", i+1, rest, err)
		}
	}
}

func TestResultEnds(t *testing.T) {
	empty := func(w http.ResponseWriter, _ *http.Request) { pageHeader(w, "null", 0) }
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		total  int64
		want   error
		rows   int
	}{
		"locator absent": {page(1, 2, "", 2), 2, nil, 2},
		"locator null":   {page(1, 2, "null", 2), 2, nil, 2},
		"empty body":     {empty, 0, nil, 0},
		"header only":    {page(1, 0, "null", 0), 0, nil, 0},
		"nothing announced": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			_, _ = io.WriteString(w, pageText(1, 2))
		}, 2, nil, 2},
		"total disagrees":          {page(1, 2, "null", 2), 3, salesforce.ErrCount, 2},
		"empty but rows announced": {func(w http.ResponseWriter, _ *http.Request) { pageHeader(w, "null", 2) }, 2, salesforce.ErrCount, 0},
		"fewer than announced":     {page(1, 2, "null", 3), 3, salesforce.ErrCount, 2},
		"more than announced":      {page(1, 3, "null", 2), 2, salesforce.ErrCount, 2},
		"no content":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 0, salesforce.ErrAnswer, 0},
		"locator goes in circles":  {page(1, 2, "same", 2), 2, salesforce.ErrAnswer, 2},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+jobPath+"/results", tc.answer)
			c, _ := org.client()
			job := complete(tc.total)
			ids, _, err := collectRows(t, c, job, job.Start())
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) || len(ids) != tc.rows {
				t.Errorf("rows %v, %v", ids, err)
			}
		})
	}
}

func TestFinishedCursorStillChecksTheTotal(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	_, _, err := collectRows(t, c, complete(9), salesforce.Cursor{JobID: jobID, Records: 5, Pages: 3, Done: true})
	var count *salesforce.CountError
	if !errors.As(err, &count) || count.Want != 9 || count.Got != 5 {
		t.Errorf("got %v", err)
	}
}

func TestBrokenDownloadGoesOn(t *testing.T) {
	text := pageText(1, 3)
	head := map[string]string{"Sforce-NumberOfRecords": "3", "Sforce-Locator": "null"}
	// The stream is cut after every possible byte; each row must come exactly once.
	for n := range len(text) {
		org := newScripted(t)
		org.on("GET "+jobPath+"/results", sequence(cut("text/csv", text[:n], head), page(1, 3, "null", 3)))
		c, _ := org.client()
		job := complete(3)
		ids, cursors, err := collectRows(t, c, job, job.Start())
		if err != nil || !reflect.DeepEqual(ids, []string{"1", "2", "3"}) || cursors[0].Records != 3 {
			t.Fatalf("cut at %d: rows %v, %v", n, ids, err)
		}
	}
}

func TestDownloadCutAtRowIsSeen(t *testing.T) {
	org := newScripted(t)
	// A proxy that ends the stream cleanly after two of three rows.
	short := func(w http.ResponseWriter, _ *http.Request) {
		pageHeader(w, "null", 3)
		_, _ = io.WriteString(w, pageText(1, 2))
	}
	org.on("GET "+jobPath+"/results", sequence(short, page(1, 3, "null", 3)))
	c, _ := org.client()
	job := complete(3)
	ids, _, err := collectRows(t, c, job, job.Start())
	if err != nil || !reflect.DeepEqual(ids, []string{"1", "2", "3"}) {
		t.Errorf("rows %v, %v", ids, err)
	}
}

func TestDownloadThatKeepsBreaking(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+jobPath+"/results", cut("text/csv", pageText(1, 2), map[string]string{"Sforce-NumberOfRecords": "3", "Sforce-Locator": "null"}))
	c, _ := org.client()
	job := complete(3)
	ids, _, err := collectRows(t, c, job, job.Start())
	if salesforce.Classify(err) != salesforce.ActionRetry || !reflect.DeepEqual(ids, []string{"1", "2"}) || org.count("GET "+jobPath+"/results") != 5 {
		t.Errorf("rows %v, %v after %d downloads", ids, err, org.count("GET "+jobPath+"/results"))
	}
}

func TestPageThatChangesIsRefused(t *testing.T) {
	head := map[string]string{"Sforce-NumberOfRecords": "3", "Sforce-Locator": "null"}
	for name, tc := range map[string]struct {
		again http.HandlerFunc
		want  error
	}{
		"longer":          {page(1, 4, "null", 4), salesforce.ErrCount},
		"shorter":         {page(1, 1, "null", 1), salesforce.ErrCount},
		"another page":    {page(1, 3, "L2", 3), salesforce.ErrAnswer},
		"announced right": {page(1, 3, "null", 3), nil},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("GET "+jobPath+"/results", sequence(cut("text/csv", pageText(1, 2), head), tc.again))
			c, _ := org.client()
			job := complete(3)
			if _, _, err := collectRows(t, c, job, job.Start()); !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWrongAnnouncementOfOnePage(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+jobPath+"/results", sequence(page(1, 3, "null", 4), page(1, 3, "null", 3)))
	c, _ := org.client()
	job := complete(3)
	if ids, _, err := collectRows(t, c, job, job.Start()); err != nil || len(ids) != 3 {
		t.Errorf("rows %v, %v", ids, err)
	}
}

func TestSessionEndsBetweenPages(t *testing.T) {
	org := newScripted(t)
	org.on(tokenPath, org.tokenAnswer("00Dsecret!second", "5Aep-second"))
	org.on("GET "+jobPath+"/results", pagesByLocator(t, map[string]http.HandlerFunc{
		"":   page(1, 2, "L2", 2),
		"L2": sequence(refuse(401, "INVALID_SESSION_ID", "Session expired or invalid"), html(503), page(3, 4, "null", 2)),
	}))
	c, _ := org.client()
	job := complete(4)
	ids, _, err := collectRows(t, c, job, job.Start())
	if err != nil || len(ids) != 4 || org.count(tokenPath) != 1 {
		t.Errorf("rows %v, %v", ids, err)
	}
}

func TestConsumerLeaves(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+jobPath+"/results", page(1, 2, "L2", 2))
	c, _ := org.client()
	job := complete(4)
	var last error
	for p, err := range c.Results(t.Context(), job, job.Start(), 2) {
		if last = err; err != nil {
			break
		}
		for range p.Rows() {
			break // and asks for the next page all the same
		}
	}
	if last == nil {
		t.Error("a page that was not read counts as read")
	}
	if n := org.count("GET " + jobPath + "/results"); n != 1 {
		t.Errorf("%d downloads", n)
	}
}

func TestResultsUseTheVersionOfTheJob(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/data/v61.0/jobs/query/"+jobID+"/results", page(1, 1, "null", 1))
	c, _ := org.client()
	job := complete(1)
	job.APIVersion = "61.0"
	if ids, _, err := collectRows(t, c, job, job.Start()); err != nil || len(ids) != 1 {
		t.Errorf("rows %v, %v", ids, err)
	}
}

func TestLastRowThatLooksWholeIsNotBelieved(t *testing.T) {
	short := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { pageHeader(w, "null", 1); _, _ = io.WriteString(w, text) }
	}
	whole := "\"Id\",\"Name\"\n\"1\",\"line\r\n\"\"1\"\", é\"\n"
	for n := len("\"Id\",\"Name\"\n\"1\","); n < len(whole); n++ {
		org := newScripted(t)
		org.on("GET "+jobPath+"/results", sequence(short(whole[:n]), short(whole)))
		c, _ := org.client()
		job := complete(1)
		if ids, _, err := collectRows(t, c, job, job.Start()); err != nil || len(ids) != 1 {
			t.Errorf("cut at %d: %v, %v", n, ids, err)
		}
	}
	org := newScripted(t)
	org.on("GET "+jobPath+"/results", short(whole[:len(whole)-1]))
	c, _ := org.client()
	job := complete(1)
	var broken *salesforce.CSVError
	if ids, _, err := collectRows(t, c, job, job.Start()); !errors.As(err, &broken) || len(ids) != 0 {
		t.Errorf("got %v, %v", ids, err)
	}
}
