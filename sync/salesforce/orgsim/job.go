package orgsim

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// The states of a bulk query job.
const (
	stateCreated  = "UploadComplete"
	stateRunning  = "InProgress"
	stateComplete = "JobComplete"
	stateFailed   = "Failed"
	stateAborted  = "Aborted"
)

const (
	// jobLife is how long a job's results are kept.
	jobLife = 7 * 24 * time.Hour
	// maxJobs is how many query jobs an org may make in 24 hours.
	maxJobs = 10_000
	// markEvery is how many records lie between two marks of a finished job, from which pages begin.
	markEvery = 1000
	// perPoll is how many records a job takes in between two polls, so that no poll waits long.
	perPoll = 400_000
)

// delimiters are the column delimiters a job may ask for.
var delimiters = map[string]byte{"": ',', "COMMA": ',', "BACKQUOTE": '`', "CARET": '^', "PIPE": '|', "SEMICOLON": ';', "TAB": '\t'}

// jobRequest is the body that makes a job.
type jobRequest struct {
	Operation   string `json:"operation"`
	Query       string `json:"query"`
	ContentType string `json:"contentType"`
	Delimiter   string `json:"columnDelimiter"`
	LineEnding  string `json:"lineEnding"`
}

// job is a bulk query. It answers from the records as they were when it was made.
type job struct {
	mu       sync.Mutex
	id       string
	request  jobRequest
	version  int
	user     string
	made     time.Time
	changed  time.Time
	plan     *records.Plan
	view     records.View
	state    string
	message  string // why it failed
	slow     int    // polls that still answer InProgress
	counted  bool   // total and marks are those of the whole result
	total    int
	next     uint64   // row number counting goes on from
	marks    []uint64 // row number of every markEvery-th record
	sorted   []uint64 // all row numbers, if the order is not by Id
	duration time.Duration
}

// jobEntry is a job's line in the journal: when it is made, and when its state changes for good.
type jobEntry struct {
	ID      string      `json:"id"`
	Request *jobRequest `json:"request,omitempty"`
	Version int         `json:"version,omitempty"`
	User    string      `json:"user,omitempty"`
	Made    time.Time   `json:"made,omitzero"`
	State   string      `json:"state,omitempty"`
	Message string      `json:"message,omitempty"`
	Deleted bool        `json:"deleted,omitempty"`
}

// jobList is the jobs by id.
type jobList struct {
	mu     sync.Mutex
	serial uint64
	byID   map[string]*job
	order  []string // oldest first
}

func newJobList() *jobList { return &jobList{byID: map[string]*job{}} }

func (l *jobList) add(j *job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byID[j.id] = j
	l.order = append(l.order, j.id)
}

func (l *jobList) nextNumber() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.serial++
	return l.serial
}

// find returns a job whose results are still kept.
func (l *jobList) find(id string, now time.Time) (*job, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id = schema.Canonical(id)
	j, ok := l.byID[id]
	if ok && now.After(j.made.Add(jobLife)) {
		delete(l.byID, id)
		return nil, false
	}
	return j, ok
}

func (l *jobList) remove(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byID, id)
	l.order = slices.DeleteFunc(l.order, func(kept string) bool { return kept == id })
}

// all returns the jobs that are kept, oldest first.
func (l *jobList) all(now time.Time) []*job {
	l.mu.Lock()
	defer l.mu.Unlock()
	var jobs []*job
	for _, id := range l.order {
		if j, ok := l.byID[id]; ok && !now.After(j.made.Add(jobLife)) {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// replayJob takes in a job's line of the journal. The records are then as they were when the line was written.
func (o *Org) replayJob(e jobEntry) error {
	if e.Request != nil {
		_, plan, problem := o.plan(e.Request.Query, false)
		if problem != nil {
			return fmt.Errorf("the query of job %s: %w", e.ID, problem)
		}
		o.jobList.nextNumber()
		o.jobList.add(&job{id: e.ID, request: *e.Request, version: e.Version, user: e.User, made: e.Made, changed: e.Made, plan: plan,
			view: o.records.View(), state: stateCreated})
		return nil
	}
	if e.Deleted {
		o.jobList.remove(e.ID)
		return nil
	}
	if j, ok := o.jobList.find(e.ID, e.Made); ok {
		j.state, j.message = e.State, e.Message
	}
	return nil
}

// includesDeleted reports whether records in the recycle bin are wanted.
func (j *job) includesDeleted() bool { return j.request.Operation == "queryAll" }

// terminated reports whether the job will not change any more.
func (j *job) terminated() bool {
	return j.state == stateComplete || j.state == stateFailed || j.state == stateAborted
}

// advance counts more of the job's records, at most limit of them, and reports whether all are counted.
func (j *job) advance(limit int) bool {
	if j.counted {
		return true
	}
	if j.plan.Sorted() {
		for at := range j.plan.Scan(j.view, j.includesDeleted()) {
			j.sorted = append(j.sorted, at.Number())
		}
		j.total, j.counted = len(j.sorted), true
		return true
	}
	want := j.plan.Limit()
	for at := range j.plan.ScanFrom(j.view, j.includesDeleted(), j.next) {
		if want >= 0 && j.total == want {
			break
		}
		if limit == 0 {
			j.next = at.Number()
			return false
		}
		if j.total%markEvery == 0 {
			j.marks = append(j.marks, at.Number())
		}
		j.total++
		limit--
	}
	j.counted = true
	return true
}

// rows calls write for count records from the offset, until it returns false.
func (j *job) rows(offset, count int, write func(*records.Cursor) bool) {
	if count == 0 {
		return
	}
	if j.sorted != nil {
		at := j.view.Cursor(j.plan.Object)
		for _, n := range j.sorted[offset : offset+count] {
			if at.Seek(n) && !write(at) {
				return
			}
		}
		return
	}
	skip := offset % markEvery
	for at := range j.plan.ScanFrom(j.view, j.includesDeleted(), j.marks[offset/markEvery]) {
		if skip > 0 {
			skip--
			continue
		}
		if !write(at) {
			return
		}
		if count--; count == 0 {
			return
		}
	}
}

// info is the job as the API shows it. full adds what only a GET tells.
func (j *job) info(full bool) map[string]any {
	ending, delimiter := j.request.LineEnding, j.request.Delimiter
	if ending == "" {
		ending = "LF"
	}
	if delimiter == "" {
		delimiter = "COMMA"
	}
	stamp := func(t time.Time) schema.Value { return schema.Milliseconds(t.Unix() * 1000) }
	info := map[string]any{
		"id": j.id, "operation": j.request.Operation, "object": j.plan.Object.Name, "createdById": j.user, "createdDate": stamp(j.made),
		"systemModstamp": stamp(j.changed), "state": j.state, "concurrencyMode": "Parallel", "contentType": "CSV",
		"apiVersion": json.Number(fmt.Sprintf("%d.0", j.version)), "lineEnding": ending, "columnDelimiter": delimiter,
	}
	if full {
		info["jobType"], info["retries"], info["totalProcessingTime"] = "V2Query", 0, j.duration.Milliseconds()
		info["isPkChunkingSupported"], info["numberRecordsProcessed"] = !j.plan.Sorted() && j.plan.Limit() < 0, j.total
		if j.message != "" {
			info["errorMessage"] = j.message
		}
	}
	return info
}
