package salesforce_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

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

func TestCreateAndWait(t *testing.T) {
	org := newScripted(t)
	org.on("POST "+jobsPath, js(200, jobJSON("UploadComplete", 0, "")))
	org.on("GET "+jobPath, js(200, jobJSON("UploadComplete", 0, "")), js(200, jobJSON("InProgress", 3, "")), html(503), js(200, jobJSON("InProgress", 5, "")),
		js(200, jobJSON("JobComplete", 7, `,"retries":1,"totalProcessingTime":1034`)))
	c, n := org.client()
	job, err := c.CreateQueryJob(t.Context(), "SELECT Id FROM Account", salesforce.OperationQueryAll)
	if err != nil || job.ID != jobID || job.APIVersion != "67.0" {
		t.Fatalf("job %+v, %v", job, err)
	}
	if want := `{"operation":"queryAll","query":"SELECT Id FROM Account","contentType":"CSV","columnDelimiter":"COMMA","lineEnding":"LF"}`; org.last().Body != want {
		t.Errorf("sent %s", org.last().Body)
	}
	var seen []int64
	job, err = c.WaitQueryJob(t.Context(), job.ID, func(j salesforce.QueryJob) { seen = append(seen, j.RecordsProcessed) })
	if err != nil || job.RecordsProcessed != 7 || job.Retries != 1 || job.ProcessingTime != 1034*time.Millisecond || job.Created.Year() != 2024 {
		t.Errorf("job %+v, %v", job, err)
	}
	if !reflect.DeepEqual(seen, []int64{0, 3, 5, 7}) {
		t.Errorf("progress %v", seen)
	}
	if waits := n.taken(); len(waits) != 4 || waits[0] != time.Second || waits[1] != 1500*time.Millisecond {
		t.Errorf("waits %v", waits)
	}
}

func TestPollsSlowDown(t *testing.T) {
	org := newScripted(t)
	many := make([]http.HandlerFunc, 30)
	for i := range many {
		many[i] = js(200, jobJSON("InProgress", 0, ""))
	}
	org.on("GET "+jobPath, append(many, js(200, jobJSON("JobComplete", 0, "")))...)
	c, n := org.client()
	if _, err := c.WaitQueryJob(t.Context(), jobID, nil); err != nil {
		t.Fatal(err)
	}
	waits := n.taken()
	if len(waits) != 30 || waits[29] != 30*time.Second {
		t.Errorf("waits %v", waits)
	}
}

func TestJobIsNotCreatedTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		answers []http.HandlerFunc
		calls   int
		works   bool
	}{
		"answer lost":    {[]http.HandlerFunc{drop}, 1, false},
		"gateway":        {[]http.HandlerFunc{html(504)}, 1, false},
		"told to wait":   {[]http.HandlerFunc{html(429), js(200, jobJSON("UploadComplete", 0, ""))}, 2, true},
		"refused":        {[]http.HandlerFunc{refuse(503, "SERVER_UNAVAILABLE", "x"), js(200, jobJSON("UploadComplete", 0, ""))}, 2, true},
		"too many a day": {[]http.HandlerFunc{refuse(400, "LIMIT_EXCEEDED", "Max bulk v2 query jobs (10000) per 24 hrs has been reached")}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			org.on("POST "+jobsPath, tc.answers...)
			c, _ := org.client()
			_, err := c.CreateQueryJob(t.Context(), "SELECT Id FROM Account", salesforce.OperationQuery)
			if (err == nil) != tc.works || org.count("POST "+jobsPath) != tc.calls {
				t.Errorf("got %v after %d", err, org.count("POST "+jobsPath))
			}
		})
	}
}

