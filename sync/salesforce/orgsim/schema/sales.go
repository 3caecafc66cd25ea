package schema

import "slices"

// Picklists as a new org has them.
var (
	leadSources   = []string{"Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"}
	industries    = []string{"Agriculture", "Apparel", "Banking", "Biotechnology", "Chemicals", "Communications", "Construction", "Consulting", "Education", "Electronics", "Energy", "Engineering", "Entertainment", "Environmental", "Finance", "Food & Beverage", "Government", "Healthcare", "Hospitality", "Insurance", "Machinery", "Manufacturing", "Media", "Not For Profit", "Other", "Recreation", "Retail", "Shipping", "Technology", "Telecommunications", "Transportation", "Utilities"}
	ratings       = []string{"Hot", "Warm", "Cold"}
	salutations   = []string{"Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."}
	leadStatuses  = []string{"Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"}
	stageNames    = []string{"Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Id. Decision Makers", "Perception Analysis", "Proposal/Price Quote", "Negotiation/Review", "Closed Won", "Closed Lost"}
	contactRoles  = []string{"Business User", "Decision Maker", "Economic Buyer", "Economic Decision Maker", "Evaluator", "Executive Sponsor", "Influencer", "Technical Buyer", "Other"}
	accountTypes  = []string{"Prospect", "Customer - Direct", "Customer - Channel", "Channel Partner / Reseller", "Installation Partner", "Technology Partner", "Other"}
	dealTypes     = []string{"Existing Customer - Upgrade", "Existing Customer - Replacement", "Existing Customer - Downgrade", "New Customer"}
	taskStatuses  = []string{"Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"}
	taskSubjects  = []string{"Call", "Send Letter", "Send Quote", "Other"}
	taskSubtypes  = []string{"Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"}
	currencies    = []string{"USD", "EUR", "GBP", "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KES", "KRW", "KZT", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "RON", "RSD", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "UAH", "VND", "ZAR"}
	ownershipKind = []string{"Public", "Private", "Subsidiary", "Other"}
)

// audit returns the fields that say who made and changed a record and when.
func audit() []Field {
	return []Field{
		moment("CreatedDate", "Created Date").required().readOnly(),
		lookup("CreatedById", "Created By ID", "CreatedBy", "User").required().readOnly(),
		moment("LastModifiedDate", "Last Modified Date").required().readOnly(),
		lookup("LastModifiedById", "Last Modified By ID", "LastModifiedBy", "User").required().readOnly(),
		moment("SystemModstamp", "System Modstamp").required().readOnly(),
	}
}

// viewed returns the fields that say when the running user last saw a record.
func viewed() []Field {
	return []Field{
		moment("LastViewedDate", "Last Viewed Date").readOnly(),
		moment("LastReferencedDate", "Last Referenced Date").readOnly(),
	}
}

func deletedFlag() Field { return flag("IsDeleted", "Deleted").required().readOnly() }

func owner() Field {
	return lookup("OwnerId", "Owner ID", "Owner", "User").required()
}

// address returns the parts of a compound address and the compound itself.
func address(prefix, compound, label string) []Field {
	whole := field(compound, label, TypeAddress, 0).readOnly()
	whole.Filter, whole.Sort, whole.Group = true, false, false
	return []Field{
		area(prefix+"Street", label+" Street", 255).part(compound),
		text(prefix+"City", label+" City", 40).part(compound),
		text(prefix+"State", label+" State/Province", 80).part(compound),
		text(prefix+"PostalCode", label+" Zip/Postal Code", 20).part(compound),
		text(prefix+"Country", label+" Country", 80).part(compound),
		whole,
	}
}

// personName returns the parts of a person's name.
func personName(object string) []Field {
	return []Field{
		text("LastName", "Last Name", 80).required().part("Name"),
		text("FirstName", "First Name", 40).part("Name"),
		choice("Salutation", "Salutation", 40, salutations...).part("Name"),
		text("Name", object, 121).required().readOnly().named(),
	}
}

// memberFields are the fields the Sales Navigator package adds to people.
func memberFields(options Options) []Field {
	if !options.Package {
		return nil
	}
	return []Field{
		text("LID__LinkedIn_Company_Id__c", "LinkedIn Company Id", 80),
		text("LID__LinkedIn_Member_Token__c", "LinkedIn Member Token", 80),
	}
}

// currency is the currency of a record's amounts, in orgs that have several.
func currency(options Options) []Field {
	if !options.MultiCurrency {
		return nil
	}
	return []Field{choice("CurrencyIsoCode", "Currency ISO Code", 3, currencies...).restricted().preset("USD")}
}

