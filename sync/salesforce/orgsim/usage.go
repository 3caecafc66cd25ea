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
	hours [24]tally
	saved [24]tally // as the journal has them
	at    int64     // the newest hour counted, since 1970
	total int64     // requests since the start
}

// tally is what was counted in an hour: requests, and bulk query jobs made.
type tally struct {
	Calls int `json:"calls"`
	Jobs  int `json:"jobs"`
}

// usageEntry is an hour's line in the journal; a later one for the same hour replaces it.
type usageEntry struct {
	Hour int64 `json:"hour"`
	tally
}

// saveEvery is how many requests lie between two lines of the journal. As many may be forgotten when the process is
// killed.
const saveEvery = 20

// spend counts one request and returns the value of Sforce-Limit-Info.
func (u *usage) spend(now time.Time) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance(now.Unix() / 3600)
	u.hours[u.at%24].Calls++
	u.total++
	return fmt.Sprintf("api-usage=%d/%d", u.sum().Calls, u.max)
}

func (u *usage) advance(hour int64) {
	if hour-u.at >= 24 || hour < u.at {
		u.hours, u.saved = [24]tally{}, [24]tally{}
		u.at = hour
	}
	for u.at < hour {
		u.at++
		u.hours[u.at%24], u.saved[u.at%24] = tally{}, tally{}
	}
}

func (u *usage) sum() (sum tally) {
	for _, hour := range u.hours {
		sum.Calls += hour.Calls
		sum.Jobs += hour.Jobs
	}
	return sum
}

// unsaved returns the hours that are to be written down, when so many requests are not yet.
func (u *usage) unsaved(requests int) (entries []usageEntry) {
	u.mu.Lock()
	defer u.mu.Unlock()
	missing := 0
	for hour := u.at - 23; hour <= u.at; hour++ {
		if i := (hour + 24) % 24; u.hours[i] != u.saved[i] {
			missing += u.hours[i].Calls - u.saved[i].Calls
			entries = append(entries, usageEntry{hour, u.hours[i]})
		}
	}
	if missing < requests {
		return nil
	}
	u.saved = u.hours
	return entries
}

// replay takes in a line of the journal.
func (u *usage) replay(e usageEntry) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance(max(u.at, e.Hour))
	if e.Hour > u.at-24 {
		u.hours[e.Hour%24], u.saved[e.Hour%24] = e.tally, e.tally
	}
}

func (u *usage) exhausted() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.sum().Calls > u.max
}

func (u *usage) addJob(now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance(now.Unix() / 3600)
	u.hours[u.at%24].Jobs++
}

// saveUsage writes the count down when so many requests are not yet.
func (o *Org) saveUsage(requests int) error {
	for _, e := range o.usage.unsaved(requests) {
		if err := o.journal.usage(e); err != nil {
			return err
		}
	}
	return nil
}

// limit is one line of the limits resource.
type limit struct {
	Max       int `json:"Max"`
	Remaining int `json:"Remaining"`
}

func (u *usage) limits() map[string]limit {
	u.mu.Lock()
	defer u.mu.Unlock()
	sum := u.sum()
	full := func(n int) limit { return limit{n, n} }
	return map[string]limit{
		"DailyApiRequests": {u.max, max(0, u.max-sum.Calls)}, "DailyBulkApiBatches": full(15_000), "DailyBulkV2QueryJobs": {maxJobs, max(0, maxJobs-sum.Jobs)},
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
