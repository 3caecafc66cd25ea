package orgsim_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// texts returns one field of each record as text.
func texts(records []map[string]any, field string) []string {
	var all []string
	for _, r := range records {
		all = append(all, fmt.Sprint(r[field]))
	}
	return all
}

// pages reads a REST query to its end and returns the records and the pages' sizes.
func (s *served) pages(path string, headers ...string) (records []map[string]any, sizes []int, total int) {
	s.t.Helper()
	for path != "" {
		page := s.do("GET", path, nil, headers...).want(200).object()
		list := page["records"].([]any)
		for _, r := range list {
			records = append(records, r.(map[string]any))
		}
		sizes, total = append(sizes, len(list)), int(page["totalSize"].(float64))
		path, _ = page["nextRecordsUrl"].(string)
		if done := page["done"].(bool); done != (path == "") {
			s.t.Fatalf("done %t with nextRecordsUrl %q", done, path)
		}
	}
	return records, sizes, total
}

func TestQueryPages(t *testing.T) {
	s := serve(t, orgsim.Config{Contacts: 900})
	for name, order := range map[string]string{"by id": "", "by id, asked for": " ORDER BY Id", "by name": " ORDER BY LastName DESC, FirstName NULLS LAST", "limited": " LIMIT 450"} {
		t.Run(name, func(t *testing.T) {
			records, sizes, total := s.pages(data+"/query?q="+url.QueryEscape("SELECT Id, LastName FROM Contact"+order), "Sforce-Query-Options", "batchSize=200")
			if len(records) != total || len(sizes) < 3 || sizes[0] != 200 || sizes[1] != 200 {
				t.Fatalf("%d records of %d in pages of %v", len(records), total, sizes)
			}
			ids := texts(records, "Id")
			slices.Sort(ids)
			if len(slices.Compact(ids)) != total {
				t.Fatal("a record comes twice")
			}
			if name == "by name" && !slices.IsSortedFunc(records, func(a, b map[string]any) int {
				return strings.Compare(strings.ToLower(b["LastName"].(string)), strings.ToLower(a["LastName"].(string)))
			}) {
				t.Fatal("not in order")
			}
		})
	}
	t.Run("show the state at the beginning", func(t *testing.T) {
		first := s.do("GET", data+"/query?q=SELECT+Id+FROM+Contact", nil, "Sforce-Query-Options", "batchSize=200").want(200).object()
		next := first["nextRecordsUrl"].(string)
		second := s.do("GET", next, nil).want(200).object()["records"].([]any)[0].(map[string]any)["Id"].(string)
		s.do("DELETE", data+"/sobjects/Contact/"+second, nil).want(204)
		again := s.do("GET", next, nil).want(200).object()["records"].([]any)[0].(map[string]any)["Id"]
		if again != second {
			t.Fatalf("the page begins with %v, and before with %v", again, second)
		}
	})
	for _, bad := range []string{"/query/01g000000000001AAA-2000", "/query/nonsense"} {
		if a := s.do("GET", data+bad, nil).want(400); a.code() != "INVALID_QUERY_LOCATOR" {
			t.Errorf("%s: %s", bad, a.body)
		}
	}
}

func TestBatchSizeBounds(t *testing.T) {
	s := serve(t, orgsim.Config{Contacts: 900})
	for option, want := range map[string]int{"batchSize=1": 200, "batchSize=250": 250, "batchSize=x": 900} {
		page := s.do("GET", data+"/query?q=SELECT+Id+FROM+Contact", nil, "Sforce-Query-Options", option).want(200).object()
		if got := len(page["records"].([]any)); got != min(want, int(page["totalSize"].(float64))) {
			t.Errorf("%s: a page of %d", option, got)
		}
	}
}

// cast makes three accounts with known values.
func cast(s *served) (first, second, third string) {
	s.t.Helper()
	make := func(fields map[string]any) string {
		return s.do("POST", data+"/sobjects/Account", fields).want(201).object()["id"].(string)
	}
	first = make(map[string]any{"Name": "Zebra & O'Neil", "Industry": "Energy", "AnnualRevenue": 950000000, "NumberOfEmployees": 12, "BillingCity": "Paris"})
	second = make(map[string]any{"Name": "zebra 100%", "AnnualRevenue": 5, "NumberOfEmployees": 7, "ParentId": first, "BillingStreet": "line 1\nline 2"})
	third = make(map[string]any{"Name": "Zebra_x", "NumberOfEmployees": 9})
	return first, second, third
}

