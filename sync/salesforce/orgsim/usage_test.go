package orgsim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// used asks the org how many API requests of 24 hours it counts; the question is one of them.
func (s *served) used() (n int) {
	s.t.Helper()
	info := s.do("GET", "/services/data/v67.0/limits", nil).want(200).header.Get("Sforce-Limit-Info")
	if _, err := fmt.Sscanf(info, "api-usage=%d/", &n); err != nil {
		s.t.Fatalf("%q: %v", info, err)
	}
	return n
}

// jobsLeft is how many bulk query jobs the org lets be made.
func (s *served) jobsLeft() int {
	s.t.Helper()
	limits := s.do("GET", "/services/data/v67.0/limits", nil).want(200).object()
	return int(limits["DailyBulkV2QueryJobs"].(map[string]any)["Remaining"].(float64))
}

// reopened is the org of the same folder, at a later time of its clock and in a session of its own.
func (s *served) reopened(t *testing.T, folder string, later time.Duration) *served {
	t.Helper()
	again := open(t, folder, &s.login)
	again.clock.add(s.clock.Now().Sub(again.clock.Now()) + later)
	return again.signedIn()
}

func (s *served) signedIn() *served {
	s.t.Helper()
	login, err := s.org.Credentials(s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	s.login = login
	return s
}

// What was used of the daily API requests and bulk jobs outlasts the org's process.
func TestUsageIsKept(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder, nil)
	for range 7 {
		s.used()
	}
	s.clock.add(90 * time.Minute)
	s.job(queryAll("SELECT Id FROM UserRole"))
	left := s.jobsLeft()
	before := s.used()
	if err := s.org.Close(); err != nil {
		t.Fatal(err)
	}

	s = s.reopened(t, folder, time.Hour)
	if now := s.used(); now != before+1 || s.jobsLeft() != left {
		t.Errorf("%d requests and %d jobs left, before the restart %d and %d", now, s.jobsLeft(), before, left)
	}
	if err := s.org.Close(); err != nil {
		t.Fatal(err)
	}
	s = s.reopened(t, folder, 22*time.Hour)
	if now := s.used(); now >= before || now < 4 {
		t.Errorf("%d requests; the seven of the first hour are a day old", now)
	}
	s.clock.add(24 * time.Hour)
	s.signedIn()
	if now := s.used(); now != 1 || s.jobsLeft() != left+1 {
		t.Errorf("%d requests and %d jobs left a day later", now, s.jobsLeft())
	}
}

// A process that is killed loses less than twenty requests of its count.
func TestUsageOfAKilledProcess(t *testing.T) {
	folder := t.TempDir()
	s := open(t, folder, nil)
	for range 99 {
		s.used()
	}
	again := open(t, died(t, folder), &s.login)
	if now := again.used(); now <= 100-20 || now > 100 {
		t.Errorf("%d of 100 requests are counted", now)
	}
}

// The number of rows above which a query runs too long has to be a number.
func TestQueryTimeout(t *testing.T) {
	s := serve(t, orgsim.Config{Contacts: 200})
	if err := s.org.SetScenarios("query-timeout"); err == nil || !strings.Contains(err.Error(), "number of rows") {
		t.Errorf("no number: %v", err)
	}
	if err := s.org.SetScenarios("query-timeout=100"); err != nil {
		t.Fatal(err)
	}
	s.do("GET", "/services/data/v67.0/query?q=SELECT+Id+FROM+Contact+LIMIT+100", nil).want(200)
	for _, soql := range []string{"SELECT+Id+FROM+Contact", "SELECT+COUNT()+FROM+Contact"} {
		if code := s.do("GET", "/services/data/v67.0/query?q="+soql, nil).want(400).code(); code != "QUERY_TIMEOUT" {
			t.Errorf("%s: %s", soql, code)
		}
	}
}
