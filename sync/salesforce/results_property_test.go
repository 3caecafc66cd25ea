package salesforce_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"crmsync/sync/salesforce"
)

// faultyResult serves a result of so many rows page by page and misbehaves as it is told, one request at a time.
type faultyResult struct {
	rows, perPage int
	cutAt         int // per cent of a page

	mu     sync.Mutex
	faults []string
}

// fault takes the next request's fault.
func (f *faultyResult) fault() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.faults) == 0 {
		return ""
	}
	fault := f.faults[0]
	f.faults = f.faults[1:]
	return fault
}

func (f *faultyResult) serve(w http.ResponseWriter, r *http.Request) {
	at, _ := strconv.Atoi(r.URL.Query().Get("locator"))
	n := min(f.perPage, f.rows-at)
	locator := "null"
	if at+n < f.rows {
		locator = strconv.Itoa(at + n)
	}
	text := pageText(at+1, at+n)
	part := text[:len(text)*f.cutAt/100]
	switch f.fault() {
	case "edge page":
		html(503)(w, r)
	case "dropped":
		drop(w, r)
	case "cut":
		cut("text/csv", part, map[string]string{"Sforce-NumberOfRecords": strconv.Itoa(n), "Sforce-Locator": locator})(w, r)
	case "short":
		pageHeader(w, locator, n)
		_, _ = w.Write([]byte(part))
	case "announces more":
		pageHeader(w, locator, n+1)
		_, _ = w.Write([]byte(text))
	case "announces less":
		pageHeader(w, locator, max(0, n-1))
		_, _ = w.Write([]byte(text))
	default:
		pageHeader(w, locator, n)
		_, _ = w.Write([]byte(text))
	}
}

// Whatever happens to downloads, and wherever the reader dies between two transactions: a reader that keeps a page's
// rows together with the cursor behind it ends with every row once and in order.
func TestResultsUnderEveryFault(t *testing.T) {
	org := newScripted(t)
	c, _ := org.client()
	rapid.Check(t, func(rt *rapid.T) {
		f := &faultyResult{rows: rapid.IntRange(0, 23).Draw(rt, "rows"), perPage: rapid.IntRange(1, 7).Draw(rt, "per page"), cutAt: rapid.IntRange(0, 99).Draw(rt, "cut at")}
		f.faults = rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "edge page", "dropped", "cut", "short", "announces more", "announces less"}), 0, 12).Draw(rt, "faults")
		org.on("GET "+jobPath+"/results", f.serve)
		dies := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 4).Draw(rt, "pages until it dies")
		job := complete(int64(f.rows))
		var kept []string
		cursor := job.Start()
		for round := 0; ; round++ {
			if round > 60 {
				rt.Fatalf("never ended; kept %v", kept)
			}
			left := -1
			if round < len(dies) {
				left = dies[round]
			}
			err := readUntil(t, c, job, left, &cursor, &kept)
			if err == nil && cursor.Done {
				break
			}
			if errors.Is(err, salesforce.ErrCount) && cursor.Done {
				rt.Fatalf("all pages were kept and the total is wrong: %v; kept %v", err, kept)
			}
		}
		for i, id := range kept {
			if id != strconv.Itoa(i+1) {
				rt.Fatalf("kept %v", kept)
			}
		}
		if len(kept) != f.rows {
			rt.Fatalf("kept %d of %d rows", len(kept), f.rows)
		}
	})
}

// readUntil reads pages until one fails or so many were kept, each page's rows in one step with its cursor.
func readUntil(t *testing.T, c *salesforce.Client, job salesforce.QueryJob, pages int, cursor *salesforce.Cursor, kept *[]string) error {
	t.Helper()
	for page, err := range c.Results(t.Context(), job, *cursor, 0) {
		if err != nil {
			return err
		}
		if pages == 0 {
			return nil
		}
		pages--
		var rows []string
		for row, err := range page.Rows() {
			if err != nil {
				return err
			}
			if id := row.Text(0); !strings.Contains(row.Text(1), "\""+id+"\"") {
				t.Errorf("row %s holds %q", id, row.Text(1))
			}
			rows = append(rows, row.Text(0))
		}
		*kept, *cursor = append(*kept, rows...), page.Next()
	}
	return nil
}
