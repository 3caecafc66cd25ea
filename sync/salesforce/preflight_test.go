package salesforce_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"crmsync/sync/salesforce"
)

// byQuery answers REST queries by a word in their text.
func byQuery(t *testing.T, answers map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		soql := r.URL.Query().Get("q")
		for word, answer := range answers {
			if strings.Contains(soql, word) {
				answer(w, r)
				return
			}
		}
		t.Errorf("not scripted: %s", soql)
	}
}

func one(record string) http.HandlerFunc {
	return js(200, `{"totalSize":1,"done":true,"records":[`+record+`]}`)
}

const (
	organizationRow = `{"Id":"00D000000000062EAA","Name":"Acme","InstanceName":"EU42","IsSandbox":false,"TrialExpirationDate":null,"NamespacePrefix":null,"OrganizationType":"Enterprise Edition"}`
	taskDescribe    = `{"name":"Task","queryable":true,"createable":true,"deletable":true,"fields":[{"name":"Id","type":"id","filterable":true},{"name":"Subject","type":"combobox","length":255,"createable":true,"updateable":true,"filterable":true},{"name":"Description","type":"textarea","length":32000,"createable":true},{"name":"Sync_Key__c","type":"string","length":64,"createable":true,"externalId":true,"unique":true,"idLookup":true,"filterable":true}],"recordTypeInfos":[{"recordTypeId":"012000000000001AAA","name":"LinkedIn InMail","developerName":"InMail","active":true,"available":true,"defaultRecordTypeMapping":false,"master":false},{"recordTypeId":"012000000000000AAA","name":"Master","developerName":"Master","active":true,"available":true,"defaultRecordTypeMapping":true,"master":true}]}`
)

// healthy scripts an org in which everything is as it should be.
func healthy(t *testing.T) *scripted {
	org := newScripted(t)
	org.on("GET /id/"+orgID+"/"+userID, js(200, `{"user_id":"`+userID+`","organization_id":"`+orgID+`","username":"sync@acme.example","timezone":"Europe/Berlin","active":true}`))
	org.on("GET "+limitsPath, js(200, `{"DailyApiRequests":{"Max":15000,"Remaining":14998}}`))
	org.on("GET /services/data", js(200, `[{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}]`))
	org.on("GET "+queryPath, byQuery(t, map[string]http.HandlerFunc{
		"FROM Organization":      one(organizationRow),
		"PermissionsApiEnabled":  one(`{"PermissionsApiEnabled":true}`),
		"PermissionsViewAllData": one(`{"PermissionsViewAllData":false}`),
		"PermissionsModifyAll":   refuse(400, "INVALID_FIELD", "No such column 'PermissionsModifyAllData'"),
		"PermissionsManageUsers": one(`{"PermissionsManageUsers":true}`),
		"PermissionsViewSetup":   one(`{"PermissionsViewSetup":true}`),
		"FROM RecordType":        one(`{"Id":"012000000000001AAA","DeveloperName":"InMail","Name":"LinkedIn InMail","IsActive":true,"NamespacePrefix":"LID"}`),
		"FROM PackageLicense":    one(`{"NamespacePrefix":"LID","Status":"Active"}`),
	}))
	org.on("GET /services/data/v67.0/tooling/query", one(`{"SubscriberPackage":{"NamespacePrefix":"LID","Name":"LinkedIn Sales Navigator"},"SubscriberPackageVersion":{"MajorVersion":3,"MinorVersion":23,"PatchVersion":0}}`))
	org.on("GET /services/data/v67.0/sobjects/Task/describe", js(200, taskDescribe))
	return org
}

func preflightOptions() salesforce.PreflightOptions {
	return salesforce.PreflightOptions{Fields: map[string][]string{"Task": {"Subject", "Description", "RecordTypeId"}}, RecordTypes: []string{"Task"}}
}

func TestPreflight(t *testing.T) {
	org := healthy(t)
	c, _ := org.client(func(o *salesforce.Options) {
		o.Governor = salesforce.NewGovernor(salesforce.GovernorOptions{})
		o.Now = func() time.Time { return time.Now().Add(7 * time.Minute) }
	})
	f := c.Preflight(t.Context(), preflightOptions())
	if f.API.Value != salesforce.APIEnabled || !f.API.Known() || f.Organization.Value.Kind() != salesforce.KindProduction || f.Organization.Value.Edition != "Enterprise Edition" ||
		f.Identity.Value.Timezone != "Europe/Berlin" || !f.Version.Value || f.Limits.Value["DailyApiRequests"].Max != 15000 || f.InstanceURL.Value != org.URL {
		t.Errorf("facts %+v", f)
	}
	if want := map[string]salesforce.PermissionState{"PermissionsApiEnabled": "granted", "PermissionsViewAllData": "missing", "PermissionsModifyAllData": "unknown",
		"PermissionsManageUsers": "granted", "PermissionsViewSetup": "granted"}; !reflect.DeepEqual(f.Permissions.Value, want) {
		t.Errorf("permissions %v", f.Permissions.Value)
	}
	if want := []salesforce.Package{{Namespace: "LID", Name: "LinkedIn Sales Navigator", Version: "3.23.0"}}; !reflect.DeepEqual(f.Packages.Value, want) {
		t.Errorf("packages %+v", f.Packages)
	}
	types := f.RecordTypes["Task"].Value
	if len(types) != 1 || types[0].FullName() != "LID__InMail" || !types[0].Available || types[0].Default {
		t.Errorf("record types %+v", types)
	}
	task := f.Objects["Task"].Value
	if len(task.Fields) != 3 || !task.Fields[0].Createable || task.Fields[1].Filterable || task.Fields[2].Visible || len(task.Keys) != 1 || !task.Createable {
		t.Errorf("Task %+v", task)
	}
	if skew := f.ClockSkew.Value; skew < 6*time.Minute || skew > 8*time.Minute {
		t.Errorf("skew %v", skew)
	}
	if f.Usage.Value.Max != 15000 || f.Budget.OwnMax != 1500 || f.Calls != 12 {
		t.Errorf("usage %+v, budget %+v, calls %d", f.Usage, f.Budget, f.Calls)
	}
}

