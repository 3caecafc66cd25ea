package orgsim

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

// usage counts API requests of the last 24 hours, hour by hour.
type usage struct {
	mu    sync.Mutex
	max   int
	hours [24]int
	at    int64 // the newest hour counted, since 1970
	jobs  int   // bulk query jobs made in the same time
	total int64 // requests since the start
}

// spend counts one request and returns the value of Sforce-Limit-Info.
func (u *usage) spend(now time.Time) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance(now)
	u.hours[u.at%24]++
	u.total++
	return fmt.Sprintf("api-usage=%d/%d", u.sum(), u.max)
}

func (u *usage) advance(now time.Time) {
	hour := now.Unix() / 3600
	if hour-u.at >= 24 || hour < u.at {
		u.hours, u.jobs = [24]int{}, 0
		u.at = hour
	}
	for u.at < hour {
		u.at++
		u.hours[u.at%24] = 0
	}
}

func (u *usage) sum() int {
	sum := 0
	for _, n := range u.hours {
		sum += n
	}
	return sum
}

func (u *usage) exhausted() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.sum() > u.max
}

func (u *usage) addJob() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.jobs++
}

// limit is one line of the limits resource.
type limit struct {
	Max       int `json:"Max"`
	Remaining int `json:"Remaining"`
}

func (u *usage) limits() map[string]limit {
	u.mu.Lock()
	defer u.mu.Unlock()
	full := func(n int) limit { return limit{n, n} }
	return map[string]limit{
		"DailyApiRequests": {u.max, max(0, u.max-u.sum())}, "DailyBulkApiBatches": full(15_000), "DailyBulkV2QueryJobs": {maxJobs, max(0, maxJobs-u.jobs)},
		"DailyBulkV2QueryFileStorageMB": full(976_562), "DailyAsyncApexExecutions": full(250_000), "DailyStreamingApiEvents": full(1_000_000),
		"DataStorageMB": full(10_240), "FileStorageMB": full(10_240), "HourlyODataCallout": full(1000), "MassEmail": full(5000), "SingleEmail": full(5000),
		"ConcurrentAsyncGetReportInstances": full(200), "HourlyTimeBasedWorkflow": full(1000), "DailyWorkflowEmails": full(100_000),
	}
}

func (o *Org) limits(c *call) *apiError {
	if c.r.Method != http.MethodGet || len(c.path) > 1 {
		return errNotFound
	}
	write(c.w, http.StatusOK, o.usage.limits())
	return nil
}