func TestJobFails(t *testing.T) {
	for name, tc := range map[string]struct {
		state, message string
		action         salesforce.Action
	}{
		"without a reason": {"Failed", "", salesforce.ActionRetry},
		"too slow":         {"Failed", "Retried more than fifteen times", salesforce.ActionSplit},
		"too large":        {"Failed", "OPERATION_TOO_LARGE: exceeded 100000 distinct who/what's", salesforce.ActionSplit},
		"hidden field":     {"Failed", "INVALID_FIELD: No such column 'X' on entity 'Account'", salesforce.ActionAskAdmin},
		"aborted":          {"Aborted", "", salesforce.ActionRetry},
	} {
		t.Run(name, func(t *testing.T) {
			org := newScripted(t)
			more := ""
			if tc.message != "" {
				more = fmt.Sprintf(`,"errorMessage":%q`, tc.message)
			}
			org.on("GET "+jobPath, js(200, jobJSON(tc.state, 0, more)))
			c, _ := org.client()
			job, err := c.WaitQueryJob(t.Context(), jobID, nil)
			if !errors.Is(err, salesforce.ErrJob) || salesforce.Classify(err) != tc.action || job.State != tc.state {
				t.Errorf("got %+v, %v (%v)", job, err, salesforce.Classify(err))
			}
			for _, err := range c.Results(t.Context(), job, job.Start(), 0) {
				if !errors.Is(err, salesforce.ErrJob) {
					t.Errorf("results of a job that failed: %v", err)
				}
			}
		})
	}
	org := newScripted(t)
	org.on("GET "+jobPath, js(200, jobJSON("Dreaming", 0, "")))
	c, _ := org.client()
	if _, err := c.WaitQueryJob(t.Context(), jobID, nil); !errors.Is(err, salesforce.ErrAnswer) {
		t.Errorf("unknown state: %v", err)
	}
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

func TestAbortAndDelete(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	org.on("PATCH "+jobPath, js(200, jobJSON("Aborted", 0, "")))
	if job, err := c.AbortQueryJob(t.Context(), jobID); err != nil || job.State != salesforce.StateAborted || org.last().Body != `{"state":"Aborted"}` {
		t.Errorf("abort: %+v, %v", job, err)
	}
	org.on("PATCH "+jobPath, refuse(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed"))
	org.on("GET "+jobPath, js(200, jobJSON("JobComplete", 1, "")))
	if job, err := c.AbortQueryJob(t.Context(), jobID); err != nil || job.State != salesforce.StateJobComplete {
		t.Errorf("abort too late: %+v, %v", job, err)
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		works  bool
	}{
		"deleted": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, true},
		"gone":    {refuse(404, "NOT_FOUND", "The requested resource does not exist"), true},
		"running": {refuse(400, "API_ERROR", "Error encountered when deleting the job because the job is not terminated"), false},
	} {
		org.on("DELETE "+jobPath, tc.answer)
		if err := c.DeleteQueryJob(t.Context(), jobID); (err == nil) != tc.works {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExplain(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/data/v67.0/query", refuse(400, "INVALID_FIELD", "No such column 'X'"), js(200, `{"totalSize":0,"done":true,"records":[]}`))
	c, _ := org.client()
	if err := c.Explain(t.Context(), "SELECT X FROM Account"); salesforce.Classify(err) != salesforce.ActionAskAdmin {
		t.Errorf("got %v", err)
	}
	if q, _ := url.ParseQuery(org.last().Query); q.Get("q") != "SELECT X FROM Account LIMIT 1" {
		t.Errorf("asked %q", q.Get("q"))
	}
	if err := c.Explain(t.Context(), "SELECT Id FROM Account"); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestListJobs(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+jobsPath, js(200, `{"done":false,"records":[`+jobJSON("JobComplete", 1, "")+`],"nextRecordsUrl":"/services/data/v67.0/jobs/query/more?jobType=V2Query"}`))
	org.on("GET "+jobsPath+"/more", js(200, `{"done":true,"records":[`+jobJSON("Failed", 0, "")+`],"nextRecordsUrl":null}`))
	c, _ := org.client()
	var states []string
	for job, err := range c.QueryJobs(t.Context()) {
		if err != nil || job.CreatedBy != "005ak000005hvjJAAQ" {
			t.Fatalf("job %+v, %v", job, err)
		}
		states = append(states, job.State)
	}
	if !reflect.DeepEqual(states, []string{"JobComplete", "Failed"}) {
		t.Errorf("states %v", states)
	}
	org.on("GET "+jobsPath, refuse(400, "FEATURENOTENABLED", "x"))
	for _, err := range c.QueryJobs(t.Context()) {
		if err == nil {
			t.Error("a refusal is a job")
		}
	}
}

func TestJobErrorNamesTheReason(t *testing.T) {
	err := &salesforce.JobError{Job: salesforce.QueryJob{ID: jobID, Object: "Lead", State: "Failed", ErrorMessage: "QUERY_TIMEOUT\x1b[0m"}}
	for _, part := range []string{"Lead", jobID, "QUERY_TIMEOUT"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
	if strings.ContainsRune(err.Error(), 0x1b) || err.Code() != "salesforce.job" || err.Hint() == "" {
		t.Errorf("%q", err)
	}
}

func TestSlowConsumerIsNoStall(t *testing.T) {
	org := newScripted(t)
	goOn := make(chan struct{})
	org.on("GET "+jobPath+"/results", func(w http.ResponseWriter, _ *http.Request) {
		pageHeader(w, "null", 2)
		_, _ = io.WriteString(w, pageText(1, 1))
		_ = http.NewResponseController(w).Flush()
		<-goOn
		_, _ = io.WriteString(w, strings.TrimPrefix(pageText(2, 2), "\"Id\",\"Name\"\n"))
	})
	c, _ := org.client(func(o *salesforce.Options) { o.Stall = 40 * time.Millisecond })
	job := complete(2)
	for p, err := range c.Results(t.Context(), job, job.Start(), 2) {
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range p.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if row.Text(0) == "1" {
				<-time.After(120 * time.Millisecond) // a transaction that takes long
				close(goOn)
			}
		}
	}
	if n := org.count("GET " + jobPath + "/results"); n != 1 {
		t.Errorf("%d downloads", n)
	}
}