// personFields are what person accounts add to Account.
func personFields(options Options) []Field {
	if !options.PersonAccounts {
		return nil
	}
	return slices.Concat([]Field{
		flag("IsPersonAccount", "Is Person Account").required().readOnly(),
		lookup("PersonContactId", "Person Contact ID", "PersonContact", "Contact").readOnly(),
		text("LastName", "Last Name", 80), text("FirstName", "First Name", 40), email("PersonEmail", "Email"), text("PersonTitle", "Title", 80),
	}, address("PersonMailing", "PersonMailingAddress", "Mailing"))
}

// twinFlag tells the contact of a person account from others.
func twinFlag(options Options) []Field {
	if !options.PersonAccounts {
		return nil
	}
	return []Field{flag("IsPersonAccount", "Is Person Account").required().readOnly()}
}

// profileField is one the customer added: the address of a person's profile.
func profileField() []Field { return []Field{web("LinkedIn_Profile__c", "LinkedIn Profile")} }

func companyFields(options Options) []Field {
	if !options.Package {
		return nil
	}
	return []Field{text("LID__LinkedIn_Company_Id__c", "LinkedIn Company Id", 80)}
}

func salesObjects(options Options) []*Object {
	return []*Object{
		lead(options), contact(options), account(options), opportunity(options), contactRole(), task(options), note(),
	}
}

func lead(options Options) *Object {
	fields := slices.Concat(
		[]Field{recordID(), deletedFlag(), lookup("MasterRecordId", "Master Record ID", "MasterRecord", "Lead").readOnly()},
		personName("Full Name"),
		[]Field{text("Title", "Title", 128), text("Company", "Company", 255).required()},
		address("", "Address", "Address"),
		[]Field{
			phone("Phone", "Phone"), phone("MobilePhone", "Mobile Phone"), phone("Fax", "Fax"), email("Email", "Email"), web("Website", "Website"),
			area("Description", "Description", 32000), choice("LeadSource", "Lead Source", 255, leadSources...),
			choice("Status", "Status", 255, leadStatuses...).required().preset("Open - Not Contacted"),
			choice("Industry", "Industry", 255, industries...), choice("Rating", "Rating", 255, ratings...),
			money("AnnualRevenue", "Annual Revenue"), whole("NumberOfEmployees", "Employees", 8), owner(),
			flag("IsConverted", "Converted").required().createOnly(), date("ConvertedDate", "Converted Date").readOnly(),
			lookup("ConvertedAccountId", "Converted Account ID", "ConvertedAccount", "Account").readOnly(),
			lookup("ConvertedContactId", "Converted Contact ID", "ConvertedContact", "Contact").readOnly(),
			lookup("ConvertedOpportunityId", "Converted Opportunity ID", "ConvertedOpportunity", "Opportunity").readOnly(),
			flag("IsUnreadByOwner", "Unread By Owner").required(),
		},
		audit(), []Field{date("LastActivityDate", "Last Activity").readOnly()}, viewed(), memberFields(options), profileField())
	return &Object{Name: "Lead", Label: "Lead", Plural: "Leads", Prefix: "00Q", Fields: fields,
		Create: true, Update: true, Delete: true, Undelete: true, Merge: true, Replicate: true, Layout: true,
		Children: []Child{{"Task", "WhoId", "Tasks", true}, {"Note", "ParentId", "Notes", true}, {"Lead", "MasterRecordId", "", false}}}
}

func contact(options Options) *Object {
	fields := slices.Concat(
		[]Field{recordID(), deletedFlag(), lookup("MasterRecordId", "Master Record ID", "MasterRecord", "Contact").readOnly(),
			lookup("AccountId", "Account ID", "Account", "Account")},
		personName("Full Name"),
		address("Mailing", "MailingAddress", "Mailing"),
		[]Field{
			phone("Phone", "Business Phone"), phone("Fax", "Business Fax"), phone("MobilePhone", "Mobile Phone"), phone("HomePhone", "Home Phone"),
			lookup("ReportsToId", "Reports To ID", "ReportsTo", "Contact"), email("Email", "Email"), text("Title", "Title", 128), text("Department", "Department", 80),
			choice("LeadSource", "Lead Source", 255, leadSources...), date("Birthdate", "Birthdate"), area("Description", "Contact Description", 32000), owner(),
		},
		audit(), []Field{date("LastActivityDate", "Last Activity").readOnly()}, viewed(), memberFields(options), profileField(), twinFlag(options),
		[]Field{choice("Account_Industry__c", "Account Industry", 255).asFormulaText("Account.Industry")})
	return &Object{Name: "Contact", Label: "Contact", Plural: "Contacts", Prefix: "003", Fields: fields,
		Create: true, Update: true, Delete: true, Undelete: true, Merge: true, Replicate: true, Layout: true,
		Children: []Child{{"OpportunityContactRole", "ContactId", "OpportunityContactRoles", true}, {"Task", "WhoId", "Tasks", true},
			{"Note", "ParentId", "Notes", true}, {"Contact", "ReportsToId", "", false}, {"Lead", "ConvertedContactId", "", false}}}
}

