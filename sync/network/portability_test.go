package network_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"crmsync/sync/network"
)

// standIn serves the snapshot of one member as the Member Data Portability API does: pages of rows under the
// archive's column names, a next link, and a 404 behind the last page.
type standIn struct {
	rows     map[string][]map[string]any // by domain
	perPage  int
	again    bool  // starts over behind the last page, as was seen of the true API
	answers  []int // status codes given before anything else, one for each request
	requests []string
}

const memberToken = "the-member-s-token"

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests = append(s.requests, r.URL.String())
	if len(s.answers) > 0 {
		status := s.answers[0]
		s.answers = s.answers[1:]
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(status)
		return
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+memberToken:
		http.Error(w, `{"message":"Invalid access token","status":401}`, http.StatusUnauthorized)
		return
	case r.Header.Get("LinkedIn-Version") != "202312":
		http.Error(w, `{"code":"NONEXISTENT_VERSION"}`, http.StatusUpgradeRequired)
		return
	}
	domain := r.URL.Query().Get("domain")
	start, _ := strconv.Atoi(r.URL.Query().Get("start"))
	rows := s.rows[domain]
	if s.again && len(rows) > 0 {
		start %= len(rows)
	}
	if start >= len(rows) {
		http.Error(w, `{"message":"No data found for this domain and memberId.","status":404}`, http.StatusNotFound)
		return
	}
	end := min(start+s.perPage, len(rows))
	json.NewEncoder(w).Encode(map[string]any{
		"paging": map[string]any{"start": start, "count": s.perPage, "total": 3, "links": []any{
			map[string]string{"rel": "next", "href": fmt.Sprintf("https://elsewhere.example/rest/memberSnapshotData?q=criteria&domain=%s&start=%d", domain, end)}}},
		"elements": []any{map[string]any{"snapshotDomain": domain, "snapshotData": rows[start:end]}},
	})
}

// reader is a Portability that asks the stand-in, and the waits it made.
func (s *standIn) reader(t *testing.T) (network.Portability, *[]time.Duration) {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	var waits []time.Duration
	return network.Portability{HTTP: server.Client(), Host: server.URL, Token: memberToken, Sleep: func(_ context.Context, d time.Duration) error {
		waits = append(waits, d)
		return nil
	}}, &waits
}

const (
	connectionsCSV = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" +
		"Max,Mustermann,https://www.linkedin.com/in/max-mustermann,,ACME GmbH,\"CTO, interim\",05 Mar 2024\n" +
		"Éva,Nagy,https://www.linkedin.com/in/eva,eva@nagy.hu,Nagy Kft,,01 Jan 2020\n" +
		"Li,王,https://www.linkedin.com/in/li-wang,,,,02 Jan 2020\n"
	messagesCSV = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n" +
		"c1,,Ana Ruiz,https://www.linkedin.com/in/ana,Max Mustermann,https://www.linkedin.com/in/max-mustermann,2026-11-01 10:00:00 UTC,,\"Hello,\nworld \"\"x\"\"\",INBOX\n" +
		"c1,,Max Mustermann,https://www.linkedin.com/in/max-mustermann,Ana Ruiz,https://www.linkedin.com/in/ana,2026-11-01 11:00:00 UTC,,Hi,INBOX\n" +
		"c2,,Ana Ruiz,https://www.linkedin.com/in/ana,Eva Nagy,https://www.linkedin.com/in/eva,2026-11-02 10:00:00 UTC,Offer,Please see,SENT\n"
)

