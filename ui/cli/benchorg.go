package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// download runs a bulk query and reads its result as plain bytes, or as rows as long as each wants more.
// It speaks to the org by itself, so that the product's client is no part of what is measured.
func (o *orgProcess) download(ctx context.Context, soql string, each func(row []string) bool) (int64, error) {
	const jobs = "/services/data/v67.0/jobs/query"
	body, err := json.Marshal(map[string]string{"operation": "queryAll", "query": soql})
	if err != nil {
		return 0, err
	}
	var job struct{ ID, State string }
	if err := o.call(ctx, http.MethodPost, jobs, body, &job); err != nil {
		return 0, err
	}
	for job.State != "JobComplete" {
		if job.State == "Failed" || job.State == "Aborted" {
			return 0, fmt.Errorf("the job ended as %s", job.State)
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		if err := o.call(ctx, http.MethodGet, jobs+"/"+job.ID, nil, &job); err != nil {
			return 0, err
		}
	}
	var total int64
	for locator := ""; locator != "null"; {
		response, err := o.open(ctx, http.MethodGet, jobs+"/"+job.ID+"/results?maxRecords=50000&locator="+locator, nil)
		if err != nil {
			return total, err
		}
		n, err := strconv.ParseInt(response.Header.Get("Sforce-NumberOfRecords"), 10, 64)
		more := true
		if err == nil {
			more, err = drain(response.Body, each)
		}
		response.Body.Close()
		if err != nil {
			return total, err
		}
		if total += n; !more {
			return total, nil
		}
		if locator = response.Header.Get("Sforce-Locator"); locator == "" {
			return total, nil
		}
	}
	return total, nil
}

// drain reads a page of results to its end, or until each has enough.
func drain(body io.Reader, each func(row []string) bool) (more bool, err error) {
	if each == nil {
		_, err := io.Copy(io.Discard, body)
		return true, err
	}
	reader := csv.NewReader(body)
	if _, err := reader.Read(); err != nil { // the header
		return false, err
	}
	for {
		row, err := reader.Read()
		if err == io.EOF {
			return true, nil
		}
		if err != nil || !each(row) {
			return false, err
		}
	}
}

func (o *orgProcess) call(ctx context.Context, method, path string, body []byte, into any) error {
	response, err := o.open(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(response.Body).Decode(into)
}

func (o *orgProcess) open(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, o.InstanceURL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+o.AccessToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	return response, nil
}
