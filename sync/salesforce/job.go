package salesforce

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Operation is what a bulk query reads.
type Operation string

// The operations of a bulk query.
const (
	OperationQuery    Operation = "query"
	OperationQueryAll Operation = "queryAll" // deleted and archived records too
)

// The states of a bulk query job.
const (
	StateUploadComplete = "UploadComplete" // queued
	StateInProgress     = "InProgress"
	StateJobComplete    = "JobComplete"
	StateFailed         = "Failed"
	StateAborted        = "Aborted"
)

// QueryJob is a Bulk 2.0 query job.
type QueryJob struct {
	ID               string
	Object           string
	Operation        Operation
	State            string
	ErrorMessage     string // of a failed job, sometimes
	APIVersion       string // such as 67.0; results are fetched with the same
	RecordsProcessed int64  // final when the state is JobComplete
	Retries          int
	ProcessingTime   time.Duration
	Created          time.Time
	CreatedBy        string // id of the user
}

// UnmarshalJSON reads a job as the API writes it: the version as a number, the time in milliseconds.
func (j *QueryJob) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID               string      `json:"id"`
		Object           string      `json:"object"`
		Operation        Operation   `json:"operation"`
		State            string      `json:"state"`
		ErrorMessage     string      `json:"errorMessage"`
		APIVersion       json.Number `json:"apiVersion"`
		RecordsProcessed int64       `json:"numberRecordsProcessed"`
		Retries          int         `json:"retries"`
		ProcessingTime   int64       `json:"totalProcessingTime"`
		Created          string      `json:"createdDate"`
		CreatedBy        string      `json:"createdById"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	created, _ := ParseDateTime(raw.Created)
	*j = QueryJob{ID: raw.ID, Object: raw.Object, Operation: raw.Operation, State: raw.State, ErrorMessage: raw.ErrorMessage,
		APIVersion: versionText(raw.APIVersion), RecordsProcessed: raw.RecordsProcessed, Retries: raw.Retries,
		ProcessingTime: time.Duration(raw.ProcessingTime) * time.Millisecond, Created: created, CreatedBy: raw.CreatedBy}
	return nil
}

// versionText writes 67 and 67.0 alike.
func versionText(n json.Number) string {
	f, err := n.Float64()
	if err != nil {
		return ""
	}
	return strconv.FormatFloat(f, 'f', 1, 64)
}

// CreateQueryJob starts a bulk query. It is repeated only when Salesforce refused it for certain, so that no second
// job is left running.
func (c *Client) CreateQueryJob(ctx context.Context, soql string, operation Operation) (QueryJob, error) {
	body, err := json.Marshal(struct {
		Operation       Operation `json:"operation"`
		Query           string    `json:"query"`
		ContentType     string    `json:"contentType"`
		ColumnDelimiter string    `json:"columnDelimiter"`
		LineEnding      string    `json:"lineEnding"`
	}{operation, soql, "CSV", "COMMA", "LF"})
	if err != nil {
		return QueryJob{}, fmt.Errorf("bulk query %s: %w", objectOf(soql), err)
	}
	job, err := c.job(ctx, call{method: http.MethodPost, path: c.data("jobs/query"), body: body, repeat: repeatRefused})
	if err != nil {
		return QueryJob{}, fmt.Errorf("bulk query %s: %w", objectOf(soql), err)
	}
	return job, nil
}

// QueryJob returns the present state of a job.
func (c *Client) QueryJob(ctx context.Context, id string) (QueryJob, error) {
	job, err := c.job(ctx, call{method: http.MethodGet, path: c.jobPath(id), purpose: PurposeControl})
	if err != nil {
		return QueryJob{}, fmt.Errorf("look at bulk job %s: %w", printable(id), err)
	}
	return job, nil
}

func (c *Client) job(ctx context.Context, k call) (QueryJob, error) {
	var job QueryJob
	if err := c.exchange(ctx, k, func(a *answer) error { return decode(a, &job) }); err != nil {
		return QueryJob{}, err
	}
	if job.ID == "" || job.State == "" {
		return QueryJob{}, fmt.Errorf("%w: it describes no job", ErrAnswer)
	}
	return job, nil
}

// QueryJobs yields the bulk query jobs of the last 7 days that the user may see, others' included: a job whose
// creation was answered into the void is found among them.
func (c *Client) QueryJobs(ctx context.Context) iter.Seq2[QueryJob, error] {
	return func(yield func(QueryJob, error) bool) {
		k := call{method: http.MethodGet, path: c.data("jobs/query"), query: url.Values{"jobType": {"V2Query"}}, purpose: PurposeControl}
		for {
			var page struct {
				Done bool       `json:"done"`
				Jobs []QueryJob `json:"records"`
				Next string     `json:"nextRecordsUrl"`
			}
			err := c.exchange(ctx, k, func(a *answer) error { return decode(a, &page) })
			for _, job := range page.Jobs {
				if err == nil && !yield(job, nil) {
					return
				}
			}
			if err == nil && (page.Done || page.Next == "") {
				return
			}
			if err == nil {
				k, err = nextPage(page.Next)
			}
			if err != nil {
				yield(QueryJob{}, fmt.Errorf("list the bulk jobs: %w", err))
				return
			}
		}
	}
}

func (c *Client) jobPath(id string) string { return c.data("jobs/query/" + url.PathEscape(id)) }

// polling is how long to wait before the next look at a job: a quarter of a second, in which the job of a small object
// is done, then 1 s, half as much again each time up to 30 s, and then a third of what was waited so far. An hour costs
// 24 looks, and a job is found complete a third of its time late at worst.
type polling struct{ wait, waited time.Duration }

const (
	firstPoll  = time.Second / 4
	secondPoll = time.Second
	steadyPoll = 30 * time.Second
	pollCap    = 10 * time.Minute
)

func (p *polling) next() time.Duration {
	switch {
	case p.wait == 0:
		p.wait = firstPoll
	case p.wait == firstPoll:
		p.wait = secondPoll
	case p.wait < steadyPoll:
		p.wait = min(p.wait*3/2, steadyPoll)
	default:
		p.wait = min(max(p.waited/3, steadyPoll), pollCap)
	}
	p.waited += p.wait
	return p.wait
}

// WaitQueryJob looks at a job that was begun, at growing intervals until it is complete, and calls progress, if any,
// after each look. A job that failed or was aborted is a *JobError.
func (c *Client) WaitQueryJob(ctx context.Context, id string, progress func(QueryJob)) (QueryJob, error) {
	var pause polling
	for {
		if err := c.sleep(ctx, pause.next()); err != nil {
			return QueryJob{}, err
		}
		job, err := c.QueryJob(ctx, id)
		if err != nil {
			return QueryJob{}, err
		}
		if progress != nil {
			progress(job)
		}
		switch job.State {
		case StateJobComplete:
			return job, nil
		case StateFailed, StateAborted:
			return job, &JobError{Job: job}
		case StateUploadComplete, StateInProgress:
		default:
			return job, fmt.Errorf("bulk job %s: %w: unknown state %q", job.ID, ErrAnswer, printable(job.State))
		}
	}
}

// AbortQueryJob stops a job and returns its state. A job that has ended already is returned as it is.
func (c *Client) AbortQueryJob(ctx context.Context, id string) (QueryJob, error) {
	job, err := c.job(ctx, call{method: http.MethodPatch, path: c.jobPath(id), body: []byte(`{"state":"Aborted"}`), purpose: PurposeControl})
	var refused *Error
	if errors.As(err, &refused) && refused.ErrorCode == "INVALIDJOBSTATE" {
		return c.QueryJob(ctx, id)
	}
	if err != nil {
		return QueryJob{}, fmt.Errorf("abort bulk job %s: %w", printable(id), err)
	}
	return job, nil
}

// DeleteQueryJob deletes an ended job with its results, which hold personal data. A job that is gone is fine.
func (c *Client) DeleteQueryJob(ctx context.Context, id string) error {
	k := call{method: http.MethodDelete, path: c.jobPath(id), purpose: PurposeControl}
	err := c.exchange(ctx, k, func(*answer) error { return nil })
	if err != nil && !IsJobGone(err) {
		return fmt.Errorf("delete bulk job %s: %w", printable(id), err)
	}
	return nil
}

// IsJobGone says whether err means that a job does not exist any more: deleted, or older than 7 days.
func IsJobGone(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

// JobError means that a job ended without a complete result.
type JobError struct{ Job QueryJob }

// Error names the job, its object and, when Salesforce told one, the reason.
func (e *JobError) Error() string {
	reason := printable(e.Job.ErrorMessage)
	if reason == "" {
		reason = "Salesforce gave no reason"
	}
	return fmt.Sprintf("%v: %s of %s (job %s): %s", ErrJob, printable(e.Job.State), printable(e.Job.Object), printable(e.Job.ID), reason)
}

// Unwrap makes it an ErrJob.
func (e *JobError) Unwrap() error { return ErrJob }

// Code returns salesforce.job.
func (e *JobError) Code() string { return codeOf(ErrJob) }

// Hint says what comes next.
func (e *JobError) Hint() string { return ErrJob.(*fault).hint }

// Split says whether halving the window can help: the result was too large or took too long.
func (e *JobError) Split() bool {
	if e.Job.State != StateFailed {
		return false
	}
	for _, sign := range []string{"Retried more than fifteen times", "QUERY_TIMEOUT", "Failed to write query result", "OPERATION_TOO_LARGE", "exceeded 100000 distinct"} {
		if strings.Contains(e.Job.ErrorMessage, sign) {
			return true
		}
	}
	return false
}

func (e *JobError) action() Action {
	if e.Split() {
		return ActionSplit
	}
	for _, sign := range []string{"INVALID_FIELD", "INVALID_TYPE", "INVALIDENTITY", "MALFORMED_QUERY", "INSUFFICIENT_ACCESS", "No such column"} {
		if strings.Contains(e.Job.ErrorMessage, sign) {
			return ActionAskAdmin
		}
	}
	return ActionRetry
}

// Explain finds the reason of a job that failed without one: it asks for a single row of the same query over REST,
// which refuses with a code. nil means that REST finds nothing wrong.
func (c *Client) Explain(ctx context.Context, soql string) error {
	for _, err := range c.Query(ctx, soql+" LIMIT 1") {
		return err
	}
	return nil
}
