package orgsim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// clock is a clock the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// served is an org, served, with a session.
type served struct {
	t     testing.TB
	org   *orgsim.Org
	url   string
	clock *clock
	login orgsim.Credentials
}

// serve starts an org of 200 contacts, unless the configuration says otherwise.
func serve(t testing.TB, config orgsim.Config) *served {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	if config.Contacts == 0 {
		config.Contacts = 200
	}
	if config.Now == nil {
		config.Now = c.Now
	}
	org, err := orgsim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(org.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := org.Close(); err != nil {
			t.Error(err)
		}
	})
	login, err := org.Credentials(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &served{t, org, server.URL, c, login}
}

// answer is what came back, read whole.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// do sends a request with the session's token. Redirects are not followed.
func (s *served) do(method, path string, body any, headers ...string) answer {
	s.t.Helper()
	a, err := s.try(method, path, body, headers...)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *served) try(method, path string, body any, headers ...string) (answer, error) {
	s.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		reader = bytes.NewReader(b)
	case url.Values:
		reader = strings.NewReader(b.Encode())
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	default:
		text, err := json.Marshal(b)
		if err != nil {
			s.t.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, reader)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.login.AccessToken)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{s.t, response.StatusCode, response.Header, text}, err
}

// want fails the test unless the status is as given.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// object reads the body as a JSON object.
func (a answer) object() map[string]any {
	a.t.Helper()
	var out map[string]any
	if err := json.Unmarshal(a.body, &out); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	return out
}

// list reads the body as a JSON array of objects.
func (a answer) list() []map[string]any {
	a.t.Helper()
	var out []map[string]any
	if err := json.Unmarshal(a.body, &out); err != nil {
		a.t.Fatalf("%v in %s", err, a.body)
	}
	return out
}

// code is the error code of an error answer.
func (a answer) code() string {
	a.t.Helper()
	list := a.list()
	if len(list) != 1 {
		a.t.Fatalf("%d errors in %s", len(list), a.body)
	}
	return list[0]["errorCode"].(string)
}

// query returns the records of a REST query.
func (s *served) query(soql string) []map[string]any {
	s.t.Helper()
	var records []map[string]any
	for _, r := range s.do("GET", data+"/query?q="+url.QueryEscape(soql), nil).want(200).object()["records"].([]any) {
		records = append(records, r.(map[string]any))
	}
	return records
}

// queryAll is query with the records in the recycle bin.
func (s *served) queryAll(soql string) []map[string]any {
	s.t.Helper()
	var records []map[string]any
	for _, r := range s.do("GET", data+"/queryAll?q="+url.QueryEscape(soql), nil).want(200).object()["records"].([]any) {
		records = append(records, r.(map[string]any))
	}
	return records
}

// data is where the data API of the version most tests use is.
const data = "/services/data/v67.0"
