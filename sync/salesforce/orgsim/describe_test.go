package orgsim_test

import (
	"strings"
	"testing"

	"crmsync/sync/salesforce/orgsim"
)

// annex is the fields of S111 to S117, by object.
var annex = map[string]string{
	"Lead":                   "Id, City, Company, ConvertedAccountId, ConvertedContactId, ConvertedDate, ConvertedOpportunityId, Country, CreatedDate, Email, FirstName, Industry, IsConverted, IsUnreadByOwner, LastActivityDate, LastName, LastReferencedDate, LastViewedDate, LeadSource, OwnerId, Phone, State, Status, Street, Title, Website, LastModifiedDate",
	"Contact":                "Id, AccountId, CreatedDate, Department, Description, Email, Fax, FirstName, LastActivityDate, LastName, LastModifiedDate, LastReferencedDate, LastViewedDate, LeadSource, MailingStreet, MailingCity, MailingCountry, MailingState, Name, Phone, Title",
	"Account":                "Id, Name, Website, AnnualRevenue, NumberOfEmployees, Phone, Industry, Type, BillingStreet, BillingCity, BillingState, BillingCountry, BillingPostalCode, CreatedDate, LastModifiedDate, OwnerId, Description, Fax, ParentId, ShippingCity, ShippingCountry, ShippingPostalCode, ShippingState, ShippingStreet, LastReferencedDate, LastViewedDate, Rating, TickerSymbol, Ownership",
	"Opportunity":            "Id, AccountId, Amount, CloseDate, CreatedDate, IsClosed, IsWon, LastActivityDate, LastReferencedDate, LastViewedDate, LeadSource, Name, OwnerId, StageName, Type, LastModifiedDate",
	"OpportunityContactRole": "Id, ContactId, IsPrimary, OpportunityId, Role, CreatedDate, LastModifiedDate",
	"User":                   "Id, Name, Department, Email, FirstName, LastName, Title, Phone, MobilePhone, IsActive, UserRoleId, CreatedDate, LastModifiedDate",
	"UserRole":               "Id, Name, ParentRoleId, LastModifiedDate",
}

// fields returns the fields of a describe answer by name.
func fields(describe map[string]any) map[string]map[string]any {
	byName := map[string]map[string]any{}
	for _, f := range describe["fields"].([]any) {
		byName[f.(map[string]any)["name"].(string)] = f.(map[string]any)
	}
	return byName
}

func TestDescribeHasTheAnnex(t *testing.T) {
	s := serve(t, orgsim.Config{})
	for object, list := range annex {
		described := fields(s.do("GET", data+"/sobjects/"+object+"/describe", nil).want(200).object())
		for name := range strings.SplitSeq(list+", SystemModstamp", ", ") {
			if described[name] == nil {
				t.Errorf("%s has no field %s", object, name)
			}
		}
		_, hasDeleted := described["IsDeleted"]
		if want := object != "User" && object != "UserRole"; hasDeleted != want {
			t.Errorf("%s: IsDeleted %t", object, hasDeleted)
		}
		_, hasMaster := described["MasterRecordId"]
		if want := object == "Lead" || object == "Contact" || object == "Account"; hasMaster != want {
			t.Errorf("%s: MasterRecordId %t", object, hasMaster)
		}
	}
}

func TestDescribeShape(t *testing.T) {
	s := serve(t, orgsim.Config{SyncKey: true})
	task := s.do("GET", data+"/sobjects/Task/describe", nil).want(200).object()
	if task["keyPrefix"] != "00T" || task["createable"] != true || task["name"] != "Task" {
		t.Errorf("task %v %v %v", task["keyPrefix"], task["createable"], task["name"])
	}
	byName := fields(task)
	if f := byName["WhoId"]; f["type"] != "reference" || len(f["referenceTo"].([]any)) != 2 || f["relationshipName"] != "Who" || f["soapType"] != "tns:ID" {
		t.Errorf("WhoId %v", f)
	}
	if f := byName["Description"]; f["length"] != 32000.0 || f["filterable"] != false {
		t.Errorf("Description %v", f)
	}
	if f := byName["Status"]; len(f["picklistValues"].([]any)) != 5 || f["nillable"] != false || f["defaultValue"] != "Not Started" {
		t.Errorf("Status %v", f)
	}
	if f := byName["Sync_Key__c"]; f["externalId"] != true || f["unique"] != true || f["idLookup"] != true || f["custom"] != true {
		t.Errorf("Sync_Key__c %v", f)
	}
	if f := byName["IsClosed"]; f["createable"] != false || f["type"] != "boolean" {
		t.Errorf("IsClosed %v", f)
	}
	available := map[string]bool{}
	for _, r := range task["recordTypeInfos"].([]any) {
		info := r.(map[string]any)
		available[info["developerName"].(string)] = info["available"].(bool)
	}
	if !available["InMail"] || !available["Message"] || available["PointDrive_Presentation_Viewed"] || !available["Master"] || len(available) != 5 {
		t.Errorf("record types %v", available)
	}
	contact := fields(s.do("GET", data+"/sobjects/contact/describe", nil).want(200).object())
	if f := contact["Account_Industry__c"]; f["calculated"] != true || f["createable"] != false {
		t.Errorf("formula %v", f)
	}
	layouts := s.do("GET", data+"/sobjects/Lead/describe/layouts", nil).want(200).object()
	if lists := layouts["layouts"].([]any)[0].(map[string]any)["relatedLists"].([]any); len(lists) < 3 {
		t.Errorf("related lists %v", lists)
	}
	if all := s.do("GET", data+"/sobjects", nil).want(200).object(); len(all["sobjects"].([]any)) < 15 {
		t.Errorf("%d objects", len(all["sobjects"].([]any)))
	}
}