func TestConditions(t *testing.T) {
	s := serve(t, orgsim.Config{})
	first, second, third := cast(s)
	among := "Id IN ('" + first + "','" + second + "','" + third[:15] + "')"
	cases := map[string]string{
		"Name = 'zebra & o\\'neil'":                     "1",
		"Name != 'Zebra_x'":                             "12",
		"Name LIKE 'zebra%'":                            "123",
		"Name LIKE '%\\%'":                              "2",
		"Name LIKE 'zebra\\_x'":                         "3",
		"Name LIKE 'zebra_x'":                           "3",
		"Name LIKE '%neil'":                             "1",
		"Industry = null":                               "23",
		"Industry = ''":                                 "23",
		"Industry != 'Energy'":                          "23",
		"Industry NOT IN ('Energy')":                    "23",
		"Industry IN ('Energy', null)":                  "123",
		"AnnualRevenue > 5":                             "1",
		"AnnualRevenue >= 5":                            "12",
		"AnnualRevenue < 1e3":                           "2",
		"NumberOfEmployees <= 9":                        "23",
		"NumberOfEmployees <> 9":                        "12",
		"IsDeleted = false":                             "123",
		"Parent.Name LIKE 'Zebra%'":                     "2",
		"Parent.Parent.Name = null":                     "123",
		"ParentId = '" + first + "'":                    "2",
		"NOT Name = 'Zebra_x'":                          "12",
		"(Name = 'Zebra_x' OR Industry = 'Energy')":     "13",
		"NOT (Name = 'Zebra_x' OR Industry = 'Energy')": "2",
		"CreatedDate = TODAY":                           "123",
		"CreatedDate < TODAY":                           "",
		"CreatedDate >= LAST_N_DAYS:1":                  "123",
		"CreatedDate = 2026-11-24T12:00:00Z":            "123",
		"SystemModstamp > 2026-11-24T12:00:00.000Z":     "",
		"SystemModstamp >= 2026-11-24T13:00:00+01:00":   "123",
		"Id > '" + first + "'":                          "23",
		"Id <= '" + second + "'":                        "12",
		"Id = '" + strings.ToLower(second) + "'":        "2",
		"Id != '" + second + "'":                        "13",
		"Owner.Username = '" + s.login.Username + "'":   "123",
	}
	names := map[string]string{first: "1", second: "2", third: "3"}
	for condition, want := range cases {
		got := ""
		for _, r := range s.query("SELECT Id FROM Account WHERE " + among + " AND " + condition) {
			got += names[r["Id"].(string)]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", condition, got, want)
		}
	}
}

func TestOrderAndLimit(t *testing.T) {
	s := serve(t, orgsim.Config{})
	cast(s)
	cases := map[string]string{
		"ORDER BY NumberOfEmployees":                     "7 9 12",
		"ORDER BY NumberOfEmployees DESC":                "12 9 7",
		"ORDER BY NumberOfEmployees LIMIT 2":             "7 9",
		"ORDER BY NumberOfEmployees LIMIT 1 OFFSET 1":    "9",
		"ORDER BY AnnualRevenue":                         "9 7 12",
		"ORDER BY AnnualRevenue NULLS LAST":              "7 12 9",
		"ORDER BY AnnualRevenue DESC NULLS LAST":         "12 7 9",
		"ORDER BY Parent.Name NULLS FIRST, Id DESC":      "9 12 7",
		"ORDER BY Id OFFSET 1":                           "7 9",
		"LIMIT 0":                                        "",
		"ORDER BY Name, NumberOfEmployees FOR VIEW":      "12 7 9",
		"AND AnnualRevenue != null ORDER BY CreatedDate": "12 7",
	}
	for clause, want := range cases {
		got := strings.Join(texts(s.query("SELECT NumberOfEmployees FROM Account WHERE Name LIKE 'Zebra%' "+clause), "NumberOfEmployees"), " ")
		if got != want {
			t.Errorf("%s: %q, want %q", clause, got, want)
		}
	}
}

func TestRecordJSON(t *testing.T) {
	s := serve(t, orgsim.Config{})
	first, second, _ := cast(s)
	soql := "SELECT Id, Name, AnnualRevenue, CreatedDate, BillingAddress, Parent.Name, Parent.Owner.Username FROM Account WHERE Id = '" + second + "'"
	body := string(s.do("GET", data+"/query?q="+url.QueryEscape(soql), nil).want(200).body)
	want := `{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/` + second + `"},"Id":"` + second +
		`","Name":"zebra 100%","AnnualRevenue":5.0,"CreatedDate":"2026-11-24T12:00:00.000+0000","BillingAddress":{"geocodeAccuracy":null,"latitude":null,"longitude":null,` +
		`"street":"line 1\nline 2","city":null,"state":null,"postalCode":null,"country":null},"Parent":{"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/` +
		first + `"},"Name":"Zebra & O'Neil","Owner":{"attributes":{"type":"User","url":"/services/data/v67.0/sobjects/User/`
	if !strings.HasPrefix(body, want) {
		t.Errorf("got  %s\nwant %s", body, want)
	}
	revenue := string(s.do("GET", data+"/sobjects/Account/"+first+"?fields=AnnualRevenue,Industry", nil).want(200).body)
	if !strings.Contains(revenue, `"AnnualRevenue":9.5E8,"Industry":"Energy"`) {
		t.Errorf("%s", revenue)
	}
	all := s.do("GET", data+"/sobjects/Account/"+first, nil).want(200).object()
	if all["Name"] != "Zebra & O'Neil" || all["BillingAddress"].(map[string]any)["city"] != "Paris" {
		t.Errorf("%v", all)
	}
	s.do("GET", data+"/sobjects/Account/"+first+"?fields=Nothing", nil).want(400)
	s.do("GET", data+"/sobjects/Contact/"+first, nil).want(404)
}

