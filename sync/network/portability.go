package network

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// PortabilityHost is where the Member Data Portability API is served.
const PortabilityHost = "https://api.linkedin.com"

// PortabilityDomains are the parts of a member's data that are read, in the
// order in which they are imported: people before what was done with them.
// Their rows have the columns of Connections.csv, Invitations.csv and
// messages.csv of the same member's archive.
var PortabilityDomains = []string{"CONNECTIONS", "INVITATIONS", "INBOX"}

// ErrNoSnapshot is wrapped by the error of a member about whom the API holds
// nothing yet: after consent, the network prepares the data for some hours.
var ErrNoSnapshot = fault("", 0, CodeNoSnapshot,
	"After the consent it takes some hours until the data is prepared; try again later. Or import the archive: crmsync network import archive.zip.",
	"the portability API holds no connections, invitations or messages of this member")

// Fetch reads the member's snapshot and returns one CSV source for each domain
// that holds rows, to be imported like files of the member's archive. Pages are
// followed to their end, which is a 404 ("No data found"), not to the total the
// API claims, which its documentation calls unreliable. A member about whom it
// holds nothing at all is [ErrNoSnapshot].
//
// Sources: learn.microsoft.com/en-us/linkedin/dma/member-data-portability.
func (p Portability) Fetch(ctx context.Context) ([]Source, error) {
	var sources []Source
	for _, domain := range PortabilityDomains {
		rows, err := p.domain(ctx, domain)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		data, err := asCSV(rows)
		if err != nil {
			return nil, fmt.Errorf("portability API, %s: %w", domain, err)
		}
		sources = append(sources, Bytes("memberSnapshotData "+domain, data))
	}
	if len(sources) == 0 {
		return nil, ErrNoSnapshot
	}
	return sources, nil
}

// snapshotRow is one row of a domain: the archive's column names and their values.
type snapshotRow map[string]any

// snapshotPage is an answer of memberSnapshotData.
type snapshotPage struct {
	Paging struct {
		Links []struct{ Rel, Href string }
	}
	Elements []struct {
		SnapshotDomain string
		SnapshotData   []snapshotRow
	}
}

// domain reads all pages of one domain. The API was seen to start over behind
// its last page, so rows that were read before are left out, and a page with
// nothing new is the end.
func (p Portability) domain(ctx context.Context, domain string) (rows []snapshotRow, err error) {
	seen := map[string]bool{}
	size, start := int64(0), 0
	for {
		body, err := p.page(ctx, domain, start)
		if err != nil || body == nil {
			return rows, err
		}
		if size += int64(len(body)); size > p.Limits.orDefault().FileBytes {
			return nil, fault(domain, 0, CodeSize, "Import the member's archive instead.", "is larger than %d MiB", p.Limits.orDefault().FileBytes>>20)
		}
		var page snapshotPage
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, &Error{File: domain, Message: "the portability API answered with what is no snapshot: " + err.Error(), code: CodeJSON, cause: err}
		}
		got, before := page.rows(domain), len(rows)
		for _, row := range got {
			text, err := json.Marshal(row)
			if err != nil {
				return nil, fmt.Errorf("portability API, %s: %w", domain, err)
			}
			if mark := digest(string(text)); !seen[mark] {
				seen[mark] = true
				rows = append(rows, row)
			}
		}
		if len(rows) == before {
			return rows, nil
		}
		start = page.next(start + len(got))
	}
}

// next is where the next page begins: what the link to it says, if that leaves no
// row out, else behind the rows that were read. Of the link only the number
// is taken; the token never goes to an address out of an answer.
func (s snapshotPage) next(after int) int {
	for _, link := range s.Paging.Links {
		if link.Rel != "next" {
			continue
		}
		address, err := url.Parse(link.Href)
		if err != nil {
			continue
		}
		if start, err := strconv.Atoi(address.Query().Get("start")); err == nil && start > 0 && start <= after {
			return start
		}
	}
	return after
}

func (s snapshotPage) rows(domain string) (rows []snapshotRow) {
	for _, element := range s.Elements {
		if element.SnapshotDomain == "" || element.SnapshotDomain == domain {
			rows = append(rows, element.SnapshotData...)
		}
	}
	return rows
}

// asCSV writes rows as a CSV with all columns that any row has, sorted by name.
func asCSV(rows []snapshotRow) ([]byte, error) {
	columns := map[string]bool{}
	for _, row := range rows {
		for name := range row {
			columns[name] = true
		}
	}
	header := slices.Sorted(maps.Keys(columns))
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.Write(header); err != nil {
		return nil, err
	}
	cells := make([]string, len(header))
	for _, row := range rows {
		for i, name := range header {
			cells[i] = cellText(row[name])
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// cellText is a JSON value as the archive writes it. What the archive has no
// form for (lists, objects) is kept as JSON.
func cellText(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return strings.ReplaceAll(value, "\r\n", "\n")
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
