package orgsim_test

import (
	"encoding/base64"
	"encoding/csv"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

const bulk = data + "/jobs/query"

// job makes a bulk job and polls it once, which is enough without faults.
func (s *served) job(request map[string]string) string {
	s.t.Helper()
	id := s.do("POST", bulk, request).want(200).object()["id"].(string)
	if info := s.do("GET", bulk+"/"+id, nil).want(200).object(); info["state"] != "JobComplete" {
		s.t.Fatalf("%v", info)
	}
	return id
}

func queryAll(soql string) map[string]string {
	return map[string]string{"operation": "queryAll", "query": soql}
}

// export runs a bulk query to its end and returns its rows without headers, the header, and the pages' sizes.
func (s *served) export(soql string, maxRecords int) (rows [][]string, header []string, pages []int) {
	s.t.Helper()
	id := s.job(queryAll(soql))
	for locator := ""; locator != "null"; {
		page := s.do("GET", bulk+"/"+id+"/results?maxRecords="+strconv.Itoa(maxRecords)+"&locator="+locator, nil).want(200)
		all, err := csv.NewReader(strings.NewReader(string(page.body))).ReadAll()
		if err != nil {
			s.t.Fatal(err)
		}
		header = all[0]
		if n, _ := strconv.Atoi(page.header.Get("Sforce-NumberOfRecords")); n != len(all)-1 {
			s.t.Fatalf("Sforce-NumberOfRecords is %d, the page has %d", n, len(all)-1)
		}
		rows, pages, locator = append(rows, all[1:]...), append(pages, len(all)-1), page.header.Get("Sforce-Locator")
	}
	if total := s.do("GET", bulk+"/"+id, nil).object()["numberRecordsProcessed"].(float64); len(rows) != int(total) {
		s.t.Fatalf("%d rows, numberRecordsProcessed %v", len(rows), total)
	}
	return rows, header, pages
}

func TestBulkJobShape(t *testing.T) {
	s := serve(t, orgsim.Config{})
	made := s.do("POST", bulk, queryAll("SELECT Id FROM Account")).want(200)
	job := made.object()
	if !strings.Contains(string(made.body), `"apiVersion":67.0`) || !strings.HasPrefix(job["id"].(string), "750") || len(job["id"].(string)) != 18 {
		t.Errorf("%s", made.body)
	}
	for name, want := range map[string]any{"operation": "queryAll", "object": "Account", "createdDate": "2026-11-24T12:00:00.000+0000", "state": "UploadComplete",
		"concurrencyMode": "Parallel", "contentType": "CSV", "lineEnding": "LF", "columnDelimiter": "COMMA"} {
		if job[name] != want {
			t.Errorf("%s is %v, want %v", name, job[name], want)
		}
	}
	info := s.do("GET", bulk+"/"+job["id"].(string), nil).want(200).object()
	if info["jobType"] != "V2Query" || info["retries"] != 0.0 || info["isPkChunkingSupported"] != true || info["state"] != "JobComplete" {
		t.Errorf("%v", info)
	}
	list := s.do("GET", bulk+"?jobType=V2Query", nil).want(200).object()
	if len(list["records"].([]any)) != 1 || list["done"] != true {
		t.Errorf("%v", list)
	}
}

func TestBulkPages(t *testing.T) {
	s := serve(t, orgsim.Config{Contacts: 2600})
	const soql = "SELECT Id, LastName, Account.Name, CreatedDate FROM Contact"
	rows, header, pages := s.export(soql, 700)
	if len(rows) < 2600 || len(pages) < 4 || pages[0] != 700 {
		t.Fatalf("%d rows in pages of %v", len(rows), pages)
	}
	if got := strings.Join(header, " "); got != "Id LastName Account.Name CreatedDate" {
		t.Fatalf("header %q", got)
	}
	for name, other := range map[string]string{"size": soql, "order": soql + " ORDER BY Id", "sorting": soql + " ORDER BY LastName"} {
		again, _, _ := s.export(other, 100_000)
		if name == "sorting" {
			byID := func(a, b []string) int { return strings.Compare(a[0], b[0]) }
			slices.SortFunc(again, byID)
		}
		if !slices.EqualFunc(rows, again, slices.Equal[[]string]) {
			t.Errorf("other %s, other rows", name)
		}
	}
}

func TestBulkLocators(t *testing.T) {
	s := serve(t, orgsim.Config{PageRows: 60})
	id := s.job(queryAll("SELECT Id FROM Contact"))
	first := s.do("GET", bulk+"/"+id+"/results?maxRecords=50000", nil).want(200)
	if first.header.Get("Sforce-NumberOfRecords") != "60" {
		t.Fatalf("the org's own page size is not kept: %s", first.header.Get("Sforce-NumberOfRecords"))
	}
	locator := first.header.Get("Sforce-Locator")
	if raw, err := base64.RawURLEncoding.DecodeString(locator); err != nil || !regexp.MustCompile(`^0:750\w{12}:60$`).Match(raw) {
		t.Errorf("locator %q", raw)
	}
	path := bulk + "/" + id + "/results?locator=" + locator
	once, twice := s.do("GET", path, nil).want(200), s.do("GET", path, nil).want(200)
	if string(once.body) != string(twice.body) {
		t.Error("a page read again differs")
	}
	for _, bad := range []string{"nonsense", base64.RawURLEncoding.EncodeToString([]byte("0:" + id[:15] + ":99999")), base64.RawURLEncoding.EncodeToString([]byte("0:750000000000000:1"))} {
		s.do("GET", bulk+"/"+id+"/results?locator="+bad, nil).want(400)
	}
	s.do("GET", bulk+"/"+id+"/results?maxRecords=0", nil).want(400)
}

func TestBulkResultPages(t *testing.T) {
	s := serve(t, orgsim.Config{})
	id := s.job(queryAll("SELECT Id FROM Contact"))
	var bodies []string
	rounds := 0
	for next := bulk + "/" + id + "/resultPages?maxRecords=30"; next != ""; rounds++ {
		answer := s.do("GET", next, nil).want(200).object()
		pages := answer["resultPages"].([]any)
		if len(pages) > 5 {
			t.Fatalf("%d pages at once", len(pages))
		}
		for _, p := range pages {
			page := s.do("GET", p.(map[string]any)["resultUrl"].(string), nil).want(200)
			bodies = append(bodies, strings.SplitN(string(page.body), "\n", 2)[1])
		}
		next, _ = answer["nextRecordsUrl"].(string)
		if done := answer["done"].(bool); done != (next == "") {
			t.Fatalf("done %t, next %q", done, next)
		}
	}
	whole := s.do("GET", bulk+"/"+id+"/results", nil).want(200)
	if strings.Join(bodies, "") != strings.SplitN(string(whole.body), "\n", 2)[1] || rounds < 2 {
		t.Errorf("%d pages in %d rounds are not the whole", len(bodies), rounds)
	}
	s.do("GET", "/services/data/v57.0/jobs/query/"+id+"/resultPages", nil).want(404)
}

func TestBulkCSV(t *testing.T) {
	s := serve(t, orgsim.Config{})
	id := s.do("POST", data+"/sobjects/Account", map[string]any{"Name": "a \"q\", b;c", "BillingStreet": "x\r\ny\nz", "AnnualRevenue": 9.5e8, "NumberOfEmployees": 10000000}).want(201).object()["id"].(string)
	soql := "SELECT Id, Name, BillingStreet, AnnualRevenue, NumberOfEmployees, IsDeleted, CreatedDate, LastActivityDate FROM Account WHERE Id = '" + id + "'"
	cases := []struct{ delimiter, ending, d, e string }{{"COMMA", "LF", ",", "\n"}, {"TAB", "CRLF", "\t", "\r\n"}, {"PIPE", "LF", "|", "\n"}, {"SEMICOLON", "CRLF", ";", "\r\n"}, {"CARET", "LF", "^", "\n"}, {"BACKQUOTE", "LF", "`", "\n"}}
	for _, c := range cases {
		request := queryAll(soql)
		request["columnDelimiter"], request["lineEnding"] = c.delimiter, c.ending
		page := s.do("GET", bulk+"/"+s.job(request)+"/results", nil, "Accept", "application/json").want(200)
		want := strings.Join([]string{`"Id"`, `"Name"`, `"BillingStreet"`, `"AnnualRevenue"`, `"NumberOfEmployees"`, `"IsDeleted"`, `"CreatedDate"`, `"LastActivityDate"`}, c.d) + c.e +
			strings.Join([]string{`"` + id + `"`, `"a ""q"", b;c"`, "\"x\r\ny\nz\"", `"9.5E8"`, `"10000000"`, `"false"`, `"2026-11-24T12:00:00.000Z"`, `""`}, c.d) + c.e
		if string(page.body) != want {
			t.Errorf("%s %s:\n%q, want\n%q", c.delimiter, c.ending, page.body, want)
		}
		if got := page.header.Get("Content-Type"); got != "text/csv; charset=UTF-8" {
			t.Errorf("Content-Type %q", got)
		}
	}
}

func TestBulkEmptyResult(t *testing.T) {
	s := serve(t, orgsim.Config{})
	id := s.job(queryAll("SELECT Id FROM Task"))
	page := s.do("GET", bulk+"/"+id+"/results", nil).want(200)
	if page.header.Get("Sforce-NumberOfRecords") != "0" || page.header.Get("Sforce-Locator") != "null" || string(page.body) != "\"Id\"\n" {
		t.Errorf("%v %q", page.header, page.body)
	}
	if pages := s.do("GET", bulk+"/"+id+"/resultPages", nil).want(200).object(); len(pages["resultPages"].([]any)) != 0 || pages["done"] != true {
		t.Errorf("%v", pages)
	}
}

func TestBulkShowsTheStateAtTheStart(t *testing.T) {
	s := serve(t, orgsim.Config{})
	before, _, _ := s.export("SELECT Id, Name FROM Account", 1000)
	id := s.job(queryAll("SELECT Id, Name FROM Account"))
	s.do("POST", data+"/sobjects/Account", map[string]any{"Name": "later"}).want(201)
	s.do("DELETE", data+"/sobjects/Account/"+before[0][0], nil).want(204)
	s.do("PATCH", data+"/sobjects/Account/"+before[1][0], map[string]any{"Name": "renamed"}).want(204)
	page := s.do("GET", bulk+"/"+id+"/results", nil).want(200)
	if n, _ := strconv.Atoi(page.header.Get("Sforce-NumberOfRecords")); n != len(before) || strings.Contains(string(page.body), "renamed") {
		t.Errorf("%d records, %d before", n, len(before))
	}
}

func TestBulkDeletedRecords(t *testing.T) {
	s := serve(t, orgsim.Config{})
	all, _, _ := s.export("SELECT Id, IsDeleted FROM Contact", 1000)
	deleted := 0
	for _, row := range all {
		if row[1] == "true" {
			deleted++
		}
	}
	live := s.job(map[string]string{"operation": "query", "query": "SELECT Id FROM Contact"})
	n, _ := strconv.Atoi(s.do("GET", bulk+"/"+live+"/results", nil).want(200).header.Get("Sforce-NumberOfRecords"))
	if deleted == 0 || n != len(all)-deleted {
		t.Errorf("%d of %d deleted, query gives %d", deleted, len(all), n)
	}
}

func TestBulkRefusals(t *testing.T) {
	s := serve(t, orgsim.Config{})
	cases := []struct {
		request any
		code    string
		text    string
	}{
		{[]byte("{"), "API_ERROR", "Value does not match expected type"},
		{map[string]any{"operation": 5}, "API_ERROR", "Value does not match expected type"},
		{map[string]string{"operation": "insert", "query": "SELECT Id FROM Lead"}, "API_ERROR", ""},
		{map[string]string{"operation": "query"}, "API_ERROR", ""},
		{map[string]string{"operation": "query", "query": "SELECT Id FROM Lead", "contentType": "XML"}, "API_ERROR", "content type"},
		{map[string]string{"operation": "query", "query": "SELECT Id FROM Lead", "columnDelimiter": "x"}, "API_ERROR", "delimiter"},
		{queryAll("SELECT Id, MailingAddress FROM Contact"), "API_ERROR", "Selecting compound data not supported in Bulk Query"},
		{queryAll("SELECT COUNT() FROM Contact"), "API_ERROR", "not supported in Bulk Query"},
		{queryAll("SELECT COUNT(Id) FROM Contact"), "API_ERROR", "not supported in Bulk Query"},
		{queryAll("SELECT FIELDS(ALL) FROM Contact LIMIT 1"), "API_ERROR", "not supported in Bulk Query"},
		{queryAll("SELECT Id FROM Contact LIMIT 1 OFFSET 1"), "API_ERROR", "OFFSET"},
		{queryAll("SELECT Id FROM UserPermissionAccess"), "INVALIDENTITY", "Entity 'UserPermissionAccess' is not supported by the Bulk API."},
		{queryAll("SELECT Foo FROM Contact"), "INVALID_FIELD", "No such column 'Foo' on entity 'Contact'"},
		{queryAll("SELECT Id FROM"), "MALFORMED_QUERY", ""},
	}
	for _, c := range cases {
		a := s.do("POST", bulk, c.request).want(400)
		if got := a.list()[0]; got["errorCode"] != c.code || !strings.Contains(got["message"].(string), c.text) {
			t.Errorf("%v: %v", c.request, got)
		}
	}
	long := "SELECT Id FROM Contact WHERE LastName = '" + strings.Repeat("x", 90_000) + "'"
	s.do("POST", bulk, queryAll(long)).want(200) // the query travels in the body, so its length is no trouble
	s.do("GET", data+"/query?q="+url.QueryEscape(long), nil).want(414)
}

func TestBulkLifeOfAJob(t *testing.T) {
	s := serve(t, orgsim.Config{SlowPolls: 2})
	id := s.do("POST", bulk, queryAll("SELECT Id FROM Contact")).want(200).object()["id"].(string)
	path := bulk + "/" + id
	s.do("GET", path+"/results", nil).want(412)
	if a := s.do("DELETE", path, nil).want(400); !strings.Contains(string(a.body), "the job is not terminated") || a.code() != "API_ERROR" {
		t.Errorf("%s", a.body)
	}
	for i, want := range []string{"InProgress", "InProgress", "JobComplete", "JobComplete"} {
		if got := s.do("GET", path, nil).want(200).object()["state"]; got != want {
			t.Fatalf("poll %d: %v, want %s", i, got, want)
		}
	}
	if a := s.do("PATCH", path, map[string]string{"state": "Aborted"}).want(400); a.code() != "INVALIDJOBSTATE" || !strings.Contains(string(a.body), "Aborting already Completed Job not allowed") {
		t.Errorf("%s", a.body)
	}
	s.do("GET", strings.Replace(path, "v67.0", "v66.0", 1)+"/results", nil).want(409)
	if a := s.do("DELETE", path, nil).want(204); len(a.body) != 0 {
		t.Errorf("%q", a.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if a := s.do(method, path, nil).want(404); a.code() != "NOT_FOUND" {
			t.Errorf("%s", a.body)
		}
	}
	second := bulk + "/" + s.do("POST", bulk, queryAll("SELECT Id FROM Contact")).want(200).object()["id"].(string)
	if got := s.do("PATCH", second, map[string]string{"state": "Aborted"}).want(200).object()["state"]; got != "Aborted" {
		t.Errorf("%v", got)
	}
	s.do("GET", second+"/results", nil).want(400)
	s.do("DELETE", second, nil).want(204)
}

func TestBulkResultsExpire(t *testing.T) {
	s := serve(t, orgsim.Config{})
	id := s.job(queryAll("SELECT Id FROM Contact"))
	s.clock.add(6 * 24 * time.Hour)
	s.refreshed().do("GET", bulk+"/"+id+"/results", nil).want(200)
	s.clock.add(25 * time.Hour)
	s.refreshed().do("GET", bulk+"/"+id+"/results", nil).want(404)
}

func TestBulkWindowsOfStamps(t *testing.T) {
	s := serve(t, orgsim.Config{Contacts: 1500})
	all, _, _ := s.export("SELECT Id, SystemModstamp FROM Contact", 100_000)
	s.do("PATCH", data+"/sobjects/Contact/"+live(all, s), map[string]any{"Title": "moved"}).want(204)
	all, _, _ = s.export("SELECT Id, SystemModstamp FROM Contact", 100_000)
	for _, bounds := range [][2]string{{all[100][1], all[900][1]}, {all[0][1], all[0][1]}, {all[10][1], "2026-11-24T12:00:00.000Z"}, {"2026-11-24T11:59:59.000Z", "2026-11-24T12:00:00.000Z"}} {
		var want []string
		for _, row := range all {
			if row[1] > bounds[0] && row[1] <= bounds[1] {
				want = append(want, row[0])
			}
		}
		rows, _, _ := s.export("SELECT Id FROM Contact WHERE SystemModstamp > "+bounds[0]+" AND SystemModstamp <= "+bounds[1], 100_000)
		var got []string
		for _, row := range rows {
			got = append(got, row[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: %d records, want %d", bounds, len(got), len(want))
		}
	}
}

// live returns the id of a record in the middle that is not deleted.
func live(rows [][]string, s *served) string {
	for _, row := range rows[len(rows)/2:] {
		if s.do("GET", data+"/sobjects/Contact/"+row[0], nil).status == 200 {
			return row[0]
		}
	}
	return ""
}