// asRows is a CSV file as the API hands it out.
func asRows(t *testing.T, text string) (rows []map[string]any) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]any{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// rowsOf reads sources to their end.
func rowsOf(t *testing.T, sources ...network.Source) (rows []network.Row) {
	t.Helper()
	for _, source := range sources {
		reader, err := network.Open(t.Context(), source, network.Options{Seat: "ana@example.com", Own: "https://www.linkedin.com/in/ana"})
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range reader.Rows(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func TestPortabilityGivesWhatTheArchiveGives(t *testing.T) {
	for _, test := range []struct {
		name    string
		perPage int
		again   bool
	}{{"one page", 100, false}, {"a page for each row", 1, false}, {"starts over behind the last page", 2, true}} {
		t.Run(test.name, func(t *testing.T) {
			s := &standIn{perPage: test.perPage, again: test.again, rows: map[string][]map[string]any{
				"CONNECTIONS": asRows(t, connectionsCSV), "INBOX": asRows(t, messagesCSV)}}
			api, _ := s.reader(t)
			sources, err := api.Fetch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := rowsOf(t, network.Bytes("Connections.csv", []byte(connectionsCSV)), network.Bytes("messages.csv", []byte(messagesCSV)))
			if len(want) != 5 {
				t.Fatalf("the files give %d rows", len(want))
			}
			if diff := cmp.Diff(want, rowsOf(t, sources...), cmpopts.IgnoreFields(network.Row{}, "File", "Line")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPortabilityAsksAgainAndWaitsAsTold(t *testing.T) {
	s := &standIn{perPage: 10, answers: []int{429, 503}, rows: map[string][]map[string]any{"CONNECTIONS": asRows(t, connectionsCSV)}}
	api, waits := s.reader(t)
	sources, err := api.Fetch(t.Context())
	if err != nil || len(sources) != 1 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	if len(*waits) != 2 || (*waits)[0] < 7*time.Second {
		t.Errorf("waited %v, want at least the 7 s of Retry-After, twice", *waits)
	}
}

func TestPortabilityRefusals(t *testing.T) {
	rows := map[string][]map[string]any{"CONNECTIONS": asRows(t, connectionsCSV)}
	for _, test := range []struct {
		name    string
		standIn standIn
		token   string
		code    string
		asks    int
	}{
		{"no token", standIn{rows: rows}, "other", network.CodeToken, 1},
		{"no consent", standIn{rows: rows, answers: []int{403}}, memberToken, network.CodeConsent, 1},
		{"version gone", standIn{rows: rows, answers: []int{426}}, memberToken, network.CodeService, 1},
		{"down", standIn{rows: rows, answers: []int{500, 500, 500, 500, 500, 500}}, memberToken, network.CodeService, 5},
		{"redirected", standIn{rows: rows, answers: []int{302}}, memberToken, network.CodeService, 1},
		{"nothing there yet", standIn{}, memberToken, network.CodeNoSnapshot, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.standIn.perPage = 10
			api, _ := test.standIn.reader(t)
			api.Token = test.token
			_, err := api.Fetch(t.Context())
			var known *network.Error
			if !errors.As(err, &known) || known.Code() != test.code || known.Hint() == "" {
				t.Fatalf("got %v, want code %s and a hint", err, test.code)
			}
			if strings.Contains(err.Error(), test.token) {
				t.Errorf("the error tells the token: %v", err)
			}
			if len(test.standIn.requests) != test.asks {
				t.Errorf("asked %d times, want %d: %v", len(test.standIn.requests), test.asks, test.standIn.requests)
			}
		})
	}
}

func TestPortabilityTakesNoEndlessSnapshot(t *testing.T) {
	s := &standIn{perPage: 1, rows: map[string][]map[string]any{"CONNECTIONS": asRows(t, connectionsCSV)}}
	api, _ := s.reader(t)
	api.Limits = network.Limits{FileBytes: 500}
	_, err := api.Fetch(t.Context())
	var known *network.Error
	if !errors.As(err, &known) || known.Code() != network.CodeSize {
		t.Fatalf("got %v", err)
	}
}

func FuzzPortability(f *testing.F) {
	f.Add([]byte(`{"elements":[{"snapshotDomain":"CONNECTIONS","snapshotData":[{"First Name":"A","Last Name":null,"N":1.5,"L":[1]}]}]}`))
	f.Add([]byte(`{"paging":{"links":[{"rel":"next","href":"%zz"}]},"elements":[{}]}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked > 10 {
				t.Fatal("a snapshot of one page is asked for without end")
			}
			w.Write(body)
		}))
		defer server.Close()
		api := network.Portability{HTTP: server.Client(), Host: server.URL, Token: "x", Sleep: func(context.Context, time.Duration) error { return nil }}
		sources, err := api.Fetch(t.Context())
		if err != nil {
			return
		}
		for _, source := range sources {
			in, err := source.Open()
			if err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			if _, err := text.ReadFrom(in); err != nil {
				t.Fatal(err)
			}
			if _, err := csv.NewReader(&text).ReadAll(); err != nil {
				t.Fatalf("no CSV: %v", err)
			}
		}
	})
}
