package orgsim_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// get reads one record, deleted or not.
func (s *served) get(id, fields string) map[string]any {
	s.t.Helper()
	object := map[string]string{"001": "Account", "003": "Contact", "006": "Opportunity", "00Q": "Lead", "00T": "Task", "002": "Note", "00K": "OpportunityContactRole", "005": "User"}[id[:3]]
	records := s.queryAll("SELECT " + fields + " FROM " + object + " WHERE Id = '" + id + "'")
	if len(records) != 1 {
		s.t.Fatalf("%d records %s", len(records), id)
	}
	return records[0]
}

// add makes records and returns their ids.
func (s *served) add(records ...map[string]any) []string {
	s.t.Helper()
	var ids []string
	for _, r := range s.insert(records...) {
		if r["success"] != true {
			s.t.Fatalf("%v", r)
		}
		ids = append(ids, r["id"].(string))
	}
	return ids
}

func TestMerge(t *testing.T) {
	s := serve(t, orgsim.Config{})
	ids := s.add(record("Contact", map[string]any{"LastName": "Loser"}), record("Contact", map[string]any{"LastName": "Winner"}))
	loser, winner := ids[0], ids[1]
	children := s.add(record("Task", map[string]any{"WhoId": loser}), record("Note", map[string]any{"ParentId": loser, "Title": "n"}))
	before := s.get(children[0], "SystemModstamp")["SystemModstamp"]
	s.clock.add(time.Minute)
	s.change("merge", map[string]any{"id": loser, "into": winner})
	got := s.get(loser, "IsDeleted, MasterRecordId, SystemModstamp")
	if got["IsDeleted"] != true || got["MasterRecordId"] != winner || got["SystemModstamp"] != "2026-11-24T12:01:00.000+0000" {
		t.Errorf("loser %v", got)
	}
	if task := s.get(children[0], "WhoId, SystemModstamp"); task["WhoId"] != winner || task["SystemModstamp"] == before {
		t.Errorf("task %v", task)
	}
	if note := s.get(children[1], "ParentId"); note["ParentId"] != winner {
		t.Errorf("note %v", note)
	}
	for name, change := range map[string]map[string]any{
		"into itself":         {"kind": "merge", "id": winner, "into": winner},
		"into a deleted one":  {"kind": "merge", "id": winner, "into": loser},
		"into another object": {"kind": "merge", "id": winner, "into": s.query("SELECT Id FROM Account LIMIT 1")[0]["Id"]},
		"of a deleted one":    {"kind": "merge", "id": loser, "into": winner},
		"of nothing":          {"kind": "merge", "id": "003000000000000AAA", "into": winner},
		"unknown change":      {"kind": "explode", "id": winner},
	} {
		if a := s.do("POST", "/admin/change", change); a.status != 400 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestConvert(t *testing.T) {
	s := serve(t, orgsim.Config{})
	lead := s.add(record("Lead", map[string]any{"FirstName": "Ada", "LastName": "Byron", "Company": "Engines", "Email": "ada@example.com", "City": "London"}))[0]
	task := s.add(record("Task", map[string]any{"WhoId": lead}))[0]
	ids := s.change("convert", map[string]any{"id": lead, "fields": map[string]any{"opportunity": "Engine deal"}})["ids"].([]any)
	account, contact, opportunity := ids[0].(string), ids[1].(string), ids[2].(string)
	got := s.get(lead, "IsConverted, ConvertedDate, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId, Status, IsDeleted")
	want := map[string]any{"IsConverted": true, "ConvertedDate": "2026-11-24", "ConvertedAccountId": account, "ConvertedContactId": contact, "ConvertedOpportunityId": opportunity,
		"Status": "Closed - Converted", "IsDeleted": false}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v, want %v", name, got[name], value)
		}
	}
	if c := s.get(contact, "Name, AccountId, Email, MailingCity"); c["Name"] != "Ada Byron" || c["AccountId"] != account || c["Email"] != "ada@example.com" || c["MailingCity"] != "London" {
		t.Errorf("contact %v", c)
	}
	if a := s.get(account, "Name"); a["Name"] != "Engines" {
		t.Errorf("account %v", a)
	}
	roles := s.query("SELECT ContactId, IsPrimary FROM OpportunityContactRole WHERE OpportunityId = '" + opportunity + "'")
	if len(roles) != 1 || roles[0]["ContactId"] != contact || roles[0]["IsPrimary"] != true {
		t.Errorf("roles %v", roles)
	}
	if moved := s.get(task, "WhoId"); moved["WhoId"] != contact {
		t.Errorf("task %v", moved)
	}
	s.do("POST", "/admin/change", map[string]any{"kind": "convert", "id": lead}).want(400)
	s.do("POST", "/admin/change", map[string]any{"kind": "convert", "id": contact}).want(400)
	second := s.add(record("Lead", map[string]any{"LastName": "x", "Company": "Engines"}))[0]
	if ids := s.change("convert", map[string]any{"id": second, "into": account})["ids"].([]any); len(ids) != 2 || ids[0] != account {
		t.Errorf("into an account that is there: %v", ids)
	}
}

