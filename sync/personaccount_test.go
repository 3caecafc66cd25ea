package sync

import (
	"slices"
	"strings"
	"testing"
	"time"

	"crmsync/match"
	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// people returns the records of an object that are halves of person accounts.
func (h *harness) people(object string) []store.Record {
	h.t.Helper()
	var people []store.Record
	for record, err := range h.store.EachRecord(h.t.Context(), object, store.RecordFilter{Live: true}) {
		if err != nil {
			h.t.Fatal(err)
		}
		if isPersonAccount(record) {
			people = append(people, record)
		}
	}
	return people
}

// A person account is imported as what it is, an account and a contact; the account is matched with no company, even one
// of the same name, and the contact with the person, held to no company.
func TestPersonAccounts(t *testing.T) {
	h, _ := peopled(t, orgsim.Config{Contacts: 300, PersonAccounts: true})
	accounts, contacts := h.people("Account"), h.people("Contact")
	if len(accounts) == 0 || len(accounts) != len(contacts) {
		t.Fatalf("%d accounts and %d contacts are people", len(accounts), len(contacts))
	}
	h.company(accounts[0].Get("Name"))
	report, err := h.engine.Match(t.Context(), h.admin, MatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Companies.Linked == 0 || report.Companies.Excluded < len(accounts) {
		t.Errorf("companies %+v", report.Companies)
	}
	for _, account := range accounts {
		if row, err := h.store.Match(t.Context(), account.ID); err != nil || row.State != store.MatchNone || row.Reason != string(match.Excluded) {
			t.Errorf("%s is %s, %s, %v", account.Get("Name"), row.State, row.Reason, err)
		}
	}
	linked := 0
	for _, contact := range contacts {
		if row, err := h.store.Match(t.Context(), contact.ID); err == nil && row.State.Live() {
			linked++
		}
		if record := matchRecord(contact, map[string]string{contact.Get("AccountId"): "acme"}); record.Company != "" || record.AccountMemberID != "" {
			t.Errorf("%s is held to be at %q", contact.Get("Name"), record.Company)
		}
	}
	if linked == 0 {
		t.Errorf("none of %d people is matched", len(contacts))
	}
	made := h.happens(orgsim.Change{Kind: "create", Object: "Account", Fields: fieldsOf("FirstName", "Martha", "LastName", "Brown", "PersonEmail", "martha@example.com")})
	h.imports(ImportOptions{})
	if account := h.record("Account", made.IDs[0]); !isPersonAccount(account) || account.Get("Name") != "Martha Brown" {
		t.Errorf("%+v", account)
	}
	if now := h.people("Contact"); len(now) != len(contacts)+1 {
		t.Errorf("%d contacts are people after one more was added to %d", len(now), len(contacts))
	}
	h.equalToOrg("Account", "Contact")
}

// The doctor says in one line what person accounts mean; elsewhere it says nothing, and nothing more is read.
func TestPersonAccounts_doctor(t *testing.T) {
	for _, there := range []bool{true, false} {
		h := connected(t, orgsim.Config{PersonAccounts: there})
		report, err := h.engine.Doctor(t.Context(), h.admin)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(report.Checks, func(c Check) bool { return c.Name == "Person accounts" })
		if there != (at >= 0) || !report.OK {
			t.Errorf("person accounts %v: %+v", there, report.Checks)
		}
		if at >= 0 {
			if check := report.Checks[at]; check.State != CheckWarn || check.Blocks != BlocksNothing || !strings.Contains(check.Detail, "no companies") {
				t.Errorf("%+v", check)
			}
		}
		h.imports(ImportOptions{Objects: []string{"Account", "Contact"}})
		for _, object := range []string{"Account", "Contact"} {
			if slices.Contains(h.importState(object).Fields, fieldPersonAccount) != there {
				t.Errorf("%s reads %v", object, h.importState(object).Fields)
			}
		}
	}
}

// An org that begins to have person accounts is read whole once, so that old records say what they are, too.
func TestPersonAccounts_begin(t *testing.T) {
	h := connected(t, orgsim.Config{PersonAccounts: true})
	h.scenarios("hidden-field=Account.IsPersonAccount", "hidden-field=Contact.IsPersonAccount")
	h.imports(ImportOptions{})
	if people := h.people("Account"); len(people) != 0 {
		t.Fatalf("%d people", len(people))
	}
	h.scenarios()
	h.clock.Advance(12 * time.Hour)
	h.imports(ImportOptions{})
	if accounts, contacts := h.people("Account"), h.people("Contact"); len(accounts) == 0 || len(contacts) != len(accounts) {
		t.Errorf("%d accounts and %d contacts are people", len(accounts), len(contacts))
	}
}
