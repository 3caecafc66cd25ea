package orgsim_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// open opens the org of a folder with the credentials given, or new ones.
func open(t *testing.T, folder string, login *orgsim.Credentials) *served {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	org, err := orgsim.New(orgsim.Config{Contacts: 200, Seed: 7, DataDir: folder, SyncKey: true, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(org.Handler())
	s := &served{t: t, org: org, url: server.URL, clock: c}
	if login != nil {
		s.login = *login
	} else if s.login, err = org.Credentials(server.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return s
}

func TestOrgIsKept(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder, nil)
	task := s.add(record("Task", map[string]any{"Subject": "kept \"é\"\n", "Sync_Key__c": "k", "ActivityDate": "2026-01-02"}))[0]
	contact := s.query("SELECT Id FROM Contact LIMIT 1")[0]["Id"].(string)
	s.change("update", map[string]any{"id": contact, "fields": map[string]any{"Title": "Chief", "Phone": nil}})
	complete := s.job(queryAll("SELECT Id, Title FROM Contact"))
	before := s.do("GET", bulk+"/"+complete+"/results", nil).want(200)
	waiting := s.do("POST", bulk, queryAll("SELECT Id FROM Task")).want(200).object()["id"].(string)
	dropped := s.job(queryAll("SELECT Id FROM Lead"))
	s.do("DELETE", bulk+"/"+dropped, nil).want(204)
	gone := s.add(record("Task", map[string]any{"Subject": "gone"}))[0]
	s.change("purge", map[string]any{"id": gone})
	used := s.login.RefreshToken
	renewed := s.refresh(used).want(200).object()
	want := s.get(task, "Subject, Sync_Key__c, ActivityDate, CreatedDate, IsClosed, OwnerId")

	again := open(t, died(t, folder), &s.login)
	if got := again.get(task, "Subject, Sync_Key__c, ActivityDate, CreatedDate, IsClosed, OwnerId"); !equalRecords(got, want) {
		t.Errorf("task %v, want %v", got, want)
	}
	if got := again.get(contact, "Title, Phone"); got["Title"] != "Chief" || got["Phone"] != nil {
		t.Errorf("contact %v", got)
	}
	if got := again.do("GET", bulk+"/"+complete+"/results", nil).want(200); string(got.body) != string(before.body) {
		t.Error("a job's results are not the same after a restart")
	}
	if got := again.do("GET", bulk+"/"+waiting, nil).want(200).object(); got["state"] != "JobComplete" || got["numberRecordsProcessed"] != 1.0 {
		t.Errorf("a job that waited must answer the state it was made in: %v", got)
	}
	again.do("GET", bulk+"/"+dropped, nil).want(404)
	if rows := again.queryAll("SELECT Id FROM Task"); len(rows) != 1 {
		t.Errorf("%d tasks", len(rows))
	}
	if next := again.add(record("Task", nil))[0]; next == gone || next == task {
		t.Errorf("the id %s is given out twice", next)
	}
	if code, _, _ := problem(t, again.insert(record("Task", map[string]any{"Sync_Key__c": "k"}))[0]); code != "DUPLICATE_VALUE" {
		t.Errorf("%s", code)
	}
	second := again.refresh(renewed["refresh_token"].(string)).want(200).object()
	again.refresh(used).want(400) // the reuse is noticed across the restart
	again.refresh(second["refresh_token"].(string)).want(400)
}

// died returns a folder as it is when the process that wrote to it ends at once: with what was written, and nothing closed.
func died(t *testing.T, folder string) string {
	t.Helper()
	left := t.TempDir()
	if err := os.CopyFS(left, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return left
}

func equalRecords(a, b map[string]any) bool {
	for name := range b {
		if name != "attributes" && a[name] != b[name] {
			return false
		}
	}
	return true
}

func TestHalfWrittenChangeIsDropped(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder, nil)
	s.add(record("Task", map[string]any{"Subject": "whole"}))
	name := filepath.Join(folder, "org.journal")
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"records":[{"object":"Task","n":1,"se`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	folder = died(t, folder)
	again := open(t, folder, nil)
	again.add(record("Task", map[string]any{"Subject": "after"}))
	last := open(t, died(t, folder), nil)
	if got := texts(last.query("SELECT Subject FROM Task"), "Subject"); strings.Join(got, " ") != "whole after" {
		t.Errorf("%v", got)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestDataInUse(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder, nil)
	if _, err := orgsim.New(orgsim.Config{Contacts: 200, Seed: 7, DataDir: folder}); err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("%v", err)
	}
	for range 2 {
		if err := s.org.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s.do("POST", data+"/sobjects/Task", map[string]any{}).want(500) // what cannot be kept is not written
	open(t, folder, nil)
}

func TestDataOfAnotherOrg(t *testing.T) {
	folder := t.TempDir()
	if err := open(t, folder, nil).org.Close(); err != nil {
		t.Fatal(err)
	}
	for _, config := range []orgsim.Config{{Contacts: 200, Seed: 8}, {Contacts: 300, Seed: 7}} {
		config.DataDir = folder
		if _, err := orgsim.New(config); err == nil || !strings.Contains(err.Error(), "200 contacts made with seed 7") {
			t.Errorf("%v", err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "org.journal"), []byte("not a journal\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := orgsim.New(orgsim.Config{Contacts: 200, Seed: 7, DataDir: folder}); err == nil || !strings.Contains(err.Error(), "is not the data of a built-in org") {
		t.Errorf("%v", err)
	}
}
