package schema

import "slices"

// setupObjects are the objects about the org itself, its people and its settings.
func setupObjects() []*Object {
	return []*Object{
		user(), userRole(), organization(), recordType(), profile(), packageLicense(), connectedApp(), permissionAccess(), stage(), scratchOrg(), installedPackage(), subscriberPackage(), subscriberVersion(),
	}
}

// frozen takes create and update away from all fields.
func frozen(fields []Field) []Field {
	for i := range fields {
		fields[i] = fields[i].readOnly()
	}
	return fields
}

func user() *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), text("Username", "Username", 80).required(), text("LastName", "Last Name", 80).required().part("Name"),
			text("FirstName", "First Name", 40).part("Name"), text("Name", "Full Name", 121).required().readOnly().named(),
			text("CompanyName", "Company Name", 80), text("Division", "Division", 80), text("Department", "Department", 80), text("Title", "Title", 80),
			email("Email", "Email").required(), text("Alias", "Alias", 8).required(), text("CommunityNickname", "Nickname", 40).required(),
			phone("Phone", "Phone"), phone("MobilePhone", "Mobile"), flag("IsActive", "Active"), choice("TimeZoneSidKey", "Time Zone", 40).required(),
			lookup("UserRoleId", "Role ID", "UserRole", "UserRole"), lookup("ProfileId", "Profile ID", "Profile", "Profile").required(),
			choice("UserType", "User Type", 40, "Standard", "PowerCustomerSuccess", "AutomatedProcess").readOnly(),
			choice("LocaleSidKey", "Locale", 40).required(), choice("LanguageLocaleKey", "Language", 40).required(),
			lookup("ManagerId", "Manager ID", "Manager", "User"), moment("LastLoginDate", "Last Login").readOnly(),
		},
		audit(), viewed())
	return &Object{Name: "User", Label: "User", Plural: "People", Prefix: "005", Fields: fields, Update: true, Replicate: true}
}

func userRole() *Object {
	fields := []Field{
		recordID(), text("Name", "Name", 80).required().named(), lookup("ParentRoleId", "Parent Role ID", "ParentRole", "UserRole"),
		text("RollupDescription", "Description", 80), text("DeveloperName", "Developer Name", 80).required(),
		moment("LastModifiedDate", "Last Modified Date").required().readOnly(),
		lookup("LastModifiedById", "Last Modified By ID", "LastModifiedBy", "User").required().readOnly(),
		moment("SystemModstamp", "System Modstamp").required().readOnly(), choice("PortalType", "Portal Type", 40, "None").readOnly(),
	}
	return &Object{Name: "UserRole", Label: "Role", Plural: "Roles", Prefix: "00E", Fields: fields, Update: true, Replicate: true}
}

func organization() *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), text("Name", "Name", 80).named(), text("Division", "Division", 80), text("Country", "Country", 80), phone("Phone", "Phone"),
			text("PrimaryContact", "Primary Contact", 80), choice("DefaultLocaleSidKey", "Locale", 40), choice("TimeZoneSidKey", "Time Zone", 40),
			choice("LanguageLocaleKey", "Language", 40), choice("OrganizationType", "Edition", 40), text("NamespacePrefix", "Namespace Prefix", 15),
			text("InstanceName", "Instance Name", 5), flag("IsSandbox", "Is Sandbox"), moment("TrialExpirationDate", "Trial Expiration Date"),
			whole("FiscalYearStartMonth", "Fiscal Year Starts In", 2),
		}, audit())
	return &Object{Name: "Organization", Label: "Organization", Plural: "Organization", Prefix: "00D", Fields: frozen(fields)}
}

func recordType() *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), text("Name", "Name", 80).named(), text("DeveloperName", "Record Type Name", 80), text("NamespacePrefix", "Namespace Prefix", 15),
			area("Description", "Description", 255), choice("SobjectType", "Object", 40), flag("IsActive", "Active"),
		}, audit())
	return &Object{Name: "RecordType", Label: "Record Type", Plural: "Record Types", Prefix: "012", Fields: frozen(fields)}
}

func profile() *Object {
	fields := slices.Concat(
		[]Field{recordID(), text("Name", "Name", 255).named(), choice("UserType", "User Type", 40), area("Description", "Description", 255)}, audit())
	return &Object{Name: "Profile", Label: "Profile", Plural: "Profile", Prefix: "00e", Fields: frozen(fields)}
}

func connectedApp() *Object {
	fields := slices.Concat(
		[]Field{recordID(), text("Name", "Name", 80).named(), flag("OptionsAllowAdminApprovedUsersOnly", "Admin approved users only"),
			flag("OptionsRefreshTokenValidityMetric", "Refresh token validity by last use"), whole("RefreshTokenValidityPeriod", "Refresh Token Validity", 8)}, audit())
	return &Object{Name: "ConnectedApplication", Label: "Connected App", Plural: "Connected Apps", Prefix: "0H4", Fields: frozen(fields), NoBulk: true}
}

func packageLicense() *Object {
	fields := []Field{
		recordID(), choice("Status", "Status", 40, "Active", "Expired", "Free", "Trial"), flag("IsProvisioned", "Is Provisioned"),
		whole("AllowedLicenses", "Allowed Licenses", 8), whole("UsedLicenses", "Used Licenses", 8), moment("ExpirationDate", "Expiration Date"),
		text("NamespacePrefix", "Namespace Prefix", 15).named(), moment("CreatedDate", "Created Date"), moment("LastModifiedDate", "Last Modified Date"),
		moment("SystemModstamp", "System Modstamp"),
	}
	return &Object{Name: "PackageLicense", Label: "Package License", Plural: "Package Licenses", Prefix: "050", Fields: frozen(fields)}
}

func permissionAccess() *Object {
	fields := []Field{recordID()}
	for _, name := range []string{"PermissionsApiEnabled", "PermissionsViewAllData", "PermissionsModifyAllData", "PermissionsManageUsers", "PermissionsViewSetup",
		"PermissionsEditTask", "PermissionsManageDataIntegrations"} {
		fields = append(fields, flag(name, name[len("Permissions"):]))
	}
	return &Object{Name: "UserPermissionAccess", Label: "User Permission Access", Plural: "User Permission Access", Prefix: "0Pt", Fields: frozen(fields), NoBulk: true}
}

func stage() *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), text("MasterLabel", "Master Label", 255).named(), text("ApiName", "API Name", 255), flag("IsActive", "Is Active"), whole("SortOrder", "Sort Order", 8),
			flag("IsClosed", "Closed"), flag("IsWon", "Won"), choice("ForecastCategory", "Forecast Category", 40), choice("ForecastCategoryName", "Forecast Category Name", 40),
			decimal("DefaultProbability", "Probability (%)", TypePercent, 3, 0), area("Description", "Description", 255),
		}, audit())
	return &Object{Name: "OpportunityStage", Label: "Opportunity Stage", Plural: "Opportunity Stages", Prefix: "01J", Fields: frozen(fields)}
}

func scratchOrg() *Object {
	fields := slices.Concat(
		[]Field{recordID(), text("Name", "Name", 80).named(), text("OrgName", "Org Name", 80), text("SignupUsername", "Username", 80),
			choice("Status", "Status", 40), date("ExpirationDate", "Expiration Date"), text("ScratchOrg", "Scratch Org Id", 15)}, audit())
	return &Object{Name: "ScratchOrgInfo", Label: "Scratch Org Info", Plural: "Scratch Org Infos", Prefix: "2SR", Fields: frozen(fields)}
}
