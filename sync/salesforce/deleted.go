package salesforce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// DeletedRecord is a record that left an object.
type DeletedRecord struct {
	ID string
	At time.Time
}

// Deleted is what Salesforce's replication log knows of an object's deletions.
type Deleted struct {
	Records  []DeletedRecord
	Earliest time.Time // the log reaches back to here; deletions before are unknown
	Covered  time.Time // the next question starts here
}

// Deleted asks which records were deleted between two moments, the recycle bin's purged ones included. The log reaches
// at most 15 days back; start lies at least a minute before end.
func (c *Client) Deleted(ctx context.Context, object string, start, end time.Time) (Deleted, error) {
	var raw struct {
		Records []struct {
			ID   string `json:"id"`
			Date string `json:"deletedDate"`
		} `json:"deletedRecords"`
		Earliest string `json:"earliestDateAvailable"`
		Covered  string `json:"latestDateCovered"`
	}
	k := call{method: http.MethodGet, path: c.data("sobjects/" + url.PathEscape(object) + "/deleted/"),
		query: url.Values{"start": {FormatDateTime(start)}, "end": {FormatDateTime(end)}}}
	if err := c.exchange(ctx, k, func(a *answer) error { return decode(a, &raw) }); err != nil {
		return Deleted{}, fmt.Errorf("ask for deleted %s: %w", object, err)
	}
	var d Deleted
	var err error
	if d.Earliest, err = ParseDateTime(raw.Earliest); err == nil {
		d.Covered, err = ParseDateTime(raw.Covered)
	}
	for _, r := range raw.Records {
		if err != nil {
			break
		}
		var at time.Time
		if at, err = ParseDateTime(r.Date); err == nil {
			d.Records = append(d.Records, DeletedRecord{ID: r.ID, At: at})
		}
	}
	if err != nil {
		return Deleted{}, fmt.Errorf("ask for deleted %s: %w: %w", object, ErrAnswer, err)
	}
	return d, nil
}
