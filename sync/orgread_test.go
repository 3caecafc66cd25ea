package sync

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	gosync "sync"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// independent reads the org with plain HTTP and nothing of the client that is
// under test: its own sign-in, its own bulk jobs, its own reader of CSV.
type independent struct {
	t           testing.TB
	base        string
	credentials orgsim.Credentials
	token       string
}

// orgRow is a record as a bulk result of the org shows it.
type orgRow struct {
	id      string
	deleted bool
	fields  map[string]string
}

// orgRows are the records of one object in the order of the bulk result.
type orgRows []orgRow

func newIndependent(t testing.TB, base string, credentials orgsim.Credentials) *independent {
	return &independent{t: t, base: base, credentials: credentials}
}

// signIn takes a token by client credentials, which begins no family of
// refresh tokens and so disturbs none.
func (o *independent) signIn() {
	o.t.Helper()
	answer, err := http.PostForm(o.base+"/services/oauth2/token", url.Values{"grant_type": {"client_credentials"},
		"client_id": {o.credentials.ClientID}, "client_secret": {o.credentials.ClientSecret}})
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	var body struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil || body.Token == "" {
		o.t.Fatalf("sign in apart: HTTP %d, %v", answer.StatusCode, err)
	}
	o.token = body.Token
}

func (o *independent) call(method, path, body string) (string, http.Header) {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), method, o.base+"/services/data/v66.0/"+path, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+o.token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		o.t.Fatalf("%s %s: HTTP %d %v %s", method, path, answer.StatusCode, err, text)
	}
	return string(text), answer.Header
}

// fields are those of the annex, and the bookkeeping, that the org has.
func (o *independent) fields(object store.Object) []string {
	o.t.Helper()
	text, _ := o.call(http.MethodGet, "sobjects/"+object.Name+"/describe", "")
	var described struct {
		Fields []struct {
			Name string `json:"name"`
		} `json:"fields"`
	}
	if err := json.Unmarshal([]byte(text), &described); err != nil {
		o.t.Fatal(err)
	}
	var names []string
	for _, field := range described.Fields {
		if slices.Contains(object.Fields, field.Name) || slices.Contains(object.Bookkeeping, field.Name) {
			names = append(names, field.Name)
		}
	}
	if len(names) != len(object.Fields)+len(object.Bookkeeping) {
		o.t.Fatalf("%s: the org has %d of %d fields", object.Name, len(names), len(object.Fields)+len(object.Bookkeeping))
	}
	return names
}

// read downloads all records of an object, those in the recycle bin too.
func (o *independent) read(name string) orgRows {
	o.t.Helper()
	object, ok := store.ObjectNamed(name)
	if !ok {
		o.t.Fatalf("no object %s", name)
	}
	query := "SELECT " + strings.Join(o.fields(object), ", ") + " FROM " + name
	text, _ := o.call(http.MethodPost, "jobs/query", fmt.Sprintf(`{"operation":"queryAll","query":%q}`, query))
	var job struct{ ID, State string }
	for polls := 0; job.State != "JobComplete"; polls++ {
		if err := json.Unmarshal([]byte(text), &job); err != nil || polls > 50 {
			o.t.Fatalf("job %s after %d polls, %v", text, polls, err)
		}
		text, _ = o.call(http.MethodGet, "jobs/query/"+job.ID, "")
	}
	var rows orgRows
	locator := ""
	for {
		page, header := o.call(http.MethodGet, "jobs/query/"+job.ID+"/results?locator="+locator, "")
		table := quotedCSV(o.t, page)
		for _, values := range table[1:] {
			row := orgRow{fields: map[string]string{}}
			for i, column := range table[0] {
				row.fields[column] = values[i]
			}
			row.id, row.deleted = row.fields["Id"], row.fields["IsDeleted"] == "true"
			rows = append(rows, row)
		}
		if locator = header.Get("Sforce-Locator"); locator == "" || locator == "null" {
			break
		}
	}
	o.call(http.MethodDelete, "jobs/query/"+job.ID, "")
	return rows
}

// ids are the ids of the live records of an object, with a fresh sign-in.
func (o *independent) ids(object string) (ids []string) {
	o.t.Helper()
	o.signIn()
	for _, row := range o.read(object) {
		if !row.deleted {
			ids = append(ids, row.id)
		}
	}
	return ids
}

