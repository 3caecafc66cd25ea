package salesforce_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

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
	if waits := n.taken(); len(waits) != 5 || waits[0] != time.Second/4 || waits[1] != time.Second || waits[2] != 1500*time.Millisecond {
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
	looks, waited := 0, time.Duration(0)
	bounds := []struct {
		took  time.Duration
		looks int
	}{{time.Minute, 10}, {10 * time.Minute, 18}, {time.Hour, 25}}
	for _, wait := range n.taken() {
		for len(bounds) > 0 && waited >= bounds[0].took {
			if looks > bounds[0].looks {
				t.Errorf("a job of %v costs %d looks, more than %d", bounds[0].took, looks, bounds[0].looks)
			}
			bounds = bounds[1:]
		}
		looks, waited = looks+1, waited+wait
		if late := wait - waited/3; waited > time.Minute && late > 15*time.Second || wait > 10*time.Minute {
			t.Errorf("waits %v after %v", wait, waited-wait)
		}
	}
	if len(bounds) > 0 {
		t.Errorf("30 looks last only %v", waited)
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
