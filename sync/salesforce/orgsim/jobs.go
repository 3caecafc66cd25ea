package orgsim

import (
	"encoding/json"
	"net/http"
	"strings"

	"crmsync/sync/salesforce/orgsim/schema"
	"crmsync/sync/salesforce/orgsim/soql"
)

// maxJobBody bounds the body that makes a job: a query of 100,000 characters, all of them escaped, and some more.
const maxJobBody = 1 << 20

// jobs answers everything below /jobs.
func (o *Org) jobs(c *call) *apiError {
	if len(c.path) < 2 || c.path[1] != "query" {
		return errNotFound
	}
	method := c.r.Method
	if len(c.path) == 2 {
		switch method {
		case http.MethodPost:
			return o.makeJob(c)
		case http.MethodGet:
			return o.listJobs(c)
		}
		return errMethod(method)
	}
	j, ok := o.jobList.find(c.path[2], o.config.Now())
	if !ok {
		return refuse(http.StatusNotFound, "NOT_FOUND", "The requested resource does not exist")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(c.path) == 4 && method == http.MethodGet {
		switch c.path[3] {
		case "results":
			return o.results(c, j)
		case "resultPages":
			return o.resultPages(c, j)
		}
	}
	if len(c.path) != 3 {
		return errNotFound
	}
	switch method {
	case http.MethodGet:
		return o.poll(c, j)
	case http.MethodPatch:
		return o.abort(c, j)
	case http.MethodDelete:
		return o.deleteJob(c, j)
	}
	return errMethod(method)
}

func apiErrorf(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "API_ERROR", format, args...)
}

func (o *Org) makeJob(c *call) *apiError {
	var request jobRequest
	if err := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, maxJobBody)).Decode(&request); err != nil {
		return apiErrorf("Value does not match expected type at [line:1, column:1]")
	}
	if problem := o.checkJob(&request); problem != nil {
		return problem
	}
	parsed, plan, problem := o.plan(request.Query, false)
	if problem != nil {
		return problem
	}
	if problem := checkBulkQuery(parsed); problem != nil {
		return problem
	}
	if plan.Object.NoBulk {
		return refuse(http.StatusBadRequest, "INVALIDENTITY", "Entity '%s' is not supported by the Bulk API.", plan.Object.Name)
	}
	for _, column := range plan.Columns {
		if column.Field.Type == schema.TypeAddress {
			return apiErrorf("Selecting compound data not supported in Bulk Query")
		}
	}
	now := o.config.Now().UTC()
	j := &job{id: schema.ID(schema.Stem("750", o.instance), o.jobList.nextNumber()).String(), request: request, version: c.version, user: c.user, made: now,
		changed: now, plan: plan, view: o.records.View(), state: stateCreated, slow: o.config.SlowPolls}
	if o.faults.take(faultSlowJob) {
		j.slow += 5
	}
	if err := o.journal.job(jobEntry{ID: j.id, Request: &request, Version: j.version, User: j.user, Made: now}); err != nil {
		return refuse(http.StatusInternalServerError, codeUnknown, "%v", err)
	}
	o.jobList.add(j)
	o.usage.addJob(now)
	write(c.w, http.StatusOK, j.info(false))
	return nil
}

// checkJob checks all of a request but its query.
func (o *Org) checkJob(request *jobRequest) *apiError {
	switch {
	case o.faults.take(faultJobLimit):
		return refuse(http.StatusBadRequest, "LIMIT_EXCEEDED", "Max bulk v2 query jobs (%d) per 24 hrs has been reached (or has been exceeded)", maxJobs)
	case o.faults.take(faultTooLarge):
		return refuse(http.StatusBadRequest, "OPERATION_TOO_LARGE", "exceeded 100000 distinct who/what's")
	case request.Operation != "query" && request.Operation != "queryAll":
		return apiErrorf("Value does not match expected type at [line:1, column:15]")
	case request.ContentType != "" && request.ContentType != "CSV":
		return apiErrorf("Unsupported content type: %s", request.ContentType)
	case request.LineEnding != "" && request.LineEnding != "LF" && request.LineEnding != "CRLF":
		return apiErrorf("Unsupported line ending: %s", request.LineEnding)
	case strings.TrimSpace(request.Query) == "":
		return apiErrorf("No query was specified")
	}
	if _, ok := delimiters[request.Delimiter]; !ok {
		return apiErrorf("Unsupported column delimiter: %s", request.Delimiter)
	}
	return nil
}