func TestOrgWithoutPackage(t *testing.T) {
	s := serve(t, orgsim.Config{NoPackage: true})
	task := s.do("GET", data+"/sobjects/Task/describe", nil).want(200).object()
	if types := task["recordTypeInfos"].([]any); len(types) != 1 {
		t.Errorf("record types %v", types)
	}
	if fields(task)["LID__Date_Sent__c"] != nil {
		t.Error("fields of the package are there")
	}
	for _, soql := range []string{"SELECT Id FROM PackageLicense WHERE NamespacePrefix = 'LID'", "SELECT Id FROM RecordType WHERE SobjectType='Task'"} {
		if rows := s.query(soql); len(rows) != 0 {
			t.Errorf("%s: %v", soql, rows)
		}
	}
}

func TestFactsOfTheOrg(t *testing.T) {
	s := serve(t, orgsim.Config{Edition: "Professional Edition", Sandbox: true})
	org := s.query("SELECT Id, Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, OrganizationType FROM Organization")[0]
	if org["OrganizationType"] != "Professional Edition" || org["IsSandbox"] != true || org["TrialExpirationDate"] != nil || !strings.HasPrefix(org["Id"].(string), "00D") {
		t.Errorf("%v", org)
	}
	if got := s.query("SELECT PermissionsApiEnabled FROM UserPermissionAccess LIMIT 1"); got[0]["PermissionsApiEnabled"] != true {
		t.Errorf("%v", got)
	}
	lacking := serve(t, orgsim.Config{MissingPermissions: []string{"ViewAllData"}})
	if got := lacking.query("SELECT PermissionsViewAllData, PermissionsViewSetup FROM UserPermissionAccess"); got[0]["PermissionsViewAllData"] != false || got[0]["PermissionsViewSetup"] != true {
		t.Errorf("%v", got)
	}
	a := s.do("GET", data+"/query?q=SELECT+PermissionsNobodyKnows+FROM+UserPermissionAccess", nil).want(400)
	if a.code() != "INVALID_FIELD" {
		t.Errorf("%s", a.body)
	}
	types := s.query("SELECT Id, DeveloperName, Name, IsActive, NamespacePrefix FROM RecordType WHERE SobjectType='Task' ORDER BY DeveloperName")
	if len(types) != 4 || types[0]["DeveloperName"] != "InMail" || types[0]["NamespacePrefix"] != "LID" || !strings.HasPrefix(types[0]["Id"].(string), "012") {
		t.Errorf("%v", types)
	}
	installed := s.do("GET", data+"/tooling/query/?q=SELECT+SubscriberPackage.NamespacePrefix,+SubscriberPackage.Name,+SubscriberPackageVersion.MajorVersion+FROM+InstalledSubscriberPackage", nil).want(200).object()
	record := installed["records"].([]any)[0].(map[string]any)
	if record["SubscriberPackage"].(map[string]any)["NamespacePrefix"] != "LID" || record["SubscriberPackageVersion"].(map[string]any)["MajorVersion"] != 3.0 {
		t.Errorf("%v", record)
	}
	if rows := s.query("SELECT Id FROM ScratchOrgInfo"); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
	stages := s.query("SELECT ApiName, SortOrder, IsClosed, IsWon FROM OpportunityStage WHERE IsActive = true ORDER BY SortOrder")
	if len(stages) < 5 || stages[0]["IsClosed"] != false {
		t.Errorf("%v", stages)
	}
	profile := s.query("SELECT Id, Profile.Name, UserRole.Name FROM User WHERE Username = '" + s.login.Username + "'")
	if len(profile) != 1 || profile[0]["Profile"].(map[string]any)["Name"] != "System Administrator" || profile[0]["UserRole"] != nil {
		t.Errorf("%v", profile)
	}
}
