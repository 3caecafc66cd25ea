package orgsim

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/soql"
)

// A REST query answers pages of at most largestPage records; a client may ask for fewer, down to smallestPage.
const (
	largestPage  = 2000
	smallestPage = 200
	longestURL   = 16_384
)

// query answers /query and /queryAll: a new query, or the next page of one.
func (o *Org) query(c *call, deleted bool) *apiError {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return errMethod(c.r.Method)
	}
	if len(c.r.RequestURI) > longestURL {
		return refuse(http.StatusRequestURITooLong, "URI_TOO_LONG", "The URI is longer than %d bytes.", longestURL)
	}
	switch len(c.path) {
	case 1:
		return o.newQuery(c, deleted, false)
	case 2:
		return o.nextPage(c, c.path[1])
	}
	return errNotFound
}

// plan parses and compiles a query for the running user.
func (o *Org) plan(text string, tooling bool) (*soql.Query, *records.Plan, *apiError) {
	parsed, err := soql.Parse(text)
	if err != nil {
		return nil, nil, queryProblem(err)
	}
	plan, err := o.records.Compile(parsed, records.CompileOptions{Visible: o.visible, Now: o.config.Now().In(o.zone), Tooling: tooling})
	if err != nil {
		return nil, nil, queryProblem(err)
	}
	return parsed, plan, nil
}

func queryProblem(err error) *apiError {
	if wrong := new(soql.Error); errors.As(err, &wrong) {
		return refuse(http.StatusBadRequest, wrong.ErrorCode, "%s", wrong.Message)
	}
	return refuse(http.StatusInternalServerError, codeUnknown, "%v", err)
}

func (o *Org) newQuery(c *call, deleted, tooling bool) *apiError {
	parameters := c.r.URL.Query()
	if !parameters.Has("q") {
		return refuse(http.StatusBadRequest, "MALFORMED_QUERY", "A query string has to be specified")
	}
	_, plan, problem := o.plan(parameters.Get("q"), tooling)
	if problem != nil {
		return problem
	}
	if parameters.Get("columns") == "true" {
		write(c.w, http.StatusOK, columnMetadata(plan))
		return nil
	}
	view := o.records.View()
	if plan.Count || len(plan.Aggregates) > 0 {
		return o.answerCount(c, plan, view, deleted)
	}
	cursor := newQueryCursor(plan, view, deleted, pageSize(c.r))
	page := cursor.first(newEncoder(plan, c.base))
	if o.faults.outlasts(cursor.total) {
		return errTimeout
	}
	o.answerPage(c, cursor, page, tooling)
	return nil
}

// pageSize reads Sforce-Query-Options: batchSize=500.
func pageSize(r *http.Request) int {
	for option := range strings.SplitSeq(r.Header.Get("Sforce-Query-Options"), ",") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(option), "batchSize="); ok {
			if n, err := strconv.Atoi(text); err == nil {
				return min(max(n, smallestPage), largestPage)
			}
		}
	}
	return largestPage
}

var errTimeout = refuse(http.StatusBadRequest, "QUERY_TIMEOUT", timeoutText)

func (o *Org) answerCount(c *call, plan *records.Plan, view records.View, deleted bool) *apiError {
	total := 0
	counts := make([]int, len(plan.Aggregates))
	for at := range plan.Scan(view, deleted) {
		total++
		for i, aggregate := range plan.Aggregates {
			if !aggregate.Column.Value(at).IsNull() {
				counts[i]++
			}
		}
	}
	if o.faults.outlasts(total) {
		return errTimeout
	}
	if plan.Count {
		write(c.w, http.StatusOK, map[string]any{"totalSize": total, "done": true, "records": []any{}})
		return nil
	}
	record := map[string]any{"attributes": map[string]string{"type": "AggregateResult"}}
	for i, aggregate := range plan.Aggregates {
		name := aggregate.Alias
		if name == "" {
			name = fmt.Sprintf("expr%d", i)
		}
		record[name] = counts[i]
	}
	write(c.w, http.StatusOK, map[string]any{"totalSize": 1, "done": true, "records": []any{record}})
	return nil
}

// answerPage writes a page, and remembers the query if more are to come.
func (o *Org) answerPage(c *call, cursor *queryCursor, page page, tooling bool) {
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"totalSize":%d,"done":%t`, cursor.total, page.last)
	if !page.last {
		locator := o.queries.keep(cursor, o.config.Now())
		resource := "/query/"
		if tooling {
			resource = "/tooling/query/"
		}
		fmt.Fprintf(&out, `,"nextRecordsUrl":%q`, c.base+resource+locator+"-"+strconv.Itoa(page.next))
	}
	out.WriteString(`,"records":[`)
	out.Write(page.records)
	out.WriteString("]}\n")
	c.w.Header().Set("Content-Type", jsonType)
	_, _ = c.w.Write(out.Bytes()) // the client is gone: nobody to tell
}

func (o *Org) nextPage(c *call, locator string) *apiError {
	invalid := refuse(http.StatusBadRequest, "INVALID_QUERY_LOCATOR", "invalid query locator")
	id, offset, ok := strings.Cut(locator, "-")
	at, err := strconv.Atoi(offset)
	if !ok || err != nil {
		return invalid
	}
	cursor, ok := o.queries.find(id, o.config.Now())
	if !ok {
		return invalid
	}
	page, ok := cursor.page(at, newEncoder(cursor.plan, c.base))
	if !ok {
		return invalid
	}
	o.answerPage(c, cursor, page, false)
	return nil
}
