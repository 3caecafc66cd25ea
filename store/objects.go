package store

import "strings"

// Object describes one of the seven imported objects (S111 to S117).
type Object struct {
	Name        string   // as Salesforce names it
	Fields      []string // the annex's fields, in its order
	Bookkeeping []string // read besides, for bookkeeping only (requirements decision 5)

	table   string
	columns []column
	sortBy  []string // fields that make the sort name; none for what is listed by id
}

// column is a field that is kept in a column of its own.
type column struct {
	name  string
	field string
	kind  columnKind
}

// columnKind is how a field is kept in its column.
type columnKind int

const (
	text   columnKind = iota // as it came; NULL when empty
	flag                     // 0 or 1
	folded                   // in lower case, for equality
	sorted                   // in the form of SortName, for searching
)

// Objects returns the seven objects in the order in which they are imported: what others refer to first.
func Objects() []Object { return objects }

// ObjectNamed returns the object called name.
func ObjectNamed(name string) (Object, bool) {
	for _, o := range objects {
		if o.Name == name {
			return o, true
		}
	}
	return Object{}, false
}

var objects = []Object{
	{
		Name:        "UserRole",
		Fields:      fields("Id, Name, ParentRoleId, LastModifiedDate"),
		Bookkeeping: []string{"SystemModstamp"},
		table:       "crm_user_role",
		columns:     []column{{"name", "Name", text}, {"parent_id", "ParentRoleId", text}},
		sortBy:      []string{"Name"},
	},
	{
		Name:        "User",
		Fields:      fields("Id, Name, Department, Email, FirstName, LastName, Title, Phone, MobilePhone, IsActive, UserRoleId, CreatedDate, LastModifiedDate"),
		Bookkeeping: []string{"SystemModstamp"},
		table:       "crm_user",
		columns:     []column{{"name", "Name", text}, {"email", "Email", folded}, {"is_active", "IsActive", flag}, {"role_id", "UserRoleId", text}},
		sortBy:      []string{"Name"},
	},
	{
		Name: "Account",
		Fields: fields("Id, Name, Website, AnnualRevenue, NumberOfEmployees, Phone, Industry, Type, BillingStreet, BillingCity, BillingState," +
			"BillingCountry, BillingPostalCode, CreatedDate, LastModifiedDate, OwnerId, Description, Fax, ParentId, ShippingCity, ShippingCountry," +
			"ShippingPostalCode, ShippingState, ShippingStreet, LastReferencedDate, LastViewedDate, Rating, TickerSymbol, Ownership"),
		Bookkeeping: []string{"SystemModstamp", "IsDeleted", "MasterRecordId"},
		table:       "crm_account",
		columns:     []column{{"name", "Name", text}, {"website", "Website", text}, {"owner_id", "OwnerId", text}, {"parent_id", "ParentId", text}},
		sortBy:      []string{"Name"},
	},
	{
		Name: "Contact",
		Fields: fields("Id, AccountId, CreatedDate, Department, Description, Email, Fax, FirstName, LastActivityDate, LastName, LastModifiedDate," +
			"LastReferencedDate, LastViewedDate, LeadSource, MailingStreet, MailingCity, MailingCountry, MailingState, Name, Phone, Title"),
		Bookkeeping: []string{"SystemModstamp", "IsDeleted", "MasterRecordId"},
		table:       "crm_contact",
		columns: []column{{"first_name", "FirstName", text}, {"last_name", "LastName", text}, {"email", "Email", text},
			{"title", "Title", text}, {"account_id", "AccountId", text}},
		sortBy: []string{"LastName", "FirstName"},
	},
	{
		Name: "Lead",
		Fields: fields("Id, City, Company, ConvertedAccountId, ConvertedContactId, ConvertedDate, ConvertedOpportunityId, Country, CreatedDate, Email," +
			"FirstName, Industry, IsConverted, IsUnreadByOwner, LastActivityDate, LastName, LastReferencedDate, LastViewedDate, LeadSource, OwnerId," +
			"Phone, State, Status, Street, Title, Website, LastModifiedDate"),
		Bookkeeping: []string{"SystemModstamp", "IsDeleted", "MasterRecordId"},
		table:       "crm_lead",
		columns: []column{{"first_name", "FirstName", text}, {"last_name", "LastName", text}, {"company", "Company", text}, {"sort_company", "Company", sorted}, {"email", "Email", text},
			{"title", "Title", text}, {"owner_id", "OwnerId", text}, {"is_converted", "IsConverted", flag},
			{"converted_contact_id", "ConvertedContactId", text}, {"converted_account_id", "ConvertedAccountId", text}},
		sortBy: []string{"LastName", "FirstName"},
	},
	{
		Name: "Opportunity",
		Fields: fields("Id, AccountId, Amount, CloseDate, CreatedDate, IsClosed, IsWon, LastActivityDate, LastReferencedDate, LastViewedDate," +
			"LeadSource, Name, OwnerId, StageName, Type, LastModifiedDate"),
		Bookkeeping: []string{"SystemModstamp", "IsDeleted"},
		table:       "crm_opportunity",
		columns: []column{{"name", "Name", text}, {"account_id", "AccountId", text}, {"owner_id", "OwnerId", text}, {"stage_name", "StageName", text},
			{"is_closed", "IsClosed", flag}, {"is_won", "IsWon", flag}, {"close_date", "CloseDate", text}, {"amount", "Amount", text},
			{"currency", "CurrencyIsoCode", text}},
		sortBy: []string{"Name"},
	},
	{
		Name:        "OpportunityContactRole",
		Fields:      fields("Id, ContactId, IsPrimary, OpportunityId, Role, CreatedDate, LastModifiedDate"),
		Bookkeeping: []string{"SystemModstamp", "IsDeleted"},
		table:       "crm_contact_role",
		columns: []column{{"opportunity_id", "OpportunityId", text}, {"contact_id", "ContactId", text}, {"role", "Role", text},
			{"is_primary", "IsPrimary", flag}},
	},
}

func fields(list string) []string { return strings.Split(strings.ReplaceAll(list, " ", ""), ",") }
