package orgsim_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// faults sets what is on.
func (s *served) faults(names ...string) {
	s.t.Helper()
	s.do("PUT", "/admin/scenarios", map[string]any{"scenarios": names}).want(200)
}

func TestFaultsOfTheAPI(t *testing.T) {
	cases := map[string]struct {
		status int
		text   string
	}{
		"html-503":            {503, "<h1>We are down for maintenance.</h1>"},
		"status-420":          {420, ""},
		"rate-429":            {429, "REQUEST_LIMIT_EXCEEDED"},
		"server-error":        {500, "UNKNOWN_EXCEPTION"},
		"total-requests:1":    {403, "TotalRequests Limit exceeded."},
		"concurrent-requests": {403, "ConcurrentPerOrgLongTxn Limit exceeded."},
		"api-disabled:1":      {403, "API_DISABLED_FOR_ORG"},
	}
	s := serve(t, orgsim.Config{})
	for name, c := range cases {
		s.faults(name)
		a := s.do("GET", data+"/limits", nil)
		if a.status != c.status || !strings.Contains(string(a.body), c.text) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if name == "rate-429" && a.header.Get("Retry-After") != "2" {
			t.Error("no Retry-After")
		}
		if isHTML := strings.HasPrefix(a.header.Get("Content-Type"), "text/html"); isHTML != (name == "html-503") {
			t.Errorf("%s: %s", name, a.header.Get("Content-Type"))
		}
		s.do("GET", data+"/limits", nil).want(200) // it strikes once
	}
}

func TestFaultsCountAndChoosePaths(t *testing.T) {
	s := serve(t, orgsim.Config{Scenarios: []string{"html-503=/query:2", "status-420=nowhere:*"}})
	s.do("GET", data+"/limits", nil).want(200)
	path := data + "/query?q=SELECT+Id+FROM+Organization"
	s.do("GET", path, nil).want(503)
	s.do("GET", path, nil).want(503)
	s.do("GET", path, nil).want(200)
	on := s.do("GET", "/admin/scenarios", nil).want(200).object()
	if list := on["on"].([]any); len(list) != 1 || list[0] != "status-420=nowhere:*" || len(on["scenarios"].([]any)) < 20 {
		t.Errorf("%v", on["on"])
	}
	for _, bad := range []string{"nonsense", "html-503:0", "html-503:x"} {
		s.do("PUT", "/admin/scenarios", map[string]any{"scenarios": []string{bad}}).want(400)
	}
	if _, err := orgsim.New(orgsim.Config{Contacts: 10, Scenarios: []string{"nonsense"}}); err == nil || !strings.Contains(err.Error(), "cut-csv") {
		t.Errorf("an unknown scenario: %v", err)
	}
}

func TestExpiredSessionInTheMiddle(t *testing.T) {
	s := serve(t, orgsim.Config{})
	id := s.job(queryAll("SELECT Id FROM Contact"))
	s.faults("expire-session=results")
	s.do("GET", bulk+"/"+id, nil).want(200)
	if a := s.do("GET", bulk+"/"+id+"/results", nil).want(401); a.code() != "INVALID_SESSION_ID" {
		t.Errorf("%s", a.body)
	}
	s.do("GET", bulk+"/"+id, nil).want(401) // the session has ended for good
	s.login.AccessToken = s.refresh(s.login.RefreshToken).want(200).object()["access_token"].(string)
	s.do("GET", bulk+"/"+id+"/results", nil).want(200)
}

func TestLostRefresh(t *testing.T) {
	s := serve(t, orgsim.Config{Scenarios: []string{"lost-refresh"}})
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.login.RefreshToken}, "client_id": {s.login.ClientID}}
	if _, err := s.try("POST", "/services/oauth2/token", form); err == nil {
		t.Fatal("the answer came")
	}
	if got := s.refresh(s.login.RefreshToken).want(400).object(); got["error"] != "invalid_grant" {
		t.Errorf("%v", got)
	}
}

