package orgsim

import (
	"strings"
	"time"

	"crmsync/assets/world"
	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// In an org with person accounts a private customer is an account and a contact at once: the account has
// IsPersonAccount, the person's fields and, as PersonContactId, the id of a contact of its own, which is a row of
// Contact like any other but for IsPersonAccount. What changes on one changes on both.

// personEvery is how many contacts of the sample there are to each person account.
const personEvery = 10

// mirrored are the fields of a person account and those of its contact.
var mirrored = map[string]string{
	"Name": "Name", "FirstName": "FirstName", "LastName": "LastName", "Phone": "Phone", "OwnerId": "OwnerId", "PersonEmail": "Email", "PersonTitle": "Title",
	"PersonMailingStreet": "MailingStreet", "PersonMailingCity": "MailingCity", "PersonMailingState": "MailingState",
	"PersonMailingPostalCode": "MailingPostalCode", "PersonMailingCountry": "MailingCountry",
}

// personAccounts is how many accounts of the sample are people; they come after the companies.
func (s sample) personAccounts() int {
	if !s.people {
		return 0
	}
	return (s.world.Counts().Contacts + personEvery - 1) / personEvery
}

// contactOf is the contact of a person account of the sample; false for a company.
func (s sample) contactOf(account int) (contact int, ok bool) {
	n := account - s.world.Counts().Accounts
	return n * personEvery, n >= 0
}

// account is a row of Account: a company of the world, or a person.
func (s sample) account(n int) world.Account {
	contact, person := s.contactOf(n)
	if !person {
		return s.world.Account(n)
	}
	c := s.world.Contact(contact)
	row, last := c.Row, time.UnixMilli(s.accountStamp(n)).UTC()
	row.Index, row.Master, row.Stamp = n, world.None, last
	if row.Modified.After(last) {
		row.Modified = last
	}
	if row.Created.After(row.Modified) {
		row.Created = row.Modified
	}
	return world.Account{Row: row, Recent: c.Recent, Name: c.Name, Phone: c.Phone, Owner: c.Owner, Parent: world.None, Company: world.None}
}

// accountStamp is when a row of Account changed last, in milliseconds.
func (s sample) accountStamp(n int) int64 {
	return s.world.Stamp(world.Accounts, min(n, s.world.Counts().Accounts-1)).Unix() * 1000
}

// contact is a row of Contact; that of a person account belongs to it.
func (s sample) contact(n int) world.Contact {
	c := s.world.Contact(n)
	if s.isPerson(n) {
		c.Account = s.world.Counts().Accounts + n/personEvery
	}
	return c
}

func (s sample) isPerson(contact int) bool { return s.people && contact%personEvery == 0 }

// personColumns are the columns that person accounts add to Account.
func (s sample) personColumns() map[string]column[world.Account] {
	type row = world.Account
	columns := map[string]column[row]{"IsPersonAccount": func(a *row) schema.Value { _, person := s.contactOf(a.Index); return schema.Bool(person) }}
	if !s.people {
		return columns
	}
	ids, contacts := s.ids("Contact"), s.contactColumns()
	columns["PersonContactId"] = func(a *row) schema.Value {
		if contact, person := s.contactOf(a.Index); person {
			return ids(contact)
		}
		return schema.Value{}
	}
	for name, of := range mirrored {
		if value := contacts[of]; name != of || name == "FirstName" || name == "LastName" {
			columns[name] = func(a *row) schema.Value {
				contact, person := s.contactOf(a.Index)
				if !person {
					return schema.Value{}
				}
				c := s.contact(contact)
				return value(&c)
			}
		}
	}
	return columns
}

// asPerson makes a person's account of a new account that is given a last name, and reports whether it is one.
func asPerson(d *draft) bool {
	if d.object.Name != "Account" || !d.object.Has("IsPersonAccount") {
		return false
	}
	person := !d.values["LastName"].IsNull()
	d.values["IsPersonAccount"] = schema.Bool(person)
	if person {
		d.values["Name"] = fullName(d.values["FirstName"], d.values["LastName"])
	}
	return person
}

func fullName(first, last schema.Value) schema.Value {
	return schema.Text(strings.TrimSpace(first.String() + " " + last.String()))
}

// twinOf is the contact of a person account, null of any other record.
func twinOf(at *records.Cursor) schema.Value {
	if !at.Object().Has("PersonContactId") {
		return schema.Value{}
	}
	return at.Get("PersonContactId")
}

// addTwin makes the contact of a new person account.
func (o *Org) addTwin(w *records.Write, account uint64, d *draft) *recordError {
	values := records.Values{"AccountId": o.records.ID("Account", account), "IsPersonAccount": schema.Bool(true), "IsDeleted": schema.Bool(false)}
	for _, name := range []string{"CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"} {
		values[name] = d.values[name]
	}
	for of, name := range mirrored {
		if value := d.values[of]; !value.IsNull() {
			values[name] = value
		}
	}
	n, err := w.Create("Contact", values)
	if err == nil {
		err = w.Update("Account", account, records.Values{"PersonContactId": o.records.ID("Contact", n)})
	}
	return unwritten(err)
}

// mirror carries a change of a person account over to its contact, and the other way round.
func (o *Org) mirror(w *records.Write, d *draft, at *records.Cursor, user schema.Value) *recordError {
	if !d.object.Has("IsPersonAccount") || !at.Get("IsPersonAccount").IsTrue() {
		return nil
	}
	link, names := "PersonContactId", mirrored
	if d.object.Name == "Contact" {
		link, names = "AccountId", map[string]string{}
		for account, contact := range mirrored {
			names[contact] = account
		}
	}
	values := records.Values{}
	for name, of := range names {
		if value, changed := d.values[name]; changed {
			values[of] = value
		}
	}
	twin, found := w.View().Find(at.Get(link).String())
	if !found {
		return nil
	}
	return o.set(w, twin, user, values)
}
