package orgsim_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// record is a record for a collection.
func record(kind string, fields map[string]any) map[string]any {
	r := map[string]any{"attributes": map[string]string{"type": kind}}
	for name, value := range fields {
		r[name] = value
	}
	return r
}

// insert sends a collection and returns its results.
func (s *served) insert(records ...map[string]any) []map[string]any {
	s.t.Helper()
	return s.do("POST", data+"/composite/sobjects", map[string]any{"allOrNone": false, "records": records}).want(200).list()
}

// problem is the one error of a result: its code, its message, its fields.
func problem(t *testing.T, result map[string]any) (code, message, fields string) {
	t.Helper()
	list := result["errors"].([]any)
	if result["success"] != false || len(list) != 1 || result["id"] != nil {
		t.Fatalf("%v is not one failure", result)
	}
	first := list[0].(map[string]any)
	var names []string
	for _, f := range first["fields"].([]any) {
		names = append(names, f.(string))
	}
	return first["statusCode"].(string), first["message"].(string), strings.Join(names, " ")
}

// targets are records of the sample that tasks can be written on, and ones they cannot.
type targets struct {
	contact, account, lead, opportunity, user         string
	converted, convertedTo, merged, deleted, inactive string
	purged, inMail, pointDrive                        string
}

func (s *served) targets() targets {
	s.t.Helper()
	id := func(soql string) string {
		s.t.Helper()
		records := s.queryAll(soql)
		if len(records) == 0 {
			s.t.Fatalf("the sample has none of: %s", soql)
		}
		return records[0]["Id"].(string)
	}
	out := targets{
		contact: id("SELECT Id FROM Contact WHERE IsDeleted = false AND AccountId != null LIMIT 1"), account: id("SELECT Id FROM Account WHERE IsDeleted = false LIMIT 1"),
		lead: id("SELECT Id FROM Lead WHERE IsDeleted = false AND IsConverted = false LIMIT 1"), opportunity: id("SELECT Id FROM Opportunity WHERE IsDeleted = false LIMIT 1"),
		user: id("SELECT Id FROM User WHERE IsActive = true AND Username != '" + s.login.Username + "' LIMIT 1"), inactive: id("SELECT Id FROM User WHERE IsActive = false LIMIT 1"),
		converted: id("SELECT Id FROM Lead WHERE IsDeleted = false AND IsConverted = true AND ConvertedContactId != null LIMIT 1"),
		merged:    id("SELECT Id FROM Contact WHERE IsDeleted = true AND MasterRecordId != null LIMIT 1"), inMail: id("SELECT Id FROM RecordType WHERE DeveloperName = 'InMail'"),
		deleted:    id("SELECT Id FROM Contact WHERE IsDeleted = true AND MasterRecordId = null LIMIT 1"),
		pointDrive: id("SELECT Id FROM RecordType WHERE DeveloperName = 'PointDrive_Presentation_Viewed'"),
	}
	out.convertedTo = s.queryAll("SELECT ConvertedContactId FROM Lead WHERE Id = '" + out.converted + "'")[0]["ConvertedContactId"].(string)
	out.purged = s.insert(record("Contact", map[string]any{"LastName": "Gone"}))[0]["id"].(string)
	s.change("purge", map[string]any{"id": out.purged})
	return out
}

// change lets something happen in the org.
func (s *served) change(kind string, rest map[string]any) map[string]any {
	s.t.Helper()
	rest["kind"] = kind
	return s.do("POST", "/admin/change", rest).want(200).object()
}

// big is an org large enough to have one of everything.
var big = orgsim.Config{Contacts: 1500, SyncKey: true}

