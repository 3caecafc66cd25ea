package salesforce

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"
)

// queryAnswer is one page of a REST query.
type queryAnswer struct {
	TotalSize      *int64   `json:"totalSize"`
	Done           bool     `json:"done"`
	NextRecordsURL string   `json:"nextRecordsUrl"`
	Records        []Record `json:"records"`
}

// Query runs a SOQL query over REST and yields its records, page after page. It is for small results: set-up
// objects, windows of under 2,000 rows; see Count for COUNT(). The count is compared with the announced one at the end. After an error
// nothing more is yielded.
func (c *Client) Query(ctx context.Context, soql string) iter.Seq2[Record, error] {
	return c.query(ctx, "query", soql)
}

// QueryAll is Query that also yields deleted and archived records.
func (c *Client) QueryAll(ctx context.Context, soql string) iter.Seq2[Record, error] {
	return c.query(ctx, "queryAll", soql)
}

// QueryTooling is Query over the Tooling API, which knows the org's set-up, such as installed packages.
func (c *Client) QueryTooling(ctx context.Context, soql string) iter.Seq2[Record, error] {
	return c.query(ctx, "tooling/query", soql)
}

func (c *Client) query(ctx context.Context, resource, soql string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		k := call{method: http.MethodGet, path: c.data(resource), query: url.Values{"q": {soql}}}
		var seen int64
		for {
			var page queryAnswer
			err := c.exchange(ctx, k, func(r *answer) error {
				page = queryAnswer{}
				return decode(r, &page)
			})
			if err != nil {
				yield(nil, fmt.Errorf("query %s: %w", objectOf(soql), err))
				return
			}
			for _, record := range page.Records {
				if !yield(record, nil) {
					return
				}
			}
			seen += int64(len(page.Records))
			if !page.Done && len(page.Records) == 0 {
				yield(nil, fmt.Errorf("query %s: %w: a page without records says that more follow", objectOf(soql), ErrAnswer))
				return
			}
			if page.Done {
				if page.TotalSize != nil && *page.TotalSize != seen {
					yield(nil, fmt.Errorf("query %s: %w", objectOf(soql), &CountError{What: "query", Want: *page.TotalSize, Got: seen}))
				}
				return
			}
			if k, err = nextPage(page.NextRecordsURL); err != nil {
				yield(nil, fmt.Errorf("query %s: %w", objectOf(soql), err))
				return
			}
		}
	}
}

// Count runs a SELECT COUNT() query and returns the count.
func (c *Client) Count(ctx context.Context, soql string) (int64, error) {
	var page queryAnswer
	k := call{method: http.MethodGet, path: c.data("query"), query: url.Values{"q": {soql}}}
	if err := c.exchange(ctx, k, func(a *answer) error { return decode(a, &page) }); err != nil {
		return 0, fmt.Errorf("count %s: %w", objectOf(soql), err)
	}
	if page.TotalSize == nil {
		return 0, fmt.Errorf("count %s: %w: it tells no size", objectOf(soql), ErrAnswer)
	}
	return *page.TotalSize, nil
}

// nextPage turns nextRecordsUrl, a path of the org, into the next call. An address of elsewhere is refused: the token
// would go there.
func nextPage(path string) (call, error) {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/services/data/") {
		return call{}, fmt.Errorf("%w: the next page's address is not a path of the org", ErrAnswer)
	}
	return call{method: http.MethodGet, path: u.EscapedPath(), query: u.Query()}, nil
}

// objectOf names the object of a query for errors, without its conditions.
func objectOf(soql string) string {
	words := strings.Fields(soql)
	for i, word := range words {
		if strings.EqualFold(word, "FROM") && i+1 < len(words) {
			return printable(words[i+1])
		}
	}
	return "(no object)"
}

// CountError means that fewer or more rows came than were announced.
type CountError struct {
	What string // page, job or query
	Want int64
	Got  int64
}

// Error tells both numbers.
func (e *CountError) Error() string {
	return fmt.Sprintf("%v: the %s holds %d, announced were %d", ErrCount, e.What, e.Got, e.Want)
}

// Unwrap makes it an ErrCount.
func (e *CountError) Unwrap() error { return ErrCount }

// Code returns salesforce.count.
func (e *CountError) Code() string { return codeOf(ErrCount) }

// Hint says that nothing was advanced.
func (e *CountError) Hint() string { return ErrCount.(*fault).hint }
