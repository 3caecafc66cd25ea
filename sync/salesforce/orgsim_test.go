package salesforce_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	foreign "github.com/k-capehart/go-salesforce/v3"

	"crmsync/sync/salesforce"
	"crmsync/sync/salesforce/orgsim"
)

// served is a built-in org that is served, with a client that signed in to it.
type served struct {
	*orgsim.Org
	url    string
	app    salesforce.App
	store  *memoryStore
	client *salesforce.Client
}

// serveOrg starts an org and signs in to it as a person would: the browser follows the address and comes back to the
// loopback listener.
func serveOrg(t *testing.T, config orgsim.Config) *served {
	t.Helper()
	redirect := fmt.Sprintf("http://localhost:%d/callback", freePort(t))
	config.AutoApprove, config.RedirectURIs = true, []string{redirect}
	if config.Contacts == 0 {
		config.Contacts = 400
	}
	org, err := orgsim.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(org.Handler())
	t.Cleanup(func() { server.Close(); _ = org.Close() })
	credentials, err := org.Credentials(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &served{Org: org, url: server.URL, store: &memoryStore{},
		app: salesforce.App{LoginHost: server.URL, ClientID: credentials.ClientID, ClientSecret: credentials.ClientSecret, RedirectURL: redirect, HTTP: server.Client()}}
	s.signIn(t)
	n := &naps{}
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.RefreshGrant{App: s.app}, Store: s.store, Sleep: n.sleep})
	s.client, err = salesforce.New(salesforce.Options{Tokens: source, HTTP: server.Client(), Sleep: n.sleep, Governor: salesforce.NewGovernor(salesforce.GovernorOptions{})})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *served) signIn(t *testing.T) {
	t.Helper()
	z, err := s.app.Authorize(salesforce.AuthorizeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	loopback, err := z.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer loopback.Close()
	visit, err := http.Get(z.URL) // follows the redirect to the listener, as a browser does
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(visit.Body)
	_ = visit.Body.Close()
	if !strings.Contains(string(page), "Signed in") {
		t.Fatalf("the browser ended on %s: %s", visit.Status, page)
	}
	code, err := loopback.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, err := z.Exchange(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.SaveToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
}

// bulk runs a query as a bulk job and returns the columns and all rows.
func (s *served) bulk(t *testing.T, soql string, perPage int) (columns []string, rows []salesforce.Row, pages int) {
	t.Helper()
	job, err := s.client.CreateQueryJob(t.Context(), soql, salesforce.OperationQueryAll)
	if err != nil {
		t.Fatal(err)
	}
	if job, err = s.client.WaitQueryJob(t.Context(), job.ID, nil); err != nil {
		t.Fatal(err)
	}
	for page, err := range s.client.Results(t.Context(), job, job.Start(), perPage) {
		if err != nil {
			t.Fatal(err)
		}
		columns = page.Columns
		pages++
		for row, err := range page.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row.Clone())
		}
	}
	if err := s.client.DeleteQueryJob(t.Context(), job.ID); err != nil {
		t.Error(err)
	}
	return columns, rows, pages
}