func TestDeleteUndeletePurge(t *testing.T) {
	s := serve(t, orgsim.Config{})
	account := s.add(record("Account", map[string]any{"Name": "Parent"}))[0]
	contacts := s.add(record("Contact", map[string]any{"LastName": "a", "AccountId": account}), record("Contact", map[string]any{"LastName": "b", "AccountId": account}))
	s.change("delete", map[string]any{"id": contacts[1]})
	s.clock.add(time.Minute)
	s.change("delete", map[string]any{"id": account})
	for _, id := range append(contacts, account) {
		if got := s.get(id, "IsDeleted"); got["IsDeleted"] != true {
			t.Errorf("%s %v", id, got)
		}
	}
	s.do("POST", "/admin/change", map[string]any{"kind": "delete", "id": account}).want(400)
	s.clock.add(time.Minute)
	s.change("undelete", map[string]any{"id": account})
	if a, b := s.get(contacts[0], "IsDeleted, SystemModstamp"), s.get(contacts[1], "IsDeleted"); a["IsDeleted"] != false || b["IsDeleted"] != true || a["SystemModstamp"] != "2026-11-24T12:02:00.000+0000" {
		t.Errorf("deleted with the account: %v, before: %v", a, b)
	}
	s.do("POST", "/admin/change", map[string]any{"kind": "undelete", "id": account}).want(400)
	s.change("purge", map[string]any{"id": contacts[1]})
	if rows := s.queryAll("SELECT Id FROM Contact WHERE Id = '" + contacts[1] + "'"); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
	base := s.query("SELECT Id FROM Contact LIMIT 1")[0]["Id"].(string)
	s.change("purge", map[string]any{"id": base})
	if rows := s.queryAll("SELECT Id FROM Contact WHERE Id = '" + base + "'"); len(rows) != 0 {
		t.Errorf("a generated record is still there: %v", rows)
	}
}