func TestCounts(t *testing.T) {
	s := serve(t, orgsim.Config{})
	cast(s)
	count := s.do("GET", data+"/query?q="+url.QueryEscape("SELECT COUNT() FROM Account WHERE Name LIKE 'Zebra%'"), nil).want(200).object()
	if count["totalSize"] != 3.0 || len(count["records"].([]any)) != 0 {
		t.Errorf("%v", count)
	}
	rows := s.query("SELECT COUNT(Id) all, COUNT(Industry) FROM Account WHERE Name LIKE 'Zebra%'")
	if rows[0]["all"] != 3.0 || rows[0]["expr1"] != 1.0 {
		t.Errorf("%v", rows)
	}
}

func TestColumns(t *testing.T) {
	s := serve(t, orgsim.Config{})
	got := s.do("GET", data+"/query?columns=true&q=SELECT+Id,+Account.Name+FROM+Contact", nil).want(200).object()
	columns := got["columnMetadata"].([]any)
	if len(columns) != 2 || got["entityName"] != "Contact" || got["idSelected"] != true || got["keyPrefix"] != "003" {
		t.Fatalf("%v", got)
	}
	parent := columns[1].(map[string]any)
	if parent["columnName"] != "Account" || parent["joinColumns"].([]any)[0].(map[string]any)["columnName"] != "Name" {
		t.Errorf("%v", parent)
	}
}

func TestQueryErrors(t *testing.T) {
	s := serve(t, orgsim.Config{})
	cases := []struct{ soql, code, text string }{
		{"SELECT Id FROM", "MALFORMED_QUERY", "unexpected token: '<EOF>'"},
		{"SELECT Id, Foo FROM Account", "INVALID_FIELD", "\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c'"},
		{"SELECT Id FROM Foo__c", "INVALID_TYPE", "sObject type 'Foo__c' is not supported."},
		{"SELECT Foo.Name FROM Account", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path."},
		{"SELECT Who.Foo FROM Task", "INVALID_FIELD", "No such column 'Foo' on entity 'Name'"},
		{"SELECT Id, id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"},
		{"SELECT Id FROM Task WHERE Description = 'x'", "INVALID_FIELD", "field 'Description' can not be filtered in a query call"},
		{"SELECT Id FROM Task ORDER BY Description", "INVALID_FIELD", "field 'Description' can not be sorted in a query call"},
		{"SELECT Id FROM Account WHERE IsDeleted = 'false'", "INVALID_FIELD", "must be of type boolean and should not be enclosed in quotes"},
		{"SELECT Id FROM Account WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type dateTime"},
		{"SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z", "INVALID_FIELD", "must be of type date and"},
		{"SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD", "must be of type string and should be enclosed in quotes"},
		{"SELECT Id FROM Account WHERE AnnualRevenue = '5'", "INVALID_FIELD", "must be of type double"},
		{"SELECT Id FROM Account WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"},
		{"SELECT Id FROM Account WHERE AnnualRevenue LIKE '5'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator on currency field"},
		{"SELECT (SELECT Id FROM Contacts) FROM Account", "MALFORMED_QUERY", "parent-to-child"},
		{"SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "must be grouped"},
		{"SELECT Id FROM InstalledSubscriberPackage", "INVALID_TYPE", "is not supported"},
		{"SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account", "MALFORMED_QUERY", "relationship paths"},
	}
	for _, c := range cases {
		a := s.do("GET", data+"/query?q="+url.QueryEscape(c.soql), nil).want(400)
		if got := a.list()[0]; got["errorCode"] != c.code || !strings.Contains(got["message"].(string), c.text) {
			t.Errorf("%s: %v, want %s %q", c.soql, got, c.code, c.text)
		}
	}
}

func TestParentsOfSeveralObjects(t *testing.T) {
	s := serve(t, orgsim.Config{})
	contact := s.query("SELECT Id, Name FROM Contact LIMIT 1")[0]
	s.do("POST", data+"/sobjects/Task", map[string]any{"Subject": "poly", "WhoId": contact["Id"]}).want(201)
	got := s.query("SELECT Who.Name, Who.Type, What.Name FROM Task WHERE Subject = 'poly' AND Who.Type = 'Contact'")
	who := got[0]["Who"].(map[string]any)
	if who["Name"] != contact["Name"] || who["Type"] != "Contact" || got[0]["What"] != nil {
		t.Errorf("%v", got)
	}
}