func contactSelection(t *testing.T, s *served) *salesforce.Selection {
	t.Helper()
	d, err := s.client.Describe(t.Context(), "Contact")
	if err != nil {
		t.Fatal(err)
	}
	if d.ServerTime.IsZero() {
		t.Error("describe tells no time")
	}
	selection, err := salesforce.Select(d, salesforce.Wanted{Fields: []string{"Id", "AccountId", "CreatedDate", "Description", "Email", "FirstName", "LastName", "MailingStreet", "Name", "Title"},
		Bookkeeping: []string{"IsDeleted", "SystemModstamp", "MasterRecordId"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return selection
}

func TestBuiltInOrgReadsTheSameBothWays(t *testing.T) {
	s := serveOrg(t, orgsim.Config{SlowPolls: 3})
	selection := contactSelection(t, s)
	soql := selection.Window(time.Time{}, time.Now().Add(time.Hour))
	columns, rows, pages := s.bulk(t, soql, 50)
	if !slices.Equal(columns, selection.Fields) || pages != (len(rows)+49)/50 || pages < 5 {
		t.Fatalf("columns %v, %d rows in %d pages", columns, len(rows), pages)
	}
	byID := map[string]salesforce.Row{}
	for _, row := range rows {
		byID[row.Text(0)] = row
	}
	if len(byID) != len(rows) {
		t.Errorf("%d ids in %d rows", len(byID), len(rows))
	}
	seen := 0
	for record, err := range s.client.QueryAll(t.Context(), soql) {
		if err != nil {
			t.Fatal(err)
		}
		seen++
		compareRow(t, columns, byID[record.Text("Id")], record.Row(columns))
	}
	if seen != len(rows) {
		t.Errorf("REST gives %d records, Bulk %d", seen, len(rows))
	}
	if usage, ok := s.client.Usage(); !ok || usage.Used == 0 {
		t.Errorf("usage %+v", usage)
	}
}

// compareRow compares a record as Bulk and as REST give it; dateTimes are written differently and mean the same.
func compareRow(t *testing.T, columns []string, bulk, rest salesforce.Row) {
	t.Helper()
	for i, column := range columns {
		if bulk == nil || len(bulk) != len(rest) {
			t.Fatalf("a record has %d values over REST and %d in Bulk", len(rest), len(bulk))
		}
		if column == "CreatedDate" || column == "SystemModstamp" {
			a, err1 := salesforce.ParseDateTime(bulk[i])
			b, err2 := salesforce.ParseDateTime(rest[i])
			if err1 != nil || err2 != nil || !a.Equal(b) || a.IsZero() {
				t.Errorf("%s: %q and %q", column, bulk[i], rest[i])
			}
			continue
		}
		if string(bulk[i]) != string(rest[i]) {
			t.Errorf("%s: Bulk gives %q, REST %q", column, bulk[i], rest[i])
		}
	}
}

func TestBuiltInOrgTakesWrites(t *testing.T) {
	s := serveOrg(t, orgsim.Config{})
	me, err := s.client.Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, rows, _ := s.bulk(t, "SELECT Id FROM Contact WHERE IsDeleted = false LIMIT 3", 0)
	task := func(who, subject string) salesforce.NewRecord {
		return salesforce.NewRecord{Type: "Task", Fields: []salesforce.FieldValue{{Name: "WhoId", Value: who}, {Name: "WhatId", Value: ""}, {Name: "OwnerId", Value: me.UserID},
			{Name: "Subject", Value: subject}, {Name: "Status", Value: "Completed"}, {Name: "ActivityDate", Value: "2026-11-01"}, {Name: "Description", Value: "a \"b\"\r\né 漢字"}}}
	}
	results, err := s.client.Insert(t.Context(), []salesforce.NewRecord{task(rows[0].Text(0), "Sales Navigator: one"), task("003000000000000AAA", "nobody"), task(rows[1].Text(0), strings.Repeat("x", 300))})
	if err != nil || len(results) != 3 || results[0].Err() != nil {
		t.Fatalf("results %+v, %v", results, err)
	}
	for i, r := range results[1:] {
		if err := r.Err(); salesforce.Classify(err) != salesforce.ActionRecord {
			t.Errorf("record %d: %v (%v)", i+1, err, salesforce.Classify(err))
		}
	}
	back, err := s.client.Get(t.Context(), "Task", results[0].ID, "Subject", "Description", "CreatedById", "OwnerId", "WhoId", "ActivityDate")
	if err != nil || back.Text("Subject") != "Sales Navigator: one" || back.Text("CreatedById") != me.UserID || back.Text("WhoId") != rows[0].Text(0) || back.Text("ActivityDate") != "2026-11-01" ||
		!strings.HasPrefix(back.Text("Description"), "a \"b\"") || !strings.HasSuffix(back.Text("Description"), "é 漢字") {
		t.Errorf("read back %v, %v", back, err)
	}
	id, err := s.client.Create(t.Context(), salesforce.NewRecord{Type: "Note", Fields: []salesforce.FieldValue{{Name: "ParentId", Value: rows[2].Text(0)}, {Name: "Title", Value: "n"}, {Name: "Body", Value: "b"}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.client.Delete(t.Context(), "Note", id); err != nil {
			t.Error(err)
		}
	}
}

func TestBuiltInOrgLosesAReply(t *testing.T) {
	s := serveOrg(t, orgsim.Config{SyncKey: true})
	record := salesforce.NewRecord{Type: "Task", Fields: []salesforce.FieldValue{{Name: "Subject", Value: "Sales Navigator: once"}, {Name: "Status", Value: "Completed"}, {Name: "Sync_Key__c", Value: "key-1"}}}
	if err := s.SetScenarios("lost-reply"); err != nil {
		t.Fatal(err)
	}
	_, err := s.client.Insert(t.Context(), []salesforce.NewRecord{record})
	if !errors.Is(err, salesforce.ErrOutcomeUnknown) {
		t.Fatalf("got %v", err)
	}
	var found []string
	for r, err := range s.client.QueryAll(t.Context(), "SELECT Id FROM Task WHERE Subject = "+salesforce.Quote("Sales Navigator: once")) {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, r.Text("Id"))
	}
	results, err := s.client.Insert(t.Context(), []salesforce.NewRecord{record})
	if err != nil || len(found) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	if id, ok := salesforce.DuplicateID(results[0].Err()); !ok || id != found[0] || salesforce.Classify(results[0].Err()) != salesforce.ActionAlreadyWritten {
		t.Errorf("the key tells %q, found %v: %v", id, found, results[0].Err())
	}
}

func TestBuiltInOrgMisbehaves(t *testing.T) {
	for _, fault := range []string{"html-503", "status-420", "rate-429", "concurrent-requests", "drop-connection", "expire-session", "cut-csv", "short-csv", "wrong-count", "slow-job"} {
		t.Run(fault, func(t *testing.T) {
			s := serveOrg(t, orgsim.Config{})
			_, want, _ := s.bulk(t, "SELECT Id, Name FROM Contact", 100)
			if err := s.SetScenarios(fault); err != nil {
				t.Fatal(err)
			}
			before := s.client.Calls()
			// Reading first, so that a fault that strikes the next request strikes one that may be repeated.
			if _, err := s.client.Describe(t.Context(), "Contact"); err != nil {
				t.Fatal(err)
			}
			_, got, _ := s.bulk(t, "SELECT Id, Name FROM Contact", 100)
			if len(got) != len(want) {
				t.Fatalf("%d rows, want %d", len(got), len(want))
			}
			key := func(r salesforce.Row) string { return r.Text(0) + r.Text(1) }
			sorted := func(rows []salesforce.Row) []string {
				keys := make([]string, len(rows))
				for i, r := range rows {
					keys[i] = key(r)
				}
				slices.Sort(keys)
				return keys
			}
			if !slices.Equal(sorted(got), sorted(want)) {
				t.Error("the rows differ")
			}
			if calls := s.client.Calls() - before; calls < 8 {
				t.Errorf("the fault never struck: %d calls", calls)
			}
		})
	}
}

func TestBuiltInOrgRevokes(t *testing.T) {
	s := serveOrg(t, orgsim.Config{})
	if _, err := s.Change(orgsim.Change{Kind: "revoke"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.Limits(t.Context()); !errors.Is(err, salesforce.ErrRevoked) || !s.store.newest().Revoked {
		t.Fatalf("got %v", err)
	}
	calls := s.client.Calls()
	if _, err := s.client.Limits(t.Context()); !errors.Is(err, salesforce.ErrRevoked) || s.client.Calls() != calls {
		t.Errorf("afterwards: %v after %d more calls", err, s.client.Calls()-calls)
	}
	s.signIn(t)
	if _, err := s.client.Limits(t.Context()); err != nil {
		t.Errorf("after a new sign-in: %v", err)
	}
	if err := s.app.Revoke(t.Context(), s.store.newest()); err != nil {
		t.Error(err)
	}
	if i, err := s.app.Introspect(t.Context(), s.store.newest()); err != nil || i.Active {
		t.Errorf("after our own revocation: %+v, %v", i, err)
	}
}

func TestBuiltInOrgLosesARefresh(t *testing.T) {
	s := serveOrg(t, orgsim.Config{})
	if _, err := s.Change(orgsim.Change{Kind: "expire"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SetScenarios("lost-refresh"); err != nil {
		t.Fatal(err)
	}
	// The org rotates: the second attempt reuses a spent token, and the sign-in ends cleanly instead of looping.
	if _, err := s.client.Limits(t.Context()); !errors.Is(err, salesforce.ErrRevoked) || salesforce.Classify(err) != salesforce.ActionSignIn {
		t.Errorf("got %v", err)
	}
}

func TestBuiltInOrgPreflight(t *testing.T) {
	s := serveOrg(t, orgsim.Config{SyncKey: true})
	f := s.client.Preflight(t.Context(), salesforce.PreflightOptions{Fields: map[string][]string{"Contact": {"Email", "Title"}, "Task": {"Subject", "WhoId"}}, RecordTypes: []string{"Task"}})
	if f.API.Value != salesforce.APIEnabled || f.Organization.Value.Kind() != salesforce.KindProduction || !f.Version.Value || f.Identity.Value.UserID == "" || f.Limits.Value["DailyApiRequests"].Max == 0 {
		t.Errorf("facts %+v", f)
	}
	if f.Permissions.Value["PermissionsApiEnabled"] != salesforce.PermissionGranted || !f.Permissions.Known() {
		t.Errorf("permissions %+v", f.Permissions)
	}
	if !slices.ContainsFunc(f.Packages.Value, func(p salesforce.Package) bool { return p.Namespace == "LID" && p.Version != "" }) {
		t.Errorf("packages %+v", f.Packages)
	}
	if !slices.ContainsFunc(f.RecordTypes["Task"].Value, func(r salesforce.RecordType) bool { return r.FullName() == "LID__InMail" && r.Available }) {
		t.Errorf("record types %+v", f.RecordTypes["Task"])
	}
	if keys := f.Objects["Task"].Value.Keys; len(keys) != 1 || keys[0].Name != "Sync_Key__c" {
		t.Errorf("keys %+v", keys)
	}
	lists, err := s.client.RelatedLists(t.Context(), "Contact")
	if err != nil || len(lists) == 0 {
		t.Errorf("related lists %v, %v", lists, err)
	}
	stages, err := s.client.Stages(t.Context())
	if err != nil || len(stages) < 3 {
		t.Errorf("stages %v, %v", stages, err)
	}
}

// TestForeignClientAgrees reads the org with a client nobody here wrote and compares.
func TestForeignClientAgrees(t *testing.T) {
	s := serveOrg(t, orgsim.Config{PageRows: 100})
	_, rows, _ := s.bulk(t, "SELECT Id, LastName FROM Contact WHERE IsDeleted = false", 70)
	ours := map[string]string{}
	for _, row := range rows {
		ours[row.Text(0)] = row.Text(1)
	}
	other, err := foreign.Init(foreign.Creds{Domain: s.url, AccessToken: s.store.newest().AccessToken})
	if err != nil {
		t.Fatal(err)
	}
	job, err := other.QueryBulkIterator("SELECT Id, LastName FROM Contact WHERE IsDeleted = false")
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]string{}
	for job.Next() {
		var page []struct{ Id, LastName string }
		if err := job.Decode(&page); err != nil {
			t.Fatal(err)
		}
		for _, row := range page {
			theirs[row.Id] = row.LastName
		}
	}
	if err := job.Error(); err != nil {
		t.Fatal(err)
	}
	if len(theirs) != len(ours) || len(ours) < 200 {
		t.Fatalf("they read %d contacts, we %d", len(theirs), len(ours))
	}
	for id, name := range ours {
		if theirs[id] != name {
			t.Errorf("%s: they read %q, we %q", id, theirs[id], name)
		}
	}
}
