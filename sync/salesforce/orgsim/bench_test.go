package orgsim_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// discard is a response that counts and keeps nothing.
type discard struct {
	header http.Header
	bytes  int64
}

func (d *discard) Header() http.Header { return d.header }
func (d *discard) WriteHeader(int)     {}
func (d *discard) Write(p []byte) (int, error) {
	d.bytes += int64(len(p))
	return len(p), nil
}

// contactFields are those of S112 with the bookkeeping columns.
const contactFields = "Id, AccountId, CreatedDate, Department, Description, Email, Fax, FirstName, LastActivityDate, LastName, LastModifiedDate, " +
	"LastReferencedDate, LastViewedDate, LeadSource, MailingStreet, MailingCity, MailingCountry, MailingState, Name, Phone, Title, IsDeleted, SystemModstamp, MasterRecordId"

// BenchmarkExport measures the org's own cost of a bulk export: rows of Contact made and written as CSV, without the network.
func BenchmarkExport(b *testing.B) {
	const contacts = 100_000
	org, err := orgsim.New(orgsim.Config{Contacts: contacts, Now: func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		b.Fatal(err)
	}
	login, err := org.Credentials("http://127.0.0.1")
	if err != nil {
		b.Fatal(err)
	}
	handler := org.Handler()
	send := func(method, path, body string, w http.ResponseWriter) {
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Authorization", "Bearer "+login.AccessToken)
		handler.ServeHTTP(w, r)
	}
	job := httptest.NewRecorder()
	send("POST", data+"/jobs/query", `{"operation":"queryAll","query":"SELECT `+contactFields+` FROM Contact"}`, job)
	id := answer{t: b, body: job.Body.Bytes()}.object()["id"].(string)
	send("GET", data+"/jobs/query/"+id, "", httptest.NewRecorder())
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		out := &discard{header: http.Header{}}
		send("GET", data+"/jobs/query/"+id+"/results", "", out)
		if out.header.Get("Sforce-Locator") != "null" {
			b.Fatal("more than one page")
		}
		b.SetBytes(out.bytes)
		rows += contacts
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