// checkBulkQuery refuses what SOQL allows but the Bulk API does not.
func checkBulkQuery(q *soql.Query) *apiError {
	switch {
	case q.Count:
		return apiErrorf("Aggregate Relationships not supported in Bulk Query")
	case q.HasSkip:
		return apiErrorf("OFFSET clause not supported in Bulk Query")
	}
	for _, item := range q.Select {
		switch item.Function {
		case "FIELDS":
			return apiErrorf("The SOQL FIELDS function is not supported in Bulk Query")
		case "COUNT":
			return apiErrorf("Aggregate Relationships not supported in Bulk Query")
		}
	}
	return nil
}

// poll answers the job's state. A job makes progress when it is asked about, and in no other way, so that a test can
// say what happens when.
func (o *Org) poll(c *call, j *job) *apiError {
	if !j.terminated() {
		if problem := o.advance(j); problem != nil {
			return problem
		}
	}
	write(c.w, http.StatusOK, j.info(true))
	return nil
}

const timeoutText = "Your query request was running for too long."

func (o *Org) advance(j *job) *apiError {
	switch {
	case o.faults.take(faultJobFailed):
		return o.settle(j, stateFailed, "QUERY_TIMEOUT: "+timeoutText)
	case o.faults.take(faultJobSilent):
		return o.settle(j, stateFailed, "")
	case o.faults.take(faultJobAborted):
		return o.settle(j, stateAborted, "")
	case j.slow > 0:
		j.slow--
		j.state = stateRunning
		return nil
	case !j.advance(perPoll):
		j.state = stateRunning
		return nil
	case o.faults.outlasts(j.total):
		return o.settle(j, stateFailed, "QUERY_TIMEOUT: "+timeoutText)
	}
	return o.settle(j, stateComplete, "")
}

// settle ends the job.
func (o *Org) settle(j *job, state, message string) *apiError {
	j.state, j.message, j.changed = state, message, o.config.Now().UTC()
	j.duration = j.changed.Sub(j.made)
	if err := o.journal.job(jobEntry{ID: j.id, State: state, Message: message, Made: j.made}); err != nil {
		return refuse(http.StatusInternalServerError, codeUnknown, "%v", err)
	}
	return nil
}

func (o *Org) abort(c *call, j *job) *apiError {
	var body struct {
		State string `json:"state"`
	}
	if problem := decode(c.w, c.r, maxJobBody, &body); problem != nil {
		return problem
	}
	switch {
	case body.State != stateAborted:
		return refuse(http.StatusBadRequest, "INVALIDJOBSTATE", "Invalid job state. Only Aborted can be set")
	case j.user != c.user:
		return refuse(http.StatusForbidden, "INSUFFICIENT_ACCESS", "Only the user who made the job may abort it")
	case j.state == stateComplete:
		return refuse(http.StatusBadRequest, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed")
	case j.terminated():
		return refuse(http.StatusBadRequest, "INVALIDJOBSTATE", "Aborting already %s Job not allowed", j.state)
	}
	if problem := o.settle(j, stateAborted, ""); problem != nil {
		return problem
	}
	write(c.w, http.StatusOK, j.info(false))
	return nil
}

func (o *Org) deleteJob(c *call, j *job) *apiError {
	switch {
	case j.user != c.user:
		return refuse(http.StatusForbidden, "INSUFFICIENT_ACCESS", "Only the user who made the job may delete it")
	case !j.terminated():
		return apiErrorf("Error encountered when deleting the job because the job is not terminated")
	}
	if err := o.journal.job(jobEntry{ID: j.id, Deleted: true}); err != nil {
		return refuse(http.StatusInternalServerError, codeUnknown, "%v", err)
	}
	o.jobList.remove(j.id)
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// maxListed is how many jobs a list shows.
const maxListed = 1000

func (o *Org) listJobs(c *call) *apiError {
	list := []any{}
	for _, j := range o.jobList.all(o.config.Now()) {
		if kind := c.r.URL.Query().Get("jobType"); kind != "" && kind != "V2Query" || len(list) == maxListed {
			break
		}
		j.mu.Lock()
		info := j.info(false)
		j.mu.Unlock()
		info["jobType"] = "V2Query"
		list = append(list, info)
	}
	write(c.w, http.StatusOK, map[string]any{"done": true, "records": list, "nextRecordsUrl": nil})
	return nil
}
