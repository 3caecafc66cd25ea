package sync

import (
	"slices"
	"strings"
	"testing"

	"crmsync/sync/salesforce"
)

// Fields that were readable and are not are told apart from those that never were, and new ones are named; before the
// first import nothing is new.
func TestFieldsAreComparedWithTheLastImport(t *testing.T) {
	now := []salesforce.FieldAccess{{Field: "Id", Visible: true}, {Field: "Email"}, {Field: "Fax"}, {Field: "Title", Visible: true}, {Field: "AccountId"}, {Field: "SystemModstamp", Visible: true}}
	got := readFields("Contact", now, []string{"Id", "Email", "SystemModstamp"}, "")
	want := []HiddenField{{"Email", true, "matching by this field"}, {"Fax", false, "its value on pages and in files"}, {"AccountId", false, "matching by this field"}}
	if !slices.Equal(got.Hidden, want) {
		t.Errorf("hidden are %+v, want %+v", got.Hidden, want)
	}
	if !slices.Equal(got.New, []string{"Title"}) || got.Wanted != 6 {
		t.Errorf("new are %q of %d", got.New, got.Wanted)
	}
	if !strings.Contains(got.Fix, "read access to Email, Fax, AccountId of Contact") {
		t.Errorf("the fix is %q", got.Fix)
	}
	if first := readFields("Contact", now, nil, ""); len(first.New) != 0 || slices.ContainsFunc(first.Hidden, func(f HiddenField) bool { return f.Lost }) {
		t.Errorf("before the first import: %+v", first)
	}
}

// What goes without a field is said for each that something depends on.
func TestWhatGoesWithoutAField(t *testing.T) {
	for _, c := range []struct{ object, field, want string }{
		{"Opportunity", "Amount", "amounts"}, {"Opportunity", "Revenue__c", "amounts"}, {"Opportunity", "StageName", "open opportunities"}, {"User", "Email", "mapping seats"},
		{"User", "UserRoleId", "licences by role"}, {"Lead", "Company", "matching"}, {"Lead", "ConvertedContactId", "link"}, {"Contact", "SystemModstamp", "changes"}, {"Account", "Type", "its value"},
	} {
		if got := withoutField(c.object, c.field, "Revenue__c"); !strings.Contains(got, c.want) {
			t.Errorf("without %s.%s goes %q, want %q in it", c.object, c.field, got, c.want)
		}
	}
}