func TestFaultsOfTheLogin(t *testing.T) {
	s := serve(t, orgsim.Config{Scenarios: []string{"login-rate"}})
	if got := s.refresh(s.login.RefreshToken).want(400).object(); got["error"] != "rate_limit_exceeded" {
		t.Errorf("%v", got)
	}
	s.faults("login-503")
	s.refresh(s.login.RefreshToken).want(503)
	s.refresh(s.login.RefreshToken).want(200)
}

func TestFaultsOfBulkJobs(t *testing.T) {
	s := serve(t, orgsim.Config{})
	make := func() string {
		return bulk + "/" + s.do("POST", bulk, queryAll("SELECT Id, Name FROM Contact")).want(200).object()["id"].(string)
	}
	poll := func(path string) map[string]any { return s.do("GET", path, nil).want(200).object() }
	for fault, state := range map[string]string{"job-failed": "Failed", "job-failed-silent": "Failed", "job-aborted": "Aborted"} {
		path := make()
		s.faults(fault)
		info := poll(path)
		if _, told := info["errorMessage"]; info["state"] != state || told != (fault == "job-failed") {
			t.Errorf("%s: %v", fault, info)
		}
		if again := poll(path); again["state"] != state {
			t.Errorf("%s: later %v", fault, again["state"])
		}
		s.do("GET", path+"/results", nil).want(400)
		s.do("DELETE", path, nil).want(204)
	}
	s.faults("slow-job")
	path := make()
	for range 5 {
		if got := poll(path)["state"]; got != "InProgress" {
			t.Fatalf("%v", got)
		}
	}
	if got := poll(path)["state"]; got != "JobComplete" {
		t.Fatalf("%v", got)
	}
	for fault, code := range map[string]string{"job-limit": "LIMIT_EXCEEDED", "too-large": "OPERATION_TOO_LARGE"} {
		s.faults(fault)
		if a := s.do("POST", bulk, queryAll("SELECT Id FROM Contact")).want(400); a.code() != code {
			t.Errorf("%s", a.body)
		}
	}
}

func TestFaultsOfResultPages(t *testing.T) {
	s := serve(t, orgsim.Config{})
	id := s.job(queryAll("SELECT Id, Name FROM Contact"))
	path := bulk + "/" + id + "/results"
	whole := s.do("GET", path, nil).want(200)
	n, _ := strconv.Atoi(whole.header.Get("Sforce-NumberOfRecords"))
	s.faults("wrong-count")
	if got := s.do("GET", path, nil).want(200); got.header.Get("Sforce-NumberOfRecords") != strconv.Itoa(n+1) || string(got.body) != string(whole.body) {
		t.Error("only the count must be wrong")
	}
	for _, encoding := range []string{"identity", "gzip"} {
		s.faults("cut-csv")
		if _, err := s.try("GET", path, nil, "Accept-Encoding", encoding); err == nil {
			t.Errorf("%s: the stream does not break off", encoding)
		}
	}
	s.faults("short-csv")
	short := s.do("GET", path, nil).want(200)
	if !strings.HasPrefix(string(whole.body), string(short.body)) || len(short.body) == len(whole.body) || strings.HasSuffix(string(short.body), "\n") {
		t.Errorf("%d of %d bytes", len(short.body), len(whole.body))
	}
	if again := s.do("GET", path, nil).want(200); string(again.body) != string(whole.body) {
		t.Error("the page cannot be read again")
	}
}

