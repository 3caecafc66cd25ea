package orgsim

import (
	"strings"
	"time"

	"crmsync/sync/salesforce/orgsim/records"
	"crmsync/sync/salesforce/orgsim/schema"
)

// rule is what one object adds to the checks that hold for all: it may refuse a draft, and fills in what follows from
// other fields. get gives a field as it will be.
type rule func(o *Org, d *draft, view records.View, get func(string) schema.Value) *recordError

var rules = map[string]rule{
	"Task": taskRule, "Account": accountRule, "Contact": personRule, "Lead": personRule, "Opportunity": opportunityRule,
}

// taskRule: a lead has no related record beside it; a package record type allows one status; closed follows the status.
func taskRule(o *Org, d *draft, view records.View, get func(string) schema.Value) *recordError {
	who, what := get("WhoId"), get("WhatId")
	if strings.HasPrefix(who.String(), "00Q") && !what.IsNull() {
		return recordErrorf("FIELD_INTEGRITY_EXCEPTION", []string{"WhatId"}, "Related To ID: a task on a lead cannot be related to another record")
	}
	if !get("RecordTypeId").IsNull() && get("Status").String() != taskCompleted {
		i, _ := d.object.FieldIndex("Status")
		return badChoice(&d.object.Fields[i], get("Status").String())
	}
	closed := get("Status").String() == taskCompleted
	d.values["IsClosed"], d.values["IsHighPriority"] = schema.Bool(closed), schema.Bool(get("Priority").String() == "High")
	d.values["IsArchived"] = schema.Bool(false)
	d.values["CompletedDateTime"] = schema.Value{}
	if closed {
		d.values["CompletedDateTime"] = schema.DateTime(o.stamp())
	}
	d.values["AccountId"] = accountOf(view, what, who)
	return nil
}

// taskCompleted is the only status the package's record types allow.
const taskCompleted = "Completed"

// accountOf is the account of the first of the records that has one.
func accountOf(view records.View, ids ...schema.Value) schema.Value {
	for _, id := range ids {
		if strings.HasPrefix(id.String(), "001") {
			return id
		}
		if at, ok := view.Find(id.String()); ok && !at.Get("AccountId").IsNull() {
			return at.Get("AccountId")
		}
	}
	return schema.Value{}
}

// accountRule makes the name of a person account.
func accountRule(_ *Org, d *draft, _ records.View, get func(string) schema.Value) *recordError {
	if d.object.Has("IsPersonAccount") && get("IsPersonAccount").IsTrue() {
		d.values["Name"] = fullName(get("FirstName"), get("LastName"))
	}
	return nil
}

// personRule makes the full name.
func personRule(_ *Org, d *draft, _ records.View, get func(string) schema.Value) *recordError {
	d.values["Name"] = schema.Text(strings.TrimSpace(get("FirstName").String() + " " + get("LastName").String()))
	if d.object.Name == "Lead" && get("IsConverted").IsNull() {
		d.values["IsConverted"] = schema.Bool(false)
	}
	if d.object.Has("IsPersonAccount") && get("IsPersonAccount").IsNull() {
		d.values["IsPersonAccount"] = schema.Bool(false)
	}
	return nil
}

// opportunityRule makes what follows from the stage.
func opportunityRule(o *Org, d *draft, view records.View, get func(string) schema.Value) *recordError {
	object, _ := o.schema.Object("OpportunityStage")
	at := view.Cursor(object)
	for n := range at.End() {
		if at.Seek(n) && at.Get("ApiName").String() == get("StageName").String() {
			d.values["IsClosed"], d.values["IsWon"] = at.Get("IsClosed"), at.Get("IsWon")
			if _, given := d.values["Probability"]; !given {
				d.values["Probability"] = at.Get("DefaultProbability")
			}
			return nil
		}
	}
	d.values["IsClosed"], d.values["IsWon"] = schema.Bool(false), schema.Bool(false)
	return nil
}

// fill gives a new record what its writer left out.
func (o *Org) fill(d *draft, user schema.Value, stamp time.Time) {
	for i := range d.object.Fields {
		f := &d.object.Fields[i]
		if _, given := d.values[f.Name]; !given && !f.Default.IsNull() {
			d.values[f.Name] = f.Default
		}
	}
	if d.object.Has("OwnerId") && d.values["OwnerId"].IsNull() {
		d.values["OwnerId"] = user
	}
	if !d.values["RecordTypeId"].IsNull() && !has(d.given, "Status") {
		d.values["Status"] = schema.Text(taskCompleted)
	}
	d.values["CreatedDate"], d.values["CreatedById"] = schema.DateTime(stamp), user
	o.touch(d, user, stamp)
}

// touch notes who changed a record and when.
func (o *Org) touch(d *draft, user schema.Value, stamp time.Time) {
	for name, value := range map[string]schema.Value{"LastModifiedDate": schema.DateTime(stamp), "LastModifiedById": user, "SystemModstamp": schema.DateTime(stamp)} {
		if d.object.Has(name) {
			d.values[name] = value
		}
	}
}

func has(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