func TestPreflightOfClosedOrg(t *testing.T) {
	for code, want := range map[string]salesforce.APIAccess{"API_DISABLED_FOR_ORG": salesforce.APIDisabledOrg, "API_CURRENTLY_DISABLED": salesforce.APIDisabledUser} {
		org := healthy(t)
		no := refuse(403, code, "The REST API is not enabled for this Organization.")
		for _, path := range []string{limitsPath, queryPath, "/services/data/v67.0/tooling/query", "/services/data/v67.0/sobjects/Task/describe"} {
			org.on("GET "+path, no)
		}
		c, _ := org.client()
		f := c.Preflight(t.Context(), preflightOptions())
		if f.API.Value != want || !f.API.Known() || f.Organization.Known() || f.Packages.Known() || f.Objects["Task"].Err == nil || f.RecordTypes["Task"].Err == nil || !f.Identity.Known() {
			t.Errorf("%s: %+v", code, f)
		}
	}
}

func TestPreflightOfRevokedSignIn(t *testing.T) {
	org := newScripted(t)
	token := org.signedIn()
	token.Revoked = true
	source := salesforce.NewTokenSource(salesforce.TokenSourceOptions{Grant: salesforce.RefreshGrant{App: org.app()}, Store: storeOf(token)})
	c, _ := org.client(func(o *salesforce.Options) { o.Tokens = source })
	f := c.Preflight(t.Context(), preflightOptions())
	if f.Calls != 0 || salesforce.Classify(f.API.Err) != salesforce.ActionSignIn || salesforce.Classify(f.Identity.Err) != salesforce.ActionSignIn || f.ClockSkew.Known() {
		t.Errorf("facts %+v", f)
	}
}

func TestPackagesWithoutTooling(t *testing.T) {
	org := healthy(t)
	org.on("GET /services/data/v67.0/tooling/query", refuse(400, "INVALID_TYPE", "sObject type 'InstalledSubscriberPackage' is not supported."))
	c, _ := org.client()
	packages, err := c.Packages(t.Context())
	if err != nil || len(packages) != 1 || packages[0].Namespace != "LID" || packages[0].Status != "Active" || packages[0].Version != "" {
		t.Errorf("got %+v, %v", packages, err)
	}
}

func TestOrganizationKinds(t *testing.T) {
	soon := time.Now().Add(time.Hour)
	for want, o := range map[salesforce.OrganizationKind]salesforce.Organization{
		salesforce.KindProduction: {Edition: "Unlimited Edition"},
		salesforce.KindDeveloper:  {Edition: "Developer Edition"},
		salesforce.KindTrial:      {Edition: "Enterprise Edition", TrialExpires: soon},
		salesforce.KindSandbox:    {Edition: "Enterprise Edition", IsSandbox: true},
		salesforce.KindScratch:    {Edition: "Developer Edition", IsSandbox: true, TrialExpires: soon},
	} {
		if got := o.Kind(); got != want {
			t.Errorf("%+v: %s, want %s", o, got, want)
		}
	}
}

func TestStagesAndRoles(t *testing.T) {
	org := newScripted(t)
	org.on("GET "+queryPath, byQuery(t, map[string]http.HandlerFunc{
		"FROM OpportunityStage": one(`{"ApiName":"Prospecting","MasterLabel":"Erstkontakt","SortOrder":1,"DefaultProbability":10.0,"IsActive":true,"IsClosed":false,"IsWon":false}`),
		"FROM UserRole":         one(`{"Id":"00E000000000001EAA","Name":"CEO","ParentRoleId":null}`),
	}))
	c, _ := org.client()
	stages, err := c.Stages(t.Context())
	if want := []salesforce.Stage{{Name: "Prospecting", Label: "Erstkontakt", SortOrder: 1, Probability: 10, Active: true}}; err != nil || !reflect.DeepEqual(stages, want) {
		t.Errorf("stages %+v, %v", stages, err)
	}
	for r, err := range c.UserRoles(t.Context(), []string{"Id", "Name", "ParentRoleId"}) {
		if err != nil || r.Text("Name") != "CEO" {
			t.Errorf("role %v, %v", r, err)
		}
	}
	if q, _ := url.ParseQuery(org.last().Query); q.Get("q") != "SELECT Id, Name, ParentRoleId FROM UserRole" {
		t.Errorf("asked %q", q.Get("q"))
	}
}

func TestDescribeRefused(t *testing.T) {
	org := newScripted(t)
	org.on("GET /services/data/v67.0/sobjects/Nope__c/describe", refuse(404, "NOT_FOUND", "x"), js(200, `{}`))
	c, _ := org.client()
	for range 2 {
		if _, err := c.Describe(t.Context(), "Nope__c"); err == nil {
			t.Error("an object that is not there is described")
		}
	}
}
