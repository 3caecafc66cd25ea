package orgsim

import (
	"crmsync/assets/world"
	"crmsync/sync/salesforce/orgsim/schema"
)

func (s sample) accountColumns() map[string]column[world.Account] {
	type row = world.Account
	owner, parent := s.ids("User"), s.ids("Account")
	return merged(audit(s, "Account", func(a *row) *world.Row { return &a.Row }, func(a *row) int { return a.Owner }),
		recent(func(a *row) *world.Recent { return &a.Recent }), postal("Billing", func(a *row) *world.Address { return &a.Billing }),
		postal("Shipping", func(a *row) *world.Address { return &a.Shipping }), map[string]column[row]{
			"CurrencyIsoCode": func(a *row) schema.Value { return schema.Text(a.Currency) },
			"Name":            func(a *row) schema.Value { return schema.Text(a.Name) }, "Website": func(a *row) schema.Value { return schema.Text(a.Website) },
			"Phone": func(a *row) schema.Value { return schema.Text(a.Phone) }, "Fax": func(a *row) schema.Value { return schema.Text(a.Fax) },
			"Industry": func(a *row) schema.Value { return schema.Text(a.Industry) }, "Type": func(a *row) schema.Value { return schema.Text(a.Type) },
			"Rating": func(a *row) schema.Value { return schema.Text(a.Rating) }, "Ownership": func(a *row) schema.Value { return schema.Text(a.Ownership) },
			"TickerSymbol": func(a *row) schema.Value { return schema.Text(a.TickerSymbol) }, "Description": func(a *row) schema.Value { return schema.Text(a.Description) },
			"AnnualRevenue": func(a *row) schema.Value { return positive(a.Revenue) }, "NumberOfEmployees": func(a *row) schema.Value { return positiveInt(a.Employees) },
			"OwnerId": func(a *row) schema.Value { return owner(a.Owner) }, "ParentId": func(a *row) schema.Value { return parent(a.Parent) },
		})
}

func (s sample) contactColumns() map[string]column[world.Contact] {
	type row = world.Contact
	owner, account := s.ids("User"), s.ids("Account")
	return merged(audit(s, "Contact", func(c *row) *world.Row { return &c.Row }, func(c *row) int { return c.Owner }),
		recent(func(c *row) *world.Recent { return &c.Recent }), postal("Mailing", func(c *row) *world.Address { return &c.Mailing }), map[string]column[row]{
			"LinkedIn_Profile__c": func(c *row) schema.Value { return s.profileURL(c.Index, c.Member) },
			"IsPersonAccount":     func(c *row) schema.Value { return schema.Bool(s.isPerson(c.Index)) },
			"AccountId":           func(c *row) schema.Value { return account(c.Account) }, "OwnerId": func(c *row) schema.Value { return owner(c.Owner) },
			"Salutation": func(c *row) schema.Value { return schema.Text(c.Salutation) }, "FirstName": func(c *row) schema.Value { return schema.Text(c.FirstName) },
			"LastName": func(c *row) schema.Value { return schema.Text(c.LastName) }, "Name": func(c *row) schema.Value { return schema.Text(c.Name) },
			"Title": func(c *row) schema.Value { return schema.Text(c.Title) }, "Department": func(c *row) schema.Value { return schema.Text(c.Department) },
			"Email": func(c *row) schema.Value { return schema.Text(c.Email) }, "Phone": func(c *row) schema.Value { return schema.Text(c.Phone) },
			"MobilePhone": func(c *row) schema.Value { return schema.Text(c.Mobile) }, "Fax": func(c *row) schema.Value { return schema.Text(c.Fax) },
			"Description": func(c *row) schema.Value { return schema.Text(c.Description) }, "LeadSource": func(c *row) schema.Value { return schema.Text(c.LeadSource) },
		})
}

