package orgsim_test

import (
	"testing"
	"time"

	"crmsync/sync/salesforce/orgsim"
)

// A person account is a row of Account and one of Contact that name each other and say the same.
func TestPersonAccounts(t *testing.T) {
	s := serve(t, orgsim.Config{Contacts: 200, PersonAccounts: true})
	described := fields(s.do("GET", data+"/sobjects/Account/describe", nil).want(200).object())
	if described["IsPersonAccount"]["type"] != "boolean" || described["IsPersonAccount"]["createable"] != false || described["PersonContactId"]["type"] != "reference" {
		t.Errorf("IsPersonAccount %v, PersonContactId %v", described["IsPersonAccount"], described["PersonContactId"])
	}
	people := s.queryAll("SELECT Id, Name, FirstName, LastName, PersonEmail, PersonContactId, IsDeleted, SystemModstamp FROM Account WHERE IsPersonAccount = true")
	if len(people) != 20 {
		t.Fatalf("%d person accounts", len(people))
	}
	for _, p := range people {
		twin := s.get(p["PersonContactId"].(string), "Name, FirstName, LastName, Email, AccountId, IsPersonAccount, IsDeleted")
		if twin["AccountId"] != p["Id"] || twin["IsPersonAccount"] != true || twin["Name"] != p["Name"] || twin["LastName"] != p["LastName"] ||
			twin["FirstName"] != p["FirstName"] || twin["Email"] != p["PersonEmail"] || twin["IsDeleted"] != p["IsDeleted"] {
			t.Errorf("account %v, contact %v", p, twin)
		}
	}
	companies := s.queryAll("SELECT Id, PersonContactId, LastName FROM Account WHERE IsPersonAccount = false")
	if len(companies) == 0 || companies[0]["PersonContactId"] != nil || companies[0]["LastName"] != nil {
		t.Errorf("%d companies, the first %v", len(companies), companies[0])
	}
	rows, _, _ := s.export("SELECT Id, IsPersonAccount FROM Contact WHERE IsPersonAccount = true", 100)
	if len(rows) != 20 {
		t.Errorf("%d contacts of person accounts by bulk", len(rows))
	}
	serve(t, orgsim.Config{}).do("GET", data+"/query?q=SELECT+IsPersonAccount+FROM+Account", nil).want(400)
}

// What happens to one half of a person happens to the other.
func TestPersonAccountsLive(t *testing.T) {
	s := serve(t, orgsim.Config{PersonAccounts: true})
	ids := s.add(record("Account", map[string]any{"FirstName": "Martha", "LastName": "Brown", "PersonEmail": "martha@example.com"}),
		record("Account", map[string]any{"LastName": "Braun"}), record("Account", map[string]any{"Name": "Brown Ltd"}), record("Contact", map[string]any{"LastName": "Brown"}))
	twin := s.get(ids[0], "PersonContactId")["PersonContactId"].(string)
	if got := s.get(twin, "Name, Email, AccountId, IsPersonAccount"); got["Name"] != "Martha Brown" || got["Email"] != "martha@example.com" || got["AccountId"] != ids[0] || got["IsPersonAccount"] != true {
		t.Errorf("contact %v", got)
	}
	if got := s.get(ids[2], "IsPersonAccount, PersonContactId"); got["IsPersonAccount"] != false || got["PersonContactId"] != nil {
		t.Errorf("company %v", got)
	}
	if got := s.get(ids[3], "IsPersonAccount"); got["IsPersonAccount"] != false {
		t.Errorf("contact of no account %v", got)
	}
	s.clock.add(time.Minute)
	s.change("update", map[string]any{"id": twin, "fields": map[string]any{"LastName": "Black"}})
	if got := s.get(ids[0], "Name, LastName, SystemModstamp"); got["Name"] != "Martha Black" || got["LastName"] != "Black" || got["SystemModstamp"] != "2026-11-24T12:01:00.000+0000" {
		t.Errorf("account %v", got)
	}
	s.change("update", map[string]any{"id": ids[0], "fields": map[string]any{"FirstName": "Mary"}})
	if got := s.get(twin, "Name"); got["Name"] != "Mary Black" {
		t.Errorf("contact %v", got)
	}
	other := s.get(ids[1], "PersonContactId")["PersonContactId"].(string)
	s.do("POST", "/admin/change", map[string]any{"kind": "merge", "id": ids[1], "into": ids[2]}).want(400)
	s.change("merge", map[string]any{"id": ids[1], "into": ids[0]})
	if got := s.get(other, "IsDeleted, MasterRecordId"); got["IsDeleted"] != true || got["MasterRecordId"] != twin {
		t.Errorf("the other contact %v", got)
	}
	s.change("delete", map[string]any{"id": ids[0]})
	if got := s.get(twin, "IsDeleted"); got["IsDeleted"] != true {
		t.Errorf("contact %v", got)
	}
}