func TestOwnerStageAndUserChanges(t *testing.T) {
	s := serve(t, orgsim.Config{})
	user := s.query("SELECT Id FROM User WHERE IsActive = true AND Username != '" + s.login.Username + "' LIMIT 1")[0]["Id"].(string)
	deal := s.query("SELECT Id FROM Opportunity WHERE IsClosed = false AND OwnerId != '" + user + "' LIMIT 1")[0]["Id"].(string)
	s.change("owner", map[string]any{"id": deal, "fields": map[string]any{"OwnerId": user}})
	s.change("stage", map[string]any{"id": deal, "fields": map[string]any{"StageName": "Closed Won"}})
	got := s.get(deal, "OwnerId, StageName, IsClosed, IsWon, Probability, LastModifiedById, SystemModstamp")
	if got["OwnerId"] != user || got["IsClosed"] != true || got["IsWon"] != true || got["Probability"] != 100.0 || got["SystemModstamp"] != "2026-11-24T12:00:00.000+0000" {
		t.Errorf("%v", got)
	}
	if me := s.query("SELECT Id FROM User WHERE Username = '" + s.login.Username + "'")[0]["Id"]; got["LastModifiedById"] == me {
		t.Error("changed by the integration user")
	}
	s.change("update", map[string]any{"id": user, "fields": map[string]any{"IsActive": false}})
	a := s.do("POST", "/admin/change", map[string]any{"kind": "owner", "id": deal, "fields": map[string]any{"OwnerId": user}}).want(400)
	if a.code() != "INACTIVE_OWNER_OR_USER" {
		t.Errorf("%s", a.body)
	}
	role := s.query("SELECT Id FROM UserRole LIMIT 1")[0]["Id"].(string)
	s.change("delete", map[string]any{"id": role}) // roles have no recycle bin
	if rows := s.queryAll("SELECT Id FROM UserRole WHERE Id = '" + role + "'"); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
}

func TestFormulaDoesNotMoveTheStamp(t *testing.T) {
	s := serve(t, orgsim.Config{})
	account := s.add(record("Account", map[string]any{"Name": "x", "Industry": "Energy"}))[0]
	contact := s.add(record("Contact", map[string]any{"LastName": "x", "AccountId": account}))[0]
	s.clock.add(time.Hour)
	s.change("update", map[string]any{"id": account, "fields": map[string]any{"Industry": "Retail"}})
	if got := s.get(contact, "Account_Industry__c, SystemModstamp"); got["Account_Industry__c"] != "Retail" || got["SystemModstamp"] != "2026-11-24T12:00:00.000+0000" {
		t.Errorf("%v", got)
	}
}