// all reads all seven objects, with a fresh sign-in.
func (o *independent) all() map[string]orgRows {
	o.t.Helper()
	o.signIn()
	all := map[string]orgRows{}
	for _, object := range objectNames {
		all[object] = o.read(object)
	}
	return all
}

// quotedCSV reads CSV in which every value is quoted, as bulk results are.
// Line breaks inside values stay as they are, which encoding/csv would change.
func quotedCSV(t testing.TB, text string) (table [][]string) {
	t.Helper()
	var row []string
	for len(text) > 0 {
		if text[0] != '"' {
			t.Fatalf("a value without quotes: %.60q", text)
		}
		var value strings.Builder
		for text = text[1:]; ; {
			before, after, found := strings.Cut(text, `"`)
			if !found {
				t.Fatalf("a value without an end: %.60q", text)
			}
			value.WriteString(before)
			if text = after; !strings.HasPrefix(text, `"`) {
				break
			}
			value.WriteByte('"')
			text = text[1:]
		}
		row = append(row, value.String())
		separator, rest := text[0], text[1:]
		if text = rest; separator == '\n' {
			table = append(table, row)
			row = nil
		}
	}
	if len(table) == 0 {
		t.Fatal("a result without a header")
	}
	return table
}

// differs says how a stored record differs from the org's, "" if it does not.
// Fields that skip names are not compared.
func (row orgRow) differs(record store.Record, skip func(field string) bool) string {
	var found []string
	for name, want := range row.fields {
		have := record.Get(name)
		switch name {
		case "Id":
			have = record.ID
		case "SystemModstamp":
			have = record.Modstamp.UTC().Format("2006-01-02T15:04:05.000Z")
		case "IsDeleted":
			have = fmt.Sprint(record.Deleted)
		case "MasterRecordId":
			have = record.MasterID
		}
		if have != want && !(skip != nil && skip(name)) {
			found = append(found, fmt.Sprintf("%s is %q, the org has %q", name, have, want))
		}
	}
	for _, field := range record.Fields {
		if _, known := row.fields[field.Name]; !known && !strings.Contains(field.Name, ".") {
			found = append(found, fmt.Sprintf("%s is %q, the org has no such field", field.Name, field.Value))
		}
	}
	slices.Sort(found)
	return strings.Join(found, "; ")
}

// stored reads the records of an object, deleted ones too, by id.
func (h *harness) stored(object string) map[string]store.Record {
	h.t.Helper()
	rows := map[string]store.Record{}
	for record, err := range h.store.EachRecord(h.t.Context(), object, store.RecordFilter{}) {
		if err != nil {
			h.t.Fatal(err)
		}
		rows[record.ID] = record
	}
	return rows
}

// gate stands before the org and sees every request first.
type gate struct {
	org    http.Handler
	mu     gosync.Mutex
	before func(*http.Request) // nil: nothing
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	if g.before != nil {
		g.before(r)
	}
	g.mu.Unlock()
	g.org.ServeHTTP(w, r)
}

// watch replaces what is done before each request; nil ends it.
func (g *gate) watch(before func(*http.Request)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before = before
}

// gated puts a gate before the org of a harness that is not connected yet.
func (h *harness) gated() *gate {
	h.t.Helper()
	g := &gate{org: h.org.Handler()}
	h.server.Close()
	h.server = httptest.NewServer(g)
	return g
}

// independent is a reader of the org of the harness.
func (h *harness) independent() *independent {
	h.t.Helper()
	credentials, err := h.org.Credentials(h.server.URL)
	if err != nil {
		h.t.Fatal(err)
	}
	return newIndependent(h.t, h.server.URL, credentials)
}

// sameAsOrg compares every field of every record of all seven objects with the
// org, read independently. What the org has forgotten must be marked as deleted.
func (h *harness) sameAsOrg(org *independent) {
	h.t.Helper()
	if err := h.org.SetScenarios(); err != nil {
		h.t.Fatal(err)
	}
	for object, rows := range org.all() {
		have := h.stored(object)
		for _, row := range rows {
			record, ok := have[row.id]
			switch {
			case ok:
				if difference := row.differs(record, nil); difference != "" {
					h.t.Errorf("%s %s: %s", object, row.id, difference)
				}
			case !row.deleted: // what was made and deleted between two imports need not be here
				h.t.Errorf("%s %s is missing", object, row.id)
			}
			delete(have, row.id)
		}
		for id, record := range have {
			if !record.Deleted {
				h.t.Errorf("%s %s is live and not in the org", object, id)
			}
		}
	}
}
