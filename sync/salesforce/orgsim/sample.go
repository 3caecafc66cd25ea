package orgsim

import (
	"maps"
	"math"
	"strings"
	"time"

	"crmsync/assets/world"
	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// sample turns the invented world into the records an org begins with.
type sample struct {
	world        *world.World
	schema       *schema.Schema
	instance     string
	organization world.Organization
	made         time.Time
	people       bool // there are person accounts
}

func newSample(s *schema.Schema, instance string, id identity) sample {
	options := []world.Option{world.Anchor(id.Anchor)}
	if id.Currency {
		options = append(options, world.MultiCurrency())
	}
	w := world.New(id.Seed, id.Contacts, options...)
	return sample{world: w, schema: s, instance: instance, organization: w.Organization(), made: id.Anchor.AddDate(-6, 0, 0), people: id.People}
}

// picklists are the values the sample uses, which the schema offers.
func picklists() map[string][]string {
	var stages []string
	for _, s := range world.Stages() {
		stages = append(stages, s.Name)
	}
	return map[string][]string{
		"Opportunity.StageName": stages, "Lead.Status": world.LeadStatuses(), "Lead.LeadSource": world.LeadSources(), "Contact.LeadSource": world.LeadSources(),
		"Opportunity.LeadSource": world.LeadSources(), "Lead.Industry": world.Industries(), "Account.Industry": world.Industries(), "Account.Type": world.AccountTypes(),
		"Opportunity.Type": world.OpportunityTypes(), "OpportunityContactRole.Role": world.ContactRoleNames(),
	}
}

// sources returns the source of every object that has records.
func (s sample) sources(config Config) map[string]records.Source {
	set := setup{schema: s.schema, instance: s.instance, config: config, made: s.made, orgName: s.organization.Name, country: s.organization.Country,
		timeZone: s.organization.TimeZone, stages: world.Stages()}
	all := set.sources()
	counts := s.world.Counts()
	all["User"] = source(s, "User", world.Users, counts.Users, s.world.User, s.userColumns())
	all["UserRole"] = source(s, "UserRole", world.Roles, counts.Roles, s.world.Role, s.roleColumns())
	account, _ := s.schema.Object("Account")
	all["Account"] = newGenerated(account, counts.Accounts+s.personAccounts(), s.account, s.accountStamp, s.accountColumns(), s.personColumns())
	all["Contact"] = source(s, "Contact", world.Contacts, counts.Contacts, s.contact, s.contactColumns())
	all["Lead"] = source(s, "Lead", world.Leads, counts.Leads, s.world.Lead, s.leadColumns())
	all["Opportunity"] = source(s, "Opportunity", world.Opportunities, counts.Opportunities, s.world.Opportunity, s.opportunityColumns())
	all["OpportunityContactRole"] = source(s, "OpportunityContactRole", world.ContactRoles, counts.ContactRoles, s.world.ContactRole, s.contactRoleColumns())
	return all
}

// source makes one object's source from the world's rows and the columns computed from them.
func source[T any](s sample, name string, kind world.Object, count int, at func(int) T, columns map[string]column[T]) records.Source {
	object, _ := s.schema.Object(name)
	stamp := func(i int) int64 { return s.world.Stamp(kind, i).Unix() * 1000 }
	return newGenerated(object, count, at, stamp, columns)
}

// ids returns the function that makes ids of an object from row numbers; world.None is null.
func (s sample) ids(name string) func(int) schema.Value {
	object, _ := s.schema.Object(name)
	stem := schema.Stem(object.Prefix, s.instance)
	return func(i int) schema.Value {
		if i == world.None {
			return schema.Value{}
		}
		return schema.ID(stem, uint64(i))
	}
}

// positive returns the number, null for zero.
func positive(f float64) schema.Value {
	if f == 0 {
		return schema.Value{}
	}
	return schema.Double(f)
}

func positiveInt(n int) schema.Value {
	if n == 0 {
		return schema.Value{}
	}
	return schema.Int(int64(n))
}

// audit returns the columns every object has. by gives the user who made and changed a row.
func audit[T any](s sample, object string, row func(*T) *world.Row, by func(*T) int) map[string]column[T] {
	self, user := s.ids(object), s.ids("User")
	return map[string]column[T]{
		"IsDeleted":        func(t *T) schema.Value { return schema.Bool(row(t).Deleted) },
		"MasterRecordId":   func(t *T) schema.Value { return self(row(t).Master) },
		"CreatedDate":      func(t *T) schema.Value { return schema.DateTime(row(t).Created) },
		"LastModifiedDate": func(t *T) schema.Value { return schema.DateTime(row(t).Modified) },
		"CreatedById":      func(t *T) schema.Value { return user(by(t)) },
		"LastModifiedById": func(t *T) schema.Value { return user(by(t)) },
	}
}

// recent returns the columns about when a record was last used.
func recent[T any](of func(*T) *world.Recent) map[string]column[T] {
	return map[string]column[T]{
		"LastActivityDate":   func(t *T) schema.Value { return schema.Date(of(t).LastActivity) },
		"LastViewedDate":     func(t *T) schema.Value { return schema.DateTime(of(t).LastViewed) },
		"LastReferencedDate": func(t *T) schema.Value { return schema.DateTime(of(t).LastReferenced) },
	}
}

// postal returns the columns of an address whose fields begin with prefix.
func postal[T any](prefix string, of func(*T) *world.Address) map[string]column[T] {
	return map[string]column[T]{
		prefix + "Street":     func(t *T) schema.Value { return schema.Text(of(t).Street) },
		prefix + "City":       func(t *T) schema.Value { return schema.Text(of(t).City) },
		prefix + "State":      func(t *T) schema.Value { return schema.Text(of(t).State) },
		prefix + "PostalCode": func(t *T) schema.Value { return schema.Text(of(t).PostalCode) },
		prefix + "Country":    func(t *T) schema.Value { return schema.Text(of(t).Country) },
	}
}

func merged[T any](all ...map[string]column[T]) map[string]column[T] {
	out := map[string]column[T]{}
	for _, one := range all {
		maps.Copy(out, one)
	}
	return out
}

func (s sample) userColumns() map[string]column[world.User] {
	type row = world.User
	role, profile := s.ids("UserRole"), s.ids("Profile")
	zone := schema.Text(s.organization.TimeZone)
	constant := func(v schema.Value) column[row] { return func(*row) schema.Value { return v } }
	return merged(audit(s, "User", func(u *row) *world.Row { return &u.Row }, func(*row) int { return 0 }), map[string]column[row]{
		"Username": func(u *row) schema.Value { return schema.Text(u.Username) }, "LastName": func(u *row) schema.Value { return schema.Text(u.LastName) },
		"FirstName": func(u *row) schema.Value { return schema.Text(u.FirstName) }, "Name": func(u *row) schema.Value { return schema.Text(u.Name) },
		"Department": func(u *row) schema.Value { return schema.Text(u.Department) }, "Title": func(u *row) schema.Value { return schema.Text(u.Title) },
		"Email": func(u *row) schema.Value { return schema.Text(u.Email) }, "Phone": func(u *row) schema.Value { return schema.Text(u.Phone) },
		"MobilePhone": func(u *row) schema.Value { return schema.Text(u.MobilePhone) }, "IsActive": func(u *row) schema.Value { return schema.Bool(u.Active) },
		"UserRoleId": func(u *row) schema.Value { return role(u.Role) }, "ProfileId": func(u *row) schema.Value { return profile(min(u.Index, 1)) },
		"CompanyName": constant(schema.Text(s.organization.Name)), "TimeZoneSidKey": constant(zone), "UserType": constant(schema.Text("Standard")),
		"LocaleSidKey": constant(schema.Text("en_US")), "LanguageLocaleKey": constant(schema.Text("en_US")),
		"Alias":             func(u *row) schema.Value { return schema.Text(alias(u.Username)) },
		"CommunityNickname": func(u *row) schema.Value { return schema.Text(nickname(u.Username)) },
	})
}

// nickname is the part of a username before the at sign, as the org makes it for a new user.
func nickname(username string) string {
	name, _, _ := strings.Cut(username, "@")
	return name[:min(len(name), 40)]
}

func alias(username string) string {
	name := nickname(username)
	return name[:min(len(name), 8)]
}

func (s sample) roleColumns() map[string]column[world.Role] {
	type row = world.Role
	parent := s.ids("UserRole")
	return merged(audit(s, "UserRole", func(r *row) *world.Row { return &r.Row }, func(*row) int { return 0 }), map[string]column[row]{
		"Name": func(r *row) schema.Value { return schema.Text(r.Name) }, "DeveloperName": func(r *row) schema.Value { return schema.Text(r.DeveloperName) },
		"RollupDescription": func(r *row) schema.Value { return schema.Text(r.Name) }, "ParentRoleId": func(r *row) schema.Value { return parent(r.Parent) },
		"PortalType": func(*row) schema.Value { return schema.Text("None") },
	})
}

// profileURL is the address of a person's profile, which the customer's own people have noted for one record in five.
func (s sample) profileURL(index, member int) schema.Value {
	if member == world.None || index%5 != 0 {
		return schema.Value{}
	}
	return schema.Text(s.world.Member(member).ProfileURL)
}

// annualValue is the yearly part of an opportunity's amount: some deals are for one year, some for two or three.
func annualValue(index int, amount float64) float64 {
	return math.Round(amount*100/float64(1+index%3)) / 100
}