func TestFaultsOfWrites(t *testing.T) {
	s := serve(t, orgsim.Config{})
	task := record("Task", map[string]any{"Subject": "x"})
	for _, path := range []string{"/composite/sobjects", "/sobjects/Task"} {
		s.faults("lost-reply")
		body := any(map[string]any{"records": []any{task}})
		if strings.HasSuffix(path, "Task") {
			body = map[string]any{"Subject": "x"}
		}
		if _, err := s.try("POST", data+path, body); err == nil {
			t.Fatalf("%s: the answer came", path)
		}
	}
	if tasks := s.query("SELECT Id FROM Task"); len(tasks) != 2 {
		t.Errorf("%d tasks written without an answer, want 2", len(tasks))
	}
	s.faults("lock-row:2")
	results := s.insert(task, task, task)
	for i, want := range []bool{false, false, true} {
		if results[i]["success"] != want {
			t.Errorf("lock-row %d: %v", i, results[i])
		}
	}
	if code, _, _ := problem(t, results[0]); code != "UNABLE_TO_LOCK_ROW" {
		t.Errorf("%s", code)
	}
	for fault, want := range map[string]string{"storage-full": "STORAGE_LIMIT_EXCEEDED", "validation-rule": "FIELD_CUSTOM_VALIDATION_EXCEPTION"} {
		s.faults(fault)
		for range 2 { // lasts
			if code, _, _ := problem(t, s.insert(task)[0]); code != want {
				t.Errorf("%s: %s", fault, code)
			}
		}
	}
	s.faults("no-record-type")
	inMail := s.query("SELECT Id FROM RecordType WHERE DeveloperName = 'InMail'")[0]["Id"]
	if code, _, _ := problem(t, s.insert(record("Task", map[string]any{"RecordTypeId": inMail}))[0]); code != "INVALID_CROSS_REFERENCE_KEY" {
		t.Errorf("%s", code)
	}
}

func TestHiddenField(t *testing.T) {
	s := serve(t, orgsim.Config{})
	s.faults("hidden-field=Contact.Email", "hidden-field=Task.Status")
	if described := fields(s.do("GET", data+"/sobjects/Contact/describe", nil).want(200).object()); described["Email"] != nil || described["Phone"] == nil {
		t.Error("describe")
	}
	if a := s.do("GET", data+"/query?q=SELECT+Email+FROM+Contact", nil).want(400); a.code() != "INVALID_FIELD" {
		t.Errorf("%s", a.body)
	}
	if a := s.do("POST", bulk, queryAll("SELECT Email FROM Contact")).want(400); a.code() != "INVALID_FIELD" {
		t.Errorf("%s", a.body)
	}
	s.do("GET", data+"/query?q=SELECT+Contact.Email+FROM+OpportunityContactRole", nil).want(400)
	s.do("POST", data+"/sobjects/Task", map[string]any{"Status": "Completed"}).want(400)
	s.do("POST", data+"/sobjects/Task", map[string]any{"Subject": "x"}).want(201)
	s.faults()
	s.do("GET", data+"/query?q=SELECT+Email+FROM+Contact", nil).want(200)
}

func TestAdminIsForProgramsOnThisMachine(t *testing.T) {
	s := serve(t, orgsim.Config{})
	s.do("POST", "/admin/change", map[string]string{"kind": "revoke"}, "Origin", "https://example.com").want(403)
	s.do("GET", "/admin/nothing", nil).want(404)
	stats := s.do("GET", "/admin/stats", nil).want(200).object()
	if stats["objects"].(map[string]any)["Contact"].(map[string]any)["generated"] != 200.0 {
		t.Errorf("%v", stats)
	}
}

func TestDroppedConnection(t *testing.T) {
	s := serve(t, orgsim.Config{})
	s.faults("drop-connection=limits:*")
	if a, err := s.try("GET", data+"/limits", nil); err == nil {
		t.Errorf("an answer came: %d", a.status)
	}
	s.do("GET", data, nil).want(200)
}

// TestEveryScenarioIsNamed checks that names can be written on a command line.
func TestEveryScenarioIsNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, scenario := range orgsim.Scenarios() {
		if seen[scenario.Name] || scenario.Text == "" || strings.ContainsAny(scenario.Name, ":=, ") {
			t.Errorf("scenario %+v", scenario)
		}
		seen[scenario.Name] = true
	}
}
