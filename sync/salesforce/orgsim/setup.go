package orgsim

import (
	"maps"
	"slices"
	"strings"
	"time"

	"crmsync/assets/world"
	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// packageNamespace is the namespace of the Sales Navigator package.
const packageNamespace = "LID"

// Short names for the values of fixed records.
var (
	text = schema.Text
	flag = schema.Bool
)

func whole(n int) schema.Value { return schema.Int(int64(n)) }

// setup makes the records about the org itself.
type setup struct {
	schema   *schema.Schema
	instance string
	config   Config
	made     time.Time // when the org was set up
	orgName  string
	country  string
	timeZone string
	stages   []world.Stage
}

func (s setup) id(object string, n int) schema.Value {
	o, _ := s.schema.Object(object)
	return schema.ID(schema.Stem(o.Prefix, s.instance), uint64(n))
}

// rows makes a source and fills in who made the records and when.
func (s setup) rows(object string, all ...records.Values) records.Source {
	o, _ := s.schema.Object(object)
	for _, values := range all {
		stamps := records.Values{
			"CreatedDate": schema.DateTime(s.made), "LastModifiedDate": schema.DateTime(s.made), "SystemModstamp": schema.DateTime(s.made),
			"CreatedById": s.id("User", 0), "LastModifiedById": s.id("User", 0),
		}
		maps.Copy(stamps, values)
		maps.Copy(values, stamps)
	}
	return newFixed(o, all...)
}

func (s setup) sources() map[string]records.Source {
	all := map[string]records.Source{
		"Organization": s.rows("Organization", records.Values{
			"Name": text(s.orgName), "Country": text(s.country), "OrganizationType": text(s.config.Edition), "InstanceName": text("EU" + strings.ToUpper(s.instance)),
			"IsSandbox": flag(s.config.Sandbox), "LanguageLocaleKey": text("en_US"), "DefaultLocaleSidKey": text("en_US"), "TimeZoneSidKey": text(s.timeZone),
			"FiscalYearStartMonth": whole(1),
		}),
		"Profile": s.rows("Profile",
			records.Values{"Name": text("System Administrator"), "UserType": text("Standard")},
			records.Values{"Name": text("Standard User"), "UserType": text("Standard")}),
		"ConnectedApplication": s.rows("ConnectedApplication", records.Values{"Name": text("crmsync"), "OptionsAllowAdminApprovedUsersOnly": flag(true),
			"OptionsRefreshTokenValidityMetric": flag(true), "RefreshTokenValidityPeriod": whole(30)}),
		"UserPermissionAccess": s.rows("UserPermissionAccess", s.permissions()),
		"OpportunityStage":     s.rows("OpportunityStage", s.stageRows()...),
	}
	if !s.config.NoPackage {
		maps.Copy(all, s.packageSources())
	}
	return all
}

// permissions are those of the integration user: all that are asked for but Modify All Data, which nothing here needs.
func (s setup) permissions() records.Values {
	object, _ := s.schema.Object("UserPermissionAccess")
	granted := records.Values{}
	for i := range object.Fields {
		if name, ok := strings.CutPrefix(object.Fields[i].Name, "Permissions"); ok {
			granted[object.Fields[i].Name] = flag(name != "ModifyAllData" && !slices.Contains(s.config.MissingPermissions, name))
		}
	}
	return granted
}

// stageRows are the opportunity stages in their order.
func (s setup) stageRows() []records.Values {
	var rows []records.Values
	for _, stage := range s.stages {
		category := "Pipeline"
		switch {
		case stage.Won:
			category = "Closed"
		case stage.Closed:
			category = "Omitted"
		}
		rows = append(rows, records.Values{"MasterLabel": text(stage.Name), "ApiName": text(stage.Name), "IsActive": flag(true), "SortOrder": whole(stage.SortOrder),
			"IsClosed": flag(stage.Closed), "IsWon": flag(stage.Won), "DefaultProbability": schema.Double(stage.Probability), "ForecastCategory": text(category),
			"ForecastCategoryName": text(category)})
	}
	return rows
}

// packageSources are the records the Sales Navigator package brings.
func (s setup) packageSources() map[string]records.Source {
	var types []records.Values
	for _, t := range taskRecordTypes {
		types = append(types, records.Values{"Name": text(t.label), "DeveloperName": text(t.name), "NamespacePrefix": text(packageNamespace),
			"Description": text(t.description), "SobjectType": text("Task"), "IsActive": flag(true)})
	}
	return map[string]records.Source{
		"RecordType": s.rows("RecordType", types...),
		"PackageLicense": s.rows("PackageLicense", records.Values{"Status": text("Active"), "IsProvisioned": flag(true), "AllowedLicenses": whole(-1),
			"UsedLicenses": whole(0), "NamespacePrefix": text(packageNamespace)}),
		"SubscriberPackage": s.rows("SubscriberPackage", records.Values{"NamespacePrefix": text(packageNamespace), "Name": text("LinkedIn Sales Navigator for Salesforce")}),
		"SubscriberPackageVersion": s.rows("SubscriberPackageVersion", records.Values{"Name": text("3.23"), "MajorVersion": whole(3), "MinorVersion": whole(23),
			"PatchVersion": whole(0), "BuildNumber": whole(1), "IsBeta": flag(false)}),
		"InstalledSubscriberPackage": s.rows("InstalledSubscriberPackage", records.Values{
			"SubscriberPackageId": s.id("SubscriberPackage", 0), "SubscriberPackageVersionId": s.id("SubscriberPackageVersion", 0)}),
	}
}

// taskRecordType is a record type of Task the package brings. All allow the status Completed alone.
type taskRecordType struct {
	name, label, description string
	available                bool // to the integration user
}

var taskRecordTypes = []taskRecordType{
	{"InMail", "LinkedIn InMail", "Record type for LinkedIn inMails (sent to non-connections)", true},
	{"Message", "LinkedIn Message", "Record type for LinkedIn messages (sent to connections)", true},
	{"PointDrive_Presentation_Created", "PointDrive Created", "Record type for PointDrives created", false},
	{"PointDrive_Presentation_Viewed", "PointDrive Viewed", "Record type for PointDrives viewed", false},
}

// masterRecordType is the id every org has for "no record type".
const masterRecordType = "012000000000000AAA"

// recordTypeInfos are what describe says of an object's record types for the integration user.
func (o *Org) recordTypeInfos(object *schema.Object, base string) []schema.RecordTypeInfo {
	layout := func(id string) map[string]string {
		return map[string]string{"layout": base + "/sobjects/" + object.Name + "/describe/layouts/" + id}
	}
	var infos []schema.RecordTypeInfo
	if object.RecordTypes {
		for n, t := range taskRecordTypes {
			id := o.records.ID("RecordType", uint64(n)).String()
			infos = append(infos, schema.RecordTypeInfo{Active: true, Available: o.typeAvailable(n), DeveloperName: t.name, Name: t.label, ID: id, URLs: layout(id)})
		}
	}
	return append(infos, schema.RecordTypeInfo{Active: true, Available: true, Default: true, DeveloperName: "Master", Master: true, Name: "Master",
		ID: masterRecordType, URLs: layout(masterRecordType)})
}

// typeAvailable reports whether the integration user may use the n-th record type of Task.
func (o *Org) typeAvailable(n int) bool {
	return n < len(taskRecordTypes) && taskRecordTypes[n].available && len(o.faults.arguments(faultNoRecordType)) == 0
}
