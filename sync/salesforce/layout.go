package salesforce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// RelatedList is a list of related records on a record's page, such as its activities or its notes.
type RelatedList struct {
	Name   string `json:"name"` // such as ActivityHistories
	Label  string `json:"label"`
	Object string `json:"sobject"` // of the records in it, such as Task; may be empty
}

// RelatedLists returns the related lists that the integration user's layouts of an object show, each name once: what
// is written to an object without the fitting list is there, but nobody sees it.
func (c *Client) RelatedLists(ctx context.Context, object string) ([]RelatedList, error) {
	var page struct {
		Layouts []struct {
			RelatedLists []RelatedList `json:"relatedLists"`
		} `json:"layouts"`
	}
	k := call{method: http.MethodGet, path: c.data("sobjects/" + url.PathEscape(object) + "/describe/layouts")}
	if err := c.exchange(ctx, k, func(a *answer) error { return decode(a, &page) }); err != nil {
		return nil, fmt.Errorf("read the layouts of %s: %w", object, err)
	}
	var lists []RelatedList
	seen := map[string]bool{}
	for _, layout := range page.Layouts {
		for _, list := range layout.RelatedLists {
			if !seen[list.Name] {
				seen[list.Name] = true
				lists = append(lists, list)
			}
		}
	}
	return lists, nil
}