func TestReplication(t *testing.T) {
	s := serve(t, orgsim.Config{})
	ids := s.add(record("Contact", map[string]any{"LastName": "a"}), record("Contact", map[string]any{"LastName": "b"}), record("Contact", map[string]any{"LastName": "c"}))
	s.clock.add(10 * time.Minute)
	s.change("delete", map[string]any{"id": ids[0]})
	s.change("purge", map[string]any{"id": ids[1]})
	s.change("update", map[string]any{"id": ids[2], "fields": map[string]any{"Title": "new"}})
	s.clock.add(10 * time.Minute)
	window := "?start=" + url.QueryEscape("2026-11-24T12:05:00+00:00") + "&end=" + url.QueryEscape("2026-11-24T12:20:00.000Z")
	deleted := s.do("GET", data+"/sobjects/Contact/deleted/"+window, nil).want(200).object()
	var gone []string
	for _, r := range deleted["deletedRecords"].([]any) {
		gone = append(gone, r.(map[string]any)["id"].(string))
		if r.(map[string]any)["deletedDate"] != "2026-11-24T12:10:00.000+0000" {
			t.Errorf("%v", r)
		}
	}
	if slices.Sort(gone); !slices.Equal(gone, ids[:2]) || deleted["latestDateCovered"] != "2026-11-24T12:20:00.000+0000" || deleted["earliestDateAvailable"] == nil {
		t.Errorf("%v", deleted)
	}
	updated := s.do("GET", data+"/sobjects/Contact/updated"+window, nil).want(200).object()
	if list := updated["ids"].([]any); len(list) != 1 || list[0] != ids[2] {
		t.Errorf("%v", updated)
	}
	for name, bad := range map[string]string{"too short": "?start=2026-11-24T12:05:00Z&end=2026-11-24T12:05:59Z", "too old": "?start=2026-01-01T00:00:00Z&end=2026-11-24T12:05:59Z", "nonsense": "?start=x&end=y"} {
		if a := s.do("GET", data+"/sobjects/Contact/deleted"+bad, nil).want(400); a.code() != "INVALID_REPLICATION_DATE" {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	s.do("GET", data+"/sobjects/Profile/deleted"+window, nil).want(404)
}

func TestLateCommit(t *testing.T) {
	for name, config := range map[string]orgsim.Config{"by configuration": {LateCommit: 3 * time.Minute}, "by scenario": {Scenarios: []string{"late-commit"}}} {
		s := serve(t, config)
		id := s.add(record("Account", map[string]any{"Name": "late"}))[0]
		if got := s.get(id, "SystemModstamp"); got["SystemModstamp"] != "2026-11-24T11:57:00.000+0000" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSampleHasTheTraps(t *testing.T) {
	s := serve(t, big)
	s.targets() // fails the test if there is no converted lead, merged contact, deleted contact or inactive user
	rows, _, _ := s.export("SELECT Name, MailingStreet, Title, Description FROM Contact", 100_000)
	all := strings.Builder{}
	for _, row := range rows {
		all.WriteString(strings.Join(row, " "))
	}
	for name, piece := range map[string]string{"newline": "\n", "quote": `"`, "comma": ",", "letters beyond ASCII": "é"} {
		if !strings.Contains(all.String(), piece) {
			t.Errorf("no text has a %s", name)
		}
	}
}

func TestSmallOrgs(t *testing.T) {
	for _, contacts := range []int{1, 2, 9} {
		s := serve(t, orgsim.Config{Contacts: contacts})
		for object, list := range annex {
			rows, _, _ := s.export("SELECT "+list+" FROM "+object, 1000)
			if object == "Contact" && len(rows) != contacts {
				t.Errorf("%d contacts, want %d", len(rows), contacts)
			}
		}
		lead := s.add(record("Lead", map[string]any{"LastName": "x", "Company": "y"}))[0]
		s.change("convert", map[string]any{"id": lead})
	}
}

func TestSeveralCurrencies(t *testing.T) {
	s := serve(t, orgsim.Config{MultiCurrency: true})
	offered := map[string]bool{}
	described := fields(s.do("GET", data+"/sobjects/Opportunity/describe", nil).want(200).object())
	for _, c := range described["CurrencyIsoCode"]["picklistValues"].([]any) {
		offered[c.(map[string]any)["value"].(string)] = true
	}
	used := map[string]bool{}
	for _, code := range texts(s.query("SELECT CurrencyIsoCode FROM Opportunity"), "CurrencyIsoCode") {
		if used[code] = true; !offered[code] {
			t.Errorf("%s is no value of the picklist", code)
		}
	}
	if len(used) < 2 {
		t.Errorf("currencies %v", used)
	}
	serve(t, orgsim.Config{}).do("GET", data+"/query?q=SELECT+CurrencyIsoCode+FROM+Opportunity", nil).want(400)
}

func TestNotedProfiles(t *testing.T) {
	s := serve(t, orgsim.Config{})
	all, noted := s.query("SELECT LinkedIn_Profile__c FROM Contact"), 0
	for _, address := range texts(all, "LinkedIn_Profile__c") {
		if strings.HasPrefix(address, "https://www.linkedin.com/in/") {
			noted++
		} else if address != "<nil>" {
			t.Errorf("%s", address)
		}
	}
	if noted == 0 || noted > len(all)/3 {
		t.Errorf("%d of %d contacts have a profile noted", noted, len(all))
	}
}

func TestSameSeedSameOrg(t *testing.T) {
	read := func(seed uint64) string {
		s := serve(t, orgsim.Config{Seed: seed})
		rows, _, _ := s.export("SELECT Id, Name, Email, AccountId, OwnerId, CreatedDate, SystemModstamp FROM Contact", 100_000)
		var out strings.Builder
		for _, row := range rows {
			out.WriteString(strings.Join(row, "|") + "\n")
		}
		return out.String()
	}
	first, again := read(1), read(1)
	if first != again {
		t.Error("the same seed makes another org")
	}
	if first == read(2) {
		t.Error("another seed makes the same org")
	}
}
