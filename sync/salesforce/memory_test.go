package salesforce_test

import (
	"flag"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"time"
)

var hugeRows = flag.Int("rows", 200_000, "rows of the streamed result whose memory is measured")

// block is a thousand rows of Contacts without a header.
func block() []byte {
	text := contactPage(1000)
	for i, b := range text {
		if b == '\n' {
			return text[i+1:]
		}
	}
	return nil
}

// hugeResult serves a result of any size, page by page, without holding it.
func hugeResult(rows, perPage int) http.HandlerFunc {
	thousand := block()
	return func(w http.ResponseWriter, r *http.Request) {
		at, _ := strconv.Atoi(r.URL.Query().Get("locator"))
		n := min(perPage, rows-at)
		locator := "null"
		if at+n < rows {
			locator = strconv.Itoa(at + n)
		}
		pageHeader(w, locator, n)
		_, _ = io.WriteString(w, "\"Id\",\"Name\",\"Email\",\"Title\",\"MailingStreet\",\"Description\",\"CreatedDate\",\"SystemModstamp\"\n")
		for range n / 1000 {
			if _, err := w.Write(thousand); err != nil {
				return
			}
		}
	}
}

// TestMemoryStaysFlat streams a large result and looks at the heap after each 100,000 rows, server included. For the
// full measure: go test -run MemoryStaysFlat -v ./sync/salesforce -args -rows 5000000
func TestMemoryStaysFlat(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+jobPath+"/results", hugeResult(*hugeRows, 50_000))
	c, _ := org.client()
	job := complete(int64(*hugeRows))
	var memory runtime.MemStats
	var peak uint64
	var rows int
	began := time.Now()
	for p, err := range c.Results(t.Context(), job, job.Start(), 50_000) {
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range p.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if len(row) != 8 || len(row[0]) != 18 {
				t.Fatalf("row %d is %q", rows, row)
			}
			if rows++; rows%100_000 == 0 {
				runtime.ReadMemStats(&memory)
				peak = max(peak, memory.HeapInuse)
			}
		}
	}
	took := time.Since(began)
	if rows != *hugeRows || peak > 64<<20 {
		t.Errorf("%d rows, peak heap %d MiB", rows, peak>>20)
	}
	t.Logf("%d rows in %v (%.0f rows/s), peak heap %.1f MiB", rows, took.Round(time.Millisecond), float64(rows)/took.Seconds(), float64(peak)/(1<<20))
}
