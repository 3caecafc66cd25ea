package sync

import (
	"strings"
	"testing"

	"crmsync/store"
	"crmsync/sync/salesforce/orgsim"
)

// What explains a match also leads to the record, in both interfaces, and says how to reach them; support sees neither
// e-mail nor phone.
func TestExplainLeadsToTheRecordAndItsContactInformation(t *testing.T) {
	h, _ := peopled(t, orgsim.Config{Contacts: 60})
	if _, err := h.engine.Match(t.Context(), h.admin, MatchOptions{}); err != nil {
		t.Fatal(err)
	}
	row := oneMatch(t, h, "Contact", store.MatchAuto)
	h.happens(orgsim.Change{Kind: "update", ID: row.RecordID, Fields: fieldsOf("Email", "ana@acme.test", "Phone", "+41 44 000 00 00")})
	h.imports(ImportOptions{})
	x, err := h.engine.Explain(t.Context(), h.admin, row.RecordID)
	if err != nil {
		t.Fatal(err)
	}
	if x.Badge == nil || !strings.HasSuffix(x.Badge.Lightning, "/lightning/r/Contact/"+row.RecordID+"/view") || !strings.HasSuffix(x.Badge.Classic, "/"+row.RecordID) || strings.Contains(x.Badge.Classic, "lightning") {
		t.Errorf("%+v", x.Badge)
	}
	if len(x.Contact) < 2 || x.Contact[0] != (ContactField{"e-mail", "ana@acme.test"}) || x.Contact[1] != (ContactField{"phone", "+41440000000"}) {
		t.Errorf("%+v", x.Contact)
	}
	x, err = h.engine.Explain(t.Context(), Actor{Name: "sam", Role: RoleSupport}, row.RecordID)
	if err != nil || len(x.Contact) != 0 || x.Contact == nil || x.Badge == nil {
		t.Errorf("support: %+v %+v %v", x.Contact, x.Badge, err)
	}
}

// A phone number is shown as one of the country that the record names, under whatever name its object has for it.
func TestContactInformationShowsPhonesOfTheRecordsCountry(t *testing.T) {
	for object, country := range map[string]string{"Contact": "MailingCountry", "Lead": "Country", "Account": "BillingCountry"} {
		record := store.Record{Object: object, ID: "1", Fields: []store.FieldValue{{Name: "Phone", Value: "030 901820"}, {Name: country, Value: "Deutschland"}}}
		if got := ContactInfo(record); len(got) == 0 || got[0] != (ContactField{"phone", "+4930901820"}) {
			t.Errorf("%s: %+v", object, got)
		}
	}
}