func account(options Options) *Object {
	fields := slices.Concat(
		[]Field{recordID(), deletedFlag(), lookup("MasterRecordId", "Master Record ID", "MasterRecord", "Account").readOnly(),
			text("Name", "Account Name", 255).required().named(), choice("Type", "Account Type", 255, accountTypes...),
			lookup("ParentId", "Parent Account ID", "Parent", "Account")},
		address("Billing", "BillingAddress", "Billing"), address("Shipping", "ShippingAddress", "Shipping"),
		[]Field{
			phone("Phone", "Account Phone"), phone("Fax", "Account Fax"), text("AccountNumber", "Account Number", 40), web("Website", "Website"), text("Sic", "SIC Code", 20),
			choice("Industry", "Industry", 255, industries...), money("AnnualRevenue", "Annual Revenue"), whole("NumberOfEmployees", "Employees", 8),
			choice("Ownership", "Ownership", 255, ownershipKind...), text("TickerSymbol", "Ticker Symbol", 20), area("Description", "Account Description", 32000),
			choice("Rating", "Account Rating", 255, ratings...), owner(),
		},
		audit(), []Field{date("LastActivityDate", "Last Activity").readOnly()}, viewed(), companyFields(options), currency(options), personFields(options))
	return &Object{Name: "Account", Label: "Account", Plural: "Accounts", Prefix: "001", Fields: fields,
		Create: true, Update: true, Delete: true, Undelete: true, Merge: true, Replicate: true, Layout: true,
		Children: []Child{{"Contact", "AccountId", "Contacts", true}, {"Opportunity", "AccountId", "Opportunities", true}, {"Task", "WhatId", "Tasks", true},
			{"Note", "ParentId", "Notes", true}, {"Account", "ParentId", "ChildAccounts", false}, {"Lead", "ConvertedAccountId", "", false}}}
}

func opportunity(options Options) *Object {
	fields := slices.Concat(
		[]Field{
			recordID(), deletedFlag(), lookup("AccountId", "Account ID", "Account", "Account"), text("Name", "Name", 120).required().named(),
			area("Description", "Description", 32000), choice("StageName", "Stage", 255, stageNames...).required(), decimal("Amount", "Amount", TypeCurrency, 18, 2),
			decimal("Probability", "Probability (%)", TypePercent, 3, 0), date("CloseDate", "Close Date").required(),
			choice("Type", "Opportunity Type", 255, dealTypes...), text("NextStep", "Next Step", 255), choice("LeadSource", "Lead Source", 255, leadSources...),
			flag("IsClosed", "Closed").readOnly(), flag("IsWon", "Won").readOnly(), owner(),
		},
		audit(), []Field{date("LastActivityDate", "Last Activity").readOnly()}, viewed(), companyFields(options), currency(options),
		[]Field{decimal("Annual_Value__c", "Annual Value", TypeCurrency, 18, 2)})
	return &Object{Name: "Opportunity", Label: "Opportunity", Plural: "Opportunities", Prefix: "006", Fields: fields,
		Create: true, Update: true, Delete: true, Undelete: true, Replicate: true, Layout: true,
		Children: []Child{{"OpportunityContactRole", "OpportunityId", "OpportunityContactRoles", true}, {"Task", "WhatId", "Tasks", true}, {"Note", "ParentId", "Notes", true}}}
}

func contactRole() *Object {
	fields := slices.Concat(
		[]Field{recordID(), lookup("OpportunityId", "Opportunity ID", "Opportunity", "Opportunity").required().createOnly(),
			lookup("ContactId", "Contact ID", "Contact", "Contact").required().createOnly(), choice("Role", "Role", 255, contactRoles...),
			flag("IsPrimary", "Primary").required()},
		audit(), []Field{deletedFlag()})
	return &Object{Name: "OpportunityContactRole", Label: "Opportunity Contact Role", Plural: "Opportunity Contact Roles", Prefix: "00K", Fields: fields,
		Create: true, Update: true, Delete: true, Replicate: true}
}
