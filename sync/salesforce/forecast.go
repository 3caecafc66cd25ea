package salesforce

import "time"

// ObjectForecast is what is known of one object before a run.
type ObjectForecast struct {
	Object   string
	Rows     int64 // expected to be read
	PageRows int   // rows of a page; 0 means one page
	REST     bool  // read by REST, 2,000 rows a call
	Deleted  bool  // the log of deletions is asked, too
}

// Forecast is the number of API calls a run is expected to cost.
type Forecast struct {
	Calls     int
	PerObject map[string]int
}

const (
	fixedCalls   = 1 // the stages of opportunities
	restPageRows = 2000
	rowsPerCheck = 5_000 // a job reads about so many rows a second, by published timings; decides the polls only
)

// ForecastRun estimates the calls of an import: for each object a describe, the job's creation, its polls, its pages
// and its deletion.
func ForecastRun(objects []ObjectForecast) Forecast {
	f := Forecast{Calls: fixedCalls, PerObject: make(map[string]int, len(objects))}
	for _, o := range objects {
		n := 0
		if o.REST {
			n = 1 + pages(o.Rows, restPageRows)
		} else {
			n = 1 + 1 + polls(o.Rows) + pages(o.Rows, o.PageRows) + 1
		}
		if o.Deleted {
			n++
		}
		f.PerObject[o.Object] = n
		f.Calls += n
	}
	return f
}

func pages(rows int64, size int) int {
	if size <= 0 || rows <= 0 {
		return 1
	}
	return int((rows + int64(size) - 1) / int64(size))
}

// polls is how often WaitQueryJob looks at a job that takes as long as its rows suggest.
func polls(rows int64) int {
	var pause polling
	n := 2
	for took := time.Duration(rows/rowsPerCheck) * time.Second; pause.waited < took; pause.next() {
		n++
	}
	return n
}