func (s sample) leadColumns() map[string]column[world.Lead] {
	type row = world.Lead
	owner, account, contact, opportunity := s.ids("User"), s.ids("Account"), s.ids("Contact"), s.ids("Opportunity")
	return merged(audit(s, "Lead", func(l *row) *world.Row { return &l.Row }, func(l *row) int { return l.Owner }),
		recent(func(l *row) *world.Recent { return &l.Recent }), postal("", func(l *row) *world.Address { return &l.Address }), map[string]column[row]{
			"LinkedIn_Profile__c": func(l *row) schema.Value { return s.profileURL(l.Index, l.Member) },
			"OwnerId":             func(l *row) schema.Value { return owner(l.Owner) }, "FirstName": func(l *row) schema.Value { return schema.Text(l.FirstName) },
			"LastName": func(l *row) schema.Value { return schema.Text(l.LastName) }, "Name": func(l *row) schema.Value { return schema.Text(l.Name) },
			"Company": func(l *row) schema.Value { return schema.Text(l.Company) }, "Title": func(l *row) schema.Value { return schema.Text(l.Title) },
			"Email": func(l *row) schema.Value { return schema.Text(l.Email) }, "Phone": func(l *row) schema.Value { return schema.Text(l.Phone) },
			"Website": func(l *row) schema.Value { return schema.Text(l.Website) }, "Industry": func(l *row) schema.Value { return schema.Text(l.Industry) },
			"LeadSource": func(l *row) schema.Value { return schema.Text(l.LeadSource) }, "Status": func(l *row) schema.Value { return schema.Text(l.Status) },
			"Rating": func(l *row) schema.Value { return schema.Text(l.Rating) }, "Description": func(l *row) schema.Value { return schema.Text(l.Description) },
			"AnnualRevenue": func(l *row) schema.Value { return positive(l.Revenue) }, "NumberOfEmployees": func(l *row) schema.Value { return positiveInt(l.Employees) },
			"IsUnreadByOwner": func(l *row) schema.Value { return schema.Bool(l.Unread) }, "IsConverted": func(l *row) schema.Value { return schema.Bool(l.Converted) },
			"ConvertedDate":          func(l *row) schema.Value { return schema.Date(l.ConvertedDate) },
			"ConvertedAccountId":     func(l *row) schema.Value { return account(l.ConvertedAccount) },
			"ConvertedContactId":     func(l *row) schema.Value { return contact(l.ConvertedContact) },
			"ConvertedOpportunityId": func(l *row) schema.Value { return opportunity(l.ConvertedOpportunity) },
		})
}

func (s sample) opportunityColumns() map[string]column[world.Opportunity] {
	type row = world.Opportunity
	owner, account := s.ids("User"), s.ids("Account")
	return merged(audit(s, "Opportunity", func(o *row) *world.Row { return &o.Row }, func(o *row) int { return o.Owner }),
		recent(func(o *row) *world.Recent { return &o.Recent }), map[string]column[row]{
			"CurrencyIsoCode": func(o *row) schema.Value { return schema.Text(o.Currency) },
			"AccountId":       func(o *row) schema.Value { return account(o.Account) }, "OwnerId": func(o *row) schema.Value { return owner(o.Owner) },
			"Name": func(o *row) schema.Value { return schema.Text(o.Name) }, "StageName": func(o *row) schema.Value { return schema.Text(o.Stage) },
			"Type": func(o *row) schema.Value { return schema.Text(o.Type) }, "LeadSource": func(o *row) schema.Value { return schema.Text(o.LeadSource) },
			"NextStep": func(o *row) schema.Value { return schema.Text(o.NextStep) }, "Description": func(o *row) schema.Value { return schema.Text(o.Description) },
			"Amount": func(o *row) schema.Value { return positive(o.Amount) }, "Probability": func(o *row) schema.Value { return schema.Double(o.Probability) },
			"CloseDate": func(o *row) schema.Value { return schema.Date(o.CloseDate) }, "IsClosed": func(o *row) schema.Value { return schema.Bool(o.Closed) },
			"IsWon":           func(o *row) schema.Value { return schema.Bool(o.Won) },
			"Annual_Value__c": func(o *row) schema.Value { return positive(annualValue(o.Index, o.Amount)) },
		})
}

func (s sample) contactRoleColumns() map[string]column[world.ContactRole] {
	type row = world.ContactRole
	opportunity, contact := s.ids("Opportunity"), s.ids("Contact")
	return merged(audit(s, "OpportunityContactRole", func(r *row) *world.Row { return &r.Row }, func(*row) int { return 0 }), map[string]column[row]{
		"OpportunityId": func(r *row) schema.Value { return opportunity(r.Opportunity) }, "ContactId": func(r *row) schema.Value { return contact(r.Contact) },
		"Role": func(r *row) schema.Value { return schema.Text(r.Role) }, "IsPrimary": func(r *row) schema.Value { return schema.Bool(r.Primary) },
	})
}