func TestWriteRules(t *testing.T) {
	s := serve(t, big)
	at := s.targets()
	cases := map[string]struct {
		kind         string
		fields       map[string]any
		code, fieldN string
		text         string
	}{
		"subject too long":           {"Task", map[string]any{"Subject": strings.Repeat("é", 256)}, "STRING_TOO_LONG", "Subject", "(max length=255)"},
		"note title too long":        {"Note", map[string]any{"ParentId": at.account, "Title": strings.Repeat("x", 81)}, "STRING_TOO_LONG", "Title", "(max length=80)"},
		"body too long":              {"Note", map[string]any{"ParentId": at.account, "Title": "t", "Body": strings.Repeat("x", 32001)}, "STRING_TOO_LONG", "Body", "(max length=32000)"},
		"note without title":         {"Note", map[string]any{"ParentId": at.account}, "REQUIRED_FIELD_MISSING", "Title", "Required fields are missing: [Title]"},
		"note without parent":        {"Note", map[string]any{"Title": "t"}, "REQUIRED_FIELD_MISSING", "ParentId", ""},
		"note without both":          {"Note", nil, "REQUIRED_FIELD_MISSING", "ParentId Title", "[ParentId, Title]"},
		"contact without name":       {"Contact", map[string]any{"FirstName": "x"}, "REQUIRED_FIELD_MISSING", "LastName", "Required fields are missing: [LastName]"},
		"status unknown":             {"Task", map[string]any{"Status": "Done"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Status", "bad value for restricted picklist field: Done"},
		"status null":                {"Task", map[string]any{"Status": nil}, "REQUIRED_FIELD_MISSING", "Status", ""},
		"status of an InMail":        {"Task", map[string]any{"RecordTypeId": at.inMail, "Status": "In Progress"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Status", ""},
		"record type not available":  {"Task", map[string]any{"RecordTypeId": at.pointDrive, "Status": "Completed"}, "INVALID_CROSS_REFERENCE_KEY", "RecordTypeId", "isn't valid for the user"},
		"record type of nothing":     {"Task", map[string]any{"RecordTypeId": at.inMail[:12] + "zzz"}, "INVALID_CROSS_REFERENCE_KEY", "RecordTypeId", ""},
		"who is no id":               {"Task", map[string]any{"WhoId": "abc"}, "MALFORMED_ID", "WhoId", "id value of incorrect type: abc"},
		"who is an account":          {"Task", map[string]any{"WhoId": at.account}, "MALFORMED_ID", "WhoId", ""},
		"what is a contact":          {"Task", map[string]any{"WhatId": at.contact}, "MALFORMED_ID", "WhatId", ""},
		"who is nobody":              {"Task", map[string]any{"WhoId": at.contact[:9] + "zzzzzz"}, "INVALID_CROSS_REFERENCE_KEY", "", "invalid cross reference id"},
		"who was purged":             {"Task", map[string]any{"WhoId": at.purged}, "INVALID_CROSS_REFERENCE_KEY", "", ""},
		"who was deleted":            {"Task", map[string]any{"WhoId": at.deleted}, "ENTITY_IS_DELETED", "", "entity is deleted"},
		"who was merged":             {"Task", map[string]any{"WhoId": at.merged}, "ENTITY_IS_DELETED", "", ""},
		"note on a merged contact":   {"Note", map[string]any{"ParentId": at.merged, "Title": "t"}, "ENTITY_IS_DELETED", "", ""},
		"who was converted":          {"Task", map[string]any{"WhoId": at.converted}, "CANNOT_UPDATE_CONVERTED_LEAD", "WhoId", ""},
		"lead with what":             {"Task", map[string]any{"WhoId": at.lead, "WhatId": at.account}, "FIELD_INTEGRITY_EXCEPTION", "WhatId", ""},
		"owner inactive":             {"Task", map[string]any{"OwnerId": at.inactive}, "INACTIVE_OWNER_OR_USER", "", "operation performed with inactive user"},
		"owner is a contact":         {"Task", map[string]any{"OwnerId": at.contact}, "MALFORMED_ID", "OwnerId", ""},
		"field that is read only":    {"Task", map[string]any{"IsClosed": true}, "INVALID_FIELD_FOR_INSERT_UPDATE", "IsClosed", "Unable to create/update fields: IsClosed"},
		"audit field":                {"Task", map[string]any{"CreatedDate": "2020-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", "CreatedDate", ""},
		"e-mail address":             {"Contact", map[string]any{"LastName": "x", "Email": "not one"}, "INVALID_EMAIL_ADDRESS", "Email", ""},
		"object that is not written": {"Organization", map[string]any{}, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "", ""},
	}
	for name, c := range cases {
		code, message, fields := problem(t, s.insert(record(c.kind, c.fields))[0])
		if code != c.code || fields != c.fieldN || !strings.Contains(message, c.text) {
			t.Errorf("%s: %s %q %q, want %s %q %q", name, code, message, fields, c.code, c.text, c.fieldN)
		}
	}
	if tasks := s.queryAll("SELECT Id FROM Task"); len(tasks) != 0 {
		t.Errorf("%d tasks were written", len(tasks))
	}
}

func TestTaskAsWritten(t *testing.T) {
	s := serve(t, big)
	at := s.targets()
	results := s.insert(
		record("Task", map[string]any{"Subject": "Sales Navigator", "WhoId": at.contact[:15], "WhatId": "", "OwnerId": at.user, "RecordTypeId": at.inMail, "ActivityDate": "2026-11-20", "Description": "a\n😀"}),
		record("Task", map[string]any{}),
		record("Task", map[string]any{"WhoId": at.convertedTo, "WhatId": at.account, "Status": "Completed", "Priority": "High"}),
	)
	for _, r := range results {
		if r["success"] != true || !strings.HasPrefix(r["id"].(string), "00T") || len(r["errors"].([]any)) != 0 {
			t.Fatalf("%v", r)
		}
	}
	get := func(i int) map[string]any {
		return s.do("GET", data+"/sobjects/Task/"+results[i]["id"].(string), nil).want(200).object()
	}
	me := s.query("SELECT Id FROM User WHERE Username = '" + s.login.Username + "'")[0]["Id"]
	first := get(0)
	for name, want := range map[string]any{"Subject": "Sales Navigator", "WhoId": at.contact, "WhatId": nil, "OwnerId": at.user, "Status": "Completed", "IsClosed": true, "Priority": "Normal",
		"ActivityDate": "2026-11-20", "Description": "a\n😀", "CreatedById": me, "CreatedDate": "2026-11-24T12:00:00.000+0000", "TaskSubtype": "Task", "IsDeleted": false} {
		if first[name] != want {
			t.Errorf("%s is %v, want %v", name, first[name], want)
		}
	}
	if first["AccountId"] == nil {
		t.Error("the contact's account is missing")
	}
	if second := get(1); second["OwnerId"] != me || second["Status"] != "Not Started" || second["IsClosed"] != false || second["WhoId"] != nil {
		t.Errorf("a task without anything: %v", second)
	}
	if third := get(2); third["AccountId"] != at.account || third["IsHighPriority"] != true || third["CompletedDateTime"] == nil {
		t.Errorf("%v", third)
	}
}

func TestUniqueKey(t *testing.T) {
	s := serve(t, big)
	task := record("Task", map[string]any{"Sync_Key__c": "k-1"})
	id := s.insert(task)[0]["id"].(string)
	code, message, _ := problem(t, s.insert(task)[0])
	if code != "DUPLICATE_VALUE" || message != "duplicate value found: Sync_Key__c duplicates value on record with id: "+id[:15] {
		t.Errorf("%s %q", code, message)
	}
	results := s.insert(record("Task", map[string]any{"Sync_Key__c": "k-2"}), record("Task", map[string]any{"Sync_Key__c": "k-2"}), record("Task", map[string]any{"Sync_Key__c": "K-2"}))
	if results[0]["success"] != true || results[1]["success"] != false || results[2]["success"] != true {
		t.Errorf("within one call: %v", results)
	}
	if got := s.query("SELECT Id FROM Task WHERE Sync_Key__c = 'k-1'"); len(got) != 1 {
		t.Errorf("%v", got)
	}
	s.change("purge", map[string]any{"id": id})
	if again := s.insert(task)[0]; again["success"] != true {
		t.Errorf("a purged record still holds its key: %v", again)
	}
}

func TestCollections(t *testing.T) {
	s := serve(t, orgsim.Config{})
	post := func(body any) answer { return s.do("POST", data+"/composite/sobjects", body) }
	if a := post(map[string]any{"records": []any{}}).want(400); a.code() != "REQUIRED_FIELD_MISSING" || !strings.Contains(string(a.body), "At least 1 record is required") {
		t.Errorf("%s", a.body)
	}
	many := make([]any, 201)
	for i := range many {
		many[i] = record("Task", nil)
	}
	post(map[string]any{"records": many}).want(400)
	if results := post(map[string]any{"records": many[:200]}).want(200).list(); len(results) != 200 {
		t.Errorf("%d results", len(results))
	}
	var mixed []any
	for range 6 {
		mixed = append(mixed, record("Task", nil), record("Contact", map[string]any{"LastName": "x"}))
	}
	post(map[string]any{"records": mixed}).want(400)
	post(map[string]any{"records": mixed[:10]}).want(200)
	if a := post(map[string]any{"records": []any{map[string]any{"Subject": "no type"}}}).want(400); a.code() != "INVALID_INPUT" {
		t.Errorf("%s", a.body)
	}
	if a := post(map[string]any{"records": []any{record("Task", map[string]any{"Nothing__c": 1})}}).want(400); a.code() != "INVALID_FIELD" || !strings.Contains(string(a.body), "No such column 'Nothing__c' on sobject of type Task") {
		t.Errorf("%s", a.body)
	}
	for field, value := range map[string]any{"ActivityDate": "20.11.2026", "Subject": 5, "CallDurationInSeconds": "long", "WhoId": map[string]string{}} {
		if a := post(map[string]any{"records": []any{record("Task", map[string]any{field: value})}}).want(400); a.code() != "JSON_PARSER_ERROR" {
			t.Errorf("%s = %v: %s", field, value, a.body)
		}
	}
	post([]byte(`{"records":[`)).want(400)
}

func TestAllOrNone(t *testing.T) {
	s := serve(t, orgsim.Config{})
	body := map[string]any{"allOrNone": true, "records": []any{record("Task", map[string]any{"Subject": "good"}), record("Task", map[string]any{"Status": "bad"})}}
	results := s.do("POST", data+"/composite/sobjects", body).want(200).list()
	if code, _, _ := problem(t, results[0]); code != "ALL_OR_NONE_OPERATION_ROLLED_BACK" {
		t.Errorf("%s", code)
	}
	if code, _, _ := problem(t, results[1]); code != "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" {
		t.Errorf("%s", code)
	}
	if tasks := s.queryAll("SELECT Id FROM Task"); len(tasks) != 0 {
		t.Errorf("%v", tasks)
	}
	after := s.insert(record("Task", nil))[0]["id"].(string)
	if got := s.do("GET", data+"/sobjects/Task/"+after, nil).want(200).object(); got["Subject"] != nil {
		t.Errorf("the new record has fields of the one rolled back: %v", got)
	}
}

func TestOneRecord(t *testing.T) {
	s := serve(t, orgsim.Config{})
	a := s.do("POST", data+"/sobjects/Task/", map[string]any{"Subject": "one"}).want(201)
	id := a.object()["id"].(string)
	path := data + "/sobjects/Task/" + id
	if a.header.Get("Location") != path {
		t.Errorf("Location %q", a.header.Get("Location"))
	}
	if a := s.do("POST", data+"/sobjects/Task", map[string]any{"Status": "x"}).want(400); a.code() != "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" || a.list()[0]["fields"].([]any)[0] != "Status" {
		t.Errorf("%s", a.body)
	}
	s.clock.add(1e9)
	s.do("PATCH", path, map[string]any{"Subject": "two"}).want(204)
	if got := s.do("GET", path, nil).want(200).object(); got["Subject"] != "two" || got["SystemModstamp"] == got["CreatedDate"] {
		t.Errorf("%v", got)
	}
	s.do("PATCH", path, map[string]any{"TaskSubtype": "Call"}).want(400) // on create only
	s.do("DELETE", path, nil).want(204)
	for _, method := range []string{"GET", "DELETE"} {
		if a := s.do(method, path, nil).want(404); a.code() != "ENTITY_IS_DELETED" {
			t.Errorf("%s", a.body)
		}
	}
	s.do("DELETE", data+"/sobjects/Task/00T000000000000AAA", nil).want(404)
	user := s.query("SELECT Id FROM User LIMIT 1")[0]["Id"].(string)
	s.do("DELETE", data+"/sobjects/User/"+user, nil).want(400)
}

func TestDeleteMany(t *testing.T) {
	s := serve(t, orgsim.Config{})
	made := s.insert(record("Task", nil), record("Task", nil))
	first, second := made[0]["id"].(string), made[1]["id"].(string)
	results := s.do("DELETE", data+"/composite/sobjects?ids="+first+",nonsense,"+second[:15]+"&allOrNone=false", nil).want(200).list()
	if results[0]["success"] != true || results[1]["success"] != false || results[2]["id"] != second {
		t.Errorf("%v", results)
	}
	if code, _, _ := problem(t, s.do("DELETE", data+"/composite/sobjects?ids="+first, nil).want(200).list()[0]); code != "ENTITY_IS_DELETED" {
		t.Errorf("%s", code)
	}
	s.do("DELETE", data+"/composite/sobjects", nil).want(400)
}

func TestValidationRule(t *testing.T) {
	s := serve(t, orgsim.Config{ValidationRule: func(object string, fields map[string]string) error {
		if object == "Task" && !strings.Contains(fields["Subject"], "ok") {
			return errors.New("Subject must say ok")
		}
		return nil
	}})
	code, message, _ := problem(t, s.insert(record("Task", map[string]any{"Subject": "no"}))[0])
	if code != "FIELD_CUSTOM_VALIDATION_EXCEPTION" || message != "Subject must say ok" {
		t.Errorf("%s %q", code, message)
	}
	if got := s.insert(record("Task", map[string]any{"Subject": "ok"}))[0]; got["success"] != true {
		t.Errorf("%v", got)
	}
}

func TestUpsertAndUpdateMany(t *testing.T) {
	s := serve(t, big)
	path := data + "/sobjects/Task/Sync_Key__c/it's"
	made := s.do("PATCH", path, map[string]any{"Subject": "one"}).want(201).object()
	again := s.do("PATCH", path, map[string]any{"Subject": "two"}).want(200).object()
	if made["created"] != true || again["created"] != false || made["id"] != again["id"] {
		t.Errorf("%v, %v", made, again)
	}
	if got := s.do("GET", path, nil).want(200).object(); got["Subject"] != "two" || got["Sync_Key__c"] != "it's" {
		t.Errorf("%v", got)
	}
	s.do("GET", data+"/sobjects/Task/Sync_Key__c/other", nil).want(404)
	if a := s.do("PATCH", data+"/sobjects/Task/Subject/x", map[string]any{}).want(404); !strings.Contains(string(a.body), "Provided external ID field does not exist") {
		t.Errorf("%s", a.body)
	}
	body := map[string]any{"records": []any{record("Task", map[string]any{"Id": made["id"], "Subject": "three"}), record("Task", map[string]any{"Subject": "no id"}),
		record("Task", map[string]any{"Id": "00T000000000000AAA"})}}
	results := s.do("PATCH", data+"/composite/sobjects", body).want(200).list()
	if results[0]["success"] != true || results[0]["id"] != made["id"] {
		t.Errorf("%v", results[0])
	}
	for i, want := range map[int]string{1: "MISSING_ARGUMENT", 2: "INVALID_CROSS_REFERENCE_KEY"} {
		if code, _, _ := problem(t, results[i]); code != want {
			t.Errorf("%s, want %s", code, want)
		}
	}
	s.do("DELETE", path, nil).want(204)
	s.do("GET", path, nil).want(404)
}

// Records are read by their ids in the order asked for, by either method; what cannot be had is null.
func TestRetrieveMany(t *testing.T) {
	s := serve(t, big)
	all := s.targets()
	path := data + "/composite/sobjects/Contact"
	ids := []string{all.contact, all.account, all.deleted, "003000000000000AAA", all.convertedTo}
	read := s.do("GET", path+"?ids="+strings.Join(ids, ",")+"&fields=Id,LastName", nil).want(200)
	posted := s.do("POST", path, map[string]any{"ids": ids, "fields": []string{"Id", "LastName"}}).want(200)
	var rows []map[string]any
	if err := json.Unmarshal(read.body, &rows); err != nil || string(read.body) != string(posted.body) || len(rows) != len(ids) {
		t.Fatalf("%v: %s, %s", err, read.body, posted.body)
	}
	for i, row := range rows {
		if had := i == 0 || i == 4; had != (row != nil) || had && (row["Id"] != ids[i] || row["LastName"] == "") {
			t.Errorf("%d: %v", i, row)
		}
	}
	for _, bad := range []map[string]any{{"ids": ids}, {"fields": []string{"Id"}}, {"ids": ids, "fields": []string{"Nothing"}}, {"ids": make([]string, 2001), "fields": []string{"Id"}}} {
		s.do("POST", path, bad).want(400)
	}
	s.do("PUT", path, nil).want(405)
	s.do("GET", data+"/composite/sobjects/Nothing?ids=1&fields=Id", nil).want(404)
}

// A collection by key makes what is missing and changes what is there, each record by itself.
func TestUpsertMany(t *testing.T) {
	s := serve(t, big)
	path := data + "/composite/sobjects/Task/Sync_Key__c"
	one := record("Task", map[string]any{"Sync_Key__c": "a", "Subject": "one"})
	made := s.do("PATCH", path, map[string]any{"records": []any{one, record("Task", map[string]any{"Subject": "no key"}),
		record("Note", map[string]any{"Sync_Key__c": "c"})}}).want(200).list()
	if made[0]["success"] != true || made[0]["created"] != true {
		t.Errorf("%v", made[0])
	}
	for i, want := range map[int]string{1: "MISSING_ARGUMENT", 2: "INVALID_FIELD"} {
		if code, _, _ := problem(t, made[i]); code != want {
			t.Errorf("%s, want %s", code, want)
		}
	}
	again := s.do("PATCH", path, map[string]any{"records": []any{record("Task", map[string]any{"Sync_Key__c": "a", "Subject": "two"}), record("Task", map[string]any{"Sync_Key__c": "b", "Subject": "other"})}}).want(200).list()
	if again[0]["id"] != made[0]["id"] || again[0]["created"] != false || again[1]["created"] != true {
		t.Errorf("%v", again)
	}
	if got := s.do("GET", data+"/sobjects/Task/Sync_Key__c/a", nil).want(200).object(); got["Subject"] != "two" {
		t.Errorf("%v", got)
	}
	s.do("PATCH", data+"/composite/sobjects/Task/Subject", map[string]any{"records": []any{one}}).want(404)
}
